#include "config.h"

#include "tests/bench/sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/clock.h"

#define MEETINGS_MAX 400000
#define LINE_SIZE 4096
#define MISSING_MAX 20

struct meeting *meetings;
size_t meetings_n;
uint64_t last_seq;

static uint32_t *last_of, mailboxes_n;
static double rate, rate_until, next_at;
static unsigned one_in, made;
static double flood_rate, flood_until, flood_at;
static uint32_t flood_mailbox;

double
work_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void
work_init(unsigned mailboxes)
{
	mailboxes_n = mailboxes;
	last_of = xcalloc(mailboxes, sizeof(*last_of));
	meetings = xcalloc(MEETINGS_MAX, sizeof(*meetings));
}

uint32_t
work_last_of(uint32_t mailbox)
{
	return last_of[mailbox];
}

static struct meeting *
make(uint32_t mailbox, bool keyword)
{
	struct meeting *m = &meetings[meetings_n];

	if (meetings_n == MEETINGS_MAX)
		fatal("sim: too many meetings");
	m->mailbox = mailbox;
	m->version = 1;
	m->seq = ++last_seq;
	m->prev = last_of[mailbox];
	m->keyword_at = keyword ? work_now() : 0;
	last_of[mailbox] = (uint32_t)++meetings_n;
	return m;
}

/* Every mailbox has its turn, in an order that looks like none: a step that
 * has no divisor in common with their number. */
static uint32_t
next_mailbox(void)
{
	static uint64_t at;

	do {
		at += 7919;
	} while (flood_rate > 0 && mailboxes_n > 1 &&
		 at % mailboxes_n == flood_mailbox);
	return (uint32_t)(at % mailboxes_n);
}

/* One mailbox in which a program goes wild: each meeting is made and then
 * changed nine times. */
static void
flood(void)
{
	static unsigned turn;
	struct meeting *m;
	uint32_t last = last_of[flood_mailbox];

	if (turn++ % 10 == 0 || last == 0) {
		ews_changed(make(flood_mailbox, false), "Created");
		return;
	}
	m = &meetings[last - 1];
	m->version++;
	m->seq = ++last_seq;
	ews_changed(m, "Modified");
}

static void
change(void)
{
	bool keyword = one_in != 0 && ++made % one_in == 0;
	struct meeting *m;

	/* Half are meetings that somebody made a while ago. */
	if (made % 2 == 0 || meetings_n == 0) {
		ews_changed(make(next_mailbox(), keyword), "Created");
		return;
	}
	m = &meetings[(made * 31u) % meetings_n];
	if (m->keyword_at == 0 && m->done_at == 0 && keyword)
		m->keyword_at = work_now();
	m->version++;
	m->seq = ++last_seq;
	ews_changed(m, "Modified");
}

uint64_t
work_tick(void)
{
	double now = work_now();

	while (rate > 0 && next_at <= now && next_at < rate_until) {
		change();
		next_at += 1 / rate;
	}
	while (flood_rate > 0 && flood_at <= now && flood_at < flood_until) {
		flood();
		flood_at += 1 / flood_rate;
	}
	if (flood_rate > 0 && flood_at >= flood_until)
		flood_rate = 0;
	if (rate > 0 && next_at >= rate_until)
		rate = 0;
	if (flood_rate > 0)
		return clock_mono_ms() + (uint64_t)(1e3 / flood_rate) + 1;
	if (rate > 0 && next_at - now < 1)
		return clock_mono_ms() + (uint64_t)((next_at - now) * 1e3) + 1;
	return clock_mono_ms() + 200;
}

void
work_decorated(struct meeting *m)
{
	if (m->done_at != 0)
		sim_stats.doubles++;
	m->done_at = work_now();
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
print_stats(void)
{
	const struct sim_stats *s = &sim_stats;
	double *took = xcalloc(meetings_n + 1, sizeof(*took)), first = 0,
	       last = 0;
	struct rusage ru;
	size_t i, n = 0, wanted = 0;

	for (i = 0; i < meetings_n; i++) {
		const struct meeting *m = &meetings[i];

		if (m->keyword_at == 0)
			continue;
		wanted++;
		if (first == 0 || m->keyword_at < first)
			first = m->keyword_at;
		if (m->done_at == 0)
			continue;
		if (m->done_at > last)
			last = m->done_at;
		took[n++] = m->done_at - m->keyword_at;
	}
	qsort(took, n, sizeof(*took), compare);
	(void)getrusage(RUSAGE_SELF, &ru);
	printf("{\"requests\": %" PRIu64 ", \"subscribes\": %" PRIu64
	       ", \"streams\": %" PRIu64 ", \"syncs\": %" PRIu64
	       ", \"gets\": %" PRIu64 ", \"updates\": %" PRIu64
	       ", \"others\": %" PRIu64 ", \"connections\": %" PRIu64
	       ", \"events\": %" PRIu64 ", \"in_flight_max\": %u"
	       ", \"open_streams\": %u, \"over_concurrent\": %" PRIu64
	       ", \"over_ids\": %" PRIu64 ", \"over_hanging\": %" PRIu64
	       ", \"no_affinity\": %" PRIu64 ", \"conflicts\": %" PRIu64
	       ", \"doubles\": %" PRIu64,
	    s->requests, s->subscribes, s->streams, s->syncs, s->gets,
	    s->updates, s->others, s->connections, s->events, s->in_flight_max,
	    s->open_streams, s->over_concurrent, s->over_ids, s->over_hanging,
	    s->no_affinity, s->conflicts, s->doubles);
	printf(", \"wanted\": %zu, \"decorated\": %zu, \"median_s\": %.4f"
	       ", \"p99_s\": %.4f, \"worst_s\": %.4f, \"span_s\": %.4f"
	       ", \"busy\": %s, \"cpu_s\": %.3f}\n",
	    wanted, n, n > 0 ? took[n / 2] : 0,
	    n > 0 ? took[(n - 1) * 99 / 100] : 0, n > 0 ? took[n - 1] : 0,
	    last - first, rate > 0 ? "true" : "false",
	    (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
		(double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6);
	mem_free(took);
}

/* The first that wait for join details: number, mailbox, since when, what
 * was asked of the meeting. */
static void
print_missing(void)
{
	const struct meeting *m;
	size_t i, n = 0;

	printf("[");
	for (i = 0; i < meetings_n && n < MISSING_MAX; i++) {
		m = &meetings[i];
		if (m->keyword_at == 0 || m->done_at != 0)
			continue;
		printf("%s[%zu, %u, %.1f, %u, %u]", n++ > 0 ? ", " : "", i,
		    m->mailbox, work_now() - m->keyword_at, m->gets,
		    m->updates);
	}
	printf("]\n");
	(void)fflush(stdout);
}

/* The measures begin anew; meetings stay, and count no more. */
static void
reset(void)
{
	struct sim_stats fresh = {0};
	size_t i;

	fresh.in_flight = sim_stats.in_flight;
	fresh.open_streams = sim_stats.open_streams;
	sim_stats = fresh;
	for (i = 0; i < meetings_n; i++)
		meetings[i].keyword_at = 0;
}

static void
obey(char *line)
{
	unsigned a, i;
	double r, seconds;

	if (sscanf(line, "rate %lf %u %lf", &r, &one_in, &seconds) == 3) {
		rate = r;
		next_at = work_now();
		rate_until = next_at + seconds;
	} else if (sscanf(line, "burst %u", &a) == 1) {
		for (i = 0; i < a; i++)
			ews_changed(make(next_mailbox(), true), "Created");
	} else if (sscanf(line, "seed %u", &a) == 1) {
		printf("{\"first\": %zu}\n", meetings_n);
		for (i = 0; i < a; i++)
			(void)make(next_mailbox(), false);
		(void)fflush(stdout);
		return;
	} else if (sscanf(line, "delay %u", &a) == 1) {
		sim_delay_ms = a;
	} else if (sscanf(line, "unlimited %u", &a) == 1) {
		sim_unlimited = a != 0;
	} else if (sscanf(line, "flood %u %lf %lf", &a, &r, &seconds) == 3) {
		flood_mailbox = a;
		flood_rate = r;
		flood_at = work_now();
		flood_until = flood_at + seconds;
	} else if (sscanf(line, "busy %u", &sim_busy_ms) == 1 ||
		   sscanf(line, "garble %u", &fault_one_in) == 1) {
		;
	} else if (strcmp(line, "cut") == 0) {
		conn_cut(false, 0);
	} else if (sscanf(line, "restart %u", &a) == 1) {
		conn_cut(true, a);
		ews_forget();
	} else if (sscanf(line, "mute %u", &a) == 1) {
		conn_mute(a);
	} else if (strcmp(line, "missing") == 0) {
		print_missing();
		return;
	} else if (strcmp(line, "reset") == 0) {
		reset();
	} else if (strcmp(line, "stats") == 0) {
		print_stats();
		(void)fflush(stdout);
		return;
	} else {
		fatal("sim: no such command: %s", line);
	}
	printf("{}\n");
	(void)fflush(stdout);
}

void
work_line(void)
{
	static char text[LINE_SIZE];
	static size_t len;
	ssize_t n = read(STDIN_FILENO, text + len, sizeof(text) - 1 - len);
	char *end;

	if (n <= 0)
		exit(0); /* who started it has gone */
	len += (size_t)n;
	text[len] = '\0';
	while ((end = strchr(text, '\n')) != NULL) {
		*end = '\0';
		obey(text);
		len -= (size_t)(end + 1 - text);
		memmove(text, end + 1, len + 1);
	}
}
