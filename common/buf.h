/* buf.h - growing bytes with a ceiling.  The data always ends in a NUL that
 * is not counted, so that text can be read as a C string. */
#ifndef BUF_H
#define BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "common/err.h"

struct buf {
	char *p; /* NULL while empty */
	size_t len; /* bytes in use */
	size_t cap; /* bytes allocated */
	size_t max; /* ceiling of len */
};

#define BUF_INIT(ceiling)             \
	{                             \
		NULL, 0, 0, (ceiling) \
	}

/* Each returns ERR_TOOBIG past the ceiling, ERR_NOMEM when memory is out;
 * then the content is as it was. */
enum err buf_put(struct buf *b, const void *p, size_t n) ERR_CHECK;
enum err buf_puts(struct buf *b, const char *s) ERR_CHECK;
enum err buf_putc(struct buf *b, char c) ERR_CHECK;
enum err buf_putf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), warn_unused_result));
enum err buf_reserve(struct buf *b, size_t more) ERR_CHECK;
void buf_consume(struct buf *b, size_t n); /* drop n bytes in front */
void buf_reset(struct buf *b); /* empty, memory kept */
void buf_wipe(struct buf *b); /* overwrite, then clear */
void buf_clear(struct buf *b); /* free */
const char *buf_str(const struct buf *b); /* never NULL */
char *buf_take(struct buf *b); /* owned by the caller */

/* Reads a whole file; the buffer's ceiling is the limit. */
enum err
file_slurp(const char *path, struct buf *b, struct errinfo *ei) ERR_CHECK;
/* The same from a descriptor; name: what messages call it. */
enum err
fd_slurp(int fd, const char *name, struct buf *b, struct errinfo *ei) ERR_CHECK;

#endif
