#include "common/store_confer.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

#define IS_DEFAULT "is_default"
#define KIND "conferencing"

void
confer_list_clear(struct confer_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		confer_clear(&l->v[i]);
	mem_free(l->v);
	memset(l, 0, sizeof *l);
}

static enum err
read_values(struct store *s, struct confer *c, struct errinfo *ei)
{
	struct confer_field *f;
	struct sql q;
	bool row;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CONFER_VALUES, ei)) == ERR_OK)
		sql_text(&q, c->id);
	while (e == ERR_OK && (e = sql_next(&q, &row)) == ERR_OK && row) {
		/* What a later version has beside is left alone. */
		if ((f = confer_field(c, sql_col_text(&q))) == NULL)
			continue;
		mem_free(f->value);
		mem_free(f->bound_to);
		f->value = sql_col_dup(&q);
		sql_col_bytes(&q, &f->box);
		f->bound_to = sql_col_dup(&q);
		f->set_s = sql_col_int(&q);
		e = q.e;
	}
	sql_close(&q);
	return e;
}

/* The row that the cursor stands on; *known is false for a type that is not
 * known. */
static enum err
read_row(struct sql *q, struct confer *c, bool *known)
{
	const struct confer_type *t;
	char id[CONFER_ID_LEN + 1], type[64];

	sql_col_copy(q, id, sizeof id);
	sql_col_copy(q, type, sizeof type);
	*known = (t = confer_type_find(type)) != NULL;
	if (!*known)
		return q->e;
	confer_init(c, t);
	(void)str_copy(c->id, sizeof c->id, id);
	mem_free(c->changed_by);
	c->changed_s = sql_col_int(q);
	c->changed_by = sql_col_dup(q);
	c->rev = (uint64_t)sql_col_int(q);
	return q->e;
}

enum err
store_confer_list(struct store *s, struct confer_list *out, struct errinfo *ei)
{
	struct confer_list l = {NULL, 0};
	struct sql q;
	bool row, known;
	enum err e;
	size_t i;

	if ((l.v = try_alloc(CONFER_MAX * sizeof *l.v)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	e = sql_open(&q, s, SQL_CONFER_LIST, ei);
	while (e == ERR_OK && l.n < CONFER_MAX &&
	       (e = sql_next(&q, &row)) == ERR_OK && row) {
		if ((e = read_row(&q, &l.v[l.n], &known)) == ERR_OK && known)
			l.n++;
		else if (known)
			confer_clear(&l.v[l.n]);
	}
	sql_close(&q);
	for (i = 0; e == ERR_OK && i < l.n; i++)
		e = read_values(s, &l.v[i], ei);
	if (e != ERR_OK) {
		confer_list_clear(&l);
		return e;
	}
	*out = l;
	return ERR_OK;
}

enum err
store_confer_get(struct store *s, const char *id_or_name, struct confer *out,
    struct errinfo *ei)
{
	struct confer c;
	struct sql q;
	bool known = false;
	enum err e;

	memset(&c, 0, sizeof c);
	if ((e = sql_open(&q, s, SQL_CONFER_GET, ei)) == ERR_OK) {
		sql_text(&q, id_or_name);
		if ((e = sql_one(&q, "There is no such conferencing "
				     "service.")) == ERR_OK)
			e = read_row(&q, &c, &known);
	}
	sql_close(&q);
	if (e == ERR_OK && !known)
		e = err_set(ei, ERR_UNSUPPORTED,
		    "This version does not know the type of the service.");
	if (e == ERR_OK)
		e = read_values(s, &c, ei);
	if (e != ERR_OK) {
		confer_clear(&c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

/* -- writing -- */

static bool
is_secret(const struct confer_field *f)
{
	return f->row->kind == SETTING_P;
}

/* Secrets appear as set, set anew or unset. */
static enum err
log_field(struct store *s, const struct store_actor *who, const char *name,
    const struct confer_field *was, const struct confer_field *now,
    struct errinfo *ei)
{
	const struct confer_field *f = now != NULL ? now : was;
	bool had = was != NULL && was->box.n > 0;
	bool has = now != NULL && now->box.n > 0;
	bool same = had && has && was->box.n == now->box.n &&
		    memcmp(was->box.p, now->box.p, now->box.n) == 0;

	if (!is_secret(f))
		return store_change_log(s, who, KIND, name, f->row->key,
		    was == NULL ? "" : was->value,
		    now == NULL ? "" : now->value, ei);
	if (same)
		return ERR_OK;
	return store_change_log(s, who, KIND, name, f->row->key,
	    had ? "set" : "unset",
	    !has  ? "unset"
	    : had ? "set anew"
		  : "set",
	    ei);
}

static enum err
log_change(struct store *s, const struct store_actor *who,
    const struct confer *was, const struct confer *now, struct errinfo *ei)
{
	const struct confer *c = now != NULL ? now : was;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < c->n && e == ERR_OK; i++)
		e = log_field(s, who, confer_name(c),
		    was == NULL ? NULL : &was->v[i],
		    now == NULL ? NULL : &now->v[i], ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

static enum err
count(struct store *s, enum sql_id id, const char *a, const char *b,
    int64_t *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) == ERR_OK) {
		if (a != NULL) {
			sql_text(&q, a);
			sql_text(&q, b);
		}
		if ((e = sql_one(&q, "")) == ERR_OK)
			*out = sql_col_int(&q);
	}
	sql_close(&q);
	return e;
}

static enum err
put_value(struct store *s, const struct confer *c, const struct confer_field *f,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CONFER_VALUE_PUT, ei)) == ERR_OK) {
		sql_text(&q, c->id);
		sql_text(&q, f->row->key);
		sql_text(&q, f->value);
		sql_blob(&q, f->box.p, f->box.n);
		sql_text(&q, f->bound_to);
		sql_int(&q, f->set_s);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
put_row(struct store *s, const struct store_actor *who, const struct confer *c,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;
	size_t i;

	if ((e = sql_open(&q, s, SQL_CONFER_PUT, ei)) == ERR_OK) {
		sql_text(&q, c->id);
		sql_text(&q, c->type->type);
		sql_text(&q, confer_name(c));
		sql_int(&q, clock_wall_s());
		sql_text(&q, who->who);
		sql_int(&q, (int64_t)c->rev + 1);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	for (i = 0; i < c->n && e == ERR_OK; i++)
		e = put_value(s, c, &c->v[i], ei);
	return e;
}

/* Of a type whose services have a default, exactly one is it: the one that
 * was saved so last, else the first by name. */
static enum err
keep_default(struct store *s, const struct confer *c, struct errinfo *ei)
{
	struct sql q;
	enum err e = ERR_OK;

	if (confer_field(c, IS_DEFAULT) == NULL)
		return ERR_OK;
	if (str_eq(confer_get(c, IS_DEFAULT), "yes")) {
		e = sql_open(&q, s, SQL_CONFER_DEFAULT_TAKE, ei);
		if (e == ERR_OK) {
			sql_text(&q, c->id);
			sql_text(&q, c->type->type);
			e = sql_run(&q, NULL);
		}
		sql_close(&q);
	}
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_CONFER_DEFAULT_GIVE, ei)) == ERR_OK) {
		sql_text(&q, c->type->type);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
may_be_new(struct store *s, const struct confer *c, struct errinfo *ei)
{
	int64_t n = 0;
	enum err e;

	if (c->rev != 0)
		return err_set(ei, ERR_CONFLICT,
		    "The service was deleted meanwhile. Load the list again.");
	if ((e = count(s, SQL_CONFER_COUNT, NULL, NULL, &n, ei)) != ERR_OK)
		return e;
	if (n >= CONFER_MAX)
		return err_set(ei, ERR_BUSY,
		    "There are %d conferencing services already.", CONFER_MAX);
	return ERR_OK;
}

static enum err
put(struct store *s, const struct store_actor *who, const struct confer *c,
    struct errinfo *ei)
{
	struct confer was;
	int64_t taken = 0;
	bool is_new;
	enum err e;

	memset(&was, 0, sizeof was);
	e = store_confer_get(s, c->id, &was, ei);
	is_new = e == ERR_NOTFOUND;
	if (is_new)
		e = may_be_new(s, c, ei);
	else if (e == ERR_OK && was.rev != c->rev)
		e = err_set(ei, ERR_CONFLICT,
		    "The service was changed meanwhile. Load it again.");
	else if (e == ERR_OK && confer_is_same(&was, c))
		goto out;
	if (e == ERR_OK)
		e = count(
		    s, SQL_CONFER_TAKEN, confer_name(c), c->id, &taken, ei);
	if (e == ERR_OK && taken > 0)
		e = err_set(ei, ERR_EXISTS,
		    "Another service has this name. Each needs its own.");
	if (e == ERR_OK && (e = put_row(s, who, c, ei)) == ERR_OK &&
	    (e = keep_default(s, c, ei)) == ERR_OK)
		e = log_change(s, who, is_new ? NULL : &was, c, ei);
out:
	confer_clear(&was);
	return e;
}

enum err
store_confer_put(struct store *s, const struct store_actor *who,
    const struct confer *c, struct errinfo *ei)
{
	enum err e;

	if (confer_name(c)[0] == '\0')
		return err_set(ei, ERR_ARG, "A service needs a name.");
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, c, ei);
	return store_tx_end(s, e, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, const char *id,
    struct errinfo *ei)
{
	struct confer was;
	struct sql q;
	enum err e;

	if ((e = store_confer_get(s, id, &was, ei)) != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_CONFER_DELETE, ei)) == ERR_OK) {
		sql_text(&q, was.id);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	if (e == ERR_OK && confer_field(&was, IS_DEFAULT) != NULL &&
	    (e = confer_set(&was, IS_DEFAULT, "no", ei)) == ERR_OK)
		e = keep_default(s, &was, ei);
	if (e == ERR_OK)
		e = log_change(s, who, &was, NULL, ei);
	confer_clear(&was);
	return e;
}

enum err
store_confer_delete(struct store *s, const struct store_actor *who,
    const char *id, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop(s, who, id, ei);
	return store_tx_end(s, e, ei);
}
