/* manager_alarm.c - see manager_alarm.h. */
#include "backend/engine/manager_alarm.h"

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"

struct manager_alarm {
	unsigned silent; /* beats since it was heard */
};

struct manager_alarm *
manager_alarm_new(struct engine *en)
{
	(void)en;
	return xalloc(sizeof(struct manager_alarm));
}

void
manager_alarm_free(struct manager_alarm *ma)
{
	mem_free(ma);
}

void
manager_alarm_beat(struct engine *en)
{
	if (++en->manager->silent <= MANAGER_SILENT_BEATS)
		return;
	alarm_raise(en, ALARM_MANAGER_SILENT, "", "",
	    "The Management Connector runs and has not answered for half a "
	    "minute.");
}

void
manager_alarm_heard(struct engine *en)
{
	en->manager->silent = 0;
	alarm_lower(en, ALARM_MANAGER_SILENT, "");
}

void
manager_alarm_lost(struct engine *en, const struct msg_manager_lost *m)
{
	char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX], detail[256];

	clock_iso(m->before_s, from);
	clock_iso(m->since_s, to);
	text_fit(detail, sizeof(detail),
	    "The Management Connector that was started at %s ended without "
	    "having been told to. It was started again at %s.",
	    from, to);
	alarm_raise(en, ALARM_MANAGER_DOWN, "", to, detail);
	alarm_lower(en, ALARM_MANAGER_DOWN, "");
}
