/* send_mail.c - see send_mail.h. */
#include "config.h"

#include "backend/net/send_mail.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/send_curl.h"
#include "common/ipc.h"
#include "common/valid.h"

#define ADDR_MAX (VALID_EMAIL_MAX + 3) /* in its brackets */
#define URL_MAX (VALID_HOST_MAX + 32)

struct reading {
	const char *p;
	size_t left;
};

static size_t
give(char *to, size_t size, size_t n, void *arg)
{
	struct reading *r = arg;
	size_t k = size * n < r->left ? size * n : r->left;

	memcpy(to, r->p, k);
	r->p += k;
	r->left -= k;
	return k;
}

static enum err
set_envelope(
    struct send_curl *s, const struct msg_mail_job *job, struct curl_slist **to)
{
	struct curl_slist *l;
	char text[ADDR_MAX];
	size_t i;

	(void)snprintf(text, sizeof(text), "<%s>", job->sender);
	if (curl_easy_setopt(s->easy, CURLOPT_MAIL_FROM, text) != CURLE_OK)
		return ERR_NOMEM;
	for (i = 0; i < job->recipients.n; i++) {
		(void)snprintf(
		    text, sizeof(text), "<%s>", job->recipients.v[i]);
		if ((l = curl_slist_append(*to, text)) == NULL)
			return ERR_NOMEM;
		*to = l;
	}
	return curl_easy_setopt(s->easy, CURLOPT_MAIL_RCPT, *to) == CURLE_OK
		   ? ERR_OK
		   : ERR_NOMEM;
}

#define SET(option, value)                                                \
	do {                                                              \
		if (curl_easy_setopt(s->easy, option, value) != CURLE_OK) \
			return ERR_NOMEM;                                 \
	} while (0)

static enum err
set_up(struct send_curl *s, const struct msg_mail_job *job,
    const struct cred *cred, struct reading *r)
{
	SET(CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, give);
	SET(CURLOPT_READDATA, r);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)strlen(job->message));
	if (cred == NULL)
		return ERR_OK;
	SET(CURLOPT_USERNAME, cred->account);
	SET(CURLOPT_PASSWORD, secret_peek(&cred->secret));
	return ERR_OK;
}

/* What the server refused, in its words. */
static void
tell(struct send_curl *s, CURLcode code, struct msg_evidence *ev)
{
	long status = 0;

	(void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_LOGIN_DENIED)
		evidence_fail(ev, "mail-auth", "%s", s->answer);
	else if (code == CURLE_USE_SSL_FAILED)
		evidence_fail(ev, "mail-no-tls", "%s", s->answer);
	else if (code != CURLE_OK && status >= 400 &&
		 code != CURLE_OPERATION_TIMEDOUT)
		evidence_fail(ev, "mail-refused", "%s", s->answer);
	send_curl_tell(s, code, ev);
	if (code == CURLE_OK)
		evidence_text(&ev->detail, s->answer, EV_DETAIL_MAX);
}

void
send_mail(const struct msg_mail_job *job, const struct cred *cred,
    struct ca_store *ca, const atomic_bool *cancelled, struct msg_evidence *ev)
{
	struct send_curl s = {
	    .ca = ca, .host = job->host, .cancelled = cancelled};
	struct reading r = {job->message, strlen(job->message)};
	struct curl_slist *to = NULL;
	char url[URL_MAX];
	enum err e;

	(void)snprintf(url, sizeof(url),
	    strchr(job->host, ':') == NULL ? "%s://%s:%u" : "%s://[%s]:%u",
	    job->starttls ? "smtp" : "smtps", job->host, (unsigned)job->port);
	if ((e = send_curl_init(&s, url, job->starttls ? "smtp" : "smtps",
		 job->timeout_ms)) != ERR_OK ||
	    (e = set_envelope(&s, job, &to)) != ERR_OK ||
	    (e = set_up(&s, job, cred, &r)) != ERR_OK)
		evidence_fail_err(ev, e, err_default_text(e));
	else
		tell(&s, curl_easy_perform(s.easy), ev);
	send_curl_clear(&s);
	curl_slist_free_all(to);
}
