#include "backend/engine/user_alarm.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/redirects.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/failure.h"

#define SOON_MS 1000
#define NAMED_MAX 5 /* users who are named in an alarm */
#define TEXT_MAX 1024

struct tally {
	size_t n;
	char names[TEXT_MAX];
	char reason[256];
};

struct counts {
	struct tally failed, unknown, silent;
};

static void
count(struct tally *t, const struct mbox *m)
{
	size_t used = strlen(t->names);

	if (t->n == 0)
		(void)str_copy(t->reason, sizeof(t->reason), m->row.reason);
	if (t->n < NAMED_MAX)
		text_fit(t->names + used, sizeof(t->names) - used, "%s%s",
		    t->n > 0 ? ", " : "", m->row.address);
	t->n++;
}

static void
count_one(void *arg, struct mbox *m)
{
	const struct failure *f = failure_find(m->row.failure);
	struct counts *c = arg;

	if (!m->is_listed || !m->user_enabled || !str_eq(m->row.state, "error"))
		return;
	if (f != NULL && f->alarm == 60131)
		count(&c->unknown, m);
	else if (m->phase == MBOX_LIVE)
		count(&c->silent, m);
	else
		count(&c->failed, m);
}

static void
tell(struct engine *en, enum alarm_id id, const struct tally *t)
{
	char detail[TEXT_MAX + 512];

	if (t->n == 0) {
		alarm_lower(en, id, "");
		return;
	}
	text_fit(detail, sizeof(detail), "%zu user%s: %s%s. Last reason: %s",
	    t->n, t->n == 1 ? "" : "s", t->names,
	    t->n > NAMED_MAX ? " and others" : "", t->reason);
	alarm_raise(en, id, "", detail);
}

static void
on_soon(void *arg)
{
	struct engine *en = arg;
	struct counts c;

	memset(&c, 0, sizeof(c));
	users_each(en->users, count_one, &c);
	tell(en, ALARM_SUBSCRIPTION_FAILED, &c.failed);
	tell(en, ALARM_NO_MAILBOX, &c.unknown);
	tell(en, ALARM_SUBSCRIPTION_SILENT, &c.silent);
	redirects_count(en);
}

void
user_alarms_soon(struct engine *en)
{
	if (en->user_alarms == NULL)
		en->user_alarms = timer_new(en->loop, on_soon, en);
	if (!timer_is_set(en->user_alarms))
		timer_start(en->user_alarms, SOON_MS);
}
