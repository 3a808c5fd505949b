/* works.h - the queue of meetings that are to be looked at: one piece of
 * work for an item at a time, mailboxes take turns, what a person has just
 * done goes first.
 * Engine; on the loop. */
#ifndef WORKS_H
#define WORKS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "backend/core/backoff.h"
#include "common/store_state.h"
#include "common/str.h"

struct batch;
struct book;
struct engine;
struct mbox;
struct page;
struct record;
struct src_call;
struct timer;
struct works; /* opaque */

/* Over all mailboxes; how many a server bears, servers.h says. */
#define WORKS_RUNNING_MAX 128
#define WORKS_COLD_MAX 64 /* of these, for what nobody waits for */
#define WORKS_MAILBOX_MAX 2

/* What comes within this time after an item was begun with is one change, and
 * is looked at when the time is over. */
#define WORKS_MERGE_MS 2000

enum work_state {
	WORK_QUEUED,
	WORK_RUNNING,
	WORK_RETRY, /* waits for its timer */
	WORK_MERGE, /* changed again: waits for the end of its time */
	WORK_DONE /* kept until the end of its time */
};

/* What an update is about. */
enum work_write {
	WORK_DETAILS,
	WORK_NOTICE, /* that it could not be booked */
	WORK_CUT /* takes the notice out */
};

/* One item.  Freed by work_settle(). */
struct work {
	TAILQ_ENTRY(work) next; /* of its mailbox */
	TAILQ_ENTRY(work) in_queue;
	struct mbox *m;
	char *item_id;
	enum work_state state;
	bool hot;
	bool is_kept; /* while it waits: state.db knows that it does */
	uint64_t since_ms; /* when the change became known */
	uint64_t begun_ms; /* 0: not yet */
	/* A change that came while it ran. */
	bool again;
	char *again_key;
	struct page **pages; /* held */
	size_t pages_n;
	struct timer *timer;

	struct batch *batch; /* is read with others, or NULL */

	/* meeting.c */
	unsigned conflicts, deaths;
	bool maybe_written; /* an update may have got through */
	struct backoff retry;
	struct src_call *call;
	struct record *asked; /* counted; of the call */
	struct book *book; /* at a conferencing service */
	struct msg_ews_item *held; /* what was read, while it is booked */
	struct meeting row;
	bool has_row;
	const char *rule; /* name of the one that decided, or NULL */
	enum work_write writing; /* while call is an update */
	bool is_tried_on; /* after a notice */
	uint32_t wait_ms; /* as long as the service asks for, or 0 */
	/* of a series: what differs, to be looked at when it is settled */
	struct strlist after_ids, after_keys;
	char *series_item; /* of the series that it is one of, or NULL */
};

struct works *works_new(struct engine *en);
void works_free(struct works *ws);
void works_init(struct mbox *m);
/* An item is new or changed.  hot: a person has just done it, which is taken
 * at once unless the item was begun with a moment ago.  page: held until the
 * item is settled or written down; may be NULL.  True: nobody knew of it.
 * Beyond some thousand items of a mailbox a sync is started instead, which
 * finds them one page after the other. */
bool works_add(struct mbox *m, const char *item_id, const char *change_key,
    bool hot, struct page *page);
/* One of a series that differs from it. */
void works_add_part(struct mbox *m, const char *item_id, const char *change_key,
    bool hot, const char *series_item);
void works_deleted(struct mbox *m, const char *item_id);
void works_drop(struct mbox *m);
/* Every few seconds: what is due in state.db. */
void works_tick(struct engine *en);

/* meeting.c.  The item is done with at this version, unless it changed
 * meanwhile by another hand: then it is looked at once more, WORKS_MERGE_MS
 * after it was begun with. */
void work_settle(struct work *w, const char *change_key);
/* Looked at once more after so long.  is_kept: state.db knows of it, so the
 * page need not wait. */
void work_delay(struct work *w, uint32_t ms, bool is_kept);
/* Back into the queue: the mailbox is not up at the moment. */
void work_requeue(struct work *w);

#endif
