/* webex_keep.h - keeps the tokens of each Webex site alive: has its two
 * secrets opened for one net worker, has that renew the access token before it
 * ends, stores a refresh token that Webex has changed, and says by an alarm
 * when the renewal fails.
 * Engine; on the loop.  It knows numbers and times, never a token. */
#ifndef WEBEX_KEEP_H
#define WEBEX_KEEP_H

#include <stdint.h>

#include "common/err.h"

struct confer_list;
struct engine;
struct msg_webex_box;
struct msg_webex_ctx;
struct webex_keep; /* opaque */

#define WEBEX_END_SOON_S (14 * 86400) /* of a refresh token: then an alarm */

struct webex_keep *webex_keep_new(struct engine *en);
void webex_keep_free(struct webex_keep *k);

/* What the configuration says now; copied. */
void webex_keep_config(struct webex_keep *k, const struct confer_list *l);
/* Answers of the manager; nothing where the number is another's. */
void webex_keep_opened(struct webex_keep *k, uint64_t cred_id);
void webex_keep_refused(
    struct webex_keep *k, uint64_t cred_id, enum err e, const char *text);
void webex_keep_net_gone(struct webex_keep *k, uint32_t net_id);
/* A refresh token that has changed; of a net worker. */
void webex_keep_box(struct webex_keep *k, const struct msg_webex_box *m);

/* By which worker, and with which credentials, this site is asked.  Texts are
 * borrowed; person is left alone.  ERR_NOTFOUND: no such site; ERR_AUTH: its
 * secrets are not open. */
enum err webex_keep_access(struct webex_keep *k, const char *confer_id,
    uint32_t *net_id, struct msg_webex_ctx *out) ERR_CHECK;

#endif
