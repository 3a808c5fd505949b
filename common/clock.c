#include "common/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t fake_mono, fake_wall; /* tests only; 0: the real clock */

static uint64_t
read_ms(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) != 0)
		return 0;
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

uint64_t
clock_mono_ms(void)
{
	return fake_mono != 0 ? fake_mono : read_ms(CLOCK_MONOTONIC);
}

uint64_t
clock_wall_ms(void)
{
	return fake_wall != 0 ? fake_wall : read_ms(CLOCK_REALTIME);
}

int64_t
clock_wall_s(void)
{
	return (int64_t)(clock_wall_ms() / 1000);
}

void
clock_fake(uint64_t mono_ms, uint64_t wall_ms)
{
	fake_mono = mono_ms;
	fake_wall = wall_ms;
}

/* Times can come from a peer: what no calendar holds becomes "-". */
void
clock_iso(int64_t wall_s, char out[CLOCK_TEXT_MAX])
{
	time_t t = (time_t)wall_s;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900 ||
	    strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		(void)snprintf(out, CLOCK_TEXT_MAX, "-");
}

void
clock_iso_ms(uint64_t wall_ms, char out[CLOCK_TEXT_MAX])
{
	char s[CLOCK_TEXT_MAX];

	clock_iso((int64_t)(wall_ms / 1000), s);
	if (s[0] == '-')
		(void)snprintf(out, CLOCK_TEXT_MAX, "-");
	else
		(void)snprintf(out, CLOCK_TEXT_MAX, "%.19s.%03uZ", s,
		    (unsigned)(wall_ms % 1000));
}

void
clock_local(int64_t wall_s, char out[CLOCK_TEXT_MAX])
{
	time_t t = (time_t)wall_s;
	struct tm tm;
	char s[CLOCK_TEXT_MAX];
	long min;

	if (localtime_r(&t, &tm) == NULL || tm.tm_year > 9999 - 1900 ||
	    strftime(s, sizeof(s), "%Y-%m-%d %H:%M:%S", &tm) == 0) {
		(void)snprintf(out, CLOCK_TEXT_MAX, "-");
		return;
	}
	min = (tm.tm_gmtoff < 0 ? -tm.tm_gmtoff : tm.tm_gmtoff) / 60;
	(void)snprintf(out, CLOCK_TEXT_MAX, "%.19s %c%02ld:%02ld", s,
	    tm.tm_gmtoff < 0 ? '-' : '+', min / 60 % 100, min % 60);
}
