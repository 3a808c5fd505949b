/* conn_test.h - a connection test from the command line: starts the job at
 * the engine, prints each step as it ends, hands the report back. */
#ifndef CTL_CONN_TEST_H
#define CTL_CONN_TEST_H

#include "common/err.h"
#include "common/ipc.h"
#include "common/report.h"

struct ctl;

struct conn_target {
	const char *draft_id, *record_id; /* one of them is "" */
	const char *next_id; /* with record_id: its next account, or NULL */
	/* Instead of the record's own, a tree each; NULL or none: its own. */
	const struct strlist *emails;
};
struct conn_reports {
	struct msg_report v[REPORT_TREES_MAX];
	size_t n;
};

/* ERR_OK: all trees have ended, whatever they found, and *out is to be
 * cleared.  ERR_CANCELLED: somebody pressed ^C; ERR_TIMEOUT: --timeout. */
enum err conn_test_run(struct ctl *c, const struct conn_target *what,
    struct conn_reports *out, struct errinfo *ei) ERR_CHECK;
bool conn_test_passed(const struct conn_reports *l); /* all of them */
void conn_reports_clear(struct conn_reports *l);
/* The reports into the answer; in text they have been printed step by step,
 * and the last lines say how each ended. */
void conn_test_print(struct ctl *c, const struct conn_reports *l);

#endif
