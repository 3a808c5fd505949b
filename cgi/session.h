/* session.h - signed-in browsers.  calconn-web.
 * The cookie holds 128 random bits; the store holds their SHA-256, so that
 * a copy of it opens no session. */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct req;
struct resp;
struct session_row;
struct store;

#define SESSION_COOKIE "__Host-calconn"
#define SESSION_TOUCH_S 60 /* last use is written at most this often */

/* ERR_NOTFOUND: no cookie, no such session, or it has timed out (then it
 * is deleted). */
enum err session_load(struct store *store, const struct req *req, int64_t now_s,
    struct session_row *out, struct errinfo *ei) ERR_CHECK;
/* A new id, in the store and in the answer's cookie. */
enum err session_start(struct store *store, struct resp *resp, int64_t admin_id,
    const char *address, int64_t now_s, struct errinfo *ei) ERR_CHECK;
enum err session_end(struct store *store, struct resp *resp,
    const struct session_row *s, struct errinfo *ei) ERR_CHECK;

#endif
