/* auth.h - passwords of administrators.  calconn-web.
 * Argon2id.  An unknown name costs the same time as a known one, and the
 * answer does not tell which of name and password was wrong. */
#ifndef AUTH_H
#define AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/store_admin.h"

struct secret;
struct store;

#define AUTH_HASH_MAX 128 /* crypto_pwhash_STRBYTES */
#define AUTH_PLACE_MAX 64

/* The address, or the network of an IPv6 address: what counts as one place. */
void auth_place(char out[AUTH_PLACE_MAX], const char *address);

/* Who this is.  ERR_AUTH: name or password is wrong (the failure was
 * counted).  ERR_THROTTLED: too many failures, *until_s says how long.
 * A hash made with weaker parameters is replaced. */
enum err auth_sign_in(struct store *s, const char *name,
    const struct secret *password, const char *address, int64_t now_s,
    struct admin *out, int64_t *until_s, struct errinfo *ei) ERR_CHECK;
/* Is it this account's password?  Failures are counted as above. */
enum err auth_check(struct store *s, const struct admin *a,
    const struct secret *password, const char *address, int64_t now_s,
    int64_t *until_s, struct errinfo *ei) ERR_CHECK;
enum err auth_hash(const struct secret *password, char out[AUTH_HASH_MAX],
    struct errinfo *ei) ERR_CHECK;

/* For the test: is what unknown names are compared with a hash that costs
 * as much as a real one? */
bool auth_nobody_is_sound(void);

#endif
