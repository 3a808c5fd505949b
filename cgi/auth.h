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

/* The code that was typed, and who can tell whether it is right: the
 * manager, through ctl_client.  check: step is that of the code; ERR_AUTH:
 * it is wrong. */
struct bytes;
struct auth_code {
	const char *typed; /* "" where nothing was */
	enum err (*check)(void *arg, const char *account, const char *code,
	    const struct bytes *box, uint64_t *step, struct errinfo *ei);
	void *arg;
};

/* Who this is.  ERR_AUTH: name, password or code is wrong (the failure was
 * counted; nothing tells which).  ERR_THROTTLED: too many failures, *until_s
 * says how long.
 * A hash made with weaker parameters is replaced. */
enum err
auth_sign_in(struct store *s, const char *name, const struct secret *password,
    const struct auth_code *code, const char *address, int64_t now_s,
    struct admin *out, int64_t *until_s, struct errinfo *ei) ERR_CHECK;
/* Is it this account's password, asked of somebody with a session?  Failures
 * are counted as above, but not those of the address. */
enum err auth_check(struct store *s, const struct admin *a,
    const struct secret *password, const char *address, int64_t now_s,
    int64_t *until_s, struct errinfo *ei) ERR_CHECK;
enum err auth_hash(const struct secret *password, char out[AUTH_HASH_MAX],
    struct errinfo *ei) ERR_CHECK;

/* For the test: is what unknown names are compared with a hash that costs
 * as much as a real one? */
bool auth_nobody_is_sound(void);

#endif
