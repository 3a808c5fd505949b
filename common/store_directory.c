/* store_directory.c - see store_directory.h. */
#include "common/store_directory.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"

void
dir_run_clear(struct dir_run *r)
{
	mem_free(r->asked_by);
	mem_free(r->settings);
	mem_free(r->state);
	mem_free(r->failure);
	mem_free(r->detail);
	mem_free(r->server);
	memset(r, 0, sizeof *r);
}

static enum err
trim(struct store *s, bool apply, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_RUN_TRIM, ei)) != ERR_OK)
		return e;
	sql_int(&q, apply);
	sql_int(&q, DIR_RUNS_KEPT);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_dir_run_add(struct store *s, const char *id, bool apply, const char *by,
    const char *settings, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_DIR_RUN_ADD, ei)) == ERR_OK) {
		sql_text(&q, id);
		sql_int(&q, apply);
		sql_text(&q, by);
		sql_text(&q, settings);
		sql_int(&q, clock_wall_s());
		e = sql_run(&q, NULL);
		sql_close(&q);
	}
	if (e == ERR_OK)
		e = trim(s, apply, ei);
	return store_tx_end(s, e, ei);
}

static enum err
add_entry(struct store *s, const char *id, const struct msg_dir_entry *d,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_ENTRY_ADD, ei)) != ERR_OK)
		return e;
	sql_text(&q, id);
	sql_text(&q, d->mail);
	sql_text(&q, d->name);
	sql_text(&q, d->language);
	sql_text(&q, d->room_link);
	sql_text(&q, d->room_number);
	sql_text(&q, d->room_video);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_dir_entries_add(struct store *s, const char *id,
    const struct msg_dir_entry *v, size_t n, struct errinfo *ei)
{
	enum err e;
	size_t i;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++)
		e = add_entry(s, id, &v[i], ei);
	return store_tx_end(s, e, ei);
}

enum err
store_dir_run_end(struct store *s, const char *id, const char *failure,
    const char *detail, const char *server, uint32_t unusable_n, bool is_cut,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_RUN_END, ei)) != ERR_OK)
		return e;
	sql_text(&q, *failure == '\0' ? "found" : "failed");
	sql_text(&q, failure);
	sql_text(&q, detail);
	sql_text(&q, server);
	sql_int(&q, clock_wall_s());
	sql_int(&q, unusable_n);
	sql_int(&q, is_cut);
	sql_text(&q, id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_dir_run_broken(struct store *s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_RUN_BROKEN, ei)) != ERR_OK)
		return e;
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
read_run(struct sql *q, struct dir_run *out)
{
	struct dir_run r = {.apply = false};
	enum err e;

	if ((e = sql_one(q, "This search is not known any more.")) != ERR_OK)
		return e;
	sql_col_copy(q, r.id, sizeof r.id);
	r.apply = sql_col_flag(q);
	r.asked_by = sql_col_dup(q);
	r.settings = sql_col_dup(q);
	r.state = sql_col_dup(q);
	r.failure = sql_col_dup(q);
	r.detail = sql_col_dup(q);
	r.server = sql_col_dup(q);
	r.started_s = sql_col_int(q);
	r.ended_s = sql_col_int(q);
	r.found_n = sql_col_int(q);
	r.unusable_n = sql_col_int(q);
	r.is_cut = sql_col_flag(q);
	if (q->e == ERR_OK)
		*out = r;
	else
		dir_run_clear(&r);
	return q->e;
}

enum err
store_dir_run_get(
    struct store *s, const char *id, struct dir_run *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_RUN_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, id);
	e = read_run(&q, out);
	sql_close(&q);
	return e;
}

enum err
store_dir_run_last(struct store *s, struct dir_run *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_RUN_LAST, ei)) != ERR_OK)
		return e;
	e = read_run(&q, out);
	sql_close(&q);
	return e;
}

static void
entry_clear(struct dir_entry *d)
{
	size_t i;

	for (i = 0; i < sizeof d->v / sizeof d->v[0]; i++)
		mem_free(d->v[i]);
}

void
dir_entries_clear(struct dir_entries *l)
{
	STORE_LIST_CLEAR(l, entry_clear);
}

static void
read_entry(struct sql *q, void *row)
{
	struct dir_entry *d = row;
	size_t i;

	for (i = 0; i < sizeof d->v / sizeof d->v[0]; i++)
		d->v[i] = sql_col_dup(q);
}

enum err
store_dir_entries(struct store *s, const char *id, struct dir_entries *out,
    struct errinfo *ei)
{
	struct dir_entries l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_ENTRY_LIST, ei)) != ERR_OK)
		return e;
	sql_text(&q, id);
	e = store_list_read(&q, (void **)&l.v, &l.n, sizeof *l.v, read_entry);
	sql_close(&q);
	if (e == ERR_OK)
		*out = l;
	else
		dir_entries_clear(&l);
	return e;
}

enum err
store_dir_done_get(struct store *s, struct dir_done *out, struct errinfo *ei)
{
	struct dir_done d = {.at_s = 0};
	struct sql q;
	bool row;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_DONE_GET, ei)) != ERR_OK)
		return e;
	if ((e = sql_next(&q, &row)) == ERR_OK && row) {
		sql_col_copy(&q, d.run_id, sizeof d.run_id);
		d.at_s = sql_col_int(&q);
		sql_col_copy(&q, d.result, sizeof d.result);
		d.added_n = sql_col_int(&q);
		d.changed_n = sql_col_int(&q);
		d.disabled_n = sql_col_int(&q);
		d.problems_n = sql_col_int(&q);
		sql_col_copy(&q, d.why, sizeof d.why);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = d;
	return e;
}

static enum err
put_done(struct store *s, const struct dir_done *d, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DIR_DONE_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, d->run_id);
	sql_int(&q, clock_wall_s());
	sql_text(&q, d->result);
	sql_int(&q, d->added_n);
	sql_int(&q, d->changed_n);
	sql_int(&q, d->disabled_n);
	sql_int(&q, d->problems_n);
	sql_text(&q, d->why);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_dir_done_put(struct store *s, const struct store_actor *who,
    const struct dir_done *d, struct errinfo *ei)
{
	char text[ERRINFO_MAX + 160];
	enum err e;

	(void)snprintf(text, sizeof text,
	    "%s: added %lld, changed %lld, disabled %lld%s%s", d->result,
	    (long long)d->added_n, (long long)d->changed_n,
	    (long long)d->disabled_n, d->why[0] != '\0' ? ". " : "", d->why);
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_done(s, d, ei);
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "directory", "users", "run", "", text, ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
	return store_tx_end(s, e, ei);
}
