/* join_clean.c - see join_clean.h. */
#include "common/join_clean.h"

#include <string.h>

#include "common/buf.h"

static bool
is_between(unsigned char c, unsigned char from, unsigned char to)
{
	return c >= from && c <= to;
}

size_t
join_hidden(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] < 0x20 || u[0] == 0x7f)
		return u[0] != '\0';
	if (u[0] == 0xc2 && is_between(u[1], 0x80, 0x9f))
		return 2; /* C1 */
	if (u[0] == 0xd8 && u[1] == 0x9c)
		return 2; /* U+061C */
	if (u[0] != 0xe2)
		return 0;
	if (u[1] == 0x80 &&
	    (u[2] == 0x8e || u[2] == 0x8f || is_between(u[2], 0xa8, 0xae)))
		return 3; /* U+200E, U+200F, U+2028 to U+202E */
	if (u[1] == 0x81 && is_between(u[2], 0xa6, 0xa9))
		return 3; /* U+2066 to U+2069 */
	return 0;
}

enum err
join_clean_put(struct buf *b, const char *s, bool lines)
{
	enum err e;
	size_t n;

	for (; *s != '\0'; s += n) {
		n = join_hidden(s);
		if (n > 0 && !(lines && *s == '\n'))
			continue;
		n = 1;
		if ((e = buf_putc(b, *s)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_guard(const char *s)
{
	const char *p = "do not delete or change any of the";

	for (; *p != '\0'; p++) {
		if (*p != ' ') {
			if (!is_letter(*s) || (*s | 0x20) != *p)
				return false;
			s++;
			continue;
		}
		if (*s == '\0' || is_letter(*s))
			return false;
		while (*s != '\0' && !is_letter(*s))
			s++;
	}
	return true;
}

bool
join_guard_find(const char *s, size_t *at)
{
	const char *p;

	for (p = s; *p != '\0'; p++) {
		if ((*p | 0x20) != 'd' || !is_guard(p))
			continue;
		if (at != NULL)
			*at = (size_t)(p - s);
		return true;
	}
	return false;
}
