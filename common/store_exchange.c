/* store_exchange.c - Exchange records in config.db. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_exchange.h"
#include "common/store_exchange_field.h"
#include "common/store_exchange_record.h"
#include "common/store_list.h"
#include "common/store_next.h"
#include "common/store_sql.h"
#include "common/str.h"

#define ID_LEN 32 /* hex digits */

static void
read_row(struct sql *q, void *row)
{
	struct exchange *x = row;

	x->id = sql_col_dup(q);
	exchange_field_read(q, x);
	x->password_set_s = sql_col_int(q);
	x->tested_s = sql_col_int(q);
	x->changed_by = sql_col_dup(q);
	x->rev = (uint64_t)sql_col_int(q);
}

enum err
store_exchange_list(
    struct store *s, struct exchange_list *out, struct errinfo *ei)
{
	struct exchange_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_EXCHANGE_LIST, ei)) == ERR_OK) {
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
		sql_close(&q);
	}
	if (e == ERR_OK) {
		*out = l;
		return e;
	}
	exchange_list_clear(&l);
	return e;
}

static enum err
get_by(struct store *s, enum sql_id id, const char *value, struct exchange *out,
    struct errinfo *ei)
{
	struct exchange x = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	sql_text(&q, value);
	e = sql_one(&q, "There is no such Exchange record.");
	if (e == ERR_OK) {
		read_row(&q, &x);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = x;
	else
		exchange_clear(&x);
	return e;
}

enum err
store_exchange_get(
    struct store *s, const char *id, struct exchange *out, struct errinfo *ei)
{
	return get_by(s, SQL_EXCHANGE_GET, id, out, ei);
}

enum err
store_exchange_find(struct store *s, const char *name_or_id,
    struct exchange *out, struct errinfo *ei)
{
	enum err e = get_by(s, SQL_EXCHANGE_BY_NAME, name_or_id, out, ei);

	if (e != ERR_NOTFOUND)
		return e;
	return get_by(s, SQL_EXCHANGE_GET, name_or_id, out, ei);
}

enum err
store_exchange_name_taken(struct store *s, const char *display_name,
    const char *but_id, bool *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_EXCHANGE_TAKEN, ei)) != ERR_OK)
		return e;
	sql_text(&q, display_name);
	sql_text(&q, but_id);
	if ((e = sql_one(&q, "")) == ERR_OK)
		*out = sql_col_int(&q) > 0;
	sql_close(&q);
	return e;
}

struct first_problem {
	char text[ERRINFO_MAX];
};

static void
take_first(void *arg, const char *key, const char *text)
{
	struct first_problem *p = arg;

	if (p->text[0] == '\0')
		snprintf(p->text, sizeof p->text, "%s: %s", key, text);
}

/* The last line of defence: a page and calconnctl have said all this
 * already, beside each field. */
static enum err
check_record(struct store *s, const struct exchange *x, struct errinfo *ei)
{
	char binding[SEAL_BINDING_MAX];
	struct first_problem p = {""};
	unsigned char id[ID_LEN / 2];
	bool taken;
	enum err e;

	if (strlen(x->id) != ID_LEN ||
	    hex_decode(x->id, id, sizeof id) != ERR_OK)
		return err_set(ei, ERR_ARG,
		    "The record's id is not %d hex digits.", ID_LEN);
	if (exchange_check(x, take_first, &p) > 0)
		return err_set(ei, ERR_ARG, "%s", p.text);
	if (x->box.n > 0) {
		e = exchange_binding(x, binding, sizeof binding, ei);
		if (e != ERR_OK)
			return e;
		if (!str_eq(binding, x->bound_to))
			return err_set(ei, ERR_BOUND,
			    "Enter the password again: it was stored for "
			    "other settings.");
	}
	e = store_exchange_name_taken(s, x->display_name, x->id, &taken, ei);
	if (e == ERR_OK && taken)
		e = err_set(ei, ERR_EXISTS, "Another record is called \"%s\".",
		    x->display_name);
	return e;
}

static bool
box_same(const struct exchange *a, const struct exchange *b)
{
	return a->box.n == b->box.n &&
	       (a->box.n == 0 || memcmp(a->box.p, b->box.p, a->box.n) == 0);
}

static enum err
log_changes(struct store *s, const struct store_actor *who,
    const struct exchange *was, const struct exchange *is, struct errinfo *ei)
{
	const struct exchange_field *f;
	const char *name = is->display_name;
	enum err e = ERR_OK;
	size_t i;

	if (was->rev == 0)
		e = store_change_log(
		    s, who, "exchange", name, NULL, "", "added", ei);
	for (i = 0; e == ERR_OK && (f = exchange_field_at(i)) != NULL; i++)
		e = store_change_log(s, who, "exchange", name, f->key,
		    was->rev == 0 ? "" : exchange_get(was, f->key),
		    exchange_get(is, f->key), ei);
	/* A new password in place of an old one reads "set" to "set again",
	 * as equal values would not be logged. */
	if (e == ERR_OK && !box_same(was, is))
		e = store_change_log(s, who, "exchange", name, "password",
		    was->box.n > 0 ? "set" : "unset",
		    is->box.n == 0   ? "unset"
		    : was->box.n > 0 ? "set again"
				     : "set",
		    ei);
	return e;
}

static enum err
put_row(struct store *s, const struct exchange *x, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_EXCHANGE_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, x->id);
	exchange_field_bind(&q, x);
	sql_int(&q, x->password_set_s);
	sql_int(&q, x->tested_s);
	sql_text(&q, x->changed_by);
	sql_int(&q, (int64_t)x->rev);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

/* What is stored under this id; an empty record where nothing is and
 * nothing should be. */
static enum err
load_current(struct store *s, const struct exchange *x, struct exchange *was,
    struct errinfo *ei)
{
	enum err e = store_exchange_get(s, x->id, was, ei);

	if (e == ERR_NOTFOUND && x->rev == 0) {
		exchange_init(was);
		return ERR_OK;
	}
	if (e == ERR_NOTFOUND)
		return err_set(ei, ERR_CONFLICT,
		    "Somebody deleted this record meanwhile.");
	if (e == ERR_OK && was->rev != x->rev) {
		exchange_clear(was);
		return err_set(ei, ERR_CONFLICT,
		    "Somebody else changed this record meanwhile.");
	}
	return e;
}

enum err
store_exchange_write(struct store *s, const struct store_actor *who,
    const struct exchange *x, bool tested, struct errinfo *ei)
{
	struct exchange was = {0};
	struct exchange is = *x; /* borrows the strings of x */
	int64_t now = clock_wall_s();
	enum err e;

	if ((e = load_current(s, x, &was, ei)) != ERR_OK)
		return e;
	if ((e = check_record(s, x, ei)) != ERR_OK)
		goto out;
	is.rev = was.rev + 1;
	is.created_s = was.rev == 0 ? now : was.created_s;
	is.changed_s = now;
	is.changed_by = (char *)(uintptr_t)who->who;
	/* One that was entered beforehand is as old as that. */
	if (box_same(&was, &is))
		is.password_set_s = was.password_set_s;
	else if (x->password_set_s <= was.password_set_s ||
		 x->password_set_s > now)
		is.password_set_s = now;
	if (is.box.n == 0)
		is.password_set_s = 0;
	if (tested)
		is.tested_s = now;
	else if (was.rev == 0 || !box_same(&was, &is) ||
		 exchange_field_retest(&was, &is))
		is.tested_s = 0;
	else
		is.tested_s = was.tested_s;
	if ((e = put_row(s, &is, ei)) != ERR_OK)
		goto out;
	if ((e = log_changes(s, who, &was, &is, ei)) != ERR_OK ||
	    (e = store_next_check(s, who, &is, ei)) != ERR_OK)
		goto out;
	e = store_change_revision(s, ei);
out:
	exchange_clear(&was);
	return e;
}

enum err
store_exchange_put(struct store *s, const struct store_actor *who,
    const struct exchange *x, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = store_exchange_write(s, who, x, false, ei);
	return store_tx_end(s, e, ei);
}

static enum err
delete_record(struct store *s, const struct store_actor *who, const char *id,
    struct errinfo *ei)
{
	struct exchange was = {0};
	struct sql q;
	enum err e;

	if ((e = store_exchange_get(s, id, &was, ei)) != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_EXCHANGE_DELETE, ei)) != ERR_OK)
		goto out;
	sql_text(&q, id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(s, who, "exchange", was.display_name, NULL,
		    "stored", "deleted", ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
out:
	exchange_clear(&was);
	return e;
}

enum err
store_exchange_delete(struct store *s, const struct store_actor *who,
    const char *id, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = delete_record(s, who, id, ei);
	return store_tx_end(s, e, ei);
}
