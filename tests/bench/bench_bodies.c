/* bench_bodies.c - join details into 2,000 bodies as mail programs write
 * them: put where they belong, every other byte as it was, a second pass the
 * same, another room put in the place of the first; and how long one takes.
 * usage: bench_bodies [COUNT]
 * Prints a table; exit code 1 when a byte is wrong or the p99 is over 10 ms. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/engine/body_splice.h"
#include "common/alloc.h"
#include "common/join_block.h"
#include "common/meeting_rules.h"
#include "tests/harness/body_make.h"

#define COUNT_MAX 100000u
#define OUT_MAX (8u * 1024u * 1024u)
#define P99_MS 10.0
#define CLASSES 3

static const struct meeting_room room_a = {
    .link = "https://example.webex.com/meet/alice",
    .number = "123 456",
    .video = "alice@example.com"};
static const struct meeting_room room_b = {
    .link = "https://example.webex.com/meet/bob", .number = "", .video = ""};

struct took {
	double *v;
	size_t n;
};

static double
cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
percentile(const struct took *t, unsigned p)
{
	return t->n == 0 ? 0 : t->v[(t->n - 1) * p / 100];
}

static enum splice
splice(struct buf *out, const struct body_made *m, const char *body, size_t len,
    const struct meeting_room *room)
{
	enum splice what;
	struct errinfo ei;

	buf_reset(out);
	if (body_splice(out, &what, body, len, m->is_html, room, &ei) != ERR_OK)
		fatal("%s", ei.text);
	return what;
}

/* Before and behind the place, all bytes as they were. */
static bool
is_kept(const struct body_made *m, const struct buf *out)
{
	size_t tail = m->b.len - m->place;

	return out->len > m->b.len && memcmp(out->p, m->b.p, m->place) == 0 &&
	       memcmp(out->p + out->len - tail, m->b.p + m->place, tail) == 0;
}

static bool
is_right(const struct body_made *m, struct buf *one, struct buf *two,
    enum splice first)
{
	return first == SPLICE_INSERTED && is_kept(m, one) &&
	       splice(two, m, one->p, one->len, &room_a) == SPLICE_UNCHANGED &&
	       splice(two, m, one->p, one->len, &room_b) == SPLICE_REPLACED &&
	       is_kept(m, two) && strstr(two->p, room_b.link) != NULL &&
	       strstr(two->p, room_a.link) == NULL;
}

static void
row(const char *name, struct took *t)
{
	qsort(t->v, t->n, sizeof(*t->v), by_size);
	printf("| %s | %zu | %.2f | %.2f | %.2f |\n", name, t->n,
	    percentile(t, 50), percentile(t, 99), percentile(t, 100));
}

int
main(int argc, char **argv)
{
	static const char *const names[CLASSES] = {
	    "under 100 KiB", "100 to 300 KiB", "5 MiB"};
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
	struct buf one = BUF_INIT(OUT_MAX), two = BUF_INIT(OUT_MAX);
	struct body_made m = {.b = BUF_INIT(BODY_MAKE_MAX)};
	struct took all = {0}, by[CLASSES] = {{0}};
	unsigned wrong = 0, i, k;
	enum splice first;
	double from;

	if (count < 1 || count > COUNT_MAX)
		return 2;
	all.v = xalloc(count * sizeof(double));
	for (k = 0; k < CLASSES; k++)
		by[k].v = xalloc(count * sizeof(double));
	for (i = 0; i < count; i++) {
		body_make(&m, i, body_make_size(i));
		from = cpu_ms();
		first = splice(&one, &m, m.b.p, m.b.len, &room_a);
		all.v[all.n] = cpu_ms() - from;
		k = m.b.len > 1048576 ? 2 : m.b.len >= 102400 ? 1 : 0;
		by[k].v[by[k].n++] = all.v[all.n++];
		if (!is_right(&m, &one, &two, first)) {
			printf("body %u (%s) is wrong\n", i, m.shape);
			wrong++;
		}
	}
	printf("| bodies | n | median, ms | p99, ms | largest, ms |\n"
	       "| --- | ---: | ---: | ---: | ---: |\n");
	for (k = 0; k < CLASSES; k++)
		row(names[k], &by[k]);
	row("all", &all);
	printf("\nwrong: %u; p99 %.2f ms, limit %.0f\n", wrong,
	    percentile(&all, 99), P99_MS);
	wrong += percentile(&all, 99) > P99_MS;
	for (k = 0; k < CLASSES; k++)
		mem_free(by[k].v);
	mem_free(all.v);
	buf_clear(&one);
	buf_clear(&two);
	buf_clear(&m.b);
	return wrong == 0 ? 0 : 1;
}
