/* store_report.c - the newest test report of each record, in state.db. */
#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_sql.h"
#include "common/store_state.h"

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
