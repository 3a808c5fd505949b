/* store_bound.c - see store_bound.h. */
#include "common/store_bound.h"

#include "common/alloc.h"
#include "common/clock.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"

void
store_bound_row(struct sql *q, struct bound *b)
{
	sql_col_bytes(q, &b->box);
	mem_free(b->bound_to);
	b->bound_to = sql_col_dup(q);
	b->secret_set_s = sql_col_int(q);
	b->changed_s = sql_col_int(q);
	mem_free(b->changed_by);
	b->changed_by = sql_col_dup(q);
	b->rev = (uint64_t)sql_col_int(q);
}

void
store_bound_bind(
    struct sql *q, const struct store_actor *who, const struct bound *b)
{
	sql_blob(q, b->box.p, b->box.n);
	sql_text(q, b->bound_to);
	sql_int(q, b->secret_set_s);
	sql_int(q, clock_wall_s());
	sql_text(q, who->who);
	sql_int(q, (int64_t)b->rev + 1);
}

enum err
store_bound_fields(struct store *s, enum sql_id fields, const char *id,
    struct bound *b, struct errinfo *ei)
{
	struct errinfo why;
	bool row = true;
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, fields, ei)) != ERR_OK)
		goto out;
	sql_text(&q, id);
	while (e == ERR_OK && row) {
		if ((e = sql_next(&q, &row)) == ERR_OK && row) {
			char *key = sql_col_dup(&q);

			if (key != NULL && bound_set(b, key, sql_col_text(&q),
					       &why) == ERR_NOMEM)
				e = ERR_NOMEM;
			mem_free(key);
		}
	}
out:
	sql_close(&q);
	return e;
}

/* Secrets appear as set or unset. */
enum err
store_bound_log(struct store *s, const struct store_actor *who,
    const struct store_bound *t, const struct bound *was,
    const struct bound *now, struct errinfo *ei)
{
	const char *word = bound_box_change(was, now);
	const struct setting *f = NULL;
	enum err e = ERR_OK;

	while (
	    e == ERR_OK && (f = setting_next(bound_name(was->kind), f)) != NULL)
		if (f->kind != SETTING_P)
			e = store_change_log(s, who, t->item, t->name, f->key,
			    was->rev == 0 ? "" : bound_get(was, f->key),
			    now == NULL ? "" : bound_get(now, f->key), ei);
	if (e == ERR_OK && word != NULL)
		e = store_change_log(s, who, t->item, t->name,
		    bound_secret_key(was->kind),
		    was->box.n > 0 ? "set" : "unset", word, ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

static enum err
put(struct store *s, const struct store_actor *who, const struct store_bound *t,
    const struct bound *b, struct errinfo *ei)
{
	struct bound was;
	enum err e;

	if ((e = t->get(s, b->kind, &was, ei)) != ERR_OK)
		return e;
	if (was.rev != b->rev)
		e = err_set(ei, ERR_CONFLICT,
		    "This was changed meanwhile. Load it again.");
	else if (b->rev == 0 || !bound_is_same(&was, b)) {
		e = t->put(s, who, b, ei);
		if (e == ERR_OK)
			e = store_bound_log(s, who, t, &was, b, ei);
	}
	bound_clear(&was);
	return e;
}

enum err
store_bound_put(struct store *s, const struct store_actor *who,
    const struct store_bound *t, const struct bound *b, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, t, b, ei);
	return store_tx_end(s, e, ei);
}
