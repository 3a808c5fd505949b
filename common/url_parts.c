#define _GNU_SOURCE
#include "common/url_parts.h"

#include <string.h>
#include <strings.h>

#include "common/str.h"

static bool
is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.';
}

static bool
take_host(struct url_parts *u, const char *p, size_t len)
{
	const char *colon = memchr(p, ':', len);
	size_t n = colon == NULL ? len : (size_t)(colon - p), i;

	if (memchr(p, '@', len) != NULL)
		return false;
	if (n > 0 && p[n - 1] == '.')
		n--;
	if (n == 0 || n > URL_HOST_MAX)
		return false;
	memcpy(u->host, p, n);
	u->host[n] = '\0';
	u->host_len = n;
	for (i = 0; i < n; i++) {
		if (u->host[i] >= 'A' && u->host[i] <= 'Z')
			u->host[i] = (char)(u->host[i] + 32);
		if (!is_host_char(u->host[i]))
			return false;
	}
	return u->host[0] != '.' && u->host[0] != '-';
}

static void
piece_set(struct url_piece *x, const char *p, const char *end)
{
	x->p = p;
	x->len = (size_t)(end - p);
}

bool
url_parts_split(struct url_parts *u, const char *url, size_t len)
{
	const char *end = url + len, *p, *q, *stop;

	if (len > URL_PARTS_MAX)
		return false;
	if (len > 8 && strncasecmp(url, "https://", 8) == 0)
		p = url + 8;
	else if (len > 7 && strncasecmp(url, "http://", 7) == 0)
		p = url + 7;
	else
		return false;
	for (stop = p; stop < end && strchr("/?#\\", *stop) == NULL; stop++)
		;
	if (!take_host(u, p, (size_t)(stop - p)))
		return false;
	piece_set(&u->path, stop, stop);
	piece_set(&u->query, end, end);
	piece_set(&u->fragment, end, end);
	if ((q = memchr(stop, '#', (size_t)(end - stop))) != NULL) {
		piece_set(&u->fragment, q + 1, end);
		end = q;
	}
	if ((q = memchr(stop, '?', (size_t)(end - stop))) != NULL) {
		piece_set(&u->query, q + 1, end);
		end = q;
	}
	piece_set(&u->path, stop, end);
	return true;
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
url_percent_decode(char *out, size_t out_size, const char *p, size_t len)
{
	size_t i, n = 0;
	int a, b;
	char c;

	for (i = 0; i < len; i++) {
		c = p[i];
		if (c == '%' && i + 2 < len && (a = hex(p[i + 1])) >= 0 &&
		    (b = hex(p[i + 2])) >= 0) {
			c = (char)(a * 16 + b);
			i += 2;
		}
		if ((unsigned char)c < 0x20 || c == 0x7f || n + 1 >= out_size)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

/* In "a=1&b=2"; some clients leave "&amp;" as it is. */
static bool
find_param(const struct url_piece *in, const char *name, char *out, size_t size)
{
	size_t n = strlen(name), at = 0, stop;
	const char *amp;

	while (at < in->len) {
		amp = memchr(in->p + at, '&', in->len - at);
		stop = amp == NULL ? in->len : (size_t)(amp - in->p);
		if (stop - at > 4 && memcmp(in->p + at, "amp;", 4) == 0)
			at += 4;
		if (stop - at > n && in->p[at + n] == '=' &&
		    strncasecmp(in->p + at, name, n) == 0)
			return url_percent_decode(
			    out, size, in->p + at + n + 1, stop - at - n - 1);
		at = stop + 1;
	}
	return false;
}

bool
url_parts_param(
    const struct url_parts *u, const char *name, char *out, size_t out_size)
{
	struct url_piece tail = u->fragment;
	const char *q;

	if (find_param(&u->query, name, out, out_size))
		return true;
	if (tail.len == 0 || (q = memchr(tail.p, '?', tail.len)) == NULL)
		return false;
	tail.len -= (size_t)(q + 1 - tail.p);
	tail.p = q + 1;
	return find_param(&tail, name, out, out_size);
}

static bool
is_within(const char *host, size_t h, const char *domain, size_t d)
{
	return h >= d && (h == d || host[h - d - 1] == '.') &&
	       memcmp(host + h - d, domain, d) == 0;
}

bool
url_host_within(const char *host, const char *domain)
{
	return is_within(host, strlen(host), domain, strlen(domain));
}

bool
url_parts_within(
    const struct url_parts *u, const char *domain, size_t domain_len)
{
	return is_within(u->host, u->host_len, domain, domain_len);
}
