/* fingerprint.h - the SHA-256 of a certificate as people write it.  Pure. */
#ifndef FINGERPRINT_H
#define FINGERPRINT_H

#include <stdbool.h>

#define FINGERPRINT_LEN 95 /* "AB:CD:..", 32 bytes */

/* 64 hex digits, with a colon between two or without, in either case.  False:
 * it is none, and out is as it was. */
bool fingerprint_read(char out[FINGERPRINT_LEN + 1], const char *text);

#endif
