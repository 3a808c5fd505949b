/* switch_alarm.c - see switch_alarm.h. */
#include "backend/engine/switch_alarm.h"

#include <stddef.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "common/store_admin.h"

void
switch_alarm(struct engine *en, const char *why, bool runs)
{
	bool wanted = runs;
	struct errinfo ei;

	/* The switch itself is mostly readable; where it is not, nobody can
	 * say that it was turned. */
	if (why != NULL && store_connector_enabled(
			       en->store, "calendar", &wanted, &ei) != ERR_OK)
		wanted = runs;
	if (wanted && !runs)
		alarm_raise(en, ALARM_ENABLE_FAILED, "", "", why);
	else
		alarm_lower(en, ALARM_ENABLE_FAILED, "");
	if (!wanted && runs)
		alarm_raise(en, ALARM_DISABLE_FAILED, "", "", why);
	else
		alarm_lower(en, ALARM_DISABLE_FAILED, "");
}
