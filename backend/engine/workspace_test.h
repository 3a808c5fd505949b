/* workspace_test.h - a test of a workspace, asked for by an administrator, with
 * what is stored, whether it is enabled or not.  Changes nothing at the
 * device.  Read by job id like the other tests.
 * Engine; on the loop. */
#ifndef WORKSPACE_TEST_H
#define WORKSPACE_TEST_H

#include "common/err.h"

struct engine;
struct msg_report;
struct workspace_tests; /* opaque */

#define WORKSPACE_TESTS_KEPT 8 /* reports; the oldest goes first */
#define WORKSPACE_TEST_ID_LEN 32 /* hex digits */

struct workspace_tests *workspace_tests_new(struct engine *en);
void workspace_tests_free(struct workspace_tests *wt);
/* id: WORKSPACE_TEST_ID_LEN + 1.  ERR_BUSY: one runs; ERR_NOTFOUND. */
enum err workspace_test_start(struct workspace_tests *wt,
    const char *workspace_id, char *id, struct errinfo *ei) ERR_CHECK;
/* NULL: no such test. */
const struct msg_report *
workspace_test_report(struct workspace_tests *wt, const char *id);
enum err
workspace_test_cancel(struct workspace_tests *wt, const char *id) ERR_CHECK;

#endif
