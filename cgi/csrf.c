/* csrf.c - tokens and origins of POSTs. */
#include <sodium.h>
#include <string.h>

#include "cgi/csrf.h"
#include "cgi/req.h"
#include "cgi/resp.h"
#include "common/str.h"

#define COOKIE_LEN 32 /* hex digits */

bool
csrf_origin_ok(const struct req *r, const char *ui_origin)
{
	if (r->origin[0] != '\0' && !str_caseeq(r->origin, ui_origin))
		return false;
	return r->fetch_site[0] == '\0' || str_eq(r->fetch_site, "same-origin");
}

bool
csrf_token_ok(const struct req *r, const char *want)
{
	const char *got = req_text(&r->body, CSRF_FIELD);

	return strlen(want) == CSRF_TOKEN_LEN &&
	       strlen(got) == CSRF_TOKEN_LEN &&
	       sodium_memcmp(got, want, CSRF_TOKEN_LEN) == 0;
}

static bool
pre_cookie(const struct req *r, char out[COOKIE_LEN + 1])
{
	unsigned char raw[COOKIE_LEN / 2];

	return req_cookie(r, CSRF_PRE_COOKIE, out, COOKIE_LEN + 1) &&
	       strlen(out) == COOKIE_LEN &&
	       hex_decode(out, raw, sizeof(raw)) == ERR_OK;
}

/* Not the cookie itself, so that a page never shows a cookie's value. */
static void
derive(const char *cookie, char out[CSRF_TOKEN_LEN + 1])
{
	static const unsigned char use[] = "calconn sign-in form";
	unsigned char hash[CSRF_TOKEN_LEN / 2];

	(void)crypto_generichash(hash, sizeof(hash),
	    (const unsigned char *)cookie, strlen(cookie), use, sizeof(use));
	hex_encode(hash, sizeof(hash), out);
}

bool
csrf_pre_ok(const struct req *r)
{
	char cookie[COOKIE_LEN + 1], want[CSRF_TOKEN_LEN + 1];

	if (!pre_cookie(r, cookie))
		return false;
	derive(cookie, want);
	return csrf_token_ok(r, want);
}

enum err
csrf_pre_token(
    const struct req *r, struct resp *resp, char out[CSRF_TOKEN_LEN + 1])
{
	char cookie[COOKIE_LEN + 1];

	if (!pre_cookie(r, cookie)) {
		enum err e;

		str_random_hex(cookie, COOKIE_LEN / 2);
		if ((e = resp_cookie(resp, CSRF_PRE_COOKIE, cookie)) != ERR_OK)
			return e;
	}
	derive(cookie, out);
	return ERR_OK;
}
