#include "tests/harness/test.h"

#include <time.h>
#include <unistd.h>

#include "common/log_line.h"
#include "common/log_query.h"
#include "common/log_read.h"

#define ALL (UINT64_C(1) << 40)
#define T0_S 1795327319

static char dir[TEST_DIR_MAX];

struct got {
	int64_t n[20000];
	size_t count, most;
};

static bool
take(void *arg, const struct log_line *l)
{
	struct got *g = arg;
	char number[16];
	size_t i;

	if (g->count == g->most)
		return false;
	g->n[g->count] = -1;
	for (i = 0; i < l->pairs_n; i++)
		if (log_text_is(&l->pairs[i].name, "N") &&
		    l->pairs[i].value.n < sizeof(number)) {
			memcpy(
			    number, l->pairs[i].value.p, l->pairs[i].value.n);
			number[l->pairs[i].value.n] = '\0';
			g->n[g->count] = strtoll(number, NULL, 10);
		}
	g->count++;
	return true;
}

static FILE *
file(const char *name, const char *mode)
{
	char path[TEST_DIR_MAX + 64];
	FILE *f;

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, mode);
	assert_non_null(f);
	return f;
}

/* Line n was written n seconds after the first. */
static void
line(FILE *f, int64_t n, size_t pad)
{
	char when[40];
	time_t t = (time_t)(T0_S + n);
	struct tm tm;

	assert_non_null(gmtime_r(&t, &tm));
	assert_true(strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm) > 0);
	(void)fprintf(f,
	    "%s.000Z x[1]: Event=\"E\" N=\"%lld\" Pad=\"%0*d\" "
	    "Level=\"INFO\"\n",
	    when, (long long)n, (int)pad, 0);
}

static int
up(void **state)
{
	(void)state;
	tmp_dir_make(dir);
	return 0;
}

static int
down(void **state)
{
	(void)state;
	tmp_dir_remove(dir);
	return 0;
}

static void
get(struct got *g, const struct log_query *q, size_t most, uint64_t bytes,
    struct log_read_end *end)
{
	struct errinfo ei;

	g->count = 0;
	g->most = most;
	assert_err(log_read(dir, q, bytes, take, g, end, &ei), ERR_OK);
}

static void
assert_run(const struct got *g, int64_t from, int64_t to)
{
	size_t i;

	assert_int_equal(g->count, from - to + 1);
	for (i = 0; i < g->count; i++)
		assert_int_equal(g->n[i], from - (int64_t)i);
}

/* Lines of all sizes over many blocks, in two programs and their rotated
 * files: each once, newest first. */
static void
test_order(void **state)
{
	struct got *g = calloc(1, sizeof *g);
	FILE *f[4];
	struct log_query q;
	struct log_read_end end;
	int64_t i;

	(void)state;
	assert_non_null(g);
	f[0] = file("calconn-engine.log.1", "w");
	f[1] = file("calconn-engine.log", "w");
	f[2] = file("calconn-web.log.1", "w");
	f[3] = file("calconn-web.log", "w");
	for (i = 0; i < 6000; i++)
		line(f[(i % 3 == 0 ? 2 : 0) + (i > 2500)], i,
		    (size_t)(i * 7 % 400));
	for (i = 0; i < 4; i++)
		(void)fclose(f[i]);
	log_query_init(&q);
	get(g, &q, 20000, ALL, &end);
	assert_run(g, 5999, 0);
	assert_false(end.has_more);
	get(g, &q, 10, ALL, &end);
	assert_run(g, 5999, 5990);
	assert_true(end.has_more);
	/* Up to a time: what is newer is hardly read. */
	for (i = 1; i < 6000; i += 577) {
		q.to_ms = (T0_S + i) * INT64_C(1000);
		get(g, &q, 5, 2000000, &end);
		assert_run(g, i, i < 5 ? 0 : i - 4);
	}
	q.from_ms = (T0_S + 2400) * INT64_C(1000);
	q.to_ms = (T0_S + 2600) * INT64_C(1000);
	get(g, &q, 20000, ALL, &end);
	assert_run(g, 2600, 2400);
	free(g);
}

/* A search that finds nothing ends, and says how far it came. */
static void
test_bounded(void **state)
{
	struct got *g = calloc(1, sizeof *g);
	FILE *f = file("calconn-net.log", "w");
	struct log_query q;
	struct log_read_end end;
	struct errinfo ei;
	int64_t i, reached;

	(void)state;
	assert_non_null(g);
	for (i = 0; i < 5000; i++)
		line(f, i, 200);
	(void)fclose(f);
	log_query_init(&q);
	assert_err(log_query_set(&q, "all", "nowhere", &ei), ERR_OK);
	get(g, &q, 10, 300000, &end);
	assert_int_equal(g->count, 0);
	assert_true(end.has_more);
	assert_true(end.bytes <= 300000);
	reached = end.reached_ms / 1000 - T0_S;
	assert_in_range(reached, 3000, 4990);
	/* And on from there. */
	q.to_ms = end.reached_ms;
	get(g, &q, 10, 700000, &end);
	assert_true(end.reached_ms / 1000 - T0_S < reached);
	free(g);
}

/* What is not a line of ours is shown, a line without an end too, and one
 * without bounds is not. */
static void
test_odd_files(void **state)
{
	struct got *g = calloc(1, sizeof *g);
	FILE *f = file("calconn-web.log", "w");
	struct log_query q;
	struct log_read_end end;
	int i;

	(void)state;
	assert_non_null(g);
	line(f, 1, 1);
	(void)fprintf(f, "free(): invalid pointer\n\n\n");
	for (i = 0; i < 300000; i++)
		(void)fputc('x', f);
	(void)fputc('\n', f);
	line(f, 2, 1);
	(void)fprintf(f, "2026-11-22T06:02:10.000Z x[1]: N=\"3\"");
	(void)fclose(f);
	log_query_init(&q);
	get(g, &q, 20, ALL, &end);
	assert_int_equal(g->count, 4);
	assert_int_equal(g->n[0], 3);
	assert_int_equal(g->n[1], 2);
	assert_int_equal(g->n[2], -1);
	assert_int_equal(g->n[3], 1);
	/* Nothing but a file is read. */
	f = file("calconn-net.log.1", "w");
	line(f, 0, 1);
	(void)fclose(f);
	{
		char a[TEST_DIR_MAX + 32], b[TEST_DIR_MAX + 32];

		(void)snprintf(a, sizeof a, "%s/calconn-net.log.1", dir);
		(void)snprintf(b, sizeof b, "%s/calconn-engine.log", dir);
		assert_int_equal(symlink(a, b), 0);
	}
	get(g, &q, 20, ALL, &end);
	assert_int_equal(g->count, 5);
	free(g);
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, up, down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_order),
	    T(test_bounded),
	    T(test_odd_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
