/* http_sign.c - see http_int.h: signing in, step by step, on the connection
 * that a request has.  Nothing is left to libcurl: a step is a header that
 * is made here, and a step that is about the connection (must_stay) is not
 * sent on another one, see open_socket() in http_req.c. */
#include "config.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/http_int.h"
#include "backend/net/http_pool.h"
#include "backend/net/krb_cred.h"
#include "backend/net/ntlm.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/str.h"

#define LINE_MAX_LEN (96u * 1024u) /* of a header of ours */
#define BEARER_SPARE 32u /* bytes beside the token, in one piece */
#define TOKEN_MAX (64u * 1024u) /* of a server, in base 64 */
#define SPN_MAX 320 /* "HTTP/" and a host name */
#define KRB_WAIT_MS 5000u /* for a domain controller */
#define MOVES_MAX 3u /* connections lost on the way */
#define EPOCH_1601_S 11644473600u

bool
http_leg_is_whole(enum http_leg leg)
{
	return leg == HTTP_LEG_WHOLE || leg == HTTP_LEG_PROOF;
}

enum err
http_sign_init(struct http_req *r, const struct http_ask *ask)
{
	struct http_sign *s = &r->sign;
	const struct cred *cred = ask->cred;
	enum err e;

	s->line.max = LINE_MAX_LEN;
	s->bearer.max = LINE_MAX_LEN;
	s->first.max = NTLM_MESSAGE_MAX;
	s->token.max = TOKEN_MAX;
	s->tried.max = EV_AUTH_TRIED_MAX;
	if (cred == NULL && ask->bearer != NULL) {
		/* A token is of a few letters only, RFC 6750 2.1. */
		if (str_has_control(secret_peek(ask->bearer)))
			return ERR_ARG;
		if ((e = buf_reserve(&s->bearer,
			 BEARER_SPARE + ask->bearer->len)) != ERR_OK)
			return e;
		return buf_putf(&s->bearer, "Authorization: Bearer %s",
		    secret_peek(ask->bearer));
	}
	if (cred == NULL)
		return ERR_OK;
	if ((s->account = try_strdup(cred->account)) == NULL)
		return ERR_NOMEM;
	if ((s->ad_domain = try_strdup(cred->bound.ad_domain)) == NULL)
		return ERR_NOMEM;
	return secret_copy(&s->password, &cred->secret);
}

void
http_sign_clear(struct http_req *r)
{
	struct http_sign *s = &r->sign;

	mem_free(s->account);
	mem_free(s->ad_domain);
	secret_clear(&s->password);
	buf_wipe(&s->line);
	buf_wipe(&s->bearer);
	buf_wipe(&s->token);
	buf_clear(&s->first);
	buf_clear(&s->tried);
}

/* What came of a scheme; the report shows it.  What does not fit is left
 * out. */
static void
note(struct http_req *r, const char *what)
{
	struct buf *b = &r->sign.tried;

	const char *name = http_auth_name(r->auth);

	if (buf_putf(b, "%s%s%s%s", b->len > 0 ? "; " : "", name,
		*name != '\0' ? ": " : "", what) != ERR_OK)
		return;
}

/* Bytes in base 64 behind what the line has. */
static enum err
put_base64(struct buf *line, const void *p, size_t n)
{
	enum err e;
	int len;

	if (n > LINE_MAX_LEN / 2)
		return ERR_TOOBIG;
	if ((e = buf_reserve(line, (n + 2) / 3 * 4 + 1)) != ERR_OK)
		return e;
	len = EVP_EncodeBlock((unsigned char *)line->p + line->len, p, (int)n);
	line->len += (size_t)len;
	return ERR_OK;
}

static enum err
line_of(struct http_req *r, const void *token, size_t n)
{
	struct http_sign *s = &r->sign;
	enum err e;

	buf_wipe(&s->line);
	e = buf_putf(&s->line, "Authorization: %s ", http_auth_scheme(r->auth));
	return e == ERR_OK ? put_base64(&s->line, token, n) : e;
}

static enum err
basic_line(struct http_req *r)
{
	struct buf pair = BUF_INIT(LINE_MAX_LEN / 2);
	enum err e;

	if ((e = buf_putf(&pair, "%s:%s", r->sign.account,
		 secret_peek(&r->sign.password))) == ERR_OK)
		e = line_of(r, pair.p, pair.len);
	buf_wipe(&pair);
	return e;
}

static enum err
ntlm_first(struct http_req *r)
{
	struct http_sign *s = &r->sign;
	enum err e;

	buf_reset(&s->first);
	if ((e = ntlm_negotiate(&s->first)) != ERR_OK)
		return e;
	return line_of(r, s->first.p, s->first.len);
}

static enum err
ntlm_proof_line(struct http_req *r)
{
	struct http_sign *s = &r->sign;
	const struct tls_binding *b = &r->slot->binding;
	struct buf out = BUF_INIT(NTLM_MESSAGE_MAX);
	char spn[SPN_MAX];
	struct ntlm_answer a = {
	    .account = s->account,
	    .password = secret_peek(&s->password),
	    .spn = spn,
	    .negotiate = s->first.p,
	    .negotiate_len = s->first.len,
	    .challenge = s->token.p,
	    .challenge_len = s->token.len,
	    .time = ((uint64_t)clock_wall_s() + EPOCH_1601_S) * 10000000,
	};
	enum err e;

	(void)snprintf(spn, sizeof(spn), "HTTP/%s", r->url.host);
	if (getrandom(a.nonce, sizeof(a.nonce), 0) != sizeof(a.nonce))
		return ERR_SYS;
	if ((e = ntlm_binding(a.binding, b->data, b->len)) != ERR_OK)
		return e;
	if ((e = ntlm_authenticate(&out, &a)) == ERR_OK)
		e = line_of(r, out.p, out.len);
	buf_wipe(&out);
	return e;
}

static enum http_next
go(struct http_req *r, enum http_leg leg, bool must_stay, enum err e)
{
	r->leg = leg;
	r->must_stay = must_stay;
	if (e == ERR_OK)
		return HTTP_NEXT_STEP;
	r->stop = HTTP_STOP_NOMEM;
	return HTTP_NEXT_FAILED;
}

/* Kerberos needs the server's certificate for its first word. */
static enum http_next
begin_kerberos(struct http_req *r)
{
	uint32_t ms = r->first_ms / 2;

	if (r->slot->dead || r->slot->binding.len == 0)
		return go(r, HTTP_LEG_ASK, false, ERR_OK);
	if (http_krb_start(r) != ERR_OK)
		return go(r, HTTP_LEG_PROOF, true, ERR_NOMEM);
	http_req_alarm(r, ms < KRB_WAIT_MS ? ms : KRB_WAIT_MS);
	return HTTP_NEXT_WAIT;
}

/* The first step of r->auth, on whatever connection there is. */
static enum http_next
begin(struct http_req *r)
{
	buf_wipe(&r->sign.line);
	switch (r->auth) {
	case HTTP_AUTH_KERBEROS:
		return begin_kerberos(r);
	case HTTP_AUTH_NTLM:
		return go(r, HTTP_LEG_FIRST, false, ntlm_first(r));
	case HTTP_AUTH_BASIC:
		return go(r, HTTP_LEG_PROOF, false, basic_line(r));
	default:
		return go(r, HTTP_LEG_WHOLE, false, ERR_OK);
	}
}

enum http_next
http_sign_begin(struct http_req *r)
{
	if (!r->has_cred)
		return begin(r);
	/* A connection that is signed in needs no proof: that is what the
	 * pool is kept apart for. */
	if (http_plan_has(&r->plan, r->slot->signed_in)) {
		r->auth = r->slot->signed_in;
		note(r, "signed in before");
		buf_wipe(&r->sign.line);
		return go(r, HTTP_LEG_WHOLE, true, ERR_OK);
	}
	if (r->slot->signed_in != HTTP_AUTH_NONE) {
		r->slot->dead = true; /* signed in as it may not be now */
		http_slot_forget(r->slot);
	}
	if (r->auth == HTTP_AUTH_NONE)
		r->auth = http_plan_first(
		    &r->plan, http_memory_get(r->http->memory, r->cred_id,
				  r->url.origin, &r->plan));
	return begin(r);
}

enum http_next
http_sign_moved(struct http_req *r)
{
	http_slot_forget(r->slot);
	if (++r->moves <= MOVES_MAX)
		return http_sign_begin(r);
	r->stop = HTTP_STOP_MOVED;
	return HTTP_NEXT_DONE;
}

/* What else is offered, where no answer has told it. */
static enum http_next
ask(struct http_req *r)
{
	r->auth = HTTP_AUTH_NONE;
	buf_wipe(&r->sign.line);
	return go(r, HTTP_LEG_ASK, false, ERR_OK);
}

static enum http_next
next_scheme(struct http_req *r)
{
	enum http_auth a = http_plan_next(&r->plan, &r->last_offers);

	if (a == HTTP_AUTH_NONE)
		return HTTP_NEXT_DONE;
	r->auth = a;
	return begin(r);
}

/* An answer to a request without its body that is no refusal: nothing has to
 * be proven, and the whole is sent. */
static enum http_next
not_refused(struct http_req *r)
{
	if (r->status >= 300)
		return HTTP_NEXT_DONE;
	note(r, "the server asks for none");
	r->auth = HTTP_AUTH_NONE;
	return begin(r);
}

/* A challenge stands alone in its answer, without what else is offered. */
static enum http_next
bad_challenge(struct http_req *r, const char *failure, const char *what)
{
	note(r, what);
	r->sign.failure = failure;
	r->slot->dead = true;
	return ask(r);
}

static enum http_next
ask_answered(struct http_req *r)
{
	if (r->status != 401)
		return not_refused(r);
	if (r->auth == HTTP_AUTH_KERBEROS) {
		if (http_offers_has(&r->last_offers, r->auth) &&
		    r->slot->binding.len > 0)
			return begin(r);
		note(r, "not offered");
	}
	return next_scheme(r);
}

static enum http_next
first_answered(struct http_req *r)
{
	struct http_sign *s = &r->sign;
	struct ntlm_challenge c;

	if (r->status != 401)
		return not_refused(r);
	if (s->token.len == 0) {
		note(r, http_offers_has(&r->last_offers, r->auth)
			    ? "the server does not answer the first step"
			    : "not offered");
		return next_scheme(r);
	}
	if (ntlm_challenge_parse(&c, s->token.p, s->token.len) != ERR_OK)
		return bad_challenge(
		    r, "ntlm-challenge", "the server's challenge is damaged");
	if (!ntlm_challenge_is_v2(&c))
		return bad_challenge(
		    r, "ntlm-v1", "the server knows only version 1");
	/* No proof goes out that would serve on another connection. */
	if (r->slot->binding.len == 0)
		return bad_challenge(
		    r, NULL, "the server's certificate is not known");
	return go(r, HTTP_LEG_PROOF, true, ntlm_proof_line(r));
}

/* What was refused is not begun anew on the same connection.  Where the
 * domain has taken the password, the refusal is about something else. */
static enum http_next
proof_answered(struct http_req *r)
{
	struct http_sign *s = &r->sign;

	if (r->status != 401) {
		note(r, "accepted");
		if (r->auth == HTTP_AUTH_NTLM ||
		    (r->auth == HTTP_AUTH_KERBEROS && s->persists))
			r->slot->signed_in = r->auth;
		return HTTP_NEXT_DONE;
	}
	note(r, "refused");
	s->failure = NULL;
	if (r->auth != HTTP_AUTH_BASIC) {
		r->slot->dead = true;
		if (s->proven)
			s->failure = "auth-binding";
	}
	return next_scheme(r);
}

enum http_next
http_sign_next(struct http_req *r)
{
	if (!r->has_cred)
		return HTTP_NEXT_DONE;
	switch (r->leg) {
	case HTTP_LEG_ASK:
		return ask_answered(r);
	case HTTP_LEG_FIRST:
		return first_answered(r);
	case HTTP_LEG_PROOF:
		return proof_answered(r);
	case HTTP_LEG_WHOLE:
		break;
	}
	/* Signed in no more: from the beginning. */
	if (r->status != 401 || !r->must_stay || ++r->moves > MOVES_MAX)
		return HTTP_NEXT_DONE;
	r->slot->dead = true;
	http_slot_forget(r->slot);
	r->auth = HTTP_AUTH_NONE;
	return http_sign_begin(r);
}

/* Kerberos cannot be used here: the next of those ticked. */
static enum http_next
without_kerberos(struct http_req *r, const char *failure, const char *text)
{
	note(r, text);
	r->sign.failure = failure;
	return r->last_offers.n == 0 ? ask(r) : next_scheme(r);
}

/* What the domain refuses is refused by the server as well; to try it there
 * would only bring the account nearer to being locked. */
void
http_sign_krb_done(struct http_req *r, enum err e, const struct krb_result *k,
    const struct buf *token)
{
	enum http_next next;

	r->sign.proven = k->proven;
	if (e == ERR_OK) {
		next = go(
		    r, HTTP_LEG_PROOF, true, line_of(r, token->p, token->len));
	} else if (k->refused) {
		note(r, k->text);
		r->sign.failure = k->failure;
		next = HTTP_NEXT_DONE;
	} else {
		next = without_kerberos(
		    r, k->failure == NULL ? "krb-failed" : k->failure, k->text);
	}
	http_req_resume(r, next);
}

void
http_sign_krb_late(struct http_req *r)
{
	http_krb_cancel(r);
	http_req_resume(r, without_kerberos(r, "krb-no-kdc",
			       "no domain controller answered in time"));
}

/* RFC 4559 and [MS-NTHT]: the scheme's name, a blank, base 64. */
void
http_sign_header(struct http_req *r, const char *value)
{
	const char *scheme = http_auth_scheme(r->auth);
	struct buf *t = &r->sign.token;
	size_t n = strlen(scheme), len;
	int got;

	if (r->auth == HTTP_AUTH_NONE || r->auth == HTTP_AUTH_BASIC ||
	    strncasecmp(value, scheme, n) != 0 || value[n] != ' ')
		return;
	value += n + strspn(value + n, " ");
	len = strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			    "wxyz0123456789+/=");
	if (len == 0 || len % 4 != 0 || value[len] != '\0' || len > TOKEN_MAX)
		return;
	buf_reset(t);
	if (buf_reserve(t, len) != ERR_OK)
		return;
	got = EVP_DecodeBlock(
	    (unsigned char *)t->p, (const unsigned char *)value, (int)len);
	if (got < 0)
		return;
	while (len > 0 && value[len - 1] == '=' && got > 0) {
		len--;
		got--;
	}
	t->len = (size_t)got;
}

void
http_sign_apply(struct http_req *r)
{
	struct http_sign *s = &r->sign;
	const struct buf *line = s->line.len > 0 ? &s->line : &s->bearer;
	bool whole = http_leg_is_whole(r->leg);

	buf_reset(&s->token);
	s->node.data = line->p;
	s->node.next = r->headers;
	(void)curl_easy_setopt(
	    r->easy, CURLOPT_HTTPHEADER, line->len > 0 ? &s->node : r->headers);
	if (r->request.len > 0)
		(void)curl_easy_setopt(r->easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    whole ? (curl_off_t)r->request.len : (curl_off_t)0);
}
