/* restart.c - see restart.h. */
#include "config.h"

#include "backend/manager/restart.h"

#include <string.h>

void
restart_init(struct restart *r)
{
	const struct backoff b =
	    BACKOFF_INIT(RESTART_FLOOR_MS, RESTART_CEILING_MS);

	memset(r, 0, sizeof(*r));
	r->backoff = b;
}

static void
forget_kills(struct restart *r, uint64_t now_ms)
{
	uint64_t s;

	if (r->kills == 0) {
		r->kills_at_ms = now_ms;
		return;
	}
	s = (now_ms - r->kills_at_ms) / 1000;
	if (s >= r->kills) {
		r->kills = 0;
		r->kills_at_ms = now_ms;
	} else {
		r->kills -= (uint32_t)s;
		r->kills_at_ms += s * 1000;
	}
}

uint32_t
restart_wait_ms(
    struct restart *r, uint64_t now_ms, uint64_t life_ms, bool killed)
{
	forget_kills(r, now_ms);
	if (killed && r->kills < RESTART_KILLS_MAX) {
		r->kills++;
		return 0;
	}
	if (life_ms >= RESTART_LONG_MS) {
		r->short_lives = 0;
		backoff_reset(&r->backoff);
		return 0;
	}
	if (r->short_lives++ == 0)
		return 0;
	return backoff_next_ms(&r->backoff, 0);
}
