#ifndef CURL_SHIM_H
#define CURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one function an argument type.

CURLcode curl_shim_set_long(CURL *handle, CURLoption option, long value);
CURLcode curl_shim_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode curl_shim_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode curl_shim_set_list(CURL *handle, CURLoption option, struct curl_slist *value);
CURLcode curl_shim_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode curl_shim_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode curl_shim_get_double(CURL *handle, CURLINFO info, double *value);

/// Bytes that grow as curl hands them over.
typedef struct {
    char *bytes;
    size_t count;
    size_t capacity;
} curl_shim_buffer;

/// Collects the body in `body` and the header lines in `head`.
void curl_shim_collect(CURL *handle, curl_shim_buffer *body, curl_shim_buffer *head);
void curl_shim_free(curl_shim_buffer *buffer);

#endif
