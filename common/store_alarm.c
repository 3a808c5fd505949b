/* store_alarm.c - alarms and the newest test reports, in state.db. */
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_state.h"

static void
alarm_clear(struct alarm *a)
{
	mem_free(a->subject);
	mem_free(a->severity);
	mem_free(a->detail);
	memset(a, 0, sizeof *a);
}

void
alarm_list_clear(struct alarm_list *l)
{
	STORE_LIST_CLEAR(l, alarm_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct alarm *a = row;

	a->number = sql_col_int(q);
	a->subject = sql_col_dup(q);
	a->severity = sql_col_dup(q);
	a->detail = sql_col_dup(q);
	a->first_s = sql_col_int(q);
	a->last_s = sql_col_int(q);
	a->count = sql_col_int(q);
}

enum err
store_alarm_list(struct store *s, struct alarm_list *out, struct errinfo *ei)
{
	struct alarm_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_LIST, ei)) == ERR_OK) {
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
		sql_close(&q);
	}
	if (e == ERR_OK || e == ERR_NOTFOUND) {
		*out = l;
		return ERR_OK;
	}
	alarm_list_clear(&l);
	return e;
}

enum err
store_alarm_count(struct store *s, int64_t *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	*out = 0;
	if ((e = sql_open(&q, s, SQL_ALARM_COUNT, ei)) != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if ((e = sql_one(&q, "")) == ERR_OK)
		*out = sql_col_int(&q);
	sql_close(&q);
	return e;
}

enum err
store_alarm_raise(struct store *s, int64_t number, const char *subject,
    const char *severity, const char *detail, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_RAISE, ei)) != ERR_OK)
		return e;
	sql_int(&q, number);
	sql_text(&q, subject);
	sql_text(&q, severity);
	sql_text(&q, detail);
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_alarm_lower(struct store *s, int64_t number, const char *subject,
    bool *was_raised, struct errinfo *ei)
{
	struct sql q;
	int changed = 0;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ALARM_LOWER, ei)) != ERR_OK)
		return e;
	sql_int(&q, number);
	sql_text(&q, subject);
	e = sql_run(&q, &changed);
	sql_close(&q);
	if (e == ERR_OK && was_raised != NULL)
		*was_raised = changed > 0;
	return e;
}

enum err
store_report_put(struct store *s, const char *record_id, bool passed,
    const char *json, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REPORT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, record_id);
	sql_int(&q, clock_wall_s());
	sql_int(&q, passed);
	sql_text(&q, json);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_report_get(struct store *s, const char *record_id, int64_t *at_s,
    bool *passed, char **json, struct errinfo *ei)
{
	char *text = NULL;
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REPORT_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, record_id);
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
	return e;
}
