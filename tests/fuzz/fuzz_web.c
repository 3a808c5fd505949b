/* fuzz_web.c - what a browser can send: an address, a form, a cookie.  The
 * first byte chooses. */
#include <stdint.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/req.h"
#include "cgi/resp.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever was accepted keeps what req.h promises. */
static void
check_fields(const struct req_fields *f, const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct req_field *x = &f->v[i];

		if (x->value < text || x->value + x->len > text + n ||
		    x->value[x->len] != '\0')
			fatal("a value is not in the text");
		if (x->len > REQ_FIELD_MAX || strlen(x->name) == 0 ||
		    strlen(x->name) > REQ_NAME_MAX)
			fatal("a limit is passed");
		if (!x->bad && (strlen(x->value) != x->len ||
				   !str_is_utf8(x->value, x->len)))
			fatal("bad bytes are not marked");
		if (req_field(f, x->name) != x)
			fatal("a field is there twice");
	}
}

static void
fuzz_form(struct req *r, char *text, size_t n)
{
	struct form f;

	if (req_parse_fields(&r->body, text, n, NULL) != ERR_OK)
		return;
	check_fields(&r->body, text, n);
	form_init(&f);
	form_add_record(&f, "exchange");
	form_take(&f, r);
}

static void
fuzz_uri(struct req *r, const char *text)
{
	if (req_parse_uri(r, text, NULL) == ERR_OK)
		check_fields(&r->query, r->uri, sizeof r->uri - 1);
	(void)resp_is_local(text);
}

static void
fuzz_cookie(struct req *r, const char *text)
{
	char out[33];

	r->cookie = text;
	if (req_cookie(r, "__Host-calconn", out, sizeof out) &&
	    strlen(out) >= sizeof out)
		fatal("a cookie is too long");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct req *r = xalloc(sizeof *r);
	size_t n = size > 0 ? size - 1 : 0;
	char *text = xalloc(n + 1);

	r->cookie = "";
	if (n > 0)
		memcpy(text, data + 1, n);
	switch (size > 0 ? data[0] : 0) {
	case 'f':
		fuzz_form(r, text, n);
		break;
	case 'u':
		fuzz_uri(r, text);
		break;
	default:
		fuzz_cookie(r, text);
		break;
	}
	mem_free(text);
	mem_free(r);
	return 0;
}
