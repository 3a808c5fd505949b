/* store_report.c - what tests of connections found, in state.db. */
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_report.h"
#include "common/store_sql.h"

static enum err
put_row(struct store *s, const struct report_key *k, const char *json,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REPORT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, k->record_id);
	sql_text(&q, k->mailbox);
	sql_text(&q, k->who);
	sql_int(&q, k->passed);
	sql_text(&q, json);
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

/* The one that was just written stays, also within its second. */
static enum err
trim(struct store *s, const struct report_key *k, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REPORT_TRIM_RECORD, ei)) != ERR_OK)
		return e;
	sql_text(&q, k->record_id);
	sql_text(&q, k->mailbox);
	sql_int(&q, REPORTS_OF_RECORD_MAX);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK || (e = sql_open(&q, s, SQL_REPORT_TRIM, ei)) != ERR_OK)
		return e;
	sql_int(&q, REPORTS_MAX);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_report_put(struct store *s, const struct report_key *k, const char *json,
    struct errinfo *ei)
{
	enum err e;

	if ((e = put_row(s, k, json, ei)) == ERR_OK)
		e = trim(s, k, ei);
	return e;
}

enum err
store_report_get(struct store *s, const char *record_id, const char *mailbox,
    int64_t *at_s, bool *passed, char **json, struct errinfo *ei)
{
	char *text = NULL;
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REPORT_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, record_id);
	sql_text(&q, mailbox);
	sql_int(&q, mailbox == NULL);
	e = sql_one(&q, "This record has not been tested yet.");
	if (e == ERR_OK) {
		*at_s = sql_col_int(&q);
		*passed = sql_col_flag(&q);
		text = sql_col_dup(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*json = text;
	else
		mem_free(text);
	return e;
}

enum err
store_report_each(struct store *s, const char *record_id, report_brief_fn fn,
    void *arg, struct errinfo *ei)
{
	struct report_brief r;
	struct sql q;
	bool row = false;
	enum err e;

	/* No database yet: no report either. */
	if ((e = sql_open(&q, s, SQL_REPORT_BRIEF, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	sql_text(&q, record_id);
	while ((e = sql_next(&q, &row)) == ERR_OK && row) {
		r.mailbox = sql_col_text(&q);
		r.who = sql_col_text(&q);
		r.passed = sql_col_flag(&q);
		r.at_s = sql_col_int(&q);
		fn(arg, &r);
	}
	sql_close(&q);
	return e;
}

enum err
store_result_put(struct store *s, const char *id, const struct test_result *r,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_RESULT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, id);
	sql_int(&q, (int64_t)r->rev);
	sql_text(&q, r->record_id);
	sql_text(&q, r->job_id);
	sql_int(&q, r->passed);
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK || (e = sql_open(&q, s, SQL_RESULT_TRIM, ei)) != ERR_OK)
		return e;
	sql_text(&q, id);
	sql_int(&q, RESULTS_MAX);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_result_get(struct store *s, const char *id, struct test_result *out,
    struct errinfo *ei)
{
	struct test_result r = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_RESULT_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, id);
	if ((e = sql_one(&q, "It has not been tested yet.")) == ERR_OK) {
		r.rev = (uint64_t)sql_col_int(&q);
		sql_col_copy(&q, r.record_id, sizeof r.record_id);
		sql_col_copy(&q, r.job_id, sizeof r.job_id);
		r.passed = sql_col_flag(&q);
		r.at_s = sql_col_int(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = r;
	return e;
}
