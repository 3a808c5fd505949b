#define _GNU_SOURCE
#include "common/url_unwrap.h"

#include <string.h>
#include <strings.h>

#include "common/str.h"
#include "common/url_parts.h"

#define RUN_MAX 66 /* bytes that one run of Proofpoint v3 stands for */

static const char base64_url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Gateways that hold the address in one parameter, percent-encoded. */
static const struct by_param {
	const char *domain;
	size_t domain_len;
	const char *path; /* how it begins */
	const char *param;
} by_params[] = {
#define GATEWAY(domain, path, param)                    \
	{                                               \
		domain, sizeof(domain) - 1, path, param \
	}
    GATEWAY("safelinks.protection.outlook.com", "/", "url"),
    GATEWAY("safelinks.protection.office365.us", "/", "url"),
    GATEWAY("urldefense.proofpoint.com", "/v1/", "u"),
    GATEWAY("linkprotect.cudasvc.com", "/url", "a"),
    GATEWAY("trendmicro.com", "/wis/clicktime/", "url"),
    GATEWAY("fireeye.com", "/v1/url", "u"),
    GATEWAY("fireeye.com", "/url", "u"),
    GATEWAY("clicktime.symantec.com", "/", "u"),
    GATEWAY("www.google.com", "/url", "q"),
#undef GATEWAY
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
path_begins(const struct url_parts *u, const char *with)
{
	size_t n = strlen(with);

	return u->path.len >= n && memcmp(u->path.p, with, n) == 0;
}

static bool
from_param(const struct url_parts *u, char *out, size_t size)
{
	size_t i;

	for (i = 0; i < COUNT(by_params); i++)
		if (url_parts_within(
			u, by_params[i].domain, by_params[i].domain_len) &&
		    path_begins(u, by_params[i].path) &&
		    url_parts_param(u, by_params[i].param, out, size))
			return true;
	return false;
}

static bool
is_proofpoint(const char *host)
{
	return str_eq(host, "urldefense.proofpoint.com") ||
	       str_eq(host, "urldefense.com") || str_eq(host, "urldefense.us");
}

/* Version 2: "https-3A__host_path-3Fa-3Db". */
static bool
proofpoint_2(const struct url_parts *u, char *out, size_t size)
{
	char mid[URL_PARTS_MAX + 1];
	size_t i;

	if (!path_begins(u, "/v2/") ||
	    !url_parts_param(u, "u", mid, sizeof(mid)))
		return false;
	for (i = 0; mid[i] != '\0'; i++) {
		if (mid[i] == '-')
			mid[i] = '%';
		else if (mid[i] == '_')
			mid[i] = '/';
	}
	return url_percent_decode(out, size, mid, i);
}

/* Bytes of base64 without padding; how many. */
static size_t
base64_bytes(char *out, size_t size, const char *p, size_t len)
{
	unsigned acc = 0, bits = 0;
	size_t i, n = 0;
	const char *d;

	for (i = 0; i < len && n < size; i++) {
		char c = p[i] == '+' ? '-' : p[i] == '/' ? '_' : p[i];

		if (c == '\0' || (d = strchr(base64_url, c)) == NULL)
			break;
		acc = ((acc << 6) | (unsigned)(d - base64_url)) & 0xffffu;
		if ((bits += 6) >= 8) {
			bits -= 8;
			out[n++] = (char)((acc >> bits) & 0xffu);
		}
	}
	return n;
}

/* Version 3: what stands between the underscores, its stars filled in. */
static bool
proofpoint_fill(const struct url_piece *in, const char *bytes, size_t bytes_n,
    char *out, size_t size)
{
	size_t i, n = 0, used = 0, run;
	const char *d;

	for (i = 0; i < in->len; i++) {
		char c = in->p[i];

		run = 1;
		if (c != '*') {
			if (n + 1 >= size)
				return false;
			out[n++] = c;
			continue;
		}
		if (i + 2 < in->len && in->p[i + 1] == '*' &&
		    (d = strchr(base64_url, in->p[i + 2])) != NULL) {
			run = (size_t)(d - base64_url) + 2;
			i += 2;
		}
		if (run > RUN_MAX || used + run > bytes_n || n + run >= size)
			return false;
		memcpy(out + n, bytes + used, run);
		used += run;
		n += run;
	}
	out[n] = '\0';
	return n > 0;
}

static bool
proofpoint_3(const char *url, size_t len, char *out, size_t size)
{
	const char *at = memmem(url, len, "/v3/__", 6), *end, *bytes, *stop;
	char plain[URL_PARTS_MAX + 1], fill[URL_PARTS_MAX];
	struct url_piece in;
	size_t left, n, i;

	if (at == NULL)
		return false;
	at += 6;
	left = len - (size_t)(at - url);
	if ((end = memmem(at, left, "__;", 3)) == NULL)
		return false;
	bytes = end + 3;
	left = len - (size_t)(bytes - url);
	stop = memmem(bytes, left, "!!", 2);
	n = base64_bytes(fill, sizeof(fill), bytes,
	    stop == NULL ? left : (size_t)(stop - bytes));
	in.p = at;
	in.len = (size_t)(end - at);
	if (!proofpoint_fill(&in, fill, n, plain, sizeof(plain)))
		return false;
	n = strlen(plain);
	for (i = 0; i < n; i++)
		if ((unsigned char)plain[i] < 0x20)
			return false;
	/* "https:/host" where a gateway behind it merged the slashes. */
	if (strncasecmp(plain, "https:/", 7) == 0 && plain[7] != '/') {
		if (n + 2 > size)
			return false;
		memcpy(out, "https://", 8);
		memcpy(out + 8, plain + 7, n - 7 + 1);
		return true;
	}
	if (n + 1 > size)
		return false;
	memcpy(out, plain, n + 1);
	return true;
}

static bool
sophos(const struct url_parts *u, char *out, size_t size)
{
	char mid[URL_PARTS_MAX + 1], plain[URL_PARTS_MAX];
	size_t n;

	if (!url_host_within(u->host, "protection.sophos.com") ||
	    !url_parts_param(u, "u", mid, sizeof(mid)))
		return false;
	n = base64_bytes(plain, sizeof(plain), mid, strlen(mid));
	return url_percent_decode(out, size, plain, n);
}

/* "/token/https%3A%2F%2Fhost%2Fpath" */
static bool
secure_web(const struct url_parts *u, char *out, size_t size)
{
	const char *last;

	if (!str_eq(u->host, "secure-web.cisco.com") || u->path.len < 2)
		return false;
	last = memrchr(u->path.p, '/', u->path.len);
	return url_percent_decode(
	    out, size, last + 1, u->path.len - (size_t)(last + 1 - u->path.p));
}

static bool
unwrap_once(const struct url_parts *u, const char *url, size_t len, char *out,
    size_t size)
{
	if (from_param(u, out, size))
		return true;
	if (is_proofpoint(u->host))
		return proofpoint_2(u, out, size) ||
		       proofpoint_3(url, len, out, size);
	return sophos(u, out, size) || secure_web(u, out, size);
}

bool
url_unwrap(char *out, size_t out_size, const char *url, size_t len)
{
	char next[URL_PARTS_MAX + 1];
	struct url_parts u;
	size_t n = len, depth;

	if (len >= out_size || len > URL_PARTS_MAX)
		return false;
	memcpy(out, url, len);
	out[len] = '\0';
	for (depth = 0;; depth++) {
		if (!url_parts_split(&u, out, n))
			return false;
		if (depth == URL_UNWRAP_DEPTH ||
		    !unwrap_once(&u, out, n, next, sizeof(next)))
			return true;
		n = strlen(next);
		if (n >= out_size)
			return false;
		memcpy(out, next, n + 1);
	}
}
