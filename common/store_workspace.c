/* store_workspace.c - workspaces in config.db; their state is in
 * store_workspace_state.c. */
#include <string.h>

#include "common/alloc.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_bound.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_workspace.h"
#include "common/str.h"

#define KIND "workspace"
#define NAME "display_name"
#define WHAT "There is no such workspace."

void
workspace_list_clear(struct workspace_list *l)
{
	STORE_LIST_CLEAR(l, bound_clear);
}

void
workspace_init(struct bound *w)
{
	bound_init(w, BOUND_WORKSPACE);
	str_random_hex(w->id, BOUND_ID_LEN / 2);
}

static void
read_row(struct sql *q, void *row)
{
	struct bound *w = row;

	bound_init(w, BOUND_WORKSPACE);
	sql_col_copy(q, w->id, sizeof w->id);
	store_bound_row(q, w);
}

enum err
store_workspace_list(
    struct store *s, struct workspace_list *out, struct errinfo *ei)
{
	struct workspace_list l = {NULL, 0};
	struct sql q;
	enum err e;
	size_t i;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_LIST, ei)) == ERR_OK)
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(&q);
	for (i = 0; i < l.n && e == ERR_OK; i++)
		e = store_bound_fields(
		    s, SQL_WORKSPACE_FIELDS, l.v[i].id, &l.v[i], ei);
	if (e == ERR_OK)
		*out = l;
	else
		workspace_list_clear(&l);
	return e;
}

enum err
store_workspace_get(struct store *s, const char *id_or_name, struct bound *out,
    struct errinfo *ei)
{
	bool is_read = false;
	struct bound w;
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_GET, ei)) == ERR_OK) {
		sql_text(&q, id_or_name);
		if ((e = sql_one(&q, WHAT)) == ERR_OK) {
			read_row(&q, &w);
			is_read = true;
			e = q.e;
		}
	}
	sql_close(&q);
	if (e == ERR_OK)
		e = store_bound_fields(s, SQL_WORKSPACE_FIELDS, w.id, &w, ei);
	if (e == ERR_OK)
		*out = w;
	else if (is_read)
		bound_clear(&w);
	return e;
}

/* -- writing -- */

static enum err
count(struct store *s, enum sql_id id, const struct bound *w, int64_t *n,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) == ERR_OK) {
		if (id == SQL_WORKSPACE_TAKEN) {
			sql_text(&q, bound_get(w, NAME));
			sql_text(&q, w->id);
		}
		if ((e = sql_one(&q, "")) == ERR_OK)
			*n = sql_col_int(&q);
	}
	sql_close(&q);
	return e;
}

static enum err
put_row(struct store *s, const struct store_actor *who, const struct bound *w,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_WORKSPACE_PUT, ei)) == ERR_OK) {
		sql_text(&q, w->id);
		sql_text(&q, bound_get(w, NAME));
		store_bound_bind(&q, who, w);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put_all(struct store *s, const struct store_actor *who, const struct bound *w,
    struct errinfo *ei)
{
	const struct setting *f = NULL;
	struct sql q;
	enum err e;

	e = put_row(s, who, w, ei);
	while (e == ERR_OK && (f = setting_next(KIND, f)) != NULL) {
		if (f->kind == SETTING_P)
			continue;
		e = sql_open(&q, s, SQL_WORKSPACE_FIELD_PUT, ei);
		if (e == ERR_OK) {
			sql_text(&q, w->id);
			sql_text(&q, f->key);
			sql_text(&q, bound_get(w, f->key));
			e = sql_run(&q, NULL);
		}
		sql_close(&q);
	}
	return e;
}

/* Nothing where it is as it was. */
static enum err
change(struct store *s, const struct store_actor *who, const struct bound *was,
    const struct bound *w, struct errinfo *ei)
{
	const struct store_bound t = {KIND, bound_get(w, NAME), NULL, NULL};
	int64_t taken = 0;
	enum err e;

	if (was->rev != w->rev)
		return err_set(ei, ERR_CONFLICT,
		    "The workspace was changed meanwhile. Load it again.");
	if (w->rev != 0 && bound_is_same(was, w))
		return ERR_OK;
	if ((e = count(s, SQL_WORKSPACE_TAKEN, w, &taken, ei)) != ERR_OK)
		return e;
	if (taken > 0)
		return err_set(ei, ERR_EXISTS,
		    "Another workspace has this name. Each needs its own.");
	e = put_all(s, who, w, ei);
	return e == ERR_OK ? store_bound_log(s, who, &t, was, w, ei) : e;
}

static enum err
put(struct store *s, const struct store_actor *who, const struct bound *w,
    struct errinfo *ei)
{
	struct bound was;
	int64_t n = 0;
	enum err e;

	e = store_workspace_get(s, w->id, &was, ei);
	if (e == ERR_NOTFOUND && w->rev != 0)
		return err_set(ei, ERR_CONFLICT,
		    "The workspace was deleted meanwhile. Load the list "
		    "again.");
	if (e == ERR_NOTFOUND) {
		e = count(s, SQL_WORKSPACE_COUNT, w, &n, ei);
		if (e == ERR_OK && n >= WORKSPACE_MAX)
			e = err_set(ei, ERR_BUSY,
			    "There are %d workspaces already.", WORKSPACE_MAX);
		if (e == ERR_OK)
			bound_init(&was, BOUND_WORKSPACE);
	}
	if (e != ERR_OK)
		return e;
	e = change(s, who, &was, w, ei);
	bound_clear(&was);
	return e;
}

enum err
store_workspace_put(struct store *s, const struct store_actor *who,
    const struct bound *w, struct errinfo *ei)
{
	enum err e;

	if (w->kind != BOUND_WORKSPACE || w->id[0] == '\0' ||
	    !bound_is_good(w) || w->box.n == 0)
		return err_set(ei, ERR_ARG, "A field is wrong.");
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, w, ei);
	return store_tx_end(s, e, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, const char *id,
    struct errinfo *ei)
{
	struct store_bound t = {KIND, NULL, NULL, NULL};
	struct bound was;
	struct sql q;
	enum err e;

	if ((e = store_workspace_get(s, id, &was, ei)) != ERR_OK)
		return e;
	t.name = bound_get(&was, NAME);
	if ((e = sql_open(&q, s, SQL_WORKSPACE_DELETE, ei)) == ERR_OK) {
		sql_text(&q, was.id);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	if (e == ERR_OK)
		e = store_bound_log(s, who, &t, &was, NULL, ei);
	bound_clear(&was);
	return e;
}

enum err
store_workspace_delete(struct store *s, const struct store_actor *who,
    const char *id, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop(s, who, id, ei);
	return store_tx_end(s, e, ei);
}
