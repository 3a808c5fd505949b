/* conn_test.h - one test of a connection, step by step into a report: the
 * record itself, its password, discovery, EWS, impersonation, streaming.
 * Engine; on the loop.  Never called back from within the start. */
#ifndef CONN_TEST_H
#define CONN_TEST_H

struct conn_test; /* opaque */
struct msg_report;
struct record;

typedef void (*conn_test_fn)(void *arg);

/* report must stay as long as the test; its state says when it is over.
 * email "": only the directory can be tested. */
struct conn_test *conn_test_start(struct record *r, const char *email,
    struct msg_report *report, conn_test_fn fn, void *arg);
/* Ends it now with a row of failure.def; fn is not called. */
void
conn_test_stop(struct conn_test *t, const char *failure, const char *detail);
void conn_test_free(struct conn_test *t); /* NULL is fine */

#endif
