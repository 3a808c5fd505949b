#include "backend/engine/steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/engine/discover_plan.h"
#include "backend/engine/text_fit.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

#define TRAIL_MAX 64 /* as in ipc_msg.def */
#define TEXT_MAX 2000 /* of a step's texts; the message allows 2048 */

static struct msg_step *
step(struct steps *s, unsigned id)
{
	return s->r != NULL && id != 0 ? report_step(s->r, id) : NULL;
}

static void
set(char **field, const char *text)
{
	char cut[TEXT_MAX + 1], *t;

	/* Whole characters only: half of one fits in no message. */
	(void)str_copy(cut, sizeof(cut), text != NULL ? text : "");
	if ((t = try_strdup(cut)) == NULL)
		return;
	mem_free(*field);
	*field = t;
}

void
steps_open(struct steps *s, struct msg_report *r, const char *job_id,
    const char *subject)
{
	r->job_id = xstrdup(job_id);
	r->subject = xstrdup(subject);
	r->draft_id = xstrdup("");
	r->record_id = xstrdup("");
	r->ews_url = xstrdup("");
	r->server_version = xstrdup("");
	r->state = STEP_RUNNING;
	r->start_ms = (int64_t)clock_wall_ms();
	s->r = r;
}

unsigned
steps_begin(struct steps *s, unsigned parent, const char *title)
{
	struct msg_step *st;

	if (s->r == NULL || (st = report_add(s->r, parent, title)) == NULL)
		return 0;
	st->state = STEP_RUNNING;
	st->start_ms = (int64_t)clock_wall_ms();
	return st->id;
}

static void
stop_clock(struct msg_step *st)
{
	int64_t took = (int64_t)clock_wall_ms() - st->start_ms;

	st->duration_ms = took > 0 ? (uint32_t)took : 0;
}

void
steps_end(struct steps *s, unsigned id, enum step_state state, const char *what)
{
	struct msg_step *st = step(s, id);

	if (st == NULL)
		return;
	st->state = state;
	stop_clock(st);
	set(&st->what, what);
}

void
steps_skip(struct steps *s, unsigned parent, const char *title, const char *why)
{
	steps_end(s, steps_begin(s, parent, title), STEP_SKIPPED, why);
}

/* A name goes into a command line only when nothing in it could end the
 * word; otherwise the place-holder stays for the reader to fill in. */
static bool
is_plain(const char *s)
{
	return *s != '\0' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			 "0123456789.-_@\\") == strlen(s);
}

static void
fill(char **field, const char *text, const struct steps *s, const char *host)
{
	const struct {
		const char *mark, *value;
	} marks[] = {
	    {"%ACCOUNT%", s->account},
	    {"%MAILBOX%", s->mailbox},
	    {"%HOST%", host},
	};
	struct buf b = BUF_INIT(TEXT_MAX);
	enum err e = ERR_OK;
	size_t i;

	while (*text != '\0' && e == ERR_OK) {
		for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (str_has_prefix(text, marks[i].mark) &&
			    marks[i].value != NULL && is_plain(marks[i].value))
				break;
		if (i < sizeof(marks) / sizeof(marks[0])) {
			e = buf_puts(&b, marks[i].value);
			text += strlen(marks[i].mark);
		} else {
			e = buf_putc(&b, *text++);
		}
	}
	set(field, buf_str(&b));
	buf_clear(&b);
}

void
steps_fail(struct steps *s, unsigned id, enum step_state state,
    const char *failure, const char *host, const char *detail)
{
	const struct failure *f = failure_find(failure);
	struct msg_step *st = step(s, id);
	char what[TEXT_MAX];

	if (st == NULL)
		return;
	st->state = state;
	stop_clock(st);
	set(&st->failure, failure);
	text_fit(what, sizeof(what), "%s%s%s",
	    f != NULL ? f->title : "The step failed",
	    detail != NULL && *detail != '\0' ? ": " : ".",
	    detail != NULL ? detail : "");
	set(&st->what, what);
	if (f == NULL)
		return;
	fill(&st->todo, f->todo, s, host);
	fill(&st->command, f->command, s, host);
}

void
steps_kv(struct steps *s, unsigned id, const char *key, const char *value)
{
	struct msg_step *st = step(s, id);

	if (st == NULL || value == NULL || *value == '\0')
		return;
	/* A report that is full says less; the test goes on. */
	if (report_evidence(st, key, value) != ERR_OK)
		log_kv(LOG_L_DEBUG, "hybridservices.c_cal", "Evidence Dropped",
		    "Key", key, NULL);
}

static void
put_number(
    struct steps *s, unsigned id, const char *key, uint64_t n, const char *unit)
{
	char text[48];

	if (n == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 "%s", n, unit);
	steps_kv(s, id, key, text);
}

static void
put_cert(struct steps *s, unsigned id, const struct msg_cert *c, size_t place)
{
	const char *who = place == 0 ? "certificate" : "issuer certificate";
	char key[64], when[CLOCK_TEXT_MAX], text[96];
	int64_t days = (c->not_after_s - clock_wall_s()) / 86400;

	snprintf(key, sizeof(key), "%s", who);
	steps_kv(s, id, key, c->subject);
	snprintf(key, sizeof(key), "%s: issued by", who);
	steps_kv(s, id, key, c->issuer);
	if (place == 0) {
		snprintf(key, sizeof(key), "%s: names", who);
		steps_kv(s, id, key, c->sans);
	}
	clock_iso(c->not_after_s, when);
	snprintf(text, sizeof(text), "%s (%" PRId64 " days left)", when, days);
	snprintf(key, sizeof(key), "%s: valid until", who);
	steps_kv(s, id, key, text);
	snprintf(key, sizeof(key), "%s: SHA-256", who);
	steps_kv(s, id, key, c->sha256);
}

void
steps_evidence(struct steps *s, unsigned id, const struct msg_evidence *ev)
{
	size_t i;

	steps_kv(s, id, "url", ev->url);
	steps_kv(s, id, "remote", ev->remote);
	put_number(s, id, "http status", ev->http_status, "");
	steps_kv(s, id, "authentication offered", ev->auth_offered);
	steps_kv(s, id, "authentication tried", ev->auth_tried);
	steps_kv(s, id, "authentication used", ev->auth_used);
	steps_kv(s, id, "redirect to", ev->location);
	steps_kv(s, id, "content type", ev->content_type);
	steps_kv(s, id, "tls", ev->tls_version);
	for (i = 0; i < ev->certs_n && i < 3; i++)
		put_cert(s, id, &ev->certs[i], i);
	if (ev->code != ERR_OK && ev->issuer_name != NULL)
		steps_kv(s, id, "missing issuer", ev->issuer_name);
	steps_kv(s, id, "missing issuer sha256", ev->issuer_sha256);
	steps_kv(s, id, "response code", ev->soap_code);
	steps_kv(s, id, "response text", ev->soap_text);
	put_number(s, id, "asked to wait", ev->backoff_ms, " ms");
	steps_kv(s, id, "server version", ev->server_version);
	steps_kv(s, id, "detail", ev->detail);
	put_number(s, id, "dns", ev->dns_ms, " ms");
	put_number(s, id, "connected after", ev->connect_ms, " ms");
	put_number(s, id, "tls ready after", ev->tls_ms, " ms");
	put_number(s, id, "answered after", ev->total_ms, " ms");
}

/* Whose certificate would mend it, and whether it is at hand. */
static void
add_issuer(struct steps *s, unsigned id, const struct msg_evidence *ev)
{
	struct msg_step *st = step(s, id);
	bool is_sent = ev->issuer_sha256 != NULL && *ev->issuer_sha256 != '\0';
	char what[TEXT_MAX];

	if (st == NULL || ev->issuer_name == NULL || *ev->issuer_name == '\0' ||
	    (ev->anchor_sha256 != NULL && *ev->anchor_sha256 != '\0'))
		return;
	if (is_sent)
		text_fit(what, sizeof(what),
		    "%s. The server sent the certificate that is missing: %s, "
		    "SHA-256 %s. Compare this with what the CA publishes, then "
		    "trust it under Trusted CA certificate or by calconnctl ca "
		    "accept.",
		    st->what != NULL ? st->what : "", ev->issuer_name,
		    ev->issuer_sha256);
	else
		text_fit(what, sizeof(what),
		    "%s. The server did not send the certificate of its "
		    "issuer, "
		    "%s: ask whoever runs this CA for it, in PEM form.",
		    st->what != NULL ? st->what : "", ev->issuer_name);
	set(&st->what, what);
}

void
steps_outcome(struct steps *s, unsigned id, enum step_state when_failed,
    const struct msg_evidence *ev, const char *what_ok)
{
	char host[256];

	steps_evidence(s, id, ev);
	if (ev->code == ERR_OK) {
		steps_end(s, id, STEP_OK, what_ok);
		return;
	}
	if (ev->url == NULL || !plan_url_host(ev->url, host, sizeof(host)))
		host[0] = '\0';
	steps_fail(s, id, when_failed, ev->failure != NULL ? ev->failure : "",
	    host,
	    ev->soap_text != NULL && *ev->soap_text != '\0' ? ev->soap_text
							    : ev->detail);
	add_issuer(s, id, ev);
}

/* One step of it: net's parents come before their children. */
static unsigned
trail_step(struct steps *s, unsigned parent, const struct msg_step *t,
    const char *server)
{
	unsigned id = steps_begin(s, parent, t->title);
	struct msg_step *st = step(s, id);
	size_t i;

	if (st == NULL)
		return 0;
	st->start_ms = t->start_ms;
	if (t->state == STEP_FAILED)
		steps_fail(s, id, STEP_WARNING,
		    t->failure != NULL ? t->failure : "", server, t->what);
	else
		steps_end(s, id,
		    t->state < STEP__MAX ? (enum step_state)t->state
					 : STEP_WARNING,
		    t->what);
	if ((st = step(s, id)) != NULL)
		st->duration_ms = t->duration_ms;
	for (i = 0; i < t->evidence_n; i++)
		steps_kv(s, id, t->evidence[i].key, t->evidence[i].value);
	return id;
}

void
steps_trail(struct steps *s, unsigned parent, const struct msg_scp_result *r)
{
	unsigned ids[TRAIL_MAX + 1] = {parent};
	size_t i;

	for (i = 0; i < r->trail_n && i < TRAIL_MAX; i++) {
		const struct msg_step *t = &r->trail[i];

		ids[i + 1] = trail_step(
		    s, t->parent <= i ? ids[t->parent] : parent, t, r->server);
		if (ids[i + 1] == 0)
			return;
	}
}

/* Parents come before their children, so one pass finds all below. */
static bool
is_below(const struct msg_report *r, unsigned id, unsigned top)
{
	while (id != 0 && id <= r->steps_n) {
		if (id == top)
			return true;
		id = r->steps[id - 1].parent;
	}
	return false;
}

void
steps_turn(
    struct steps *s, unsigned id, enum step_state from, enum step_state to)
{
	size_t i;

	for (i = 0; s->r != NULL && i < s->r->steps_n; i++)
		if (s->r->steps[i].state == (uint32_t)from &&
		    is_below(s->r, (unsigned)i + 1, id))
			s->r->steps[i].state = to;
}

void
steps_stop(struct steps *s, enum step_state state, const char *what)
{
	unsigned id;

	for (id = 1; s->r != NULL && id <= s->r->steps_n; id++)
		if (s->r->steps[id - 1].state == STEP_RUNNING)
			steps_end(s, id, state, what);
}
