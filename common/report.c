#include "common/report.h"

#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"

#define INDENT 2 /* columns a level */
#define DEPTH_MAX 8
#define EVIDENCE_MAX 64 /* as in ipc_msg.def */
#define VALUE_MAX 4096

static const char *const state_names[STEP__MAX] = {
    [STEP_RUNNING] = "running",
    [STEP_OK] = "ok",
    [STEP_WARNING] = "warning",
    [STEP_FAILED] = "failed",
    [STEP_SKIPPED] = "skipped",
};

static const char *const state_words[STEP__MAX] = {
    [STEP_RUNNING] = "RUNNING",
    [STEP_OK] = "OK",
    [STEP_WARNING] = "WARNING",
    [STEP_FAILED] = "FAILED",
    [STEP_SKIPPED] = "SKIPPED",
};

const char *
step_state_name(unsigned state)
{
	return state < STEP__MAX ? state_names[state] : "unknown";
}

static const char *
state_word(unsigned state)
{
	return state < STEP__MAX ? state_words[state] : "UNKNOWN";
}

struct msg_step *
report_add(struct msg_report *r, unsigned parent, const char *title)
{
	struct msg_step *s;
	char *copy;

	if (r->steps_n >= REPORT_STEPS_MAX || parent > r->steps_n)
		return NULL;
	if ((copy = try_strdup(title)) == NULL)
		return NULL;
	s = try_realloc(r->steps, (r->steps_n + 1) * sizeof(*s));
	if (s == NULL) {
		mem_free(copy);
		return NULL;
	}
	r->steps = s;
	s += r->steps_n++;
	memset(s, 0, sizeof(*s));
	s->id = (uint32_t)r->steps_n;
	s->parent = (uint32_t)parent;
	s->title = copy;
	s->state = STEP_RUNNING;
	s->start_ms = (int64_t)clock_wall_ms();
	return s;
}

struct msg_step *
report_step(struct msg_report *r, unsigned id)
{
	return id >= 1 && id <= r->steps_n ? &r->steps[id - 1] : NULL;
}

/* What a server said, made text and cut to the field. */
static char *
evidence_text(const char *value)
{
	struct buf text = BUF_INIT(3 * VALUE_MAX);
	char *out = NULL;
	size_t n;

	if (str_utf8_clean(&text, value, strnlen(value, VALUE_MAX)) != ERR_OK)
		goto out;
	n = text.len < VALUE_MAX ? text.len : VALUE_MAX;
	if ((out = try_alloc(n + 1)) != NULL)
		(void)str_copy(out, n + 1, buf_str(&text));
out:
	buf_clear(&text);
	return out;
}

enum err
report_evidence(struct msg_step *s, const char *key, const char *value)
{
	char *k = NULL, *v = NULL;
	struct msg_kv *kv;

	if (value == NULL || *value == '\0')
		return ERR_OK;
	if (s->evidence_n >= EVIDENCE_MAX)
		return ERR_TOOBIG;
	if ((k = try_strdup(key)) == NULL || (v = evidence_text(value)) == NULL)
		goto fail;
	kv = try_realloc(s->evidence, (s->evidence_n + 1) * sizeof(*kv));
	if (kv == NULL)
		goto fail;
	s->evidence = kv;
	kv += s->evidence_n++;
	kv->key = k;
	kv->value = v;
	return ERR_OK;
fail:
	mem_free(k);
	mem_free(v);
	return ERR_NOMEM;
}

static const char *
or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

/* Lines of `s`, each after `indent` spaces; the first after `label`.  What
 * could move a cursor is shown as a dot. */
static enum err
put_lines(struct buf *out, int indent, const char *label, const char *s)
{
	enum err e;

	if (*or_empty(s) == '\0')
		return ERR_OK;
	e = buf_putf(out, "%*s%s", indent, "", label);
	for (; *s != '\0' && e == ERR_OK; s++) {
		unsigned char u = (unsigned char)*s;

		if (u == 0xc2 && (unsigned char)s[1] < 0xa0)
			u = 0x7f, s++; /* C1, two bytes */
		if (u == '\n')
			e = buf_putf(
			    out, "\n%*s", indent + (int)strlen(label), "");
		else if (u < 0x20 || u == 0x7f)
			e = buf_putc(out, '.');
		else
			e = buf_putc(out, *s);
	}
	return e == ERR_OK ? buf_putc(out, '\n') : e;
}

static enum err
put_step(const struct msg_step *s, int depth, struct buf *out)
{
	int indent = depth * INDENT, deeper = indent + 9;
	bool bad = s->state == STEP_FAILED || s->state == STEP_WARNING;
	size_t i;
	enum err e;

	e = buf_putf(out, "%*s%-8s", indent, "", state_word(s->state));
	if (e == ERR_OK)
		e = put_lines(out, 0, " ", or_empty(s->title));
	if (e != ERR_OK)
		return e;
	if (s->state != STEP_RUNNING && s->state != STEP_SKIPPED) {
		/* The time goes to the end of the title's line. */
		out->len--;
		e = buf_putf(out, " (%u ms)\n", s->duration_ms);
	}
	if (e == ERR_OK)
		e = put_lines(out, deeper, "", s->what);
	if (e == ERR_OK && bad)
		e = put_lines(out, deeper, "What to do: ", s->todo);
	if (e == ERR_OK && bad)
		e = put_lines(out, deeper, "Command:    ", s->command);
	for (i = 0; bad && i < s->evidence_n && e == ERR_OK; i++) {
		char label[80] = "- ";

		(void)str_copy(label + 2, 64, or_empty(s->evidence[i].key));
		memcpy(label + strlen(label), ": ", 3);
		e = put_lines(out, deeper, label, s->evidence[i].value);
	}
	return e;
}

/* Depth is bounded: a report can come from another program. */
static enum err
put_children(
    const struct msg_report *r, uint32_t parent, int depth, struct buf *out)
{
	size_t i;
	enum err e = ERR_OK;

	for (i = 0; i < r->steps_n && e == ERR_OK; i++) {
		if (r->steps[i].parent != parent)
			continue;
		e = put_step(&r->steps[i], depth, out);
		/* A step's id is above its parent's, else it is no tree. */
		if (e == ERR_OK && depth < DEPTH_MAX && r->steps[i].id > parent)
			e = put_children(r, r->steps[i].id, depth + 1, out);
	}
	return e;
}

enum err
report_to_text(const struct msg_report *r, struct buf *out)
{
	char when[CLOCK_TEXT_MAX];
	enum err e;

	clock_local(r->start_ms / 1000, when);
	if ((e = put_lines(out, 0, "Test of ", r->subject)) != ERR_OK ||
	    (e = buf_putf(out, "%s at %s, %u ms\n\n", state_word(r->state),
		 when, r->duration_ms)) != ERR_OK ||
	    (e = put_children(r, 0, 0, out)) != ERR_OK)
		return e;
	if (*or_empty(r->ews_url) != '\0' ||
	    *or_empty(r->server_version) != '\0')
		e = buf_putc(out, '\n');
	if (e == ERR_OK)
		e = put_lines(out, 0, "Exchange Web Services: ", r->ews_url);
	if (e == ERR_OK)
		e = put_lines(out, 0, "Version: ", r->server_version);
	return e;
}
