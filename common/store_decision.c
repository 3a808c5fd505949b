/* store_decision.c - see store_decision.h. */
#include "common/store_decision.h"

#include <string.h>

#include "common/alloc.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_state.h"

static void
row_clear(struct decision *d)
{
	mem_free(d->uid);
	mem_free(d->verdict);
	mem_free(d->why);
	mem_free(d->keyword);
	mem_free(d->rule);
	mem_free(d->confer_id);
	mem_free(d->external_id);
	mem_free(d->booking);
	mem_free(d->answer);
	memset(d, 0, sizeof *d);
}

void
decision_list_clear(struct decision_list *l)
{
	STORE_LIST_CLEAR(l, row_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct decision *d = row;

	d->at_ms = sql_col_int(q);
	d->took_ms = sql_col_int(q);
	d->start_s = sql_col_int(q);
	d->next_try_s = sql_col_int(q);
	d->uid = sql_col_dup(q);
	d->verdict = sql_col_dup(q);
	d->why = sql_col_dup(q);
	d->keyword = sql_col_dup(q);
	d->rule = sql_col_dup(q);
	d->confer_id = sql_col_dup(q);
	d->external_id = sql_col_dup(q);
	d->booking = sql_col_dup(q);
	d->answer = sql_col_dup(q);
}

static enum err
trim(struct store *s, const struct meeting *m, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DECISION_TRIM, ei)) == ERR_OK) {
		sql_text(&q, m->mailbox);
		sql_text(&q, m->item_id);
		sql_int(&q, DECISIONS_KEEP);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

enum err
store_decision_add(struct store *s, const struct meeting *m, const char *rule,
    int64_t took_ms, struct errinfo *ei)
{
	struct sql q;
	int n = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DECISION_ADD, ei)) == ERR_OK) {
		sql_text(&q, m->mailbox);
		sql_text(&q, m->item_id);
		sql_text(&q, m->uid);
		sql_int(&q, m->decided_ms);
		sql_int(&q, took_ms);
		sql_text(&q, m->verdict);
		sql_text(&q, m->why);
		sql_text(&q, m->keyword);
		sql_text(&q, rule);
		sql_int(&q, m->start_s);
		sql_int(&q, m->next_try_s);
		e = sql_run(&q, &n);
	}
	sql_close(&q);
	return e == ERR_OK && n > 0 ? trim(s, m, ei) : e;
}

enum err
store_decision_list(struct store *s, const char *mailbox, const char *uid,
    struct decision_list *out, struct errinfo *ei)
{
	struct decision_list l = {NULL, 0};
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_DECISION_LIST, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_text(&q, mailbox);
	sql_text(&q, uid);
	sql_int(&q, DECISIONS_KEEP);
	e = store_list_read(&q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(&q);
	if (e == ERR_OK)
		*out = l;
	else
		decision_list_clear(&l);
	return e;
}

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
