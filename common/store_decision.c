/* store_decision.c - see store_decision.h. */
#include "common/store_decision.h"

#include "common/store_sql.h"

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
