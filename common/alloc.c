#include "common/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned fail_after; /* tests only; 0: never */

static int
must_fail(void)
{
	if (fail_after == 0)
		return 0;
	return --fail_after == 0;
}

unsigned
alloc_fail_after(unsigned n)
{
	unsigned left = fail_after;

	fail_after = n;
	return left;
}

void
fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)fputs("fatal: ", stderr);
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	abort();
}

/* A size of 0 still gives memory of its own, so that NULL means failure. */
void *
xalloc(size_t n)
{
	return xcalloc(1, n);
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n == 0 ? 1 : n, size == 0 ? 1 : size);

	if (p == NULL)
		fatal("out of memory (%zu bytes)", n * size);
	return p;
}

char *
xstrdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(xalloc(n), s, n);
}

void *
try_alloc(size_t n)
{
	if (must_fail() || n > PTRDIFF_MAX)
		return NULL;
	return calloc(1, n == 0 ? 1 : n);
}

void *
try_realloc(void *p, size_t n)
{
	if (must_fail() || n > PTRDIFF_MAX)
		return NULL;
	return realloc(p, n == 0 ? 1 : n);
}

char *
try_strdup(const char *s)
{
	return try_strndup(s, strlen(s));
}

char *
try_strndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *p = try_alloc(len + 1);

	if (p != NULL)
		memcpy(p, s, len);
	return p;
}

void
mem_free(void *p)
{
	free(p);
}
