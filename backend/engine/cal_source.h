/* cal_source.h - what the engine asks of a calendar server, whichever
 * protocol net speaks to it: each call is one request to a net worker that
 * has the record's credential.
 * Engine; on the loop.  A call ends once, never from within the start. */
#ifndef CAL_SOURCE_H
#define CAL_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/ipc.h"

struct dir_set;
struct record;
struct src_call; /* opaque */

/* ev is never NULL at the end and says by its code whether it worked; msg
 * is then the answer's struct, or NULL when no answer came.  An event of a
 * stream has ev NULL and the call goes on. */
typedef void (*src_fn)(
    void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg);

/* Where a mailbox is; all borrowed for the call that takes it. */
struct src_place {
	const char *url;
	const char *mailbox; /* impersonated */
	const char *anchor, *cookie; /* affinity, "" where none */
};

/* Milliseconds that net may take; the engine waits a little longer. */
#define SRC_TIMEOUT_MS 20000
#define SRC_DISCOVER_TIMEOUT_MS 12000 /* four of them fit in a test */
#define SRC_DIRECTORY_TIMEOUT_MS 120000 /* 100,000 people */
#define SRC_HINT_TIMEOUT_MS 5000 /* port 80 is often closed in silence */
#define SRC_UPDATE_TIMEOUT_MS 60000
#define SRC_SYNC_TIMEOUT_MS 60000
#define SRC_STREAM_SILENCE_MS 90000
#define SRC_STREAM_MINUTES 10

void src_cancel(struct src_call *c); /* NULL is fine */
/* A worker has it, so that the server may have carried it out. */
bool src_is_sent(const struct src_call *c);
/* Somebody else gets its answer; what dies with its worker is not repeated
 * any more. */
void src_adopt(struct src_call *c, src_fn fn, void *arg);

/* mail_domain: whose users are looked for. */
struct src_call *
src_scp(struct record *r, const char *mail_domain, src_fn fn, void *arg);
/* DIR_SEARCH, with DIR_PAGE as events: people in the record's directory. */
struct src_call *src_directory(
    struct record *r, const struct dir_set *set, src_fn fn, void *arg);
/* must_verify: the certificate, also where the record does not ask for it. */
struct src_call *src_pox(struct record *r, const char *url, const char *email,
    bool must_verify, src_fn fn, void *arg);
/* url: of the JSON form, with the mailbox in it. */
struct src_call *src_json(struct record *r, const char *url, const char *email,
    bool must_verify, src_fn fn, void *arg);
/* GetUserSettings of SRC_SETTINGS_MAX mailboxes at most. */
#define SRC_SETTINGS_MAX 100
struct src_call *src_settings(struct record *r, const char *url,
    const struct strlist *emails, bool must_verify, src_fn fn, void *arg);
/* Asks without credentials and without the mailbox: what is it that answers
 * there? */
struct src_call *
src_pox_probe(struct record *r, const char *url, src_fn fn, void *arg);
/* t: HTTP_HINT or SRV_HINT.  Without credentials. */
struct src_call *src_hint(struct record *r, enum ipc_type t, const char *domain,
    src_fn fn, void *arg);
/* t: EWS_PROBE, EWS_CALENDAR, EWS_SUBSCRIBE, or EWS_UNSUBSCRIBE with the
 * id of a subscription. */
struct src_call *src_mailbox(struct record *r, enum ipc_type t,
    const struct src_place *at, const char *id, src_fn fn, void *arg);
/* EWS_OOF, behind all else. */
struct src_call *
src_oof(struct record *r, const struct src_place *at, src_fn fn, void *arg);
/* EWS_VIEW: meetings from one time to another, for a person who waits. */
struct src_call *src_view(struct record *r, const struct src_place *at,
    int64_t from_s, int64_t to_s, uint32_t max, src_fn fn, void *arg);
struct src_call *src_stream(struct record *r, const struct src_place *at,
    const struct strlist *subscriptions, src_fn fn, void *arg);
struct src_call *src_sync(struct record *r, const struct src_place *at,
    const char *sync_state, uint32_t max, src_fn fn, void *arg);
/* EWS_NEWEST: what lies in a time, by when it was changed. */
struct src_call *src_newest(struct record *r, const struct src_place *at,
    int64_t from_s, int64_t to_s, uint32_t max, src_fn fn, void *arg);
/* With what room systems read of it (join_details.h). */
struct src_call *src_get(struct record *r, const struct src_place *at,
    const char *item_id, src_fn fn, void *arg);
/* Of several items of the mailbox, BATCH_MAX at most. */
struct src_call *src_gets(struct record *r, const struct src_place *at,
    const struct strlist *item_ids, src_fn fn, void *arg);

/* What is written into a meeting; strings borrowed but the body. */
struct src_write {
	bool body_is_html, send_to_all;
	char *body; /* taken; NULL: stays as it is */
	const char *prop_set;
	const char *conference, *capabilities; /* "": stay as they are */
};
struct src_call *
src_update(struct record *r, const struct src_place *at, const char *item_id,
    const char *change_key, const struct src_write *what, src_fn fn, void *arg);
/* Does nothing but have the credential opened for a worker. */
struct src_call *src_credential(struct record *r, src_fn fn, void *arg);

#endif
