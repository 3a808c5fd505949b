#include "backend/engine/user_alarm.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/redirects.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_rate.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/str.h"

#define SOON_MS 1000
#define NAMED_MAX 5 /* users who are named in an alarm */
#define TEXT_MAX 1024
#define NO_ACCOUNT "webex-not-found" /* of failure.def */

struct tally {
	size_t n;
	char names[TEXT_MAX];
	char failure[64], reason[256]; /* of the first */
};

/* Of a mailbox that is listened to. */
static bool
is_of_rate(enum alarm_id id)
{
	return id == ALARM_NOTIFICATIONS_MANY || id == ALARM_MEETINGS_SLOW ||
	       id == ALARM_WEBEX_USER;
}

static void
count(struct tally *t, enum alarm_id id, const struct mbox *m)
{
	size_t used = strlen(t->names);

	if (t->n == 0) {
		(void)str_copy(t->failure, sizeof(t->failure),
		    is_of_rate(id) ? "" : m->row.failure);
		if (id == ALARM_NOTIFICATIONS_MANY)
			text_fit(t->reason, sizeof(t->reason),
			    "%u notifications came for %s in a minute.",
			    m->heard_last, m->row.address);
		else if (id == ALARM_MEETINGS_SLOW)
			text_fit(t->reason, sizeof(t->reason),
			    "A change waits for more than %d minutes.",
			    RATE_SLOW_MS / 60000);
		else if (id == ALARM_WEBEX_USER)
			text_fit(t->reason, sizeof(t->reason), "%s.",
			    failure_find(NO_ACCOUNT)->title);
		else
			(void)str_copy(
			    t->reason, sizeof(t->reason), m->row.reason);
	}
	if (t->n < NAMED_MAX)
		text_fit(t->names + used, sizeof(t->names) - used, "%s%s",
		    t->n > 0 ? ", " : "", m->row.address);
	t->n++;
}

/* The alarm that counts this mailbox: ALARM__MAX where none does. */
static enum alarm_id
alarm_of(const struct mbox *m)
{
	const struct failure *f;

	if (!m->is_listed || !m->user_enabled)
		return ALARM__MAX;
	if (m->phase == MBOX_LIVE && m->is_flooding)
		return ALARM_NOTIFICATIONS_MANY;
	if (m->phase == MBOX_LIVE && m->is_slow)
		return ALARM_MEETINGS_SLOW;
	if (!str_eq(m->row.state, "error"))
		return m->no_account ? ALARM_WEBEX_USER : ALARM__MAX;
	f = failure_find(m->row.failure);
	if (f != NULL && (int)f->alarm == alarm_kind(ALARM_NO_MAILBOX)->number)
		return ALARM_NO_MAILBOX;
	return m->phase == MBOX_LIVE ? ALARM_SUBSCRIPTION_SILENT
				     : ALARM_SUBSCRIPTION_FAILED;
}

bool
user_alarm_mark(struct mbox *m)
{
	int number = alarm_kind(alarm_of(m))->number;
	const char *host = m->waits_for != NULL ? m->waits_for : "";

	if (m->row.alarm == number && str_eq(m->row.waits_for, host))
		return false;
	m->row.alarm = number;
	mem_free(m->row.waits_for);
	m->row.waits_for = xstrdup(host);
	return true;
}

static void
count_one(void *arg, struct mbox *m)
{
	enum alarm_id id = alarm_of(m);
	struct tally *all = arg;

	if (user_alarm_mark(m))
		m->row_dirty = true;
	if (id != ALARM__MAX)
		count(&all[id], id, m);
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
	alarm_raise(en, id, "", t->failure, detail);
}

static void
on_soon(void *arg)
{
	static const enum alarm_id ids[] = {ALARM_SUBSCRIPTION_FAILED,
	    ALARM_NO_MAILBOX, ALARM_SUBSCRIPTION_SILENT,
	    ALARM_NOTIFICATIONS_MANY, ALARM_MEETINGS_SLOW, ALARM_WEBEX_USER};
	struct tally *all = xalloc(ALARM__MAX * sizeof(*all));
	struct engine *en = arg;
	size_t i;

	users_each(en->users, count_one, all);
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		tell(en, ids[i], &all[ids[i]]);
	mem_free(all);
	redirects_count(en);
}

void
user_alarm_booking(struct engine *en, const char *address,
    const char *confer_id, const struct msg_evidence *ev)
{
	struct mbox *m = users_find(en->users, address);
	bool is;

	if (m == NULL)
		return;
	if (ev->code == (uint32_t)ERR_OK) {
		/* Another service says nothing about this one's accounts. */
		if (m->no_account_at[0] != '\0' &&
		    !str_eq(m->no_account_at, confer_id))
			return;
		is = false;
	} else if (ev->failure != NULL && str_eq(ev->failure, NO_ACCOUNT)) {
		(void)str_copy(
		    m->no_account_at, sizeof(m->no_account_at), confer_id);
		is = true;
	} else {
		return;
	}
	if (is != m->no_account)
		user_alarms_soon(en);
	m->no_account = is;
}

void
user_alarm_recall(struct mbox *m)
{
	m->no_account = m->row.alarm == alarm_kind(ALARM_WEBEX_USER)->number;
}

void
user_alarm_forget(struct mbox *m)
{
	if (m->no_account)
		user_alarms_soon(m->en);
	m->no_account = false;
}

void
user_alarms_soon(struct engine *en)
{
	if (en->user_alarms == NULL)
		en->user_alarms = timer_new(en->loop, on_soon, en);
	if (!timer_is_set(en->user_alarms))
		timer_start(en->user_alarms, SOON_MS);
}
