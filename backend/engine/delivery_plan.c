#include "backend/engine/delivery_plan.h"

#include "backend/core/backoff.h"
#include "common/store_delivery.h"

static int64_t
within(int64_t s, int64_t most)
{
	return s < 0 ? 0 : s > most ? most : s;
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t
delivery_wait_s(
    const struct delivery_state *st, int64_t oldest_s, int64_t now_s)
{
	int64_t s =
	    within(oldest_s + DELIVERY_GATHER_S - now_s, DELIVERY_GATHER_S);

	if (st->tried_s > 0)
		s = larger(s, within(st->tried_s + DELIVERY_GAP_S - now_s,
				  DELIVERY_GAP_S));
	if (st->tries > 0)
		s = larger(s, within(st->next_s - now_s, DELIVERY_RETRY_MAX_S));
	return s;
}

void
delivery_failed(struct delivery_state *st, int64_t now_s)
{
	struct backoff b =
	    BACKOFF_INIT(DELIVERY_GAP_S * 1000, DELIVERY_RETRY_MAX_S * 1000);

	b.tries = (uint32_t)within(st->tries, 100);
	st->next_s =
	    now_s + within(backoff_next_ms(&b, DELIVERY_GAP_S * 1000) / 1000,
			DELIVERY_RETRY_MAX_S);
	st->tries++;
}
