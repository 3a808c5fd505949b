/* proxy.c - see proxy.h. */
#include "config.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/proxy.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

#define URL_TEXT_MAX 300

struct proxy_route {
	char url[URL_TEXT_MAX]; /* "http://host:port"; "": no proxy is set */
	char host[CRED_HOST_MAX];
	uint32_t port;
	uint64_t cred_id; /* 0: it wants no name */
	char failure[64]; /* why its password is not to be had */
	const struct creds *creds;
};

enum err
proxy_route_new(struct proxy_route **out, const struct msg_net_config *c,
    const struct creds *creds)
{
	struct proxy_route *p = try_alloc(sizeof(*p));

	if (p == NULL)
		return ERR_NOMEM;
	p->creds = creds;
	p->port = c->proxy_port;
	p->cred_id = c->proxy_cred_id;
	(void)str_copy(p->host, sizeof(p->host), c->proxy_host);
	(void)str_copy(p->failure, sizeof(p->failure), c->proxy_failure);
	if (p->host[0] != '\0')
		(void)snprintf(p->url, sizeof(p->url),
		    strchr(p->host, ':') == NULL ? "http://%s:%u"
						 : "http://[%s]:%u",
		    p->host, (unsigned)p->port);
	*out = p;
	return ERR_OK;
}

void
proxy_route_free(struct proxy_route *p)
{
	mem_free(p);
}

uint64_t
proxy_route_cred(const struct proxy_route *p)
{
	return p->failure[0] == '\0' ? p->cred_id : 0;
}

bool
proxy_route_ready(const struct proxy_route *p, struct msg_evidence *ev)
{
	const struct cred *cred;
	const char *why;

	if (p->url[0] == '\0') {
		evidence_fail(ev, "proxy-none", "no proxy is configured");
	} else if (p->failure[0] != '\0') {
		evidence_fail(ev, "proxy-password-stored", "%s", p->failure);
	} else if (p->cred_id != 0) {
		cred = creds_get(p->creds, p->cred_id);
		if (cred == NULL)
			evidence_fail(ev, "proxy-password-stored",
			    "the manager has not handed over the password");
		else if ((why = cred_bound_proxy(
			      &cred->bound, p->host, p->port)) != NULL)
			evidence_fail(ev, "proxy-password-stored", "%s", why);
	}
	return !evidence_failed(ev);
}

#define SET(option, value)                                             \
	do {                                                           \
		if (curl_easy_setopt(easy, option, value) != CURLE_OK) \
			return ERR_NOMEM;                              \
	} while (0)

enum err
proxy_route_set(const struct proxy_route *p, void *easy)
{
	const struct cred *cred;

	/* Never what the environment says. */
	SET(CURLOPT_PROXY, p == NULL ? "" : p->url);
	SET(CURLOPT_NOPROXY, "");
	SET(CURLOPT_HTTPPROXYTUNNEL, p == NULL ? 0L : 1L);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	if (p == NULL || p->cred_id == 0)
		return ERR_OK;
	if ((cred = creds_get(p->creds, p->cred_id)) == NULL)
		return ERR_AUTH;
	SET(CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
	SET(CURLOPT_PROXYUSERNAME, cred->account);
	SET(CURLOPT_PROXYPASSWORD, secret_peek(&cred->secret));
	return ERR_OK;
}

const char *
proxy_failure(const struct proxy_answer *a)
{
	if (a->status / 100 == 2 || a->is_reused)
		return NULL;
	if (a->status == 0) {
		if (!a->was_resolved)
			return "proxy-name";
		if (!a->was_connected)
			return "proxy-connect";
		return a->is_timeout ? "proxy-timeout" : "proxy-closed";
	}
	switch (a->status) {
	case 407:
		if (!a->wants_basic)
			return "proxy-scheme";
		return a->had_user ? "proxy-password" : "proxy-auth";
	case 504:
		return "proxy-gateway-timeout";
	case 400:
	case 404:
	case 405:
	case 501:
		return "proxy-no-connect";
	default:
		return a->status >= 500 && a->status < 600 ? "proxy-upstream"
							   : "proxy-denied";
	}
}

bool
proxy_route_fail(const struct proxy_route *p, void *easy, int curl_code,
    const char *text, struct msg_evidence *ev)
{
	struct proxy_answer a = {0};
	curl_off_t us = 0;
	long avail = 0, made = 0;
	char *ip = NULL;
	const char *failure;

	(void)curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &a.status);
	(void)curl_easy_getinfo(easy, CURLINFO_PROXYAUTH_AVAIL, &avail);
	(void)curl_easy_getinfo(easy, CURLINFO_NAMELOOKUP_TIME_T, &us);
	a.was_resolved = us > 0 && curl_code != CURLE_COULDNT_RESOLVE_PROXY;
	/* Its time of connecting is told only when the tunnel stands. */
	(void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
	(void)curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &made);
	a.was_connected =
	    ip != NULL && *ip != '\0' && curl_code != CURLE_COULDNT_CONNECT;
	a.is_reused = a.was_connected && made == 0;
	a.had_user = p->cred_id != 0;
	a.wants_basic = (avail & (long)CURLAUTH_BASIC) != 0;
	a.is_timeout = curl_code == CURLE_OPERATION_TIMEDOUT;
	if ((failure = proxy_failure(&a)) == NULL)
		return false;
	if (a.status != 0)
		evidence_fail(ev, failure,
		    "the proxy answered CONNECT with %ld", a.status);
	else
		evidence_fail(ev, failure, "%s", text);
	return true;
}
