/* confer_test.h - a test of a conferencing service: the way to it, then the
 * steps of its type.  Read by job id like the other tests.
 * Engine; on the loop. */
#ifndef CONFER_TEST_H
#define CONFER_TEST_H

#include "common/err.h"

struct confer_tests; /* opaque */
struct engine;
struct msg_report;

#define CONFER_TESTS_KEPT 8 /* reports; the oldest goes first */
#define CONFER_TEST_ID_LEN 32 /* hex digits */

struct confer_tests *confer_tests_new(struct engine *en);
void confer_tests_free(struct confer_tests *ct);
/* id: CONFER_TEST_ID_LEN + 1.  ERR_BUSY: one runs.  ERR_NOTFOUND: no such
 * service. */
enum err confer_test_start(struct confer_tests *ct, const char *confer_id,
    char *id, struct errinfo *ei) ERR_CHECK;
/* NULL: no such test. */
const struct msg_report *
confer_test_report(struct confer_tests *ct, const char *id);
enum err confer_test_cancel(struct confer_tests *ct, const char *id) ERR_CHECK;

#endif
