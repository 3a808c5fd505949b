#include "backend/engine/server_alarm.h"

#include <stddef.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/str.h"

#define FAULTS_MIN 3 /* in a row, until a server counts as unreachable */

/* "What is wrong: what the server said (host)". */
static void
raise_for(struct record *r, enum alarm_id id, const char *failure,
    const struct msg_evidence *ev)
{
	const struct failure *f = failure_find(failure);
	char detail[1024], url[301];

	(void)str_copy(url, sizeof(url), ev->url != NULL ? ev->url : "");
	text_fit(detail, sizeof(detail), "%s.%s%s%s%s",
	    f != NULL ? f->title : "The connection failed",
	    *url != '\0' ? " Address: " : "", url,
	    ev->detail != NULL && *ev->detail != '\0' ? ". Detail: " : "",
	    ev->detail != NULL ? ev->detail : "");
	alarm_raise(r->en, id, r->x.display_name, failure, detail);
}

void
alarm_directory(struct record *r, const struct msg_evidence *ev)
{
	const struct failure *f;
	const char *name = r->x.display_name;

	if (ev->code == ERR_OK || str_eq(ev->failure, "scp-none")) {
		alarm_lower(r->en, ALARM_LDAP_UNREACHABLE, name);
		alarm_lower(r->en, ALARM_LDAP_DENIED, name);
		return;
	}
	f = failure_find(ev->failure != NULL ? ev->failure : "");
	if (f == NULL || f->alarm == 60190)
		return;
	if (f->alarm == 60071)
		raise_for(r, ALARM_KEY, f->name, ev);
	else if (f->alarm == 60101) /* the credential */
		raise_for(r, ALARM_EXCHANGE_DENIED, f->name, ev);
	else if (f->alarm == 60121)
		raise_for(r, ALARM_LDAP_DENIED, f->name, ev);
	else
		raise_for(r, ALARM_LDAP_UNREACHABLE, f->name, ev);
}

/* One address that does not answer is no fault: the password's domain is
 * often a web site.  Only the end of a look-up counts. */
void
alarm_autodiscover(struct record *r, const char *failure, const char *detail)
{
	static const enum alarm_id all[] = {ALARM_AUTODISCOVER_UNREACHABLE,
	    ALARM_AUTODISCOVER_DENIED, ALARM_AUTODISCOVER_CERT,
	    ALARM_REDIRECT_UNTRUSTED};
	const struct failure *f = failure_find(failure);
	struct msg_evidence ev = {0};
	char text[256];
	size_t i;

	if (*failure == '\0') {
		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			alarm_lower(r->en, all[i], r->x.display_name);
		return;
	}
	if (f == NULL)
		return;
	(void)str_copy(text, sizeof(text), detail);
	ev.detail = text;
	/* Of a host that is to be decided about: redirects.c. */
	if (f->alarm == 60113 && !str_eq(failure, "redirect-untrusted"))
		raise_for(r, ALARM_REDIRECT_UNTRUSTED, failure, &ev);
	else if (f->alarm == 60102)
		raise_for(r, ALARM_AUTODISCOVER_CERT, failure, &ev);
	else if (f->alarm == 60071)
		raise_for(r, ALARM_KEY, failure, &ev);
	else if (f->alarm == 60101)
		raise_for(r, ALARM_AUTODISCOVER_DENIED, failure, &ev);
	else if (f->alarm == 60110)
		raise_for(r, ALARM_AUTODISCOVER_UNREACHABLE, failure, &ev);
}

/* One request may meet this while all others work. */
static bool
is_of_one_request(const struct failure *f)
{
	return f->alarm == 60100 || str_eq(f->name, "ews-impersonation");
}

/* Each of the three is raised only when its own kind of fault is seen, and
 * the others then say nothing any more. */
void
alarm_exchange(struct record *r, const struct msg_evidence *ev)
{
	static const enum alarm_id all[] = {ALARM_EXCHANGE_UNREACHABLE,
	    ALARM_EXCHANGE_DENIED, ALARM_EXCHANGE_CERT, ALARM_EXCHANGE_VERSION,
	    ALARM_KEY};
	const struct failure *f;
	const char *failure = ev->failure != NULL ? ev->failure : "";
	size_t i;

	if (r->is_dead || r->is_former)
		return;
	if (ev->code == ERR_OK) {
		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			alarm_lower(r->en, all[i], r->x.display_name);
		return;
	}
	f = failure_find(failure);
	if (f == NULL || (is_of_one_request(f) && r->faults < FAULTS_MIN))
		return;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if ((unsigned)alarm_kind(all[i])->number == f->alarm) {
			raise_for(r, all[i], failure, ev);
			return;
		}
}

void
alarm_bound(struct record *r, const char *detail)
{
	alarm_raise(r->en, ALARM_EXCHANGE_DENIED, r->x.display_name,
	    "cred-bound", detail);
}

void
alarm_redirect(struct engine *en, const char *host, const char *detail)
{
	if (detail != NULL)
		alarm_raise(en, ALARM_REDIRECT_UNTRUSTED, host, "", detail);
	else
		alarm_lower(en, ALARM_REDIRECT_UNTRUSTED, host);
}
