#include "backend/engine/user_rate.h"

#include "backend/engine/engine.h"
#include "backend/engine/user_alarm.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"

#define LOOK_EVERY_MS 10000

struct user_rates {
	uint64_t minute_ms, look_ms; /* when each was looked at last */
	bool changed; /* by the look that is under way */
};

struct user_rates *
user_rates_new(struct engine *en)
{
	struct user_rates *r = xalloc(sizeof(*r));

	(void)en;
	r->minute_ms = r->look_ms = clock_mono_ms();
	return r;
}

void
user_rates_free(struct user_rates *r)
{
	mem_free(r);
}

void
user_rate_heard(struct mbox *m)
{
	m->heard++;
}

bool
user_rate_is_flood(unsigned heard, bool was)
{
	return heard > (was ? RATE_MINUTE_MAX / 2 : RATE_MINUTE_MAX);
}

static void
end_minute(void *arg, struct mbox *m)
{
	struct user_rates *r = arg;
	bool is = user_rate_is_flood(m->heard, m->is_flooding);

	if (is != m->is_flooding)
		r->changed = true;
	m->is_flooding = is;
	m->heard_last = m->heard;
	m->heard = 0;
}

/* What waits for a server that is away is late for a known reason, and has an
 * alarm of its own. */
static void
look(void *arg, struct mbox *m)
{
	struct user_rates *r = arg;
	uint64_t now = clock_mono_ms();
	const struct work *w;
	bool is = false;

	if (m->phase == MBOX_LIVE)
		TAILQ_FOREACH(w, &m->works, next)
	if (w->hot && w->state != WORK_DONE && now - w->since_ms > RATE_SLOW_MS)
		is = true;
	if (is != m->is_slow)
		r->changed = true;
	m->is_slow = is;
}

void
user_rates_tick(struct engine *en)
{
	struct user_rates *r = en->rates;
	uint64_t now = clock_mono_ms();

	r->changed = false;
	if (now - r->minute_ms >= RATE_MINUTE_MS) {
		users_each(en->users, end_minute, r);
		r->minute_ms = now;
	}
	if (now - r->look_ms >= LOOK_EVERY_MS) {
		users_each(en->users, look, r);
		r->look_ms = now;
	}
	if (r->changed)
		user_alarms_soon(en);
}
