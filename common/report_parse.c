/* report_parse.c - a report back from the JSON of report_json.c.  What the
 * engine wrote into state.db is read here by pages: sizes are those of the
 * message, anything else is refused. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/str.h"

static char *
text(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	const char *s = json_string_value(v);

	/* One with a zero inside would end there: it is of nobody. */
	if (s == NULL || strlen(s) != json_string_length(v))
		return xstrdup("");
	return xstrdup(s);
}

static uint32_t
number(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n < 0 || n > UINT32_MAX ? 0 : (uint32_t)n;
}

/* As clock_iso_ms() writes it; 0 for anything else. */
static int64_t
time_ms(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));
	struct tm tm = {0};
	int ms;

	if (s == NULL ||
	    sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2d.%3d", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &ms) != 7)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	return (int64_t)timegm(&tm) * 1000 + ms;
}

static uint32_t
state(const json_t *o)
{
	const char *s = json_string_value(json_object_get(o, "state"));
	uint32_t i;

	for (i = 0; i < STEP__MAX; i++)
		if (s != NULL && str_eq(step_state_name(i), s))
			return i;
	return STEP_FAILED;
}

static enum err
evidence(struct msg_step *s, const json_t *list)
{
	char *key, *value;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < json_array_size(list) && e == ERR_OK; i++) {
		key = text(json_array_get(list, i), "key");
		value = text(json_array_get(list, i), "value");
		e = report_evidence(s, key, value);
		mem_free(key);
		mem_free(value);
	}
	return e;
}

static enum err
step(struct msg_report *r, const json_t *o)
{
	char *title = text(o, "title");
	struct msg_step *s = report_add(r, number(o, "parent"), title);

	mem_free(title);
	if (s == NULL)
		return ERR_TOOBIG;
	s->state = state(o);
	s->start_ms = time_ms(o, "start");
	s->duration_ms = number(o, "duration_ms");
	s->failure = text(o, "failure");
	s->what = text(o, "what");
	s->todo = text(o, "todo");
	s->command = text(o, "command");
	return evidence(s, json_object_get(o, "evidence"));
}

enum err
report_from_json(const char *json, struct msg_report *out)
{
	json_t *o = json_loads(json, JSON_REJECT_DUPLICATES, NULL), *list;
	struct msg_report r;
	enum err e = ERR_OK;
	size_t i;

	if (!json_is_object(o)) {
		json_decref(o);
		return ERR_PROTO;
	}
	memset(&r, 0, sizeof r);
	r.job_id = text(o, "job_id");
	r.subject = text(o, "subject");
	r.draft_id = text(o, "draft_id");
	r.record_id = text(o, "record_id");
	r.account = text(o, "account");
	r.mailbox = text(o, "mailbox");
	r.by = text(o, "by");
	r.place = number(o, "place");
	r.trees = number(o, "trees");
	r.state = state(o);
	r.start_ms = time_ms(o, "start");
	r.duration_ms = number(o, "duration_ms");
	r.ews_url = text(o, "ews_url");
	r.server_version = text(o, "server_version");
	list = json_object_get(o, "steps");
	for (i = 0; i < json_array_size(list) && e == ERR_OK; i++)
		e = step(&r, json_array_get(list, i));
	json_decref(o);
	if (e == ERR_OK)
		*out = r;
	else
		msg_report_free(&r);
	return e;
}
