#include "config.h"

#include "tests/bench/sim/sim.h"

#define LATE_MAX_MS 200

unsigned fault_one_in;
unsigned sim_busy_ms;

/* The same in each run, so that what went wrong can be looked for again. */
static uint32_t
next_number(void)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x;
}

bool
fault_is_now(void)
{
	return fault_one_in > 0 && next_number() % fault_one_in == 0;
}

unsigned
fault_late_ms(void)
{
	return fault_is_now() ? next_number() % LATE_MAX_MS : 0;
}
