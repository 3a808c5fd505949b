/* conn_test.h - a connection test from the command line: starts the job at
 * the engine, prints each step as it ends, hands the report back. */
#ifndef CTL_CONN_TEST_H
#define CTL_CONN_TEST_H

#include "common/err.h"
#include "common/ipc.h"

struct ctl;

/* One of draft_id and record_id is ""; email "" takes the record's own.
 * ERR_OK: the test has ended, whatever it found, and *out is to be freed.
 * ERR_CANCELLED: somebody pressed ^C; ERR_TIMEOUT: --timeout. */
enum err
conn_test_run(struct ctl *c, const char *draft_id, const char *record_id,
    const char *email, struct msg_report *out, struct errinfo *ei) ERR_CHECK;
bool conn_test_passed(const struct msg_report *r);
/* The report into the answer; in text it has been printed step by step, and
 * the last line says how it ended. */
void conn_test_print(struct ctl *c, const struct msg_report *r);

#endif
