/* deaths_alarm.c - see deaths_alarm.h. */
#include "backend/engine/deaths_alarm.h"

#include <stddef.h>
#include <stdint.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "common/ipc.h"
#include "common/str.h"

#define OFTEN 3u /* within the ten minutes that the manager looks back */

static const char *const programs[] = {
    "calconn-engine", "calconn-net", "calconn-web"};

static const struct msg_death *
often(const struct msg_deaths *m, const char *program)
{
	size_t i;

	for (i = 0; i < m->rows_n; i++)
		if (str_eq(m->rows[i].program, program) &&
		    m->rows[i].n >= OFTEN)
			return &m->rows[i];
	return NULL;
}

void
deaths_alarm(struct engine *en, const struct msg_deaths *m)
{
	const struct msg_death *d;
	char detail[512];
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if ((d = often(m, programs[i])) == NULL) {
			alarm_lower(en, ALARM_OFTEN_DOWN, programs[i]);
			continue;
		}
		text_fit(detail, sizeof(detail),
		    "%s ended three times within ten minutes. The last time: "
		    "%s.",
		    programs[i], d->why);
		alarm_raise(en, ALARM_OFTEN_DOWN, programs[i], "", detail);
	}
}
