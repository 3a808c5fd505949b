#include "config.h"

#include "common/alloc.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

#ifdef HAVE_SANITIZERS
/* From the heap, so that the sanitizer sees a leak or a late use. */
void *
try_alloc_pages(size_t n)
{
	return try_alloc(n);
}

void
mem_free_pages(void *p, size_t n)
{
	(void)n;
	mem_free(p);
}
#else
/* A request of the network worker has a secret or two for a few milliseconds,
 * and four system calls for each are a tenth of what it costs.  So some pages
 * are kept, wiped, locked and out of core files as they are.  Worker threads
 * use secrets as well. */
#define KEPT_MAX 64 /* pages */

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static void *kept[KEPT_MAX];
static size_t kept_n;

static size_t
page_size(void)
{
	long n = sysconf(_SC_PAGESIZE);

	return n > 0 ? (size_t)n : 4096;
}

static void *
kept_take(void)
{
	void *p = NULL;

	(void)pthread_mutex_lock(&kept_lock);
	if (kept_n > 0)
		p = kept[--kept_n];
	(void)pthread_mutex_unlock(&kept_lock);
	return p;
}

static int
kept_give(void *p)
{
	int is_kept;

	(void)pthread_mutex_lock(&kept_lock);
	is_kept = kept_n < KEPT_MAX;
	if (is_kept)
		kept[kept_n++] = p;
	(void)pthread_mutex_unlock(&kept_lock);
	return is_kept;
}

void *
try_alloc_pages(size_t n)
{
	void *p;

	if (must_fail())
		return NULL;
	if (n <= page_size() && (p = kept_take()) != NULL)
		return p;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	/* Without these it is still memory: an old kernel or a low limit
	 * must not keep anybody from signing in. */
	(void)madvise(p, n, MADV_DONTDUMP);
	(void)mlock(p, n);
	return p;
}

void
mem_free_pages(void *p, size_t n)
{
	if (p == NULL)
		return;
	explicit_bzero(p, n);
	if (n > page_size() || !kept_give(p))
		(void)munmap(p, n);
}
#endif
