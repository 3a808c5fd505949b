/* keywrap.h - the opening key under a passphrase, for a backup: Argon2id
 * (RFC 9106) makes a key of the passphrase, crypto_secretbox (XSalsa20-
 * Poly1305) wraps.  And sealed boxes from one appliance's key to another's.
 * manager only; web and ctl carry the wrapped bytes.  keywrap_* take about
 * a quarter of a second and KEYWRAP_MIB of memory. */
#ifndef KEYWRAP_H
#define KEYWRAP_H

#include <stddef.h>

#include "common/err.h"
#include "common/seal.h"

struct secret;

#define KEYWRAP_LEN 97 /* version, salt, limits, nonce, box */
#define KEYWRAP_MIB 64
#define KEYWRAP_PASSPHRASE_MIN 16 /* bytes */
#define KEYWRAP_PASSPHRASE_MAX 1024

/* What a passphrase that was typed is sealed to the manager with. */
#define KEYWRAP_BINDING "kind=backup-passphrase\n"

/* ERR_ARG: the passphrase is too short or too long. */
enum err keywrap_make(const unsigned char sk[SEAL_SK_LEN],
    const struct secret *passphrase, unsigned char out[KEYWRAP_LEN],
    struct errinfo *ei) ERR_CHECK;
/* pk: that belongs to the key.  ERR_AUTH: not with this passphrase.
 * ERR_UNSUPPORTED: of another version. */
enum err keywrap_open(const unsigned char *wrapped, size_t n,
    const struct secret *passphrase, unsigned char pk[SEAL_PK_LEN],
    unsigned char sk[SEAL_SK_LEN], struct errinfo *ei) ERR_CHECK;
/* The same secret and binding in a box for another key.  out: SEAL_BOX_MAX
 * bytes.  ERR_AUTH: it cannot be opened. */
enum err keywrap_reseal(const unsigned char pk[SEAL_PK_LEN],
    const unsigned char sk[SEAL_SK_LEN], const unsigned char *box, size_t n,
    const unsigned char to_pk[SEAL_PK_LEN], unsigned char *out,
    size_t *out_len) ERR_CHECK;

#endif
