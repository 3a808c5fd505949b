#include "backend/engine/discover_int.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "common/ipc.h"
#include "common/str.h"

#define POX_SUFFIX ".xml"
#define POX_NO_PROVIDER "601" /* [MS-OXDSCLI] 2.2.4.1.1.3.2 */

/* RFC 3986 2.3, and "@", which may stand in a path. */
static void
put_escaped(char *out, size_t size, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklm"
				    "nopqrstuvwxyz0123456789-._~@";
	size_t n = 0;

	for (; *s != '\0' && n + 4 < size; s++) {
		if (strchr(plain, *s) != NULL)
			out[n++] = *s;
		else
			n += (size_t)snprintf(out + n, size - n, "%%%02X",
			    (unsigned)(unsigned char)*s);
	}
	out[n] = '\0';
}

void
discover_form_url(const char *url, enum discover_form f, const char *email,
    char *out, size_t size)
{
	char who[3 * VALID_EMAIL_MAX + 1];
	size_t n = strlen(url);
	int len;

	out[0] = '\0';
	if (n > VALID_URL_MAX || !str_has_suffix_nocase(url, POX_SUFFIX))
		return;
	n -= strlen(POX_SUFFIX);
	put_escaped(who, sizeof(who), email);
	if (f == FORM_SOAP)
		len = snprintf(out, size, "%.*s.svc", (int)n, url);
	else
		len = snprintf(out, size, "%.*s.json/v1.0/%s?Protocol=EWS",
		    (int)n, url, who);
	if (len < 0 || (size_t)len >= size)
		out[0] = '\0';
}

void
discover_soap_url(const char *pox_url, char *out, size_t size)
{
	discover_form_url(pox_url, FORM_SOAP, "", out, size);
}

bool
discover_not_offered(const struct msg_pox_result *m)
{
	static const unsigned statuses[] = {404, 405, 410, 415, 501};
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (m->ev.http_status == statuses[i] &&
		    !str_eq(m->pox_error != NULL ? m->pox_error : "",
			"UserNotFound"))
			return true;
	return str_eq(
	    m->pox_error != NULL ? m->pox_error : "", POX_NO_PROVIDER);
}

static void
copy_text(char *out, size_t size, const char *s)
{
	(void)str_copy(out, size, s != NULL ? s : "");
}

static void
report_settings(
    struct discover *d, unsigned step, const struct msg_settings_result *m)
{
	const struct msg_user_settings *u = &m->users[0];

	copy_text(d->grouping, sizeof(d->grouping), u->grouping);
	steps_kv(d->steps, step, "grouping", d->grouping);
	steps_kv(d->steps, step, "supported schemas", u->schemas);
}

static bool
is_settings(const struct msg_evidence *ev, enum ipc_type t,
    const struct msg_settings_result *m)
{
	return t == IPC_SETTINGS_DONE && ev->code == ERR_OK && m->users_n == 1;
}

/* -- beside an address that was found -- */

static bool
has(const char *s)
{
	return s != NULL && *s != '\0';
}

static void
on_more(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;
	struct msg_settings_result *m = msg;
	unsigned step = d->step;

	d->call = NULL;
	steps_evidence(d->steps, step, ev);
	if (is_settings(ev, t, m) &&
	    (has(m->users[0].ews_internal) || has(m->users[0].ews_external))) {
		report_settings(d, step, m);
		steps_end(
		    d->steps, step, STEP_OK, "The EWS address was found.");
	} else {
		/* Only the grouping is missing. */
		d->soap_url[0] = '\0';
		steps_end(d->steps, step, STEP_OK,
		    "The EWS address was found. The SOAP form of Autodiscover, "
		    "which would tell more, did not answer.");
	}
	discover_found(d, ev);
}

void
discover_ask_settings(struct discover *d, unsigned step)
{
	struct strlist emails = {0};

	d->step = step;
	discover_form_url(
	    d->url, FORM_SOAP, d->email, d->soap_url, sizeof(d->soap_url));
	if (d->soap_url[0] == '\0' ||
	    strlist_add(&emails, d->email) != ERR_OK) {
		steps_end(
		    d->steps, step, STEP_OK, "The EWS address was found.");
		discover_found(d, NULL);
		return;
	}
	d->call =
	    src_settings(d->r, d->soap_url, &emails, d->is_listed, on_more, d);
	strlist_clear(&emails);
}

/* -- in place of POX -- */

/* A redirect of the SOAP form names its own kind of address. */
static void
as_pox_url(char *url)
{
	size_t n = strlen(url);

	if (str_has_suffix_nocase(url, ".svc"))
		memcpy(url + n - 4, POX_SUFFIX, 4);
}

/* The texts are lent. */
static void
as_pox(struct msg_pox_result *out, const struct msg_settings_result *m)
{
	const struct msg_user_settings *u = &m->users[0];

	memset(out, 0, sizeof(*out));
	out->ev = m->ev;
	if (m->users_n == 0)
		return;
	out->ews_internal = u->ews_internal;
	out->ews_external = u->ews_external;
	out->redirect_addr = u->redirect_addr;
	out->redirect_url = u->redirect_url;
	out->pox_error = u->error;
	out->pox_message = u->message;
	if (has(out->redirect_url))
		as_pox_url(out->redirect_url);
}

static void
on_soap(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;
	struct msg_settings_result *m = msg;
	struct msg_pox_result pox = {0};

	d->call = NULL;
	if (t != IPC_SETTINGS_DONE) {
		pox.ev = *ev;
		discover_answered(d, &pox, ev->detail);
		return;
	}
	as_pox(&pox, m);
	if (is_settings(ev, t, m)) {
		report_settings(d, d->step, m);
		discover_form_url(d->url, FORM_SOAP, d->email, d->soap_url,
		    sizeof(d->soap_url));
	}
	discover_answered(d, &pox, ev->detail);
}

static void
on_json(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;
	struct msg_pox_result pox = {0};

	d->call = NULL;
	pox.ev = *ev;
	discover_answered(d, t == IPC_POX_DONE ? msg : &pox, ev->detail);
}

bool
discover_next_form(struct discover *d)
{
	char url[VALID_URL_MAX + 1], title[DISCOVER_TITLE_MAX];
	struct strlist emails = {0};
	enum discover_form f = d->form + 1;

	if (d->form == FORM_JSON)
		return false;
	discover_form_url(d->url, f, d->email, url, sizeof(url));
	if (url[0] == '\0' || strlist_add(&emails, d->email) != ERR_OK)
		return false;
	d->form = f;
	text_fit(title, sizeof(title), "Autodiscover: %s", url);
	d->step = steps_begin(d->steps, 0, title);
	if (f == FORM_SOAP)
		d->call =
		    src_settings(d->r, url, &emails, d->is_listed, on_soap, d);
	else
		d->call =
		    src_json(d->r, url, d->email, d->is_listed, on_json, d);
	strlist_clear(&emails);
	return true;
}
