/* url_guard.c - see url_guard.h. */
#include "config.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "backend/net/url_guard.h"
#include "common/alloc.h"
#include "common/str.h"
#include "common/valid.h"

#define ORIGIN_MAX 300

static bool
allows_v4(uint32_t a, bool allow_loopback)
{
	if (a >> 24 == 127)
		return allow_loopback;
	return a >> 24 != 0 && /* this network, RFC 1122 */
	       a >> 16 != 0xA9FE && /* link-local, RFC 3927 */
	       a >> 28 != 0xE && /* multicast, RFC 5771 */
	       a >> 28 != 0xF; /* reserved and broadcast, RFC 1112 */
}

static bool
allows_v6(const struct in6_addr *a, bool allow_loopback)
{
	const uint8_t *b = a->s6_addr;
	/* RFC 6052: an IPv4 address behind a translator. */
	static const uint8_t nat64[12] = {0, 0x64, 0xFF, 0x9B};
	uint32_t v4 = (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
		      (uint32_t)b[14] << 8 | b[15];

	if (IN6_IS_ADDR_LOOPBACK(a))
		return allow_loopback;
	if (IN6_IS_ADDR_UNSPECIFIED(a) || IN6_IS_ADDR_MULTICAST(a) ||
	    IN6_IS_ADDR_LINKLOCAL(a))
		return false;
	if (IN6_IS_ADDR_V4MAPPED(a) || IN6_IS_ADDR_V4COMPAT(a) ||
	    memcmp(b, nat64, sizeof(nat64)) == 0)
		return allows_v4(v4, allow_loopback);
	/* RFC 3056: one behind a 6to4 router. */
	if (b[0] == 0x20 && b[1] == 0x02)
		return allows_v4((uint32_t)b[2] << 24 | (uint32_t)b[3] << 16 |
				     (uint32_t)b[4] << 8 | b[5],
		    allow_loopback);
	return true;
}

bool
url_guard_allows(const struct sockaddr *sa, bool allow_loopback)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	/* Copied: the caller's bytes need not be aligned for these. */
	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof(in));
		return allows_v4(ntohl(in.sin_addr.s_addr), allow_loopback);
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof(in6));
		return allows_v6(&in6.sin6_addr, allow_loopback);
	}
	return false;
}

/* A literal address in the URL is judged at once, a name when it resolves. */
static enum err
check_host(const char *host, bool allow_loopback, struct errinfo *ei)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	const struct sockaddr *sa = NULL;

	if (inet_pton(AF_INET, host, &in.sin_addr) == 1)
		sa = (const struct sockaddr *)&in;
	else if (inet_pton(AF_INET6, host, &in6.sin6_addr) == 1)
		sa = (const struct sockaddr *)&in6;
	if (sa != NULL) {
		if (url_guard_allows(sa, allow_loopback))
			return ERR_OK;
		return err_set(ei, ERR_DENIED,
		    "%s is not an address that the connector may contact",
		    host);
	}
	if (str_caseeq(host, "localhost") ||
	    str_has_suffix_nocase(host, ".localhost")) {
		if (allow_loopback)
			return ERR_OK;
		return err_set(ei, ERR_DENIED, "the URL leads to this host");
	}
	if (valid_host(host, NULL) != ERR_OK)
		return err_set(
		    ei, ERR_DENIED, "the URL holds no full host name");
	return ERR_OK;
}

/* NULL: the URL has no such part. */
static char *
part(CURLU *u, CURLUPart what, unsigned flags)
{
	char *s = NULL;

	if (curl_url_get(u, what, &s, flags) != CURLUE_OK)
		return NULL;
	return s;
}

static enum err
check_parts(struct url_parts *p, CURLU *u, const char *wanted,
    bool allow_loopback, struct errinfo *ei)
{
	char *scheme = part(u, CURLUPART_SCHEME, 0);
	char *user = part(u, CURLUPART_USER, 0);
	char *pass = part(u, CURLUPART_PASSWORD, 0);
	char *zone = part(u, CURLUPART_ZONEID, 0);
	char *host = part(u, CURLUPART_HOST, 0);
	char *port = part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	char origin[ORIGIN_MAX];
	char *bare = host;
	uint64_t n = 0;
	size_t len;
	enum err e;

	if (scheme == NULL || !str_caseeq(scheme, wanted)) {
		e = err_set(ei, ERR_DENIED, "the URL is not %s", wanted);
		goto out;
	}
	if (user != NULL || pass != NULL || zone != NULL) {
		e = err_set(ei, ERR_DENIED,
		    "the URL holds a user name, a password or a zone");
		goto out;
	}
	if (host == NULL || port == NULL ||
	    str_to_u64(port, 65535, &n) != ERR_OK || n == 0) {
		e = err_set(ei, ERR_DENIED, "the URL holds no host or port");
		goto out;
	}
	len = strlen(host);
	if (host[0] == '[' && len > 2 && host[len - 1] == ']') {
		host[len - 1] = '\0';
		bare = host + 1;
	}
	str_lower(bare);
	if ((e = check_host(bare, allow_loopback, ei)) != ERR_OK)
		goto out;
	(void)snprintf(origin, sizeof(origin),
	    strchr(bare, ':') == NULL ? "%s://%s:%u" : "%s://[%s]:%u", wanted,
	    bare, (unsigned)n);
	p->host = try_strdup(bare);
	p->origin = try_strdup(origin);
	p->port = (uint16_t)n;
	if (p->host == NULL || p->origin == NULL)
		e = err_set(ei, ERR_NOMEM, "memory is out");
out:
	curl_free(scheme);
	curl_free(user);
	if (pass != NULL) /* nobody's password, but somebody's */
		memset(pass, 0, strlen(pass));
	curl_free(pass);
	curl_free(zone);
	curl_free(host);
	curl_free(port);
	return e;
}

static enum err
check_url(struct url_parts *out, const char *url, const char *scheme,
    bool allow_loopback, struct errinfo *ei)
{
	struct url_parts p = {0};
	const char *c;
	enum err e;

	for (c = url; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7F)
			return err_set(ei, ERR_DENIED,
			    "the URL holds characters that no URL has");
	if (strlen(url) > VALID_URL_MAX)
		return err_set(ei, ERR_DENIED, "the URL is too long");
	if ((p.url = curl_url()) == NULL)
		return err_set(ei, ERR_NOMEM, "memory is out");
	/* No scheme is no URL; a fragment never goes to a server. */
	if (curl_url_set(p.url, CURLUPART_URL, url, 0) != CURLUE_OK)
		e = err_set(ei, ERR_DENIED, "this is not a URL");
	else
		e = check_parts(&p, p.url, scheme, allow_loopback, ei);
	if (e != ERR_OK) {
		url_parts_clear(&p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

enum err
url_guard_check(struct url_parts *out, const char *url, bool allow_loopback,
    struct errinfo *ei)
{
	return check_url(out, url, "https", allow_loopback, ei);
}

enum err
url_guard_plain(struct url_parts *out, const char *domain, bool allow_loopback,
    struct errinfo *ei)
{
	char url[VALID_URL_MAX + 1];
	int n;

	/* Nothing but a host name may stand in its place. */
	if (valid_host(domain, NULL) != ERR_OK)
		return err_set(ei, ERR_DENIED, "this is no mail domain");
	n = snprintf(url, sizeof(url),
	    "http://autodiscover.%s/autodiscover/autodiscover.xml", domain);
	if (n < 0 || (size_t)n >= sizeof(url))
		return err_set(ei, ERR_DENIED, "the URL is too long");
	return check_url(out, url, "http", allow_loopback, ei);
}

void
url_parts_clear(struct url_parts *p)
{
	if (p->url != NULL)
		curl_url_cleanup(p->url);
	mem_free(p->host);
	mem_free(p->origin);
	memset(p, 0, sizeof(*p));
}
