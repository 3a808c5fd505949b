/* http_req.c - see http_int.h: one request, and curl's callbacks for it. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "backend/net/ca_store.h"
#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/http_int.h"
#include "backend/net/http_pool.h"
#include "backend/net/http_tls.h"
#include "backend/net/proxy.h"
#include "common/alloc.h"
#include "common/str.h"

#define HEADERS_MAX (256u * 1024u) /* bytes of all headers */
#define COOKIE_NAME "X-BackEndOverrideCookie="
#define COOKIE_MAX 4096
#define RETRY_AFTER_MAX_S 3600

static bool
is_type(const struct http_req *r, const char *what)
{
	const char *t = r->answer.ev.content_type;

	return t != NULL && strstr(t, what) != NULL;
}

bool
http_req_is_good(const struct http_req *r)
{
	if (r->status == 200 || (r->is_rest && r->status / 100 == 2))
		return !is_type(r, "text/html");
	if (r->is_rest)
		return false;
	if (r->wants_json && r->status >= 400 && is_type(r, "json"))
		return r->status != 401;
	/* A SOAP fault comes with 500; a page of IIS does as well. */
	return r->status >= 500 && is_type(r, "xml");
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct http_req *r = arg;
	bool good = http_req_is_good(r);
	size_t max = good ? r->answer_max : HTTP_PAGE_MAX;

	n *= size;
	if (good && r->on_data != NULL && r->status == 200 &&
	    http_leg_is_whole(r->leg)) {
		http_req_alarm(r, r->idle_ms);
		if (r->on_data(r->arg, p, n))
			return n;
		r->stop = HTTP_STOP_ENOUGH;
		return 0;
	}
	http_req_alarm(r, r->first_ms);
	if (n > max - r->got) {
		r->stop = good ? HTTP_STOP_TOOBIG : HTTP_STOP_ENOUGH;
		return 0;
	}
	if (buf_put(&r->answer.body, p, n) != ERR_OK) {
		r->stop = HTTP_STOP_NOMEM;
		return 0;
	}
	r->got += n;
	return n;
}

/* A new answer begins: the one before was a step on the way to it. */
static void
begin_answer(struct http_req *r, const char *line, size_t n)
{
	struct msg_evidence *ev = &r->answer.ev;
	struct curl_tlssessioninfo *info = NULL;
	struct tls_seen *seen;
	size_t i;

	r->status = 0;
	r->got = 0;
	r->sign.persists = false;
	buf_reset(&r->answer.body);
	memset(&r->last_offers, 0, sizeof(r->last_offers));
	evidence_text(&ev->content_type, "", 0);
	evidence_text(&ev->location, "", 0);
	for (i = 0; i < n && line[i] != ' '; i++)
		;
	for (i++; i < n && line[i] >= '0' && line[i] <= '9' && r->status < 1000;
	     i++)
		r->status = r->status * 10 + (unsigned)(line[i] - '0');
	/* A connection that was used before did not shake hands for us. */
	if (curl_easy_getinfo(r->easy, CURLINFO_TLS_SSL_PTR, &info) !=
		CURLE_OK ||
	    info == NULL || info->backend != CURLSSLBACKEND_OPENSSL ||
	    info->internals == NULL)
		return;
	if (r->slot->binding.len == 0 && !http_leg_is_whole(r->leg))
		tls_binding_of(&r->slot->binding, info->internals);
	seen = tls_seen_of(info->internals);
	if (seen != NULL && seen != r->tls) {
		tls_seen_unref(r->tls);
		r->tls = tls_seen_ref(seen);
	}
	evidence_text(&ev->tls_version, tls_version_of(info->internals), 16);
}

static void
take_cookie(struct http_req *r, const char *v)
{
	size_t n;
	char *s;

	if (!str_has_prefix(v, COOKIE_NAME))
		return;
	v += strlen(COOKIE_NAME);
	n = strcspn(v, ";");
	if (n == 0 || n > COOKIE_MAX || (s = try_strndup(v, n)) == NULL)
		return;
	if (str_has_control(s) || !str_is_utf8(s, n)) {
		mem_free(s);
		return;
	}
	mem_free(r->answer.cookie);
	r->answer.cookie = s;
}

static void
take_header(struct http_req *r, const char *name, char *value)
{
	struct msg_evidence *ev = &r->answer.ev;
	uint64_t s;

	if (str_caseeq(name, "Content-Type")) {
		str_lower(value);
		evidence_text(&ev->content_type, value, EV_CONTENT_TYPE_MAX);
	} else if (str_caseeq(name, "Location")) {
		evidence_text(&ev->location, value, EV_URL_MAX);
	} else if (str_caseeq(name, "WWW-Authenticate")) {
		http_offers_add(&r->offers, value, strlen(value));
		http_offers_add(&r->last_offers, value, strlen(value));
		http_sign_header(r, value);
	} else if (str_caseeq(name, "Persistent-Auth")) {
		r->sign.persists = str_caseeq(value, "true");
	} else if (str_caseeq(name, "Set-Cookie")) {
		take_cookie(r, value);
	} else if (str_caseeq(name, "Retry-After")) {
		if (str_to_u64(value, RETRY_AFTER_MAX_S, &s) == ERR_OK)
			ev->backoff_ms = (uint32_t)s * 1000;
	}
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct http_req *r = arg;
	char *line, *colon;

	n *= size;
	http_req_alarm(r, r->first_ms);
	if (n > HEADERS_MAX - r->header_bytes) {
		r->stop = HTTP_STOP_TOOBIG;
		return 0;
	}
	r->header_bytes += n;
	if (n >= 5 && strncmp(p, "HTTP/", 5) == 0) {
		begin_answer(r, p, n);
		return n;
	}
	if ((line = try_strndup(p, n)) == NULL) {
		r->stop = HTTP_STOP_NOMEM;
		return 0;
	}
	if ((colon = strchr(line, ':')) != NULL) {
		*colon = '\0';
		take_header(r, line, str_trim(colon + 1));
	}
	mem_free(line);
	return n;
}

/* The address that a name has led to, before anything is sent there. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct http_req *r = arg;

	(void)purpose;
	/* The proxy is the administrator's choice, not a peer's. */
	if (!r->use_proxy && !url_guard_allows(&a->addr, r->allow_loopback)) {
		r->stop = HTTP_STOP_GUARD;
		errno = EACCES;
		return CURL_SOCKET_BAD;
	}
	if (r->must_stay) {
		r->stop = HTTP_STOP_MOVED;
		errno = ENOTCONN;
		return CURL_SOCKET_BAD;
	}
	http_slot_forget(r->slot);
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static CURLcode
prepare_tls(CURL *easy, void *ctx, void *arg)
{
	struct http_req *r = arg;

	(void)easy;
	tls_seen_unref(r->tls);
	r->tls = tls_seen_new(r->url.host, r->verify);
	if (r->tls != NULL && r->pin[0] != '\0')
		tls_seen_pin(r->tls, r->pin);
	if (r->tls == NULL || tls_prepare(ctx, r->ca, r->tls) != ERR_OK) {
		r->stop = HTTP_STOP_TLS;
		return CURLE_ABORTED_BY_CALLBACK;
	}
	return CURLE_OK;
}

#define SET(option, value)                                                \
	do {                                                              \
		if (curl_easy_setopt(r->easy, option, value) != CURLE_OK) \
			return ERR_NOMEM;                                 \
	} while (0)

static enum err
set_safety(struct http_req *r, long total_ms, long connect_ms)
{
	SET(CURLOPT_PROTOCOLS_STR, r->is_plain ? "http" : "https");
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, total_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, r);
	/* Trust is ours alone: see http_tls.c.  No session is resumed, so
	 * that each connection shows its certificates. */
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_VERIFYPEER, r->verify ? 1L : 0L);
	SET(CURLOPT_SSL_VERIFYHOST, r->verify && r->pin[0] == '\0' ? 2L : 0L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
	SET(CURLOPT_SSL_CTX_DATA, r);
	return proxy_route_set(r->use_proxy ? r->http->proxy : NULL, r->easy);
}

static enum err
set_request(struct http_req *r, const struct http_ask *ask)
{
	struct curl_slist *l;
	size_t i;

	for (i = 0; ask->headers != NULL && i < ask->headers->n; i++) {
		/* A line break would make two headers of one. */
		if (str_has_control(ask->headers->v[i]))
			return ERR_ARG;
		l = curl_slist_append(r->headers, ask->headers->v[i]);
		if (l == NULL)
			return ERR_NOMEM;
		r->headers = l;
	}
	if ((l = curl_slist_append(r->headers, "Expect:")) == NULL)
		return ERR_NOMEM;
	r->headers = l;
	SET(CURLOPT_CURLU, r->url.url);
	SET(CURLOPT_USERAGENT, "calconn/" PACKAGE_VERSION);
	if (r->request.len > 0) {
		SET(CURLOPT_POSTFIELDS, r->request.p);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->request.len);
	}
	SET(CURLOPT_FRESH_CONNECT, ask->is_once ? 1L : 0L);
	if (ask->method != NULL)
		SET(CURLOPT_CUSTOMREQUEST, ask->method);
	SET(CURLOPT_ERRORBUFFER, r->errtext);
	SET(CURLOPT_PRIVATE, r);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, r);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, r);
	return http_sign_init(r, ask);
}

static void
set_limits(struct http_req *r, const struct http_ask *ask, long *total_ms,
    long *connect_ms)
{
	uint32_t ms = ask->via->timeout_ms;

	if (ms == 0)
		ms = HTTP_TIMEOUT_DEFAULT_MS;
	if (ms < HTTP_TIMEOUT_MIN_MS)
		ms = HTTP_TIMEOUT_MIN_MS;
	if (ms > HTTP_TIMEOUT_MAX_MS)
		ms = HTTP_TIMEOUT_MAX_MS;
	r->first_ms = ms;
	r->idle_ms = ask->idle_ms > 0 ? ask->idle_ms : ms;
	*total_ms = ask->total_ms > 0    ? (long)ask->total_ms
		    : ms < HTTP_SPARE_MS ? (long)ms * 2
					 : (long)ms + HTTP_SPARE_MS;
	*connect_ms =
	    (long)(ms < HTTP_CONNECT_MAX_MS ? ms : HTTP_CONNECT_MAX_MS);
}

static void
tell_plain_url(struct http_req *r)
{
	char *url = NULL;

	if (curl_url_get(r->url.url, CURLUPART_URL, &url, 0) == CURLUE_OK)
		evidence_text(&r->answer.ev.url, url, EV_URL_MAX);
	curl_free(url);
}

static enum err
check_url(struct http_req *r, const struct http_ask *ask)
{
	struct msg_evidence *ev = &r->answer.ev;
	struct errinfo ei;
	const char *why;
	enum err e;

	if (!r->is_plain)
		evidence_text(&ev->url, ask->url, EV_URL_MAX);
	if (r->use_proxy && !proxy_route_ready(r->http->proxy, ev)) {
		r->failed_early = true;
		return ERR_OK;
	}
	if (r->is_plain)
		e = url_guard_plain(
		    &r->url, ask->plain_domain, r->allow_loopback, &ei);
	else
		e = url_guard_check(&r->url, ask->url, r->allow_loopback, &ei);
	if (e == ERR_OK && r->is_plain)
		tell_plain_url(r);
	if (e == ERR_DENIED) {
		evidence_fail(ev, "url-refused", "%s", ei.text);
		r->failed_early = true;
		e = ERR_OK;
	} else if (e == ERR_OK && ask->cred != NULL &&
		   (why = cred_bound_http(&ask->cred->bound, ask->via,
			r->url.host, r->url.port, r->pin)) != NULL) {
		evidence_fail(ev, "cred-bound", "%s", why);
		r->failed_early = true;
	}
	return e;
}

enum err
http_req_new(struct http_req **out, struct http *h, struct http_ask *ask)
{
	struct http_req *r = try_alloc(sizeof(*r));
	long total_ms, connect_ms;
	enum err e;

	/* Nothing secret goes without TLS, whoever asks for it. */
	if (r == NULL || h->ca == NULL ||
	    (ask->plain_domain != NULL &&
		(ask->cred != NULL || ask->bearer != NULL ||
		    ask->body != NULL)) ||
	    (ask->pin != NULL &&
		(ask->cred == NULL || !ask->via->tls_verify ||
		    !str_copy(r->pin, sizeof(r->pin), ask->pin)))) {
		mem_free(r);
		return r == NULL ? ERR_NOMEM : ERR_ARG;
	}
	r->http = h;
	r->ca = ca_store_ref(h->ca);
	r->allow_loopback = h->allow_loopback;
	r->wants_json = ask->wants_json;
	r->is_rest = ask->is_rest;
	r->is_plain = ask->plain_domain != NULL;
	r->verify = ask->via->tls_verify;
	r->use_proxy = ask->via->use_proxy;
	r->has_cred = ask->cred != NULL;
	r->cred_id = ask->cred == NULL ? 0 : ask->cred->id;
	r->plan.kerberos = ask->via->auth_kerberos;
	r->plan.ntlm = ask->via->auth_ntlm;
	r->plan.basic = ask->via->auth_basic;
	r->answer_max = ask->answer_max;
	r->answer.body.max =
	    ask->answer_max > HTTP_PAGE_MAX ? ask->answer_max : HTTP_PAGE_MAX;
	r->on_data = ask->on_data;
	r->on_done = ask->on_done;
	r->arg = ask->arg;
	if (ask->body != NULL) {
		r->request = *ask->body;
		memset(ask->body, 0, sizeof(*ask->body));
	}
	set_limits(r, ask, &total_ms, &connect_ms);
	if ((e = check_url(r, ask)) != ERR_OK)
		goto fail;
	if (!r->failed_early) {
		e = ERR_NOMEM;
		if ((r->easy = curl_easy_init()) == NULL ||
		    (e = set_safety(r, total_ms, connect_ms)) != ERR_OK ||
		    (e = set_request(r, ask)) != ERR_OK)
			goto fail;
	}
	*out = r;
	return ERR_OK;
fail:
	http_req_free(r);
	return e;
}

void
http_req_rewind(struct http_req *r)
{
	r->status = 0;
	r->got = 0;
	r->header_bytes = 0;
	r->stop = HTTP_STOP_NONE;
	r->errtext[0] = '\0';
	buf_reset(&r->answer.body);
	http_sign_apply(r);
}

static void
req_closed(uv_handle_t *t)
{
	mem_free(t->data);
}

void
http_req_free(struct http_req *r)
{
	if (r == NULL)
		return;
	if (r->dns != NULL)
		r->dns->req = NULL;
	if (r->easy != NULL)
		curl_easy_cleanup(r->easy);
	curl_slist_free_all(r->headers);
	http_krb_cancel(r);
	http_sign_clear(r);
	url_parts_clear(&r->url);
	tls_seen_unref(r->tls);
	ca_store_unref(r->ca);
	/* Some hold a secret: what is sent for a token, and the token. */
	buf_wipe(&r->request);
	msg_evidence_free(&r->answer.ev);
	buf_wipe(&r->answer.body);
	mem_free(r->answer.cookie);
	if (r->timer_live)
		uv_close((uv_handle_t *)&r->timer, req_closed);
	else
		mem_free(r);
}
