/* secret.h - bytes that must not be seen.  Heap memory that is wiped on
 * clear, kept out of core files and swap where the system allows it.
 * No printing function exists, and none may be added. */
#ifndef SECRET_H
#define SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

#define SECRET_MAX 4096 /* bytes of one secret */

struct secret {
	unsigned char *p;
	size_t len;
};

#define SECRET_INIT     \
	{               \
		NULL, 0 \
	}

/* Copies n bytes (and a NUL behind them that is not counted). */
enum err secret_set(struct secret *s, const void *p, size_t n) ERR_CHECK;
enum err secret_copy(struct secret *to, const struct secret *from) ERR_CHECK;
/* Reads one line (no newline kept) from a descriptor, unbuffered. */
enum err secret_read_fd(struct secret *s, int fd, struct errinfo *ei) ERR_CHECK;
void secret_clear(struct secret *s);
bool secret_equal(const struct secret *a, const struct secret *b);
/* Borrowed, NUL-terminated; "" when empty.  For the library call that needs
 * it and nothing else. */
const char *secret_peek(const struct secret *s);
void mem_wipe(void *p, size_t n);

#endif
