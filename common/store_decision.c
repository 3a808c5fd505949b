/* store_decision.c - see store_decision.h. */
#include "common/store_decision.h"

#include <string.h>

#include "common/store_sql.h"

enum err
store_decision_words(
    struct store *s, struct decision_words *out, struct errinfo *ei)
{
	struct decision_word *w;
	bool row = false;
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_MEETING_WORDS, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_int(&q, DECISION_WORDS_MAX);
	while ((e = sql_next(&q, &row)) == ERR_OK && row &&
	       out->n < DECISION_WORDS_MAX) {
		w = &out->v[out->n++];
		sql_col_copy(&q, w->word, sizeof w->word);
		w->n = (uint32_t)sql_col_int(&q);
	}
	sql_close(&q);
	return e;
}

enum err
store_decision_again(struct store *s, int64_t now_s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_MEETING_AGAIN, ei)) == ERR_OK) {
		sql_int(&q, now_s);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}
