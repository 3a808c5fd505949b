/* req.h - one HTTP request as the pages see it.
 * calconn-web.  All of it is hostile: sizes are limited by name, text is
 * checked for UTF-8, names for their alphabet, doubles are refused.
 *
 * The body may hold a password.  It is read into one block that
 * req_clear() wipes, and the FastCGI library's own buffer is wiped while
 * it is read, so that no copy outlives the request. */
#ifndef REQ_H
#define REQ_H

#include <stdbool.h>
#include <stddef.h>

#include "cgi/body.h"
#include "common/err.h"

struct FCGX_Request;
struct multipart;

#define REQ_URI_MAX 4096 /* bytes of path and query */
#define REQ_HEADER_MAX 8192 /* bytes of one header's value */
#define REQ_BODY_MAX 1048576 /* bytes of a POST */
/* A form with a file: the file (BUNDLE_MAX of pkg/bundle.h) and the rest. */
#define REQ_UPLOAD_MAX (65 * 1048576) /* bytes */
#define REQ_DRAIN_MAX 8388608 /* what is read and dropped past that */
#define REQ_FIELD_MAX 524288 /* bytes of one field; the rest is cut off */
#define REQ_NAME_MAX 64 /* bytes of a field's name */
#define REQ_FIELDS_MAX 256 /* fields of a query or of a body */

enum req_method { REQ_GET, REQ_HEAD, REQ_POST, REQ_OTHER };

struct req_field {
	const char *name; /* [a-z0-9_-]+ */
	const char *value; /* NUL-terminated; what follows a NUL in it ... */
	size_t len; /* ... is counted here */
	bool bad; /* holds NUL or is not UTF-8 */
	bool cut; /* was longer than REQ_FIELD_MAX */
};

struct req_fields {
	struct req_field v[REQ_FIELDS_MAX];
	size_t n;
};

struct req {
	enum req_method method;
	char uri[REQ_URI_MAX + 1]; /* the path, then the query, decoded */
	const char *path;
	const char *target; /* path and query as they came; borrowed */
	struct req_fields query, body;
	/* Borrowed from the FastCGI environment; "" where missing. */
	const char *cookie, *origin, *fetch_site, *address, *content_type;
	char *block; /* the body */
	size_t block_len;
	struct body in; /* what of it was not read yet */
	struct multipart *upload; /* where it has a file; NULL: it has none */
};

/* Reads and checks one request.  ERR_TOOBIG, ERR_ARG and ERR_UNSUPPORTED
 * (type of the body) are answered with an error page. */
enum err req_read(
    struct req *r, struct FCGX_Request *fcgi, struct errinfo *ei) ERR_CHECK;
/* What nobody read of the body, before the answer is sent. */
void req_drain(struct req *r);
void req_clear(struct req *r); /* wipes the body */

/* The pure parts.  text has a writable byte behind its n and is decoded in
 * place; the fields point into it. */
enum err
req_parse_uri(struct req *r, const char *uri, struct errinfo *ei) ERR_CHECK;
enum err req_parse_fields(
    struct req_fields *f, char *text, size_t n, struct errinfo *ei) ERR_CHECK;
/* Adds one with the checks that all have; name and value are borrowed. */
enum err req_add_field(struct req_fields *f, const char *name, size_t name_len,
    char *value, size_t len, struct errinfo *ei) ERR_CHECK;
bool req_is_name(const char *s, size_t n);
/* One cookie's value, at most out_size - 1 bytes; false where there is none
 * or more than one. */
bool
req_cookie(const struct req *r, const char *name, char *out, size_t out_size);

const struct req_field *
req_field(const struct req_fields *f, const char *name); /* or NULL */
/* "" where missing, bad or cut: for values that no person types. */
const char *req_text(const struct req_fields *f, const char *name);

#endif
