#include "backend/engine/alarm.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_state.h"
#include "common/str.h"

#define RAISED_MAX 1000
#define FAULTS_MIN 3 /* in a row, until a server counts as unreachable */
#define AGAIN_S 60 /* the same alarm is counted once in so many seconds */

static const struct alarm_row {
	int number;
	const char *severity, *title;
} rows[ALARM__MAX] = {
    [ALARM_EXCHANGE_UNREACHABLE] = {60100, "critical",
	"Microsoft Exchange Server unreachable"},
    [ALARM_EXCHANGE_DENIED] = {60101, "critical",
	"Microsoft Exchange Server access denied"},
    [ALARM_EXCHANGE_CERT] = {60102, "critical",
	"Microsoft Exchange Server certificate not validated"},
    [ALARM_EXCHANGE_VERSION] = {60103, "critical",
	"Microsoft Exchange Server version unsupported"},
    [ALARM_NO_EXCHANGE] = {60104, "critical",
	"No Microsoft Exchange Server configured"},
    [ALARM_AUTODISCOVER_UNREACHABLE] = {60110, "critical",
	"Exchange Autodiscovery unreachable"},
    [ALARM_AUTODISCOVER_DENIED] = {60111, "critical",
	"Exchange Autodiscovery access denied"},
    [ALARM_AUTODISCOVER_CERT] = {60112, "critical",
	"Exchange Autodiscovery certificate not validated"},
    [ALARM_REDIRECT_UNTRUSTED] = {60113, "critical",
	"Redirected Exchange Autodiscovery URL not trusted"},
    [ALARM_LDAP_UNREACHABLE] = {60120, "critical",
	"Exchange Autodiscovery LDAP unreachable"},
    [ALARM_LDAP_DENIED] = {60121, "critical",
	"Exchange Autodiscovery LDAP access denied"},
    [ALARM_SUBSCRIPTION_FAILED] = {60130, "error",
	"Users could not be subscribed"},
    [ALARM_NO_MAILBOX] = {60131, "error", "Addresses of users have no mailbox"},
    [ALARM_SUBSCRIPTION_SILENT] = {60132, "error",
	"Subscriptions are not operational"},
    [ALARM_NOT_OPERATIONAL] = {60190, "critical",
	"Calendar Connector not operational"},
};

struct raised {
	enum alarm_id id;
	char *subject, *detail;
	int64_t at_s;
};

struct alarms {
	struct raised v[RAISED_MAX];
	size_t n;
};

static enum alarm_id
id_of(int64_t number)
{
	unsigned i;

	for (i = 0; i < ALARM__MAX; i++)
		if (rows[i].number == number)
			return (enum alarm_id)i;
	return ALARM__MAX;
}

const char *
alarm_title(enum alarm_id id)
{
	return rows[id].title;
}

static struct raised *
find(struct alarms *a, enum alarm_id id, const char *subject)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->v[i].id == id && str_eq(a->v[i].subject, subject))
			return &a->v[i];
	return NULL;
}

static struct raised *
add(struct alarms *a, enum alarm_id id, const char *subject, const char *detail)
{
	struct raised *r;

	if (a->n == RAISED_MAX)
		return NULL;
	r = &a->v[a->n++];
	r->id = id;
	r->subject = xstrdup(subject);
	r->detail = xstrdup(detail);
	r->at_s = 0;
	return r;
}

static void
drop(struct alarms *a, struct raised *r)
{
	mem_free(r->subject);
	mem_free(r->detail);
	*r = a->v[--a->n];
}

struct alarms *
alarms_new(struct engine *en)
{
	struct alarms *a = xalloc(sizeof(*a));
	struct alarm_list l = {NULL, 0};
	struct errinfo ei;
	size_t i;

	if (store_alarm_list(en->store, &l, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	for (i = 0; i < l.n; i++)
		if (id_of(l.v[i].number) != ALARM__MAX)
			(void)add(a, id_of(l.v[i].number), l.v[i].subject,
			    l.v[i].detail);
	alarm_list_clear(&l);
	return a;
}

void
alarms_free(struct alarms *a)
{
	if (a == NULL)
		return;
	while (a->n > 0)
		drop(a, &a->v[0]);
	mem_free(a);
}

static void
log_alarm(const char *event, enum alarm_id id, const char *subject,
    const char *detail)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", rows[id].number);
	log_kv(detail != NULL ? LOG_L_ERROR : LOG_L_INFO, ENGINE_MODULE, event,
	    "Alarm", number, "Title", rows[id].title, "Subject", subject,
	    "Detail", detail, NULL);
}

void
alarm_raise(struct engine *en, enum alarm_id id, const char *subject,
    const char *detail)
{
	struct raised *r = find(en->alarms, id, subject);
	int64_t now = clock_wall_s();
	struct errinfo ei;
	bool is_new = r == NULL;

	if (!is_new && str_eq(r->detail, detail) && now - r->at_s < AGAIN_S)
		return;
	if (is_new)
		r = add(en->alarms, id, subject, detail);
	if (r == NULL)
		return;
	r->at_s = now;
	if (!str_eq(r->detail, detail)) {
		mem_free(r->detail);
		r->detail = xstrdup(detail);
	}
	if (is_new)
		log_alarm("Alarm Raised", id, subject, detail);
	if (store_alarm_raise(en->store, rows[id].number, subject,
		rows[id].severity, detail, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
}

void
alarm_lower(struct engine *en, enum alarm_id id, const char *subject)
{
	struct raised *r = find(en->alarms, id, subject);
	struct errinfo ei;
	bool was;

	if (r == NULL)
		return;
	log_alarm("Alarm Lowered", id, subject, NULL);
	if (store_alarm_lower(en->store, rows[id].number, subject, &was, &ei) !=
	    ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	drop(en->alarms, r);
}

void
alarm_lower_all(struct engine *en, const char *subject)
{
	unsigned i;

	for (i = 0; i < ALARM__MAX; i++)
		alarm_lower(en, (enum alarm_id)i, subject);
}

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
	alarm_raise(r->en, id, r->x.display_name, detail);
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
	if (f->alarm == 60101) /* the credential */
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
	    ALARM_EXCHANGE_DENIED, ALARM_EXCHANGE_CERT, ALARM_EXCHANGE_VERSION};
	const struct failure *f;
	const char *failure = ev->failure != NULL ? ev->failure : "";
	size_t i;

	if (ev->code == ERR_OK) {
		for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			alarm_lower(r->en, all[i], r->x.display_name);
		return;
	}
	f = failure_find(failure);
	if (f == NULL || (is_of_one_request(f) && r->faults < FAULTS_MIN))
		return;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if ((unsigned)rows[all[i]].number == f->alarm) {
			raise_for(r, all[i], failure, ev);
			return;
		}
}
