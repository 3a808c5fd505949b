/* report.h - the tree of a connection test: the one struct that a page,
 * calconnctl and the connector itself read (struct msg_report of ipc.h).
 * Runs anywhere; owns nothing. */
#ifndef REPORT_H
#define REPORT_H

#include "common/err.h"
#include "common/failure.h"

struct buf;
struct msg_report;
struct msg_step;

enum step_state {
	STEP_RUNNING,
	STEP_OK,
	STEP_WARNING,
	STEP_FAILED,
	STEP_SKIPPED,
	STEP__MAX
};

/* Addresses that one test may be of, a tree each (conn_test in
 * ipc_msg.def). */
#define REPORT_TREES_MAX 10

const char *step_state_name(unsigned state); /* "running" "ok" ... */

/* Appends a step and returns it (owned by the report, moves when the next
 * is added); its id is its place from 1. NULL when REPORT_STEPS_MAX is
 * reached or memory is out. */
#define REPORT_STEPS_MAX 256
struct msg_step *
report_add(struct msg_report *r, unsigned parent, const char *title);
struct msg_step *report_step(struct msg_report *r, unsigned id);
enum err report_evidence(
    struct msg_step *s, const char *key, const char *value) ERR_CHECK;

/* For a person (ctl, download) and for a program. */
enum err report_to_text(const struct msg_report *r, struct buf *out) ERR_CHECK;
enum err report_to_json(const struct msg_report *r, struct buf *out) ERR_CHECK;
/* ERR_PROTO, ERR_TOOBIG: it is no report.  *out is to be freed. */
enum err report_from_json(const char *json, struct msg_report *out) ERR_CHECK;

#endif
