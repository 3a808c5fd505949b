#include "common/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/secret.h"

#define BUF_FIRST 128 /* bytes of the first allocation */
#define SLURP_STEP 16384

/* Grows by a new block, and wipes the old one: a buffer may hold a secret,
 * and realloc() would leave a copy of it in freed memory. */
enum err
buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;
	char *p;

	if (more > b->max || b->len > b->max - more)
		return ERR_TOOBIG;
	if ((need = b->len + more + 1) <= b->cap)
		return ERR_OK;
	cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap - 1 > b->max)
		cap = b->max + 1;
	if ((p = try_alloc(cap)) == NULL)
		return ERR_NOMEM;
	if (b->p != NULL) {
		memcpy(p, b->p, b->len);
		mem_wipe(b->p, b->cap);
		mem_free(b->p);
	}
	b->p = p;
	b->cap = cap;
	return ERR_OK;
}

enum err
buf_put(struct buf *b, const void *p, size_t n)
{
	enum err e;

	if ((e = buf_reserve(b, n)) != ERR_OK)
		return e;
	if (n > 0)
		memcpy(b->p + b->len, p, n);
	b->len += n;
	b->p[b->len] = '\0';
	return ERR_OK;
}

enum err
buf_puts(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

enum err
buf_putc(struct buf *b, char c)
{
	return buf_put(b, &c, 1);
}

enum err
buf_putf(struct buf *b, const char *fmt, ...)
{
	enum err e;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return ERR_ARG;
	if ((e = buf_reserve(b, (size_t)n)) != ERR_OK)
		return e;
	va_start(ap, fmt);
	(void)vsnprintf(b->p + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return ERR_OK;
}

void
buf_consume(struct buf *b, size_t n)
{
	if (n >= b->len) {
		buf_reset(b);
		return;
	}
	memmove(b->p, b->p + n, b->len - n);
	b->len -= n;
	b->p[b->len] = '\0';
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->p != NULL)
		b->p[0] = '\0';
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		mem_wipe(b->p, b->cap);
	buf_clear(b);
}

void
buf_clear(struct buf *b)
{
	mem_free(b->p);
	b->p = NULL;
	b->len = b->cap = 0;
}

const char *
buf_str(const struct buf *b)
{
	return b->p == NULL ? "" : b->p;
}

char *
buf_take(struct buf *b)
{
	char *p = b->p == NULL ? xalloc(1) : b->p;

	b->p = NULL;
	b->len = b->cap = 0;
	return p;
}

enum err
fd_slurp(int fd, const char *path, struct buf *b, struct errinfo *ei)
{
	for (;;) {
		size_t room = b->max - b->len;
		ssize_t n;
		enum err e;

		if (room == 0) {
			char c;

			/* Full: fine only where the file ends here. */
			while ((n = read(fd, &c, 1)) < 0 && errno == EINTR)
				;
			if (n == 0)
				return ERR_OK;
			if (n > 0)
				return err_set(ei, ERR_TOOBIG,
				    "%s is larger than %zu bytes.", path,
				    b->max);
			return err_set(ei, ERR_SYS, "Cannot read %s: %s", path,
			    strerror(errno));
		}
		if (room > SLURP_STEP)
			room = SLURP_STEP;
		if ((e = buf_reserve(b, room)) != ERR_OK)
			return err_set(ei, e, "Cannot read %s: %s", path,
			    err_default_text(e));
		n = read(fd, b->p + b->len, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(ei, ERR_SYS, "Cannot read %s: %s", path,
			    strerror(errno));
		b->len += (size_t)n;
		b->p[b->len] = '\0';
		if (n == 0)
			return ERR_OK;
	}
}

enum err
file_slurp(const char *path, struct buf *b, struct errinfo *ei)
{
	struct stat st;
	enum err e;
	int fd;

	/* O_NONBLOCK: a FIFO in the file's place must not hang us. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return err_set(ei, errno == ENOENT ? ERR_NOTFOUND : ERR_SYS,
		    "Cannot open %s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		e = err_set(ei, ERR_ARG, "%s is not a plain file.", path);
	else
		e = fd_slurp(fd, path, b, ei);
	(void)close(fd);
	return e;
}
