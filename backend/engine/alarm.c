#include "backend/engine/alarm.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/delivery.h"
#include "backend/engine/engine.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/store_alarm.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".alarms"
#define RAISED_MAX 1000
#define AGAIN_S 60 /* the same alarm is counted once in so many seconds */

struct raised {
	enum alarm_id id;
	char *subject, *cause, *detail;
	int64_t at_s;
};

struct alarms {
	struct raised v[RAISED_MAX];
	size_t n;
};

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
add(struct alarms *a, enum alarm_id id, const char *subject, const char *cause,
    const char *detail)
{
	struct raised *r;

	if (a->n == RAISED_MAX)
		return NULL;
	r = &a->v[a->n++];
	r->id = id;
	r->subject = xstrdup(subject);
	r->cause = xstrdup(cause);
	r->detail = xstrdup(detail);
	r->at_s = 0;
	return r;
}

static void
drop(struct alarms *a, struct raised *r)
{
	mem_free(r->subject);
	mem_free(r->cause);
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
		if (alarm_id_of(l.v[i].number) != ALARM__MAX)
			(void)add(a, alarm_id_of(l.v[i].number), l.v[i].subject,
			    l.v[i].cause, l.v[i].detail);
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

	snprintf(number, sizeof(number), "%d", alarm_kind(id)->number);
	log_kv(detail != NULL ? LOG_L_ERROR : LOG_L_INFO, MODULE, event, "Id",
	    number, "Severity", alarm_kind(id)->severity, "Title",
	    alarm_kind(id)->title, "Subject", *subject != '\0' ? subject : NULL,
	    "Detail", detail, NULL);
}

static void
put(char **field, const char *text)
{
	char *t = xstrdup(text);

	mem_free(*field);
	*field = t;
}

void
alarm_raise(struct engine *en, enum alarm_id id, const char *subject,
    const char *cause, const char *detail)
{
	struct raised *r = find(en->alarms, id, subject);
	int64_t now = clock_wall_s();
	struct errinfo ei;
	bool is_new = r == NULL, is_other;

	if (!is_new && str_eq(r->cause, cause) && str_eq(r->detail, detail) &&
	    now - r->at_s < AGAIN_S)
		return;
	if (is_new)
		r = add(en->alarms, id, subject, cause, detail);
	if (r == NULL)
		return;
	r->at_s = now;
	is_other = is_new || !str_eq(r->cause, cause);
	put(&r->cause, cause);
	put(&r->detail, detail);
	if (is_new)
		log_alarm("Alarm Raised", id, subject, detail);
	if (store_alarm_raise(en->store, alarm_kind(id)->number, subject,
		alarm_kind(id)->severity, cause, detail, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	else if (is_other)
		deliveries_event(en);
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
	if (store_alarm_lower(en->store, alarm_kind(id)->number, subject, &was,
		&ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	else
		deliveries_event(en);
	drop(en->alarms, r);
}

bool
alarm_is_raised(struct engine *en, enum alarm_id id, const char *subject)
{
	return find(en->alarms, id, subject) != NULL;
}

void
alarm_lower_others(
    struct engine *en, enum alarm_id id, const struct strlist *keep)
{
	struct alarms *a = en->alarms;
	size_t i;

	/* From the end: lowering moves the last one into the gap. */
	for (i = a->n; i-- > 0;)
		if (a->v[i].id == id && !strlist_has(keep, a->v[i].subject))
			alarm_lower(en, id, a->v[i].subject);
}

void
alarm_lower_all(struct engine *en, const char *subject)
{
	unsigned i;

	for (i = 0; i < ALARM__MAX; i++)
		alarm_lower(en, (enum alarm_id)i, subject);
}
