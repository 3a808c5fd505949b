/* The part of report.h for programs. */
#include <jansson.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/report.h"

static json_t *
text(const char *s)
{
	return json_string(s == NULL ? "" : s);
}

static json_t *
time_text(int64_t ms)
{
	char out[CLOCK_TEXT_MAX];

	clock_iso_ms(ms < 0 ? 0 : (uint64_t)ms, out);
	return json_string(out);
}

static json_t *
evidence(const struct msg_step *s)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list != NULL && i < s->evidence_n; i++) {
		json_t *kv =
		    json_pack("{s:o, s:o}", "key", text(s->evidence[i].key),
			"value", text(s->evidence[i].value));

		if (json_array_append_new(list, kv) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

/* Steals v, NULL included: then the object counts as failed. */
static void
put(json_t *o, bool *ok, const char *key, json_t *v)
{
	if (json_object_set_new(o, key, v) != 0)
		*ok = false;
}

static json_t *
step(const struct msg_step *s)
{
	json_t *o = json_object();
	bool ok = true;

	put(o, &ok, "id", json_integer(s->id));
	put(o, &ok, "parent", json_integer(s->parent));
	put(o, &ok, "title", text(s->title));
	put(o, &ok, "state", json_string(step_state_name(s->state)));
	put(o, &ok, "start", time_text(s->start_ms));
	put(o, &ok, "duration_ms", json_integer(s->duration_ms));
	put(o, &ok, "failure", text(s->failure));
	put(o, &ok, "what", text(s->what));
	put(o, &ok, "todo", text(s->todo));
	put(o, &ok, "command", text(s->command));
	put(o, &ok, "evidence", evidence(s));
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *
steps(const struct msg_report *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list != NULL && i < r->steps_n; i++)
		if (json_array_append_new(list, step(&r->steps[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

struct sink {
	struct buf *out;
	enum err e;
};

static int
to_sink(const char *p, size_t n, void *arg)
{
	struct sink *s = arg;

	s->e = buf_put(s->out, p, n);
	return s->e == ERR_OK ? 0 : -1;
}

/* The order of keys is that of this function, each time. */
enum err
report_to_json(const struct msg_report *r, struct buf *out)
{
	json_t *o = json_object();
	struct sink sink = {out, ERR_NOMEM};
	bool ok = true;

	put(o, &ok, "job_id", text(r->job_id));
	put(o, &ok, "subject", text(r->subject));
	put(o, &ok, "draft_id", text(r->draft_id));
	put(o, &ok, "draft_rev", json_integer((json_int_t)r->draft_rev));
	put(o, &ok, "record_id", text(r->record_id));
	put(o, &ok, "account", text(r->account));
	put(o, &ok, "mailbox", text(r->mailbox));
	put(o, &ok, "by", text(r->by));
	put(o, &ok, "place", json_integer(r->place));
	put(o, &ok, "trees", json_integer(r->trees));
	put(o, &ok, "state", json_string(step_state_name(r->state)));
	put(o, &ok, "start", time_text(r->start_ms));
	put(o, &ok, "duration_ms", json_integer(r->duration_ms));
	put(o, &ok, "ews_url", text(r->ews_url));
	put(o, &ok, "server_version", text(r->server_version));
	put(o, &ok, "steps", steps(r));
	if (ok && json_dump_callback(o, to_sink, &sink, JSON_INDENT(2)) == 0)
		sink.e = buf_putc(out, '\n');
	json_decref(o);
	return sink.e;
}
