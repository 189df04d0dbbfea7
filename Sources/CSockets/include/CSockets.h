#ifndef CSOCKETS_H
#define CSOCKETS_H
#endif
