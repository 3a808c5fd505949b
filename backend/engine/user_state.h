/* user_state.h - what a mailbox goes through:
 *   disabled -> pending -> discovering -> subscribed, or error
 * with its time, reason and next try in state.db.
 * Engine; on the loop.  Owns the mailboxes; what the other parts keep about
 * one is in its struct, each part in its own section. */
#ifndef USER_STATE_H
#define USER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "backend/core/backoff.h"
#include "backend/engine/oof.h"
#include "common/confer.h"
#include "common/err.h"
#include "common/store_state.h"
#include "common/str.h"

struct catchup;
struct engine;
struct group;
struct lookup;
struct msg_evidence;
struct record;
struct src_call;
struct src_place;
struct stream;
struct timer;
struct work;

#define RETRY_S 3600 /* after a failed activation */
#define RETRY_MANY_S 86400 /* after RETRY_MANY of them in a row */
#define RETRY_MANY 5
#define RETRY_QUICK_FLOOR_MS 5000 /* the server or the way to it is down */
#define RETRY_QUICK_CEILING_MS 300000

enum mbox_phase {
	MBOX_OFF,
	MBOX_WAITING, /* for its turn, or for next_try */
	MBOX_ACTIVATING,
	MBOX_LIVE /* subscribed at the server */
};

struct mbox {
	TAILQ_ENTRY(mbox) next;
	TAILQ_ENTRY(mbox) in_queue; /* for an activation */
	struct engine *en;
	struct mailbox row; /* as in state.db */
	bool row_dirty; /* written with the next tick of users.c */
	bool user_enabled, is_listed;
	bool was_listed; /* only while users_apply() runs */
	bool is_room; /* of a workspace; a user as well where is_listed */
	char *room_link, *room_number, *room_video;
	char language[8]; /* of the person; "meeting" or "": no own one */

	/* activation */
	enum mbox_phase phase;
	bool is_queued, has_slot;
	bool url_known; /* row.ews_url holds for the record as it is */
	struct record *rec; /* counted; while activating and live */
	size_t rec_tried; /* place in the list of records */
	struct strlist urls;
	size_t url;
	uint64_t asked_ms; /* a server was asked for its address; 0: no */
	char *absent_at; /* id of a record whose server said no then */
	struct lookup *discover;
	struct src_call *call;
	struct timer *timer;
	struct backoff quick;
	char worst[64]; /* failure of the records tried so far */
	char worst_detail[256];
	uint32_t wait_ms; /* that the server asked for */
	char *waits_for; /* host that somebody must decide about, or NULL */

	/* moves.c */
	struct lookup *look;
	struct record *look_rec; /* counted; that is asked */
	size_t look_n; /* records tried */
	uint64_t looked_ms; /* Autodiscover told its place; 0: not yet */

	/* subs.c */
	TAILQ_ENTRY(mbox) in_group;
	struct group *group; /* where it has a place, or NULL */
	struct stream *stream; /* that it was asked of; only to compare */
	char *sub_id;
	bool sync_on_open;

	/* catchup.c */
	struct catchup *sync;
	uint64_t synced_ms; /* 0: never */
	uint64_t suspect_ms; /* something came without an event; 0: no */

	/* works.c */
	TAILQ_ENTRY(mbox) in_ring[2]; /* 1: of those with hot ones */
	TAILQ_HEAD(, work) works; /* all; hot and cold: queued */
	TAILQ_HEAD(, work) hot;
	TAILQ_HEAD(, work) cold;
	unsigned works_running;
	size_t works_n;
	bool in_ring_now[2];
	uint64_t hold_until_ms; /* the server asked to slow down */

	struct mbox_oof oof; /* oof.c */

	/* user_rate.c */
	unsigned heard, heard_last; /* notifications of this minute, the last */
	bool is_flooding, is_slow;

	/* user_alarm.c: Webex knows no such person; by which service, ""
	 * after a restart. */
	bool no_account;
	char no_account_at[CONFER_ID_LEN + 1];
};

struct mbox *mbox_new(struct engine *en, const char *address);
void mbox_free(struct mbox *m);
/* users.c: its turn has come. */
void mbox_begin(struct mbox *m);
/* While it activates: its record has another account by now. */
void mbox_begin_again(struct mbox *m);
/* Ends all work for the mailbox; tell: unsubscribes at the server. */
void mbox_take_down(struct mbox *m, bool tell);
void mbox_set_state(struct mbox *m, const char *state, const char *failure,
    const char *reason, int64_t next_try_s);

void mbox_set_room(
    struct mbox *m, const char *link, const char *number, const char *video);

/* users.c: where it is, told while it waits for its turn. */
void mbox_found(struct mbox *m, const struct record *r, const char *url,
    const char *grouping);
void mbox_absent(struct mbox *m, const struct record *r); /* NULL: unknown */

/* subs.c tells. */
void mbox_on_stream(struct mbox *m); /* notifications flow */
void mbox_stream_down(
    struct mbox *m, const struct msg_evidence *ev, uint32_t retry_ms);
/* Subscribes anew; moved: asks before where the mailbox is. */
void mbox_sub_lost(struct mbox *m, bool moved);
/* moves.c: another place, or another record, serves it from now on. */
void mbox_moved(struct mbox *m, const struct record *r, const char *url,
    const char *grouping);
/* The n-th record to ask for the mailbox, or NULL: first the one that served
 * it last, then the others in order.  Enabled ones only. */
struct record *mbox_record_at(struct mbox *m, size_t n);
/* catchup.c, meeting.c: the server refuses the mailbox itself. */
void mbox_refused(struct mbox *m, const struct msg_evidence *ev);
void mbox_save(struct mbox *m);
void mbox_place(const struct mbox *m, struct src_place *out);
/* A row of failure.def that says something of the mailbox itself. */
bool failure_is_of_mailbox(const char *failure);
/* One that a decision of the Trust List may mend. */
bool failure_is_of_trust(const char *failure);

#endif
