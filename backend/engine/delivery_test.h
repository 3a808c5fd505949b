/* delivery_test.h - a test message by one of the ways that alarms are sent,
 * asked for by an administrator: with what is stored, whether the way is on or
 * not.  Read by job id like the other tests.
 * Engine; on the loop. */
#ifndef DELIVERY_TEST_H
#define DELIVERY_TEST_H

#include "common/err.h"

struct delivery_tests; /* opaque */
struct engine;
struct msg_report;

#define DELIVERY_TESTS_KEPT 8 /* reports; the oldest goes first */
#define DELIVERY_TEST_ID_LEN 32 /* hex digits */

struct delivery_tests *delivery_tests_new(struct engine *en);
void delivery_tests_free(struct delivery_tests *dt);
/* id: DELIVERY_TEST_ID_LEN + 1.  ERR_BUSY: one runs. */
enum err delivery_test_start(struct delivery_tests *dt, const char *channel,
    char *id, struct errinfo *ei) ERR_CHECK;
/* NULL: no such test. */
const struct msg_report *
delivery_test_report(struct delivery_tests *dt, const char *id);
enum err
delivery_test_cancel(struct delivery_tests *dt, const char *id) ERR_CHECK;

#endif
