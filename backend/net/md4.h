/* md4.h - the MD4 hash of RFC 1320, for NTLM alone: OpenSSL has it only in
 * its legacy provider.  Pure; runs in net.  No good for anything else. */
#ifndef MD4_H
#define MD4_H

#include <stddef.h>

#define MD4_LEN 16

void md4(const void *data, size_t n, unsigned char out[MD4_LEN]);

#endif
