#include "backend/engine/age.h"

#include <inttypes.h>

#include "backend/engine/alarm.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "common/clock.h"
#include "common/str.h"

#define DAY_S 86400
#define DAYS_MAX 3650 /* as in settings.def */

/* The age is told in whole days, so that the alarm's text changes once a
 * day and not with each look. */
static void
check(struct record *r, int64_t now_s)
{
	int64_t set_s = r->x.password_set_s, days, left;
	uint64_t max = 0;
	char detail[256];

	if (set_s == 0 || r->x.box.n == 0 ||
	    str_to_u64(r->x.password_max_days, DAYS_MAX, &max) != ERR_OK ||
	    max == 0 ||
	    (now_s - set_s) * 100 < (int64_t)max * DAY_S * AGE_ALARM_PERCENT) {
		alarm_lower(r->en, ALARM_PASSWORD_AGE, r->x.display_name);
		return;
	}
	days = (now_s - set_s) / DAY_S;
	left = (int64_t)max - days;
	if (left > 0)
		text_fit(detail, sizeof(detail),
		    "The password of %s is %" PRId64 " days old, of %" PRIu64
		    " that are allowed: %" PRId64 " left.",
		    r->x.account, days, max, left);
	else
		text_fit(detail, sizeof(detail),
		    "The password of %s is %" PRId64 " days old, more than the "
		    "%" PRIu64 " that are allowed.",
		    r->x.account, days, max);
	alarm_raise(r->en, ALARM_PASSWORD_AGE, r->x.display_name,
	    left > 0 ? "soon" : "over", detail);
}

void
ages_check(struct engine *en)
{
	int64_t now_s = clock_wall_s();
	struct record *r;
	size_t i;

	for (i = 0; (r = config_record_at(en->config, i)) != NULL; i++)
		check(r, now_s);
}
