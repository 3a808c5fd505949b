/* test.h - what every unit test includes first: config.h, cmocka, and a few
 * checks in the words of this program.  Tests only. */
#ifndef TEST_H
#define TEST_H

#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/err.h"

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Both as names: "ERR_AUTH" tells more than 5. */
#define assert_err(got, want) assert_string_equal(err_name(got), err_name(want))
#define assert_ok(got) assert_err(got, ERR_OK)

#define assert_contains(text, part)                                      \
	do {                                                             \
		if (strstr((text), (part)) == NULL)                      \
			fail_msg("\"%s\" lacks \"%s\"", (text), (part)); \
	} while (0)
#define assert_lacks(text, part)                                         \
	do {                                                             \
		if (strstr((text), (part)) != NULL)                      \
			fail_msg("\"%s\" holds \"%s\"", (text), (part)); \
	} while (0)

/* Each allocation of fn fails in turn.  fn gives everything back, and says
 * ERR_NOMEM or, where it can do without, ERR_OK. */
static inline void
oom_each(enum err (*fn)(void *arg), void *arg)
{
	unsigned n;

	for (n = 1; n < 100000; n++) {
		enum err e;

		(void)alloc_fail_after(n);
		e = fn(arg);
		if (alloc_fail_after(0) != 0) {
			/* It needed fewer than n: nothing failed. */
			assert_ok(e);
			assert_true(n > 1);
			return;
		}
		if (e != ERR_OK)
			assert_err(e, ERR_NOMEM);
	}
	fail_msg("allocations without an end");
}

#define TEST_DIR_MAX 256

/* A fresh directory; tmp_dir_remove() takes it away with what is in it. */
static inline void
tmp_dir_make(char out[TEST_DIR_MAX])
{
	const char *top = getenv("TMPDIR");

	(void)snprintf(out, TEST_DIR_MAX, "%s/calconn-test-XXXXXX",
	    top == NULL ? "/tmp" : top);
	if (mkdtemp(out) == NULL)
		fail_msg("cannot make %s", out);
}

static inline int
tmp_dir_entry(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

static inline void
tmp_dir_remove(const char *dir)
{
	assert_int_equal(nftw(dir, tmp_dir_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void
tmp_file(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

#endif
