/* store_state.c - state.db: the engine itself, mailboxes, meetings. */
#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_state.h"

enum err
store_engine_meta(struct store *s, struct engine_meta *out, struct errinfo *ei)
{
	struct engine_meta m = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_META_GET, ei)) != ERR_OK)
		return e;
	if ((e = sql_one(&q, "the connector has no state")) == ERR_OK) {
		m.revision_running = (uint64_t)sql_col_int(&q);
		sql_col_copy(&q, m.state, sizeof m.state);
		sql_col_copy(&q, m.reason, sizeof m.reason);
		m.since_s = sql_col_int(&q);
		*out = m;
	}
	sql_close(&q);
	return e;
}

enum err
store_engine_meta_put(
    struct store *s, const struct engine_meta *m, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_META_PUT, ei)) != ERR_OK)
		return e;
	sql_int(&q, (int64_t)m->revision_running);
	sql_text(&q, m->state);
	sql_text(&q, m->reason);
	sql_int(&q, m->since_s);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

void
mailbox_clear(struct mailbox *m)
{
	mem_free(m->address);
	mem_free(m->state);
	mem_free(m->failure);
	mem_free(m->reason);
	mem_free(m->exchange_id);
	mem_free(m->ews_url);
	mem_free(m->sync_state);
	mem_free(m->waits_for);
	mem_free(m->grouping);
	memset(m, 0, sizeof *m);
}

void
mailbox_list_clear(struct mailbox_list *l)
{
	STORE_LIST_CLEAR(l, mailbox_clear);
}

static void
read_mailbox(struct sql *q, void *row)
{
	struct mailbox *m = row;

	m->address = sql_col_dup(q);
	m->state = sql_col_dup(q);
	m->failure = sql_col_dup(q);
	m->reason = sql_col_dup(q);
	m->since_s = sql_col_int(q);
	m->next_try_s = sql_col_int(q);
	m->tries = sql_col_int(q);
	m->exchange_id = sql_col_dup(q);
	m->ews_url = sql_col_dup(q);
	m->sync_state = sql_col_dup(q);
	m->last_event_s = sql_col_int(q);
	m->last_decorated_s = sql_col_int(q);
	m->decorated_n = sql_col_int(q);
	m->alarm = sql_col_int(q);
	m->waits_for = sql_col_dup(q);
	m->grouping = sql_col_dup(q);
}

enum err
store_mailbox_all(struct store *s, struct mailbox_list *out, struct errinfo *ei)
{
	struct mailbox_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MAILBOX_ALL, ei)) == ERR_OK) {
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_mailbox);
		sql_close(&q);
	}
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	mailbox_list_clear(&l);
	return e;
}

enum err
store_mailbox_put(struct store *s, const struct mailbox *m, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MAILBOX_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, m->address);
	sql_text(&q, m->state);
	sql_text(&q, m->failure);
	sql_text(&q, m->reason);
	sql_int(&q, m->since_s);
	sql_int(&q, m->next_try_s);
	sql_int(&q, m->tries);
	sql_text(&q, m->exchange_id);
	sql_text(&q, m->ews_url);
	sql_text(&q, m->sync_state);
	sql_int(&q, m->last_event_s);
	sql_int(&q, m->last_decorated_s);
	sql_int(&q, m->decorated_n);
	sql_int(&q, m->alarm);
	sql_text(&q, m->waits_for);
	sql_text(&q, m->grouping != NULL ? m->grouping : "");
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_mailbox_put_many(struct store *s, const struct mailbox *const *v,
    size_t n, struct errinfo *ei)
{
	enum err e;
	size_t i;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++)
		e = store_mailbox_put(s, v[i], ei);
	return store_tx_end(s, e, ei);
}

static enum err
delete_by(
    struct store *s, enum sql_id id, const char *address, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	sql_text(&q, address);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_mailbox_delete(struct store *s, const char *address, struct errinfo *ei)
{
	enum err e = delete_by(s, SQL_OOF_DELETE, address, ei);

	if (e == ERR_OK)
		e = delete_by(s, SQL_USER_EVENT_DELETE, address, ei);
	return e != ERR_OK ? e : delete_by(s, SQL_MAILBOX_DELETE, address, ei);
}

enum err
store_mailbox_sync_state(struct store *s, const char *address,
    const char *sync_state, struct errinfo *ei)
{
	struct sql q;
	int changed = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MAILBOX_SYNC, ei)) != ERR_OK)
		return e;
	sql_text(&q, sync_state);
	sql_text(&q, address);
	e = sql_run(&q, &changed);
	sql_close(&q);
	if (e == ERR_OK && changed == 0)
		e = err_set(ei, ERR_NOTFOUND, "There is no such mailbox.");
	return e;
}

void
meeting_clear(struct meeting *m)
{
	mem_free(m->mailbox);
	mem_free(m->item_id);
	mem_free(m->uid);
	mem_free(m->change_key);
	mem_free(m->verdict);
	mem_free(m->why);
	mem_free(m->keyword);
	mem_free(m->video_service);
	mem_free(m->video_place);
	mem_free(m->video_dial);
	mem_free(m->video_url);
	mem_free(m->block_id);
	mem_free(m->room_id);
	mem_free(m->conference_id);
	mem_free(m->capabilities_id);
	memset(m, 0, sizeof *m);
}

void
meeting_list_clear(struct meeting_list *l)
{
	STORE_LIST_CLEAR(l, meeting_clear);
}

static void
read_meeting(struct sql *q, void *row)
{
	struct meeting *m = row;

	m->mailbox = sql_col_dup(q);
	m->item_id = sql_col_dup(q);
	m->uid = sql_col_dup(q);
	m->change_key = sql_col_dup(q);
	m->verdict = sql_col_dup(q);
	m->why = sql_col_dup(q);
	m->keyword = sql_col_dup(q);
	m->start_s = sql_col_int(q);
	m->decided_ms = sql_col_int(q);
	m->tries = sql_col_int(q);
	m->next_try_s = sql_col_int(q);
	m->video_service = sql_col_dup(q);
	m->video_place = sql_col_dup(q);
	m->video_dial = sql_col_dup(q);
	m->video_url = sql_col_dup(q);
	m->block_id = sql_col_dup(q);
	m->room_id = sql_col_dup(q);
	m->conference_id = sql_col_dup(q);
	m->capabilities_id = sql_col_dup(q);
}

enum err
store_meeting_get(struct store *s, const char *mailbox, const char *item_id,
    struct meeting *out, struct errinfo *ei)
{
	struct meeting m = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MEETING_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, mailbox);
	sql_text(&q, item_id);
	e = sql_one(&q, "Nothing is known of this meeting.");
	if (e == ERR_OK) {
		read_meeting(&q, &m);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = m;
	else
		meeting_clear(&m);
	return e;
}

enum err
store_meeting_put(struct store *s, const struct meeting *m, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MEETING_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, m->mailbox);
	sql_text(&q, m->item_id);
	sql_text(&q, m->uid);
	sql_text(&q, m->change_key);
	sql_text(&q, m->verdict);
	sql_text(&q, m->why);
	sql_text(&q, m->keyword);
	sql_int(&q, m->start_s);
	sql_int(&q, m->decided_ms);
	sql_int(&q, m->tries);
	sql_int(&q, m->next_try_s);
	sql_text(&q, m->video_service);
	sql_text(&q, m->video_place);
	sql_text(&q, m->video_dial);
	sql_text(&q, m->video_url);
	sql_text(&q, m->block_id);
	sql_text(&q, m->room_id);
	sql_text(&q, m->conference_id);
	sql_text(&q, m->capabilities_id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

/* Ends a listing: no database is an empty list. */
static enum err
meetings_out(struct sql *q, struct meeting_list *out)
{
	struct meeting_list l = {NULL, 0};
	enum err e;

	e = store_list_read(q, (void **)&l.v, &l.n, sizeof *l.v, read_meeting);
	sql_close(q);
	if (e == ERR_OK)
		*out = l;
	else
		meeting_list_clear(&l);
	return e;
}

enum err
store_meeting_due(struct store *s, int64_t now_s, size_t limit,
    struct meeting_list *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_MEETING_DUE, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_int(&q, now_s);
	sql_int(&q, now_s + STORE_DUE_AHEAD_S);
	sql_int(&q, store_limit(limit));
	return meetings_out(&q, out);
}

enum err
store_meeting_trim(struct store *s, int64_t before_s, size_t limit,
    size_t *trimmed, struct errinfo *ei)
{
	struct sql q;
	int n = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MEETING_TRIM, ei)) != ERR_OK)
		return e;
	sql_int(&q, before_s);
	sql_int(&q, store_limit(limit));
	e = sql_run(&q, &n);
	sql_close(&q);
	if (e == ERR_OK)
		*trimmed = (size_t)n;
	return e;
}

enum err
store_meeting_list(struct store *s, const char *mailbox, size_t limit,
    struct meeting_list *out, struct errinfo *ei)
{
	bool all = mailbox[0] == '\0';
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	e = sql_open(&q, s, all ? SQL_MEETING_LIST : SQL_MEETING_LIST_OF, ei);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if (!all)
		sql_text(&q, mailbox);
	sql_int(&q, store_limit(limit));
	return meetings_out(&q, out);
}
