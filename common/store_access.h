/* store_access.h - the Experimental menu: its access password, and the
 * sessions that it is shown to.  A curtain, not a door: nothing behind it does
 * more than the session's role may. */
#ifndef STORE_ACCESS_H
#define STORE_ACCESS_H

#include <stdbool.h>

#include "common/err.h"
#include "common/store_admin.h"

struct store;
struct store_actor;

#define ACCESS_HASH_MAX 128 /* crypto_pwhash_STRBYTES */

/* The one that was set, or that of the reference. */
enum err store_access_hash(
    struct store *s, char out[ACCESS_HASH_MAX], struct errinfo *ei) ERR_CHECK;
enum err store_access_set(struct store *s, const struct store_actor *who,
    const char *pwhash, struct errinfo *ei) ERR_CHECK;

enum err store_access_shown(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], bool *out,
    struct errinfo *ei) ERR_CHECK;
/* Until the session ends, or it is hidden again. */
enum err store_access_show(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], bool shown,
    struct errinfo *ei) ERR_CHECK;

#endif
