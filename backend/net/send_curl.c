/* send_curl.c - see send_curl.h. */
#include "config.h"

#include "backend/net/send_curl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/net/evidence.h"
#include "backend/net/http_tls.h"
#include "backend/net/url_guard.h"
#include "common/ipc.h"

/* The server is the administrator's choice and not a peer's: it may well be
 * this host's own. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct send_curl *s = arg;

	(void)purpose;
	if (!url_guard_allows(&a->addr, true)) {
		s->is_denied = true;
		errno = EACCES;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static CURLcode
prepare_tls(CURL *easy, void *ctx, void *arg)
{
	struct send_curl *s = arg;

	(void)easy;
	tls_seen_unref(s->tls);
	s->tls = tls_seen_new(s->host, true);
	if (s->tls == NULL || tls_prepare(ctx, s->ca, s->tls) != ERR_OK)
		return CURLE_ABORTED_BY_CALLBACK;
	return CURLE_OK;
}

static int
go_on(void *arg, curl_off_t dt, curl_off_t dn, curl_off_t ut, curl_off_t un)
{
	const struct send_curl *s = arg;

	(void)dt;
	(void)dn;
	(void)ut;
	(void)un;
	return atomic_load(s->cancelled) ? 1 : 0;
}

/* Each line of a server's answer.  What it said last stays, but a refusal and
 * what went before good-bye (221, RFC 5321 4.2.3) say more than that. */
static size_t
on_line(char *p, size_t size, size_t n, void *arg)
{
	struct send_curl *s = arg;
	size_t keep = size * n;

	if (s->answer[0] == '4' || s->answer[0] == '5' ||
	    (keep >= 3 && memcmp(p, "221", 3) == 0))
		return size * n;
	while (keep > 0 && (p[keep - 1] == '\r' || p[keep - 1] == '\n'))
		keep--;
	if (keep > SEND_ANSWER_MAX)
		keep = SEND_ANSWER_MAX;
	if (keep > 0) {
		memcpy(s->answer, p, keep);
		s->answer[keep] = '\0';
	}
	return size * n;
}

#define SET(option, value)                                                \
	do {                                                              \
		if (curl_easy_setopt(s->easy, option, value) != CURLE_OK) \
			return ERR_NOMEM;                                 \
	} while (0)

enum err
send_curl_init(struct send_curl *s, const char *url, const char *protocol,
    uint32_t timeout_ms)
{
	if (timeout_ms == 0)
		timeout_ms = SEND_TIMEOUT_DEFAULT_MS;
	if (timeout_ms > SEND_TIMEOUT_MAX_MS)
		timeout_ms = SEND_TIMEOUT_MAX_MS;
	if ((s->easy = curl_easy_init()) == NULL)
		return ERR_NOMEM;
	SET(CURLOPT_URL, url);
	SET(CURLOPT_PROTOCOLS_STR, protocol);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, s);
	SET(CURLOPT_NOPROGRESS, 0L);
	SET(CURLOPT_XFERINFOFUNCTION, go_on);
	SET(CURLOPT_XFERINFODATA, s);
	SET(CURLOPT_HEADERFUNCTION, on_line);
	SET(CURLOPT_HEADERDATA, s);
	SET(CURLOPT_ERRORBUFFER, s->errtext);
	/* Never what the environment says. */
	SET(CURLOPT_PROXY, "");
	/* Trust is ours alone: see http_tls.c. */
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_SSL_CTX_FUNCTION, prepare_tls);
	SET(CURLOPT_SSL_CTX_DATA, s);
	return ERR_OK;
}

void
send_curl_clear(struct send_curl *s)
{
	if (s->easy != NULL)
		curl_easy_cleanup(s->easy);
	tls_seen_unref(s->tls);
	s->easy = NULL;
	s->tls = NULL;
}

const char *
send_errno_failure(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "connect-refused";
	case EHOSTUNREACH:
	case ENETUNREACH:
		return "connect-unreachable";
	case ETIMEDOUT:
		return "connect-timeout";
	default:
		return "connect-failed";
	}
}

static void
tell_address(struct send_curl *s, struct msg_evidence *ev)
{
	char text[EV_REMOTE_MAX + 1], *ip = NULL;
	long port = 0;

	if (curl_easy_getinfo(s->easy, CURLINFO_PRIMARY_IP, &ip) != CURLE_OK ||
	    ip == NULL || *ip == '\0')
		return;
	(void)curl_easy_getinfo(s->easy, CURLINFO_PRIMARY_PORT, &port);
	(void)snprintf(text, sizeof(text),
	    strchr(ip, ':') == NULL ? "%s:%ld" : "[%s]:%ld", ip, port);
	evidence_text(&ev->remote, text, EV_REMOTE_MAX);
}

static const char *
connect_failure(const struct send_curl *s)
{
	long error = 0;

	(void)curl_easy_getinfo(s->easy, CURLINFO_OS_ERRNO, &error);
	return send_errno_failure((int)error);
}

static bool
is_connected(const struct send_curl *s)
{
	curl_off_t us = 0;

	return curl_easy_getinfo(s->easy, CURLINFO_CONNECT_TIME_T, &us) ==
		   CURLE_OK &&
	       us > 0;
}

static void
fail_tls(struct send_curl *s, struct msg_evidence *ev)
{
	if (s->tls != NULL && tls_seen_fail(s->tls, ev))
		return;
	evidence_fail(ev, tls_failure(s->tls, tls_error_in(s->errtext)), "%s",
	    s->errtext);
}

void
send_curl_tell(struct send_curl *s, CURLcode code, struct msg_evidence *ev)
{
	const char *text =
	    s->errtext[0] != '\0' ? s->errtext : curl_easy_strerror(code);

	tell_address(s, ev);
	if (s->tls != NULL)
		tls_seen_tell(s->tls, ev);
	switch (code) {
	case CURLE_OK:
		break;
	case CURLE_COULDNT_RESOLVE_HOST:
		evidence_fail(ev, "dns-failed", "%s", text);
		break;
	case CURLE_COULDNT_CONNECT:
		if (s->is_denied)
			evidence_fail(ev, "url-refused",
			    "the address is not one to send to");
		else
			evidence_fail(ev, connect_failure(s), "%s", text);
		break;
	case CURLE_OPERATION_TIMEDOUT:
		evidence_fail(ev,
		    is_connected(s) ? "timeout" : "connect-timeout", "%s",
		    text);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
		fail_tls(s, ev);
		break;
	case CURLE_ABORTED_BY_CALLBACK:
		evidence_fail(ev, "cancelled", "it was cancelled");
		break;
	case CURLE_OUT_OF_MEMORY:
		evidence_fail_err(ev, ERR_NOMEM, "memory is out");
		break;
	default:
		evidence_fail(ev, "connection-closed", "%s", text);
		break;
	}
}
