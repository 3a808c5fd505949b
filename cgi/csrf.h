/* csrf.h - did this POST come from a page of ours?  calconn-web.
 * Each POST carries the session's token; before a sign-in, one that belongs
 * to a cookie of its own (__Host-: no other host can plant it).  Beside it
 * the browser's Origin and Sec-Fetch-Site are judged where they are sent. */
#ifndef CSRF_H
#define CSRF_H

#include <stdbool.h>

#include "common/err.h"

struct req;
struct resp;

#define CSRF_FIELD "csrf"
#define CSRF_PRE_COOKIE "__Host-calconn-pre"
#define CSRF_TOKEN_LEN 32 /* hex digits */

bool csrf_origin_ok(const struct req *r, const char *ui_origin);
/* want: the session's token. */
bool csrf_token_ok(const struct req *r, const char *want);
/* The token that belongs to the request's pre-session cookie. */
bool csrf_pre_ok(const struct req *r);
/* Token for a sign-in form; sets the cookie where the browser has none. */
enum err csrf_pre_token(const struct req *r, struct resp *resp,
    char out[CSRF_TOKEN_LEN + 1]) ERR_CHECK;

#endif
