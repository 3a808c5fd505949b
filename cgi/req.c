/* req.c - reads a request; see req.h for what it promises. */
#include <fcgiapp.h>
#include <stdio.h>
#include <string.h>

#include "cgi/multipart.h"
#include "cgi/req.h"
#include "common/alloc.h"
#include "common/secret.h"
#include "common/str.h"

static const char form_type[] = "application/x-www-form-urlencoded";

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes [from, end) to `to` (which may be `from`) and ends it with a NUL.
 * A "%" that no two hex digits follow stays, as the URL standard says for
 * form parsing. */
static size_t
decode(char *to, const char *from, const char *end)
{
	char *start = to;

	while (from < end) {
		int hi, lo;

		if (*from == '+') {
			*to++ = ' ';
			from++;
		} else if (*from == '%' && end - from > 2 &&
			   (hi = hex_digit(from[1])) >= 0 &&
			   (lo = hex_digit(from[2])) >= 0) {
			*to++ = (char)(hi << 4 | lo);
			from += 3;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return (size_t)(to - start);
}

bool
req_is_name(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > REQ_NAME_MAX)
		return false;
	for (i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= '0' && s[i] <= '9') || s[i] == '_' ||
			s[i] == '-'))
			return false;
	return true;
}

/* Cuts at a character, so that what is kept is UTF-8 where it was. */
static void
cut(struct req_field *f, char *value)
{
	size_t n = REQ_FIELD_MAX;

	while (
	    n > REQ_FIELD_MAX - 4 && ((unsigned char)value[n] & 0xC0) == 0x80)
		n--;
	value[n] = '\0';
	f->len = n;
	f->cut = true;
}

enum err
req_add_field(struct req_fields *f, const char *name, size_t name_len,
    char *value, size_t len, struct errinfo *ei)
{
	struct req_field *field = &f->v[f->n];

	if (f->n == REQ_FIELDS_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The request has more than %d fields.", REQ_FIELDS_MAX);
	if (!req_is_name(name, name_len))
		return err_set(ei, ERR_ARG,
		    "The request has a field with a name that no page uses.");
	if (req_field(f, name) != NULL)
		return err_set(ei, ERR_ARG,
		    "The request has the field %s more than once.", name);
	memset(field, 0, sizeof(*field));
	field->name = name;
	field->value = value;
	field->len = len;
	if (len > REQ_FIELD_MAX)
		cut(field, value);
	field->bad = !str_is_utf8(value, field->len);
	f->n++;
	return ERR_OK;
}

enum err
req_parse_fields(struct req_fields *f, char *text, size_t n, struct errinfo *ei)
{
	char *p = text, *end = text + n;

	f->n = 0;
	while (p < end) {
		char *amp = memchr(p, '&', (size_t)(end - p));
		char *stop = amp == NULL ? end : amp;
		char *eq = memchr(p, '=', (size_t)(stop - p));
		char *value = eq == NULL ? stop : eq + 1;
		size_t name_len, len;
		enum err e;

		if (p == stop) { /* "a=1&&b=2" */
			p = stop + 1;
			continue;
		}
		/* The value first: the name's NUL may fall on its "=". */
		len = decode(value, value, stop);
		name_len = decode(p, p, eq == NULL ? stop : eq);
		if (eq == NULL) {
			/* "a" alone is a name with an empty value. */
			value = p + name_len;
			len = 0;
		}
		if ((e = req_add_field(f, p, name_len, value, len, ei)) !=
		    ERR_OK)
			return e;
		p = stop + 1;
	}
	return ERR_OK;
}

const struct req_field *
req_field(const struct req_fields *f, const char *name)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return &f->v[i];
	return NULL;
}

const char *
req_text(const struct req_fields *f, const char *name)
{
	const struct req_field *field = req_field(f, name);

	return field == NULL || field->bad || field->cut ? "" : field->value;
}

/* Paths are compared with the routes as they are: none of ours holds a
 * byte that a browser would encode, so anything else is not found. */
enum err
req_parse_uri(struct req *r, const char *uri, struct errinfo *ei)
{
	size_t n = strlen(uri), i;
	enum err e;
	char *q;

	r->path = "";
	r->query.n = 0;
	if (n > REQ_URI_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The address is longer than %d bytes.", REQ_URI_MAX);
	memcpy(r->uri, uri, n + 1);
	if ((q = strchr(r->uri, '?')) != NULL) {
		*q++ = '\0';
		if ((e = req_parse_fields(
			 &r->query, q, n - (size_t)(q - r->uri), ei)) != ERR_OK)
			return e;
		for (i = 0; i < r->query.n; i++)
			if (r->query.v[i].bad)
				return err_set(ei, ERR_ARG,
				    "The address holds bytes that are not "
				    "text.");
	}
	r->path = r->uri;
	return ERR_OK;
}

bool
req_cookie(const struct req *r, const char *name, char *out, size_t out_size)
{
	size_t name_len = strlen(name), found = 0;
	const char *p = r->cookie;

	while (*p != '\0') {
		size_t n;

		p += strspn(p, "; \t");
		n = strcspn(p, ";");
		if (n > name_len && strncmp(p, name, name_len) == 0 &&
		    p[name_len] == '=') {
			size_t len = n - name_len - 1;

			if (len >= out_size)
				return false;
			memcpy(out, p + name_len + 1, len);
			out[len] = '\0';
			found++;
		}
		p += n;
	}
	return found == 1;
}

static size_t
read_file(void *arg, char *to, size_t room)
{
	return body_take(arg, to, room);
}

/* Up to the file, which whoever wants it reads. */
static enum err
read_upload(struct req *r, struct errinfo *ei)
{
	if (r->in.left > REQ_UPLOAD_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The file is larger than %d MiB.", REQ_UPLOAD_MAX >> 20);
	if ((r->upload = try_alloc(sizeof(*r->upload))) == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	return multipart_begin(
	    r->upload, r->content_type, read_file, &r->in, &r->body, ei);
}

static enum err
read_form(struct req *r, struct errinfo *ei)
{
	const uint64_t want = r->in.left;
	size_t got = 0, n;

	if (want > REQ_BODY_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "The request is larger than %d bytes.", REQ_BODY_MAX);
	if (strncmp(r->content_type, form_type, sizeof(form_type) - 1) != 0)
		return err_set(ei, ERR_UNSUPPORTED,
		    "The request is not a form of these pages.");
	if ((r->block = try_alloc((size_t)want + 1)) == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	r->block_len = (size_t)want + 1;
	while (got < want &&
	       (n = body_take(&r->in, r->block + got, (size_t)want - got)) > 0)
		got += n;
	if (got != want)
		return err_set(
		    ei, ERR_ARG, "The request ended before its length.");
	return req_parse_fields(&r->body, r->block, got, ei);
}

static enum err
read_body(struct req *r, const char *length, struct errinfo *ei)
{
	uint64_t want = 0;

	if (str_to_u64(length, UINT64_MAX, &want) != ERR_OK)
		return err_set(ei, ERR_ARG, "The request names no length.");
	r->in.left = want;
	return multipart_is(r->content_type) ? read_upload(r, ei)
					     : read_form(r, ei);
}

enum err
req_read(struct req *r, FCGX_Request *fcgi, struct errinfo *ei)
{
	const char *method = "", *uri = "", *length = "";
	const struct {
		const char *name;
		const char **value;
	} want[] = {{"REQUEST_METHOD=", &method}, {"REQUEST_URI=", &uri},
	    {"CONTENT_LENGTH=", &length}, {"CONTENT_TYPE=", &r->content_type},
	    {"HTTP_COOKIE=", &r->cookie}, {"HTTP_ORIGIN=", &r->origin},
	    {"HTTP_SEC_FETCH_SITE=", &r->fetch_site},
	    {"REMOTE_ADDR=", &r->address}};
	enum err e;
	size_t i;
	char **p;

	r->body.n = r->query.n = 0;
	r->block = NULL;
	r->block_len = 0;
	r->upload = NULL;
	r->in.in = fcgi->in;
	r->in.left = UINT64_MAX;
	r->path = r->target = r->cookie = r->origin = r->fetch_site =
	    r->address = r->content_type = "";
	for (p = fcgi->envp; *p != NULL; p++)
		for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
			size_t n = strlen(want[i].name);

			if ((*p)[0] == want[i].name[0] &&
			    strncmp(*p, want[i].name, n) == 0)
				*want[i].value = *p + n;
		}
	if (strcmp(method, "GET") == 0)
		r->method = REQ_GET;
	else if (strcmp(method, "HEAD") == 0)
		r->method = REQ_HEAD;
	else if (strcmp(method, "POST") == 0)
		r->method = REQ_POST;
	else
		r->method = REQ_OTHER;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (strlen(*want[i].value) > REQ_HEADER_MAX)
			return err_set(ei, ERR_TOOBIG,
			    "A header of the request is longer than %d bytes.",
			    REQ_HEADER_MAX);
	r->target = uri;
	if ((e = req_parse_uri(r, uri, ei)) != ERR_OK)
		return e;
	return r->method == REQ_POST ? read_body(r, length, ei) : ERR_OK;
}

void
req_drain(struct req *r)
{
	body_drain(&r->in, r->upload != NULL ? REQ_UPLOAD_MAX : REQ_DRAIN_MAX);
}

void
req_clear(struct req *r)
{
	if (r->block != NULL)
		mem_wipe(r->block, r->block_len);
	mem_free(r->block);
	r->block = NULL;
	r->block_len = 0;
	if (r->upload != NULL)
		multipart_clear(r->upload);
	mem_free(r->upload);
	r->upload = NULL;
	r->body.n = r->query.n = 0;
}
