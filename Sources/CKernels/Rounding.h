#ifndef ROUNDING_H
#define ROUNDING_H

#include "Vectors.h"

// Below the threshold a product may lose to underflow what its last place does not show.
static const double underflow = 0x1p-1060;
static const double threshold = 0x1p-900;

BODY double size(double x) { return __builtin_fabs(x); }
BODY double lost(double x) { return size(x) < threshold ? underflow : 0; }

#endif
