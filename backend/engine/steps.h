/* steps.h - fills the steps of a report from what net saw.  With no report
 * (the connector's own look-up of a mailbox) every call does nothing.
 * Engine.  Owns nothing.  Evidence holds no secret: net puts none in. */
#ifndef STEPS_H
#define STEPS_H

#include <stddef.h>

#include "common/report.h"

struct msg_evidence;
struct msg_scp_result;

struct steps {
	struct msg_report *r; /* NULL: nobody reads it */
	const char *account, *mailbox; /* for the commands in advice */
};

/* A report of something that is no record: it runs from now on, and the
 * steps go into it. */
void steps_open(struct steps *s, struct msg_report *r, const char *job_id,
    const char *subject);
/* Each begins or ends a step; ids as in the report, 0 where there is none
 * (the report is full, or there is no report). */
unsigned steps_begin(struct steps *s, unsigned parent, const char *title);
void
steps_end(struct steps *s, unsigned id, enum step_state st, const char *what);
void steps_skip(
    struct steps *s, unsigned parent, const char *title, const char *why);
/* With a row of failure.def; detail: what the server or library said. */
void steps_fail(struct steps *s, unsigned id, enum step_state st,
    const char *failure, const char *host, const char *detail);
void steps_kv(struct steps *s, unsigned id, const char *key, const char *value);
void
steps_evidence(struct steps *s, unsigned id, const struct msg_evidence *ev);
/* evidence, and ok or the failure it names. */
void steps_outcome(struct steps *s, unsigned id, enum step_state when_failed,
    const struct msg_evidence *ev, const char *what_ok);
/* What the directory look-up went through, as steps below. */
void
steps_trail(struct steps *s, unsigned parent, const struct msg_scp_result *r);
/* Of a step and all below it: one state becomes another. */
void steps_turn(
    struct steps *s, unsigned id, enum step_state from, enum step_state to);
/* Ends what still runs. */
void steps_stop(struct steps *s, enum step_state st, const char *what);

#endif
