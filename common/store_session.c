/* store_session.c - signed-in browsers, and who may not try again yet. */
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

#define NAME_MAX_BYTES 256 /* of an account, lower case */
#define TOUCH_EVERY_S 60 /* a session's last_s is this exact */

/* Failures in a window before waiting begins, by what a subject begins with.
 * Behind one address there may be many people.  An account that is tried from
 * everywhere slows all down a little, but not so that whoever tries keeps its
 * owner out. */
#define LIMIT_WINDOW_S 900
#define LIMIT_WAIT_S 30 /* then; doubles with each failure */

static const struct limit_kind {
	const char *prefix;
	int64_t free, wait_max_s;
} limit_kinds[] = {
    {"pair:", 5, 900},
    {"address:", 20, 900},
    {"account:", 50, 60},
};

#define KINDS_N (sizeof limit_kinds / sizeof limit_kinds[0])

bool
session_is_live(const struct session_row *s, int64_t now_s)
{
	return now_s - s->last_s < SESSION_IDLE_S &&
	       now_s - s->created_s < SESSION_ABSOLUTE_S;
}

static enum err
insert_session(struct store *s, const struct session_row *r, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SESSION_NEW, ei)) != ERR_OK)
		return e;
	sql_blob(&q, r->id_hash, sizeof r->id_hash);
	sql_int(&q, r->admin_id);
	sql_text(&q, r->csrf);
	sql_int(&q, r->created_s);
	sql_int(&q, r->last_s);
	sql_text(&q, r->address);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_ADMIN_SIGNED_IN, ei)) != ERR_OK)
		return e;
	sql_int(&q, r->created_s);
	sql_int(&q, r->admin_id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_session_new(
    struct store *s, const struct session_row *r, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = insert_session(s, r, ei);
	return store_tx_end(s, e, ei);
}

/* The columns from admin_id on, less admin_id. */
static void
read_rest(struct sql *q, struct session_row *r)
{
	char role[32];

	r->created_s = sql_col_int(q);
	r->last_s = sql_col_int(q);
	sql_col_copy(q, r->csrf, sizeof r->csrf);
	sql_col_copy(q, r->address, sizeof r->address);
	sql_col_copy(q, r->admin_name, sizeof r->admin_name);
	sql_col_copy(q, role, sizeof role);
	r->role = role_parse(role);
	r->must_change = sql_col_flag(q);
}

enum err
store_session_get(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], struct session_row *out,
    struct errinfo *ei)
{
	struct session_row r = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SESSION_GET, ei)) != ERR_OK)
		return e;
	sql_blob(&q, id_hash, SESSION_HASH_LEN);
	if ((e = sql_one(&q, "There is no such session.")) == ERR_OK) {
		memcpy(r.id_hash, id_hash, SESSION_HASH_LEN);
		r.admin_id = sql_col_int(&q);
		read_rest(&q, &r);
		*out = r;
	}
	sql_close(&q);
	return e;
}

static void
read_session(struct sql *q, void *row)
{
	struct session_row *r = row;
	size_t n;
	const void *p = sql_col_peek(q, &n);

	if (n == sizeof r->id_hash)
		memcpy(r->id_hash, p, n);
	r->admin_id = sql_col_int(q);
	read_rest(q, r);
}

void
session_list_clear(struct session_list *l)
{
	mem_free(l->v);
	memset(l, 0, sizeof *l);
}

enum err
store_session_list(struct store *s, int64_t admin_id, struct session_list *out,
    struct errinfo *ei)
{
	struct session_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SESSION_LIST, ei)) != ERR_OK)
		return e;
	sql_int(&q, admin_id);
	e = store_list_read(&q, (void **)&l.v, &l.n, sizeof *l.v, read_session);
	sql_close(&q);
	if (e == ERR_OK)
		*out = l;
	else
		session_list_clear(&l);
	return e;
}

enum err
store_session_touch(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], int64_t now_s,
    struct errinfo *ei)
{
	struct session_row r;
	struct sql q;
	enum err e;

	/* Most requests come within the minute and write nothing. */
	if ((e = store_session_get(s, id_hash, &r, ei)) != ERR_OK)
		return e;
	if (r.last_s > now_s - TOUCH_EVERY_S)
		return ERR_OK;
	if ((e = sql_open(&q, s, SQL_SESSION_TOUCH, ei)) != ERR_OK)
		return e;
	sql_int(&q, now_s);
	sql_blob(&q, id_hash, SESSION_HASH_LEN);
	sql_int(&q, now_s);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_session_delete(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SESSION_DELETE, ei)) != ERR_OK)
		return e;
	sql_blob(&q, id_hash, SESSION_HASH_LEN);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_session_expire(struct store *s, int64_t idle_before_s,
    int64_t created_before_s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SESSION_EXPIRE, ei)) != ERR_OK)
		return e;
	sql_int(&q, idle_before_s);
	sql_int(&q, created_before_s);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_session_end_others(struct store *s, int64_t admin_id,
    const unsigned char *keep, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SESSION_END_OTHERS, ei)) != ERR_OK)
		return e;
	sql_int(&q, admin_id);
	sql_blob(&q, keep, keep == NULL ? 0 : SESSION_HASH_LEN);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

struct limit {
	int64_t failures, window_start_s, blocked_until_s;
};

static enum err
limit_read(
    struct store *s, const char *subject, struct limit *out, struct errinfo *ei)
{
	struct sql q;
	bool row;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_LIMIT_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, subject);
	if ((e = sql_next(&q, &row)) == ERR_OK && row) {
		out->failures = sql_col_int(&q);
		out->window_start_s = sql_col_int(&q);
		out->blocked_until_s = sql_col_int(&q);
	}
	sql_close(&q);
	return e;
}

enum err
store_limit_get(struct store *s, const char *subject, int64_t *blocked_until_s,
    struct errinfo *ei)
{
	struct limit l;
	enum err e;

	if ((e = limit_read(s, subject, &l, ei)) == ERR_OK)
		*blocked_until_s = l.blocked_until_s;
	return e;
}

/* One that is not known is judged as the strictest. */
static const struct limit_kind *
kind_of(const char *subject)
{
	size_t i;

	for (i = 0; i < KINDS_N; i++)
		if (str_has_prefix(subject, limit_kinds[i].prefix))
			return &limit_kinds[i];
	return &limit_kinds[0];
}

static void
limit_count(struct limit *l, const char *subject, int64_t now_s)
{
	const struct limit_kind *kind = kind_of(subject);
	int64_t over, wait_s = LIMIT_WAIT_S;

	/* A window begins anew when it is over and nothing is blocked. */
	if (l->window_start_s + LIMIT_WINDOW_S <= now_s &&
	    l->blocked_until_s <= now_s) {
		memset(l, 0, sizeof *l);
		l->window_start_s = now_s;
	}
	l->failures++;
	over = l->failures - kind->free;
	if (over < 0)
		return;
	for (; over > 0 && wait_s < kind->wait_max_s; over--)
		wait_s *= 2;
	if (wait_s > kind->wait_max_s)
		wait_s = kind->wait_max_s;
	l->blocked_until_s = now_s + wait_s;
}

static enum err
limit_write(struct store *s, const char *subject, const struct limit *l,
    int64_t now_s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_LIMIT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, subject);
	sql_int(&q, l->failures);
	sql_int(&q, l->window_start_s);
	sql_int(&q, l->blocked_until_s);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	/* Names that somebody made up do not pile up. */
	if ((e = sql_open(&q, s, SQL_LIMIT_EXPIRE, ei)) != ERR_OK)
		return e;
	sql_int(&q, now_s - LIMIT_WINDOW_S);
	sql_int(&q, now_s);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_limit_fail(struct store *s, const char *subject, int64_t now_s,
    int64_t *blocked_until_s, struct errinfo *ei)
{
	struct limit l;
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	if ((e = limit_read(s, subject, &l, ei)) == ERR_OK) {
		limit_count(&l, subject, now_s);
		e = limit_write(s, subject, &l, now_s, ei);
	}
	if ((e = store_tx_end(s, e, ei)) == ERR_OK)
		*blocked_until_s = l.blocked_until_s;
	return e;
}

enum err
store_limit_know(
    struct store *s, const char *subject, int64_t until_s, struct errinfo *ei)
{
	struct limit l = {0, 0, until_s};
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = limit_write(s, subject, &l, 0, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_limit_clear(struct store *s, const char *subject, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_LIMIT_CLEAR, ei)) != ERR_OK)
		return e;
	sql_text(&q, subject);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_limit_of_account(struct store *s, const char *name,
    int64_t *blocked_until_s, struct errinfo *ei)
{
	char lower[NAME_MAX_BYTES];
	struct sql q;
	enum err e;

	(void)str_copy(lower, sizeof lower, name);
	str_lower(lower);
	if ((e = sql_open(&q, s, SQL_LIMIT_ACCOUNT, ei)) != ERR_OK)
		return e;
	sql_text(&q, lower);
	if ((e = sql_one(&q, "")) == ERR_OK)
		*blocked_until_s = sql_col_int(&q);
	sql_close(&q);
	return e;
}

static enum err
unlock(struct store *s, const struct store_actor *who, const char *name,
    struct errinfo *ei)
{
	char lower[NAME_MAX_BYTES];
	struct sql q;
	int n = 0;
	enum err e;

	(void)str_copy(lower, sizeof lower, name);
	str_lower(lower);
	if ((e = sql_open(&q, s, SQL_LIMIT_UNLOCK, ei)) != ERR_OK)
		return e;
	sql_text(&q, lower);
	e = sql_run(&q, &n);
	sql_close(&q);
	if (e == ERR_OK && n > 0)
		e = store_change_log(s, who, "admin", name, "sign-in",
		    "locked by failed attempts", "unlocked", ei);
	return e;
}

enum err
store_limit_unlock(struct store *s, const struct store_actor *who,
    const char *name, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = unlock(s, who, name, ei);
	return store_tx_end(s, e, ei);
}
