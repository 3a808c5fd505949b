/* backoff.c - see backoff.h. */
#include "config.h"

#include "backend/core/backoff.h"

#include <sys/random.h>

/* A number below n; 0 when the kernel has none ready, which only costs
 * the jitter. */
static uint32_t
random_below(uint32_t n)
{
	uint32_t r = 0;

	if (n == 0 ||
	    getrandom(&r, sizeof(r), GRND_NONBLOCK) != (ssize_t)sizeof(r))
		return 0;
	return r % n;
}

uint32_t
backoff_next_ms(struct backoff *b, uint32_t asked_ms)
{
	uint64_t d = b->floor_ms;
	uint32_t i, delay;

	for (i = 0; i < b->tries && d < b->ceiling_ms; i++)
		d *= 2;
	if (d > b->ceiling_ms)
		d = b->ceiling_ms;
	if (b->tries < UINT32_MAX)
		b->tries++;

	/* Earlier by up to a quarter, so that the ceiling holds and many
	 * who failed together do not come back together. */
	delay = (uint32_t)d;
	delay -= random_below(delay / 4 + 1);
	if (delay < b->floor_ms)
		delay = b->floor_ms;
	if (delay < asked_ms) {
		/* Later than asked, never earlier. */
		d = (uint64_t)asked_ms + random_below(asked_ms / 4 + 1);
		delay = d > UINT32_MAX ? UINT32_MAX : (uint32_t)d;
	}
	return delay;
}

void
backoff_reset(struct backoff *b)
{
	b->tries = 0;
}
