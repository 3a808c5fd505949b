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
put(struct store *s, const struct store_actor *who, const char *word,
    bool enabled, struct errinfo *ei)
{
	const struct keyword_row *was;
	struct keyword_set set;
	struct sql q;
	enum err e;

	if ((e = store_keyword_list(s, &set, ei)) != ERR_OK)
		return e;
	was = find(&set, word);
	if (was != NULL && was->enabled == enabled)
		return ERR_OK;
	if (was == NULL && set.n == KEYWORDS_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "There are %d keywords already. Delete one.", KEYWORDS_MAX);
	if ((e = sql_open(&q, s, SQL_KEYWORD_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, word);
	sql_int(&q, enabled);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(s, who, "keyword", word, NULL,
		    was == NULL ? "" : on_off(was->enabled), on_off(enabled),
		    ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

enum err
store_keyword_put(struct store *s, const struct store_actor *who,
    const char *word, bool enabled, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, word, enabled, ei);
	return store_tx_end(s, e, ei);
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
