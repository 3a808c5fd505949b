/* store_keyword.c - see store_keyword.h. */
#include "common/store_keyword.h"

#include <string.h>

#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

enum err
store_keyword_list(struct store *s, struct keyword_set *out, struct errinfo *ei)
{
	char action[16];
	struct sql q;
	bool row;
	enum err e;

	memset(out, 0, sizeof(*out));
	if ((e = sql_open(&q, s, SQL_KEYWORD_LIST, ei)) != ERR_OK)
		return e;
	while ((e = sql_next(&q, &row)) == ERR_OK && row) {
		struct keyword_row *r = &out->v[out->n];

		if (out->n == KEYWORDS_MAX)
			break;
		sql_col_copy(&q, r->word, sizeof(r->word));
		r->enabled = sql_col_flag(&q);
		sql_col_copy(&q, action, sizeof(action));
		/* An action of a newer version is none that is offered. */
		if (!keyword_action_of(action, &r->mode))
			r->mode = KEYWORD_MYROOM;
		out->n++;
	}
	sql_close(&q);
	return e;
}

static const struct keyword_row *
find(const struct keyword_set *set, const char *word)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (str_eq(set->v[i].word, word))
			return &set->v[i];
	return NULL;
}

static const char *
on_off(bool v)
{
	return v ? "on" : "off";
}

static enum err
log_change(struct store *s, const struct store_actor *who,
    const struct keyword_row *was, const struct keyword_row *now,
    struct errinfo *ei)
{
	enum err e = ERR_OK;

	if (was == NULL || was->enabled != now->enabled)
		e = store_change_log(s, who, "keyword", now->word, NULL,
		    was == NULL ? "" : on_off(was->enabled),
		    on_off(now->enabled), ei);
	if (e == ERR_OK && was != NULL && was->mode != now->mode)
		e = store_change_log(s, who, "keyword", now->word, "action",
		    keyword_action_id(was->mode), keyword_action_id(now->mode),
		    ei);
	return e;
}

/* mode: NULL leaves it as it is. */
static enum err
put(struct store *s, const struct store_actor *who, const char *word,
    bool enabled, const enum keyword_mode *mode, struct errinfo *ei)
{
	struct keyword_row now = {"", enabled, KEYWORD_MYROOM};
	const struct keyword_row *was;
	struct keyword_set set;
	struct sql q;
	enum err e;

	if ((e = store_keyword_list(s, &set, ei)) != ERR_OK)
		return e;
	was = find(&set, word);
	(void)str_copy(now.word, sizeof(now.word), word);
	if (mode != NULL)
		now.mode = *mode;
	else if (was != NULL)
		now.mode = was->mode;
	if (was != NULL && was->enabled == enabled && was->mode == now.mode)
		return ERR_OK;
	if (was == NULL && set.n == KEYWORDS_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "There are %d keywords already. Delete one.", KEYWORDS_MAX);
	if ((e = sql_open(&q, s, SQL_KEYWORD_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, word);
	sql_int(&q, enabled);
	sql_text(&q, keyword_action_id(now.mode));
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = log_change(s, who, was, &now, ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

static enum err
put_now(struct store *s, const struct store_actor *who, const char *word,
    bool enabled, const enum keyword_mode *mode, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, word, enabled, mode, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_keyword_put(struct store *s, const struct store_actor *who,
    const char *word, bool enabled, struct errinfo *ei)
{
	return put_now(s, who, word, enabled, NULL, ei);
}

enum err
store_keyword_set(struct store *s, const struct store_actor *who,
    const struct keyword_row *row, struct errinfo *ei)
{
	return put_now(s, who, row->word, row->enabled, &row->mode, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, const char *word,
    struct errinfo *ei)
{
	struct sql q;
	int n = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_KEYWORD_DELETE, ei)) != ERR_OK)
		return e;
	sql_text(&q, word);
	e = sql_run(&q, &n);
	sql_close(&q);
	if (e == ERR_OK && n == 0)
		e = err_set(ei, ERR_NOTFOUND, "There is no such keyword.");
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "keyword", word, NULL, "set", "deleted", ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

enum err
store_keyword_delete(struct store *s, const struct store_actor *who,
    const char *word, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop(s, who, word, ei);
	return store_tx_end(s, e, ei);
}
