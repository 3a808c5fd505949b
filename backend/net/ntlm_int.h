/* ntlm_int.h - what ntlm.c and ntlm_key.c share. */
#ifndef NTLM_INT_H
#define NTLM_INT_H

#include "backend/net/ntlm.h"

/* Appends UTF-16, little endian.  ERR_ARG: text is not UTF-8. */
enum err ntlm_utf16(struct buf *out, const char *text, bool to_upper) ERR_CHECK;
enum err ntlm_put_u32(struct buf *out, uint32_t v) ERR_CHECK;
enum err ntlm_hmac(unsigned char out[NTLM_KEY_LEN],
    const unsigned char key[NTLM_KEY_LEN], const void *data,
    size_t n) ERR_CHECK;

#endif
