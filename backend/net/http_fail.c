/* http_fail.c - what a transfer has shown, and the name of its fault. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "backend/net/evidence.h"
#include "backend/net/http_int.h"
#include "backend/net/http_tls.h"
#include "backend/net/proxy.h"
#include "common/clock.h"
#include "common/str.h"

static uint32_t
info_ms(const struct http_req *r, CURLINFO what)
{
	curl_off_t us = 0;

	if (curl_easy_getinfo(r->easy, what, &us) != CURLE_OK || us <= 0)
		return 0;
	return (uint32_t)(us / 1000);
}

/* Came it so far?  A step can take less than a millisecond. */
static bool
info_reached(const struct http_req *r, CURLINFO what)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(r->easy, what, &us) == CURLE_OK && us > 0;
}

static void
tell_address(struct http_req *r, struct msg_evidence *ev)
{
	char text[EV_REMOTE_MAX + 1];
	char *ip = NULL;
	long port = 0;

	if (curl_easy_getinfo(r->easy, CURLINFO_PRIMARY_IP, &ip) != CURLE_OK ||
	    ip == NULL || *ip == '\0')
		return;
	(void)curl_easy_getinfo(r->easy, CURLINFO_PRIMARY_PORT, &port);
	(void)snprintf(text, sizeof(text),
	    strchr(ip, ':') == NULL ? "%s:%ld" : "[%s]:%ld", ip, port);
	evidence_text(&ev->remote, text, EV_REMOTE_MAX);
}

static void
tell_facts(struct http_req *r)
{
	struct msg_evidence *ev = &r->answer.ev;
	char offered[EV_AUTH_OFFERED_MAX + 1];

	http_offers_text(&r->offers, offered, sizeof(offered));
	evidence_text(&ev->auth_offered, offered, EV_AUTH_OFFERED_MAX);
	ev->http_status = r->status;
	if (r->status != 0 && r->status != 401)
		evidence_text(&ev->auth_used, http_auth_name(r->auth), 16);
	evidence_text(
	    &ev->auth_tried, buf_str(&r->sign.tried), EV_AUTH_TRIED_MAX);
	tell_address(r, ev);
	ev->dns_ms = info_ms(r, CURLINFO_NAMELOOKUP_TIME_T);
	ev->connect_ms = info_ms(r, CURLINFO_CONNECT_TIME_T);
	ev->tls_ms = info_ms(r, CURLINFO_APPCONNECT_TIME_T);
	ev->total_ms = (uint32_t)(clock_mono_ms() - r->start_ms);
	if (r->tls != NULL)
		tls_seen_tell(r->tls, ev);
}

static bool
has(const char *s)
{
	return s != NULL && *s != '\0';
}

/* On a connection of before there was no handshake to wait for. */
static bool
is_kept_connection(struct http_req *r, const struct msg_evidence *ev)
{
	long made = 0;

	return has(ev->remote) &&
	       curl_easy_getinfo(r->easy, CURLINFO_NUM_CONNECTS, &made) ==
		   CURLE_OK &&
	       made == 0;
}

/* How far it came before the time was up. */
static void
fail_timeout(struct http_req *r, struct msg_evidence *ev)
{
	const char *failure = "timeout", *what = "nothing came for too long";

	if (!r->active) {
		what = "other requests to this server took too long";
	} else if (r->status != 0) {
		if (r->stop != HTTP_STOP_SILENT) {
			failure = "timeout-slow";
			what = "the answer did not end in time";
		}
	} else if (info_reached(r, CURLINFO_APPCONNECT_TIME_T) ||
		   is_kept_connection(r, ev)) {
		what = "the request was sent, no answer came";
	} else if (has(ev->remote)) {
		failure = "tls-timeout";
		what = "the server does not answer to TLS";
	} else if (!info_reached(r, CURLINFO_NAMELOOKUP_TIME_T)) {
		failure = "dns-timeout";
		what = "the name was not resolved in time";
	} else {
		failure = "connect-timeout";
		what = "no connection was made";
	}
	evidence_fail(ev, failure, "%s (%u ms)", what,
	    (unsigned)(clock_mono_ms() - r->start_ms));
}

static const char *
connect_failure(long os)
{
	switch (os) {
	case ECONNREFUSED:
		return "connect-refused";
	case ENETUNREACH:
	case EHOSTUNREACH:
	case ENETDOWN:
	case EHOSTDOWN:
		return "connect-unreachable";
	case ETIMEDOUT:
		return "connect-timeout";
	default:
		return "connect-failed";
	}
}

static void
fail_connect(struct http_req *r, struct msg_evidence *ev, const char *text)
{
	long os = 0;

	(void)curl_easy_getinfo(r->easy, CURLINFO_OS_ERRNO, &os);
	if (r->stop == HTTP_STOP_GUARD)
		evidence_fail(ev, "url-refused",
		    "the name leads to an address that the connector may not "
		    "contact");
	else
		evidence_fail(ev, connect_failure(os), "%s", text);
}

/* Whose fault is it, the proxy's or the server's behind it?  false: not the
 * proxy's. */
static bool
fail_proxy(struct http_req *r, CURLcode code, const char *text,
    struct msg_evidence *ev)
{
	/* Ended by ourselves, before or after the proxy had a say. */
	if (!r->use_proxy || !r->active ||
	    (r->stop != HTTP_STOP_NONE && r->stop != HTTP_STOP_SILENT))
		return false;
	return proxy_route_fail(r->http->proxy, r->easy,
	    r->stop == HTTP_STOP_SILENT ? (int)CURLE_OPERATION_TIMEDOUT
					: (int)code,
	    text, ev);
}

static void
fail_stopped(struct http_req *r, struct msg_evidence *ev)
{
	switch (r->stop) {
	case HTTP_STOP_TOOBIG:
		evidence_fail(ev, "content-toobig",
		    "the answer was cut off after %zu bytes", r->got);
		break;
	case HTTP_STOP_NOMEM:
	case HTTP_STOP_TLS:
		evidence_fail_err(ev, ERR_NOMEM, "memory is out");
		break;
	case HTTP_STOP_SILENT:
		fail_timeout(r, ev);
		break;
	default:
		break; /* on_data, or the status, says why */
	}
}

static void
fail_tls(struct http_req *r, struct msg_evidence *ev, const char *text)
{
	if (r->tls == NULL || !tls_seen_fail(r->tls, ev))
		evidence_fail(
		    ev, tls_failure(r->tls, tls_error_in(text)), "%s", text);
}

static void
fail_transfer(struct http_req *r, CURLcode code)
{
	struct msg_evidence *ev = &r->answer.ev;
	const char *text =
	    r->errtext[0] == '\0' ? curl_easy_strerror(code) : r->errtext;

	if (fail_proxy(r, code, text, ev))
		return;
	if (r->stop == HTTP_STOP_MOVED) {
		evidence_fail(ev, "auth-connection",
		    "the connection did not last for the steps of %s",
		    http_auth_name(r->auth));
		return;
	}
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		evidence_fail(ev,
		    r->dns_failure == NULL ? "dns-failed" : r->dns_failure,
		    "%s", text);
		break;
	case CURLE_COULDNT_CONNECT:
		fail_connect(r, ev, text);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		fail_timeout(r, ev);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		if (r->tls == NULL || !tls_seen_fail(r->tls, ev))
			evidence_fail(ev, "tls-name", "%s", text);
		break;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CERTPROBLEM:
		fail_tls(r, ev, text);
		break;
	case CURLE_WRITE_ERROR:
	case CURLE_ABORTED_BY_CALLBACK:
		fail_stopped(r, ev);
		break;
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_BAD_CONTENT_ENCODING:
		evidence_fail(ev, "connection-closed", "%s", text);
		break;
	case CURLE_URL_MALFORMAT:
		evidence_fail(ev, "url-refused", "%s", text);
		break;
	case CURLE_OUT_OF_MEMORY:
		/* What curl says of a header that is too long, too. */
		if (has(ev->tls_version))
			evidence_fail(ev, "content-toobig",
			    "a header is far too long, or memory is out");
		else
			evidence_fail_err(ev, ERR_NOMEM, "memory is out");
		break;
	default:
		evidence_fail(ev, "content-unexpected", "%s", text);
		break;
	}
}

/* A form that asks for a password: forms-based sign-in of Outlook on the
 * web, AD FS, a gateway that signs people in before Exchange. */
static bool
looks_like_sign_in(const struct buf *b)
{
	const char *p = buf_str(b);

	for (; (p = strchr(p, '=')) != NULL; p++) {
		const char *v = p + 1 + (p[1] == '"' || p[1] == '\'');

		if (p - buf_str(b) >= 4 && strncasecmp(p - 4, "type", 4) == 0 &&
		    strncasecmp(v, "password", 8) == 0)
			return true;
	}
	return false;
}

static void
fail_page(struct http_req *r, struct msg_evidence *ev)
{
	const char *type = ev->content_type == NULL ? "" : ev->content_type;

	if (looks_like_sign_in(&r->answer.body))
		evidence_fail(
		    ev, "content-sign-in", "HTTP status %u", r->status);
	else
		evidence_fail(
		    ev, "content-html", "the content type is %s", type);
}

/* Some sign-in pages say that they are XML. */
static bool
looks_like_html(const struct buf *b)
{
	const char *p = buf_str(b);

	while (*p == ' ' || *p == '\r' || *p == '\n' || *p == '\t')
		p++;
	return strncasecmp(p, "<!doctype html", 14) == 0 ||
	       strncasecmp(p, "<html", 5) == 0;
}

static void
fail_401(struct http_req *r, struct msg_evidence *ev)
{
	bool common =
	    (r->plan.kerberos &&
		http_offers_has(&r->offers, HTTP_AUTH_KERBEROS)) ||
	    (r->plan.ntlm && http_offers_has(&r->offers, HTTP_AUTH_NTLM)) ||
	    (r->plan.basic && http_offers_has(&r->offers, HTTP_AUTH_BASIC));

	if (r->sign.failure != NULL)
		evidence_fail(ev, r->sign.failure, "%s", ev->auth_tried);
	else if (r->has_cred && r->offers.n > 0 && !common)
		evidence_fail(ev, "auth-no-common", "the server offers %s",
		    ev->auth_offered == NULL ? "" : ev->auth_offered);
	else
		evidence_fail(ev, "http-401", "HTTP status 401");
}

const char *
http_status_failure(unsigned status)
{
	static const struct {
		unsigned status;
		const char *failure;
	} rows[] = {
	    {400, "http-400"},
	    {401, "http-401"},
	    {403, "http-403"},
	    {404, "http-404"},
	    {405, "http-405"},
	    {413, "http-413"},
	    {423, "http-423"},
	    {429, "http-429"},
	    {440, "http-440"},
	    {449, "http-449"},
	    {456, "http-456"},
	    {500, "http-500"},
	    {502, "http-502"},
	    {503, "http-503"},
	    {504, "http-504"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].status == status)
			return rows[i].failure;
	return "http-status";
}

static void
judge_status(struct http_req *r)
{
	struct msg_evidence *ev = &r->answer.ev;
	unsigned s = r->status;

	if (http_req_is_good(r)) {
		if (looks_like_html(&r->answer.body))
			fail_page(r, ev);
		else if (s == 200 && r->got == 0 && !r->is_rest)
			evidence_fail(ev, "content-empty", "HTTP status %u", s);
		else
			r->answer.wants_decoding = true;
	} else if (s == 200) {
		fail_page(r, ev);
	} else if (s == 401 || (s == 0 && r->sign.failure != NULL)) {
		fail_401(r, ev);
	} else if (s >= 301 && s <= 308 && ev->location != NULL &&
		   *ev->location != '\0') {
		evidence_fail(ev, "http-redirect", "HTTP status %u", s);
	} else {
		evidence_fail(ev, http_status_failure(s), "HTTP status %u", s);
	}
}

void
http_req_tell(struct http_req *r, CURLcode code)
{
	tell_facts(r);
	if (code == CURLE_OK)
		judge_status(r);
	else if (code == CURLE_WRITE_ERROR && r->stop == HTTP_STOP_ENOUGH &&
		 !http_req_is_good(r))
		judge_status(r); /* a page longer than anyone reads */
	else
		fail_transfer(r, code);
}
