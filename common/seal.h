/* seal.h - credentials that one side can store and only another can read.
 * A sealed box (libsodium crypto_box_seal: X25519, XSalsa20-Poly1305) of
 *   version, binding (text), secret.
 * The binding says what the credential was entered for; box_open() refuses
 * a box for any other binding, so that a box moved to another record, or a
 * record whose host was changed, cannot leak the password.
 * Sealing: web, ctl.  Opening: manager only (backend/manager/unseal.c). */
#ifndef SEAL_H
#define SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/secret.h"

#define SEAL_PK_LEN 32
#define SEAL_SK_LEN 32
#define SEAL_BINDING_MAX 2048 /* bytes of a binding text */
#define SEAL_BOX_MAX 8192 /* bytes of a sealed box */

/* What a credential is bound to.  All pointers borrowed, none NULL. */
struct seal_binding {
	const char *record_id;
	const char *kind; /* "exchange", "proxy" ... */
	const char *account;
	const char *target; /* "direct:HOST" or "autodiscover:..." */
	const char *tls; /* TLS verification modes */
	const char *auth; /* authentication types, ordered */
};

/* Canonical text of a binding: one "name=value" a line, values with
 * control characters refused (ERR_ARG). */
enum err seal_binding_text(const struct seal_binding *b,
    char out[SEAL_BINDING_MAX], struct errinfo *ei) ERR_CHECK;
/* The value of a line of such a text.  False: there is none, or no room. */
bool
seal_binding_get(const char *text, const char *name, char *out, size_t size);
/* out: SEAL_BOX_MAX bytes. */
enum err seal_box(const unsigned char pk[SEAL_PK_LEN], const char *binding,
    const struct secret *plain, unsigned char *out, size_t *out_len,
    struct errinfo *ei) ERR_CHECK;
/* ERR_BOUND: opened, and bound to something else.  ERR_AUTH: not openable
 * with this key (damaged, or sealed for another appliance). */
enum err seal_open(const unsigned char pk[SEAL_PK_LEN],
    const unsigned char sk[SEAL_SK_LEN], const char *binding,
    const unsigned char *box, size_t box_len, struct secret *out,
    struct errinfo *ei) ERR_CHECK;
enum err seal_keypair(
    unsigned char pk[SEAL_PK_LEN], unsigned char sk[SEAL_SK_LEN]) ERR_CHECK;
/* Key files hold "calconn-seal-pk 1 BASE64\n" or "calconn-seal-sk 1 ...". */
enum err seal_pk_load(const char *path, unsigned char pk[SEAL_PK_LEN],
    struct errinfo *ei) ERR_CHECK;
enum err seal_sk_load(const char *path, unsigned char sk[SEAL_SK_LEN],
    struct errinfo *ei) ERR_CHECK;
enum err seal_keys_write(
    const char *pk_path, const char *sk_path, struct errinfo *ei) ERR_CHECK;

#endif
