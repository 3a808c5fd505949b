/* url_parts.h - cuts an http or https URL into its parts (RFC 3986 3).
 * Pure.  The text is hostile; nothing is followed or resolved. */
#ifndef URL_PARTS_H
#define URL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#define URL_PARTS_MAX 8192 /* bytes of one URL */
#define URL_HOST_MAX 253 /* RFC 1035 2.3.4 */

struct url_piece {
	const char *p; /* borrowed from the URL; not NUL-terminated */
	size_t len;
};

struct url_parts {
	char host[URL_HOST_MAX + 1]; /* lower case, no port, no last dot */
	size_t host_len;
	struct url_piece path; /* from its slash on, may be empty */
	struct url_piece query; /* behind the question mark */
	struct url_piece fragment; /* behind the number sign */
};

/* False: it is no such URL, or it carries a user name before the host, which
 * is how a link pretends to lead somewhere else. */
bool url_parts_split(struct url_parts *u, const char *url, size_t len);
/* A parameter of the query, or of what looks like one in the fragment, with
 * percent signs decoded.  False: it is not there, is empty, does not fit, or
 * decodes to a control character. */
bool url_parts_param(
    const struct url_parts *u, const char *name, char *out, size_t out_size);
/* Decodes [p, p + len) as that does; plus signs stay. */
bool url_percent_decode(char *out, size_t out_size, const char *p, size_t len);
/* Is host this domain, or one below it? */
bool url_host_within(const char *host, const char *domain);
/* The same, lengths known: it is asked for each row of long tables. */
bool url_parts_within(
    const struct url_parts *u, const char *domain, size_t domain_len);

#endif
