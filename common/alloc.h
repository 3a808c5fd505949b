/* alloc.h - the one place that calls malloc.
 * x*: small fixed sizes, ends the program when memory is out.
 * try_*: sizes that a peer or a file can influence; NULL when out. */
#ifndef ALLOC_H
#define ALLOC_H

#include <stddef.h>

void *xalloc(size_t n); /* zeroed */
void *xcalloc(size_t n, size_t size); /* zeroed */
char *xstrdup(const char *s);
void *try_alloc(size_t n); /* zeroed, or NULL */
void *try_realloc(void *p, size_t n); /* or NULL, p stays valid */
char *try_strdup(const char *s);
char *try_strndup(const char *s, size_t n);
void mem_free(void *p); /* NULL is fine */

/* Pages of their own, zeroed, out of core files and, as far as the limits
 * allow, out of swap; or NULL.  For secrets.  n is the same in both. */
void *try_alloc_pages(size_t n);
void mem_free_pages(void *p, size_t n); /* wiped; any thread */

/* Tests only: the n-th try_* call from now fails; 0 switches that off.
 * Returns what was left of the count before: 0 after the failure. */
unsigned alloc_fail_after(unsigned n);

/* For a broken invariant only; bytes from outside can never reach it. */
void
fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
