/* resp.c - builds and sends an answer. */
#include <errno.h>
#include <fcgiapp.h>
#include <inttypes.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cgi/resp.h"
#include "common/str.h"

/* The Content-Security-Policy allows neither inline script nor inline
 * style, and nothing of another origin.  X-XSS-Protection is for browsers of
 * before 2020: to block the whole page tells another site nothing, since none
 * can frame it or hold its window. */
static const char fixed_headers[] =
    "Content-Security-Policy: default-src 'none'; style-src 'self'; "
    "img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n"
    "Strict-Transport-Security: max-age=31536000\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "X-XSS-Protection: 1; mode=block\r\n"
    "Referrer-Policy: same-origin\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), "
    "payment=(), usb=()\r\n"
    "Cache-Control: no-store\r\n";

void
resp_init(struct resp *r)
{
	memset(r, 0, sizeof(*r));
	r->status = 200;
	r->extra.max = RESP_HEAD_MAX;
	r->body.max = RESP_BODY_MAX;
}

static void
close_file(struct resp *r)
{
	if (r->has_file)
		(void)close(r->file_fd);
	r->has_file = false;
}

void
resp_reset(struct resp *r)
{
	close_file(r);
	r->status = 200;
	r->is_done = false;
	r->content_type = NULL;
	buf_reset(&r->extra);
	buf_reset(&r->body);
}

void
resp_clear(struct resp *r)
{
	close_file(r);
	buf_clear(&r->extra);
	buf_clear(&r->body);
}

bool
resp_is_local(const char *path)
{
	/* "//host" and "/\host" are other sites to a browser. */
	if (path[0] != '/' || path[1] == '/' || strchr(path, '\\') != NULL)
		return false;
	for (; *path != '\0'; path++)
		if ((unsigned char)*path <= ' ' || (unsigned char)*path >= 127)
			return false;
	return true;
}

enum err
resp_header(struct resp *r, const char *name, const char *value)
{
	if (str_has_control(value) || strchr(value, '\t') != NULL)
		return ERR_ARG;
	return buf_putf(&r->extra, "%s: %s\r\n", name, value);
}

enum err
resp_redirect(struct resp *r, const char *path)
{
	r->status = 303;
	r->is_done = true;
	buf_reset(&r->body);
	return resp_header(r, "Location", resp_is_local(path) ? path : "/");
}

enum err
resp_cookie(struct resp *r, const char *name, const char *value)
{
	return buf_putf(&r->extra,
	    "Set-Cookie: %s=%s; Path=/; Secure; HttpOnly; "
	    "SameSite=Strict%s\r\n",
	    name, value, value[0] == '\0' ? "; Max-Age=0" : "");
}

static const char *
status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} rows[] = {{200, "OK"}, {303, "See Other"}, {400, "Bad Request"},
	    {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
	    {409, "Conflict"}, {413, "Content Too Large"},
	    {415, "Unsupported Media Type"}, {422, "Unprocessable Content"},
	    {429, "Too Many Requests"}, {500, "Internal Server Error"},
	    {502, "Bad Gateway"}, {503, "Service Unavailable"},
	    {504, "Gateway Timeout"}};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].text;
	return "Answer";
}

enum err
resp_head(const struct resp *r, struct buf *out)
{
	enum err e;

	if ((e = buf_putf(out, "Status: %d %s\r\n", r->status,
		 status_text(r->status))) != ERR_OK ||
	    (e = buf_puts(out, fixed_headers)) != ERR_OK ||
	    (e = buf_put(out, r->extra.p, r->extra.len)) != ERR_OK)
		return e;
	return buf_putf(out,
	    "Content-Type: %s\r\nContent-Length: %" PRIu64 "\r\n\r\n",
	    r->content_type != NULL ? r->content_type
				    : "text/html; charset=utf-8",
	    r->has_file ? r->file_len : (uint64_t)r->body.len);
}

/* The library's own output buffer is 8 KiB, and each time it is full there
 * is a write and a wake-up of the web server.  The records are simple
 * (FastCGI 1.0, sections 3.3 and 5.3): most pages take one.  The library
 * ends the stream and the request. */
#define RECORD_HEAD 8
#define RECORD_MAX 65528 /* of content: 65535, less what is no octet of 8 */
#define STDOUT_RECORD 6
#define FILE_BLOCK 32768 /* bytes of a file that are sent at once */

static enum err
write_all(int fd, struct iovec *v, int n)
{
	while (n > 0) {
		ssize_t k = writev(fd, v, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return ERR_GONE;
		for (; n > 0 && (size_t)k >= v->iov_len; v++, n--)
			k -= (ssize_t)v->iov_len;
		if (n > 0) {
			v->iov_base = (char *)v->iov_base + k;
			v->iov_len -= (size_t)k;
		}
	}
	return ERR_OK;
}

static enum err
write_record(
    FCGX_Request *fcgi, struct buf *a, size_t a_n, const char *b, size_t b_n)
{
	size_t n = a_n + b_n;
	unsigned char head[RECORD_HEAD] = {1, STDOUT_RECORD,
	    (unsigned char)(fcgi->requestId >> 8),
	    (unsigned char)(fcgi->requestId & 0xff), (unsigned char)(n >> 8),
	    (unsigned char)(n & 0xff), 0, 0};
	struct iovec v[3] = {
	    {head, sizeof(head)}, {a->p, a_n}, {(char *)b, b_n}};

	return write_all(fcgi->ipcFd, v, 3);
}

/* A file that became shorter leaves the answer short, which the browser
 * sees by its length. */
static enum err
send_file(const struct resp *r, FCGX_Request *fcgi, struct buf *head)
{
	char block[FILE_BLOCK];
	uint64_t left = r->file_len;
	enum err e;

	e = write_record(fcgi, head, head->len, "", 0);
	while (e == ERR_OK && left > 0) {
		ssize_t n = read(r->file_fd, block,
		    left < sizeof(block) ? (size_t)left : sizeof(block));

		if (n <= 0)
			return ERR_GONE;
		left -= (uint64_t)n;
		e = write_record(fcgi, head, 0, block, (size_t)n);
	}
	return e;
}

enum err
resp_file(
    struct resp *r, int fd, uint64_t len, const char *type, const char *name)
{
	struct buf b = BUF_INIT(RESP_HEAD_MAX);
	enum err e;

	close_file(r);
	r->has_file = true;
	r->file_fd = fd;
	r->file_len = len;
	r->content_type = type;
	r->is_done = true;
	e = buf_putf(&b, "attachment; filename=\"%s\"", name);
	if (e == ERR_OK)
		e = resp_header(r, "Content-Disposition", buf_str(&b));
	buf_clear(&b);
	return e;
}

enum err
resp_send(const struct resp *r, FCGX_Request *fcgi, bool head_only)
{
	struct buf head = BUF_INIT(RESP_HEAD_MAX);
	size_t left = head_only ? 0 : r->body.len, at = 0, n;
	enum err e;

	if ((e = resp_head(r, &head)) != ERR_OK)
		goto out;
	if (r->has_file && !head_only) {
		e = send_file(r, fcgi, &head);
		goto out;
	}
	n = left < RECORD_MAX - head.len ? left : RECORD_MAX - head.len;
	e = write_record(fcgi, &head, head.len, buf_str(&r->body), n);
	while (e == ERR_OK && (left -= n) > 0) {
		at += n;
		n = left < RECORD_MAX ? left : RECORD_MAX;
		e = write_record(fcgi, &head, 0, r->body.p + at, n);
	}
out:
	buf_clear(&head);
	return e;
}
