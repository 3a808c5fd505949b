/* store_report.h - what tests of connections found, in state.db: the newest
 * report of each record and mailbox, and what became of the newest test of
 * each draft.  Written by the engine, read by the others. */
#ifndef STORE_REPORT_H
#define STORE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define REPORTS_OF_RECORD_MAX 10 /* mailboxes; the oldest go first */
#define REPORTS_MAX 1000 /* over all records */
#define RESULTS_MAX 400 /* twice as many as there may be drafts */

struct report_key {
	const char *record_id, *mailbox; /* mailbox "": none was given */
	const char *who; /* started it */
	bool passed;
};
enum err store_report_put(struct store *s, const struct report_key *k,
    const char *json, struct errinfo *ei) ERR_CHECK;
/* mailbox NULL: the newest of the record.  json: owned.  ERR_NOTFOUND where
 * there is none. */
enum err
store_report_get(struct store *s, const char *record_id, const char *mailbox,
    int64_t *at_s, bool *passed, char **json, struct errinfo *ei) ERR_CHECK;
/* Newest first; borrowed for the call. */
struct report_brief {
	const char *mailbox, *who;
	bool passed;
	int64_t at_s;
};
typedef void (*report_brief_fn)(void *arg, const struct report_brief *r);
enum err store_report_each(struct store *s, const char *record_id,
    report_brief_fn fn, void *arg, struct errinfo *ei) ERR_CHECK;

struct test_result {
	uint64_t rev; /* of the draft that was tested */
	char record_id[65], job_id[65];
	bool passed;
	int64_t at_s;
};
enum err store_result_put(struct store *s, const char *id,
    const struct test_result *r, struct errinfo *ei) ERR_CHECK;
enum err store_result_get(struct store *s, const char *id,
    struct test_result *out, struct errinfo *ei) ERR_CHECK;

#endif
