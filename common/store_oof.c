/* store_oof.c - see store_oof.h. */
#include "common/store_oof.h"

#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

static const char *const names[] = {"", "off", "on", "scheduled"};

const char *
oof_state_name(enum oof_state st)
{
	return names[st];
}

enum oof_state
oof_state_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_eq(names[i], name))
			return (enum oof_state)i;
	return OOF_NONE;
}

bool
oof_is_known(const struct oof *o, int64_t now_s)
{
	return o->state != OOF_NONE && o->checked_s > now_s - OOF_AGE_MAX_S;
}

bool
oof_is_away(const struct oof *o, int64_t now_s)
{
	return o->state == OOF_ON ||
	       (o->state == OOF_SCHEDULED && o->start_s <= now_s &&
		   now_s < o->end_s);
}

const char *
oof_word(const struct oof *o, int64_t now_s)
{
	if (!oof_is_known(o, now_s))
		return "";
	return oof_is_away(o, now_s) ? "yes" : "no";
}

static void
row_clear(struct oof_row *r)
{
	mem_free(r->address);
	memset(r, 0, sizeof *r);
}

void
oof_list_clear(struct oof_list *l)
{
	STORE_LIST_CLEAR(l, row_clear);
}

void
oof_read(struct sql *q, struct oof *o)
{
	char state[16];

	sql_col_copy(q, state, sizeof state);
	o->state = oof_state_of(state);
	o->was_away = sql_col_flag(q);
	o->start_s = sql_col_int(q);
	o->end_s = sql_col_int(q);
	o->checked_s = sql_col_int(q);
	sql_col_copy(q, o->failure, sizeof o->failure);
	o->change_id = sql_col_int(q);
}

static void
read_row(struct sql *q, void *row)
{
	struct oof_row *r = row;

	r->address = sql_col_dup(q);
	oof_read(q, &r->o);
}

static enum err
list_out(struct sql *q, struct oof_list *out)
{
	struct oof_list l = {NULL, 0};
	enum err e;

	e = store_list_read(q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(q);
	if (e == ERR_OK)
		*out = l;
	else
		oof_list_clear(&l);
	return e;
}

enum err
store_oof_all(struct store *s, struct oof_list *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_OOF_ALL, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	return list_out(&q, out);
}

enum err
store_oof_changes(struct store *s, int64_t after_id, size_t limit,
    struct oof_list *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_OOF_CHANGES, ei)) != ERR_OK)
		return e;
	sql_int(&q, after_id);
	sql_int(&q, store_limit(limit));
	return list_out(&q, out);
}

enum err
store_oof_last(struct store *s, int64_t *id, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	*id = 0;
	if ((e = sql_open(&q, s, SQL_OOF_LAST, ei)) != ERR_OK)
		return e;
	if ((e = sql_one(&q, "")) == ERR_OK)
		*id = sql_col_int(&q);
	sql_close(&q);
	return e;
}

static enum err
put_one(struct store *s, const struct oof_row *r, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_OOF_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, r->address);
	sql_text(&q, oof_state_name(r->o.state));
	sql_int(&q, r->o.was_away);
	sql_int(&q, r->o.start_s);
	sql_int(&q, r->o.end_s);
	sql_int(&q, r->o.checked_s);
	sql_text(&q, r->o.failure);
	sql_int(&q, r->o.change_id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_oof_put(
    struct store *s, const struct oof_row *v, size_t n, struct errinfo *ei)
{
	enum err e;
	size_t i;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++)
		e = put_one(s, &v[i], ei);
	return store_tx_end(s, e, ei);
}
