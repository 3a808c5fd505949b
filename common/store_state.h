/* store_state.h - state.db: written by the engine, read by the others. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

struct engine_meta {
	uint64_t revision_running;
	char state[24];
	char reason[512];
	int64_t since_s;
};
enum err store_engine_meta(
    struct store *s, struct engine_meta *out, struct errinfo *ei) ERR_CHECK;
enum err store_engine_meta_put(
    struct store *s, const struct engine_meta *m, struct errinfo *ei) ERR_CHECK;

struct mailbox {
	char *address, *state, *failure, *reason;
	int64_t since_s, next_try_s, tries;
	char *exchange_id, *ews_url, *sync_state;
	int64_t last_event_s, last_decorated_s, decorated_n;
	int64_t alarm; /* number of the alarm that counts it, or 0 */
	char *grouping; /* as Autodiscover told it, or "" */
	char *waits_for; /* host that somebody must decide about, or "" */
};
struct mailbox_list {
	struct mailbox *v;
	size_t n;
};
void mailbox_clear(struct mailbox *m);
void mailbox_list_clear(struct mailbox_list *l);
enum err store_mailbox_all(
    struct store *s, struct mailbox_list *out, struct errinfo *ei) ERR_CHECK;
enum err store_mailbox_put(
    struct store *s, const struct mailbox *m, struct errinfo *ei) ERR_CHECK;
/* In one transaction: all of them or none. */
enum err store_mailbox_put_many(struct store *s, const struct mailbox *const *v,
    size_t n, struct errinfo *ei) ERR_CHECK;
enum err store_mailbox_delete(
    struct store *s, const char *address, struct errinfo *ei) ERR_CHECK;
/* After a page of changes was worked through, never before. */
enum err store_mailbox_sync_state(struct store *s, const char *address,
    const char *sync_state, struct errinfo *ei) ERR_CHECK;

struct meeting {
	char *mailbox, *item_id, *uid, *change_key, *verdict, *why, *keyword;
	int64_t start_s, decided_ms, tries, next_try_s;
	/* A video address where no keyword stands; "" where there is none. */
	char *video_service, *video_place, *video_dial, *video_url;
	/* What was written, and the room in it; SHA-256 in hex, or "". */
	char *block_id, *room_id;
	/* Named properties as the connector wrote them (room_props.h);
	 * SHA-256 in hex, or "". */
	char *conference_id, *capabilities_id;
};
struct meeting_list {
	struct meeting *v;
	size_t n;
};
void meeting_clear(struct meeting *m);
void meeting_list_clear(struct meeting_list *l);
enum err store_meeting_get(struct store *s, const char *mailbox,
    const char *item_id, struct meeting *out, struct errinfo *ei) ERR_CHECK;
enum err store_meeting_put(
    struct store *s, const struct meeting *m, struct errinfo *ei) ERR_CHECK;
/* No try is put off further.  What is said to be due later was written by a
 * clock that has gone back since, and is due. */
#define STORE_DUE_AHEAD_S 1800
/* What is due, of mailboxes that are subscribed. */
enum err store_meeting_due(struct store *s, int64_t now_s, size_t limit,
    struct meeting_list *out, struct errinfo *ei) ERR_CHECK;
/* Forgets meetings that began and were decided before, at most limit. */
enum err store_meeting_trim(struct store *s, int64_t before_s, size_t limit,
    size_t *trimmed, struct errinfo *ei) ERR_CHECK;
/* Newest first, of one mailbox or ("") of all. */
enum err store_meeting_list(struct store *s, const char *mailbox, size_t limit,
    struct meeting_list *out, struct errinfo *ei) ERR_CHECK;

#endif
