#include "common/secret.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/alloc.h"

void
mem_wipe(void *p, size_t n)
{
	explicit_bzero(p, n);
}

/* Pages of its own: there are few secrets at a time, and none shares a page
 * with what a core file or the swap may hold. */
enum err
secret_set(struct secret *s, const void *p, size_t n)
{
	unsigned char *q;

	if (n > SECRET_MAX)
		return ERR_TOOBIG;
	if ((q = try_alloc_pages(n + 1)) == NULL)
		return ERR_NOMEM;
	if (n > 0)
		memcpy(q, p, n);
	secret_clear(s);
	s->p = q;
	s->len = n;
	return ERR_OK;
}

enum err
secret_copy(struct secret *to, const struct secret *from)
{
	return secret_set(to, from->p, from->len);
}

enum err
secret_read_fd(struct secret *s, int fd, struct errinfo *ei)
{
	unsigned char line[SECRET_MAX + 2];
	size_t n = 0;
	enum err e = ERR_OK;

	/* A byte at a time: what follows the line belongs to others. */
	for (;;) {
		ssize_t r = read(fd, line + n, 1);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0) {
			e = err_set(ei, ERR_SYS, "Cannot read the password: %s",
			    strerror(errno));
			break;
		}
		if (r == 0 || line[n] == '\n')
			break;
		if (++n > SECRET_MAX + 1) {
			e = ERR_TOOBIG;
			break;
		}
	}
	if (e == ERR_OK && n > 0 && line[n - 1] == '\r')
		n--;
	if (e == ERR_OK)
		e = secret_set(s, line, n);
	if (e == ERR_TOOBIG)
		(void)err_set(
		    ei, e, "The password is longer than %d bytes.", SECRET_MAX);
	else if (e == ERR_NOMEM)
		(void)err_set(ei, e, "%s", err_default_text(e));
	mem_wipe(line, sizeof(line));
	return e;
}

void
secret_clear(struct secret *s)
{
	if (s->p != NULL) {
		mem_wipe(s->p, s->len + 1);
		mem_free_pages(s->p, s->len + 1);
	}
	s->p = NULL;
	s->len = 0;
}

bool
secret_equal(const struct secret *a, const struct secret *b)
{
	unsigned char diff = 0;
	size_t i;

	if (a->len != b->len)
		return false;
	/* All bytes are read, whichever differs: the time tells nothing. */
	for (i = 0; i < a->len; i++)
		diff = (unsigned char)(diff | (a->p[i] ^ b->p[i]));
	return diff == 0;
}

const char *
secret_peek(const struct secret *s)
{
	return s->p == NULL ? "" : (const char *)s->p;
}
