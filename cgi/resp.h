/* resp.h - one HTTP answer.  calconn-web.  Every answer carries the same
 * security headers; a header's value is refused when it holds a control
 * character, so that no data can begin a header of its own. */
#ifndef RESP_H
#define RESP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"

struct FCGX_Request;

#define RESP_BODY_MAX 16777216 /* bytes; an export of 50,000 users fits */
#define RESP_HEAD_MAX 16384 /* bytes */

struct resp {
	int status;
	struct buf extra; /* headers beside the fixed ones */
	struct buf body;
	bool is_done; /* a redirect or a body of its own: no template */
	const char *content_type; /* static text; NULL: an HTML page */
	bool has_file; /* instead of the body: see resp_file() */
	int file_fd;
	uint64_t file_len;
};

void resp_init(struct resp *r);
void resp_reset(struct resp *r); /* for the next request; memory is kept */
void resp_clear(struct resp *r);

/* 303 to a path of this site; anything else goes to "/". */
enum err resp_redirect(struct resp *r, const char *path) ERR_CHECK;
enum err
resp_header(struct resp *r, const char *name, const char *value) ERR_CHECK;
/* Secure, HttpOnly, SameSite=Strict, Path=/.  An empty value ends it. */
enum err
resp_cookie(struct resp *r, const char *name, const char *value) ERR_CHECK;
/* The answer is len bytes of a file, sent as a download of this name, which
 * is of this program's making.  Takes over fd. */
enum err resp_file(struct resp *r, int fd, uint64_t len, const char *type,
    const char *name) ERR_CHECK;
/* The status line and all headers as text. */
enum err resp_head(const struct resp *r, struct buf *out) ERR_CHECK;
enum err resp_send(
    const struct resp *r, struct FCGX_Request *fcgi, bool head_only) ERR_CHECK;

/* A path of this site that a redirect may lead to. */
bool resp_is_local(const char *path);

#endif
