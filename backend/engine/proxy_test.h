/* proxy_test.h - a test of the Connector Proxy: its name, the connection to
 * it, CONNECT to a server, and the server behind it.  Read by job id like the
 * other tests.  No credential but the proxy's own is used.
 * Engine; on the loop. */
#ifndef PROXY_TEST_H
#define PROXY_TEST_H

#include "common/err.h"

struct engine;
struct msg_proxy_test;
struct msg_report;
struct proxy_tests; /* opaque */

#define PROXY_TESTS_KEPT 8 /* reports; the oldest goes first */
#define PROXY_TEST_ID_LEN 32 /* hex digits */
#define PROXY_TEST_TIMEOUT_MS 12000

struct proxy_tests *proxy_tests_new(struct engine *en);
void proxy_tests_free(struct proxy_tests *pt);
/* id: PROXY_TEST_ID_LEN + 1.  ERR_BUSY: one runs. */
enum err proxy_test_start(struct proxy_tests *pt,
    const struct msg_proxy_test *m, char *id, struct errinfo *ei) ERR_CHECK;
/* NULL: no such test. */
const struct msg_report *
proxy_test_report(struct proxy_tests *pt, const char *id);
enum err proxy_test_cancel(struct proxy_tests *pt, const char *id) ERR_CHECK;

#endif
