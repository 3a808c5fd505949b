/* scp_trail.c - see scp_trail.h. */
#include "config.h"

#include "backend/net/scp_trail.h"

#include "backend/net/evidence.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/report.h"

#define TITLE_MAX 256
#define WHAT_MAX 1024
#define FAILURE_MAX 64

enum err
scp_trail_init(struct msg_scp_result *r)
{
	r->trail = try_alloc(SCP_TRAIL_MAX * sizeof(*r->trail));
	return r->trail == NULL ? ERR_NOMEM : ERR_OK;
}

struct msg_step *
scp_step(struct msg_scp_result *r, unsigned id)
{
	return id == 0 || id > r->trail_n ? NULL : &r->trail[id - 1];
}

unsigned
scp_step_begin(struct msg_scp_result *r, unsigned parent, const char *title,
    const char *what)
{
	struct msg_step *s;

	if (r->trail_n >= SCP_TRAIL_MAX)
		return 0;
	s = &r->trail[r->trail_n++];
	s->id = (uint32_t)r->trail_n;
	s->parent = parent;
	evidence_text(&s->title, title, TITLE_MAX);
	evidence_text(&s->what, what, WHAT_MAX);
	s->state = STEP_RUNNING;
	s->start_ms = (int64_t)clock_wall_ms();
	return s->id;
}

static void
stop(struct msg_step *s, enum step_state st, const char *what)
{
	int64_t took = (int64_t)clock_wall_ms() - s->start_ms;

	s->duration_ms = took > 0 ? (uint32_t)took : 0;
	s->state = (uint32_t)st;
	if (what != NULL)
		evidence_text(&s->what, what, WHAT_MAX);
}

void
scp_step_end(struct msg_scp_result *r, unsigned id,
    const struct msg_evidence *ev, const char *what)
{
	struct msg_step *s = scp_step(r, id);

	if (s == NULL)
		return;
	if (!evidence_failed(ev)) {
		stop(s, STEP_OK, what);
		return;
	}
	stop(s, STEP_FAILED, ev->detail == NULL ? "" : ev->detail);
	evidence_text(
	    &s->failure, ev->failure == NULL ? "" : ev->failure, FAILURE_MAX);
}

void
scp_step_warn(struct msg_scp_result *r, unsigned id, const char *what)
{
	struct msg_step *s = scp_step(r, id);

	if (s != NULL)
		stop(s, STEP_WARNING, what);
}

void
scp_step_kv(
    struct msg_scp_result *r, unsigned id, const char *key, const char *value)
{
	struct msg_step *s = scp_step(r, id);

	/* A step that is full says less; the search goes on. */
	if (s != NULL && value != NULL)
		(void)!report_evidence(s, key, value);
}

void
scp_step_seen(
    struct msg_scp_result *r, unsigned id, const struct msg_evidence *ev)
{
	char when[CLOCK_TEXT_MAX];

	scp_step_kv(r, id, "remote", ev->remote);
	scp_step_kv(r, id, "tls", ev->tls_version);
	if (ev->certs_n == 0)
		return;
	scp_step_kv(r, id, "certificate", ev->certs[0].subject);
	scp_step_kv(r, id, "certificate: issued by", ev->certs[0].issuer);
	scp_step_kv(r, id, "certificate: names", ev->certs[0].sans);
	clock_iso(ev->certs[0].not_after_s, when);
	scp_step_kv(r, id, "certificate: valid until", when);
	scp_step_kv(r, id, "certificate: SHA-256", ev->certs[0].sha256);
}
