/* jobs.h - tests of connections: started by id, read while they run, kept
 * for a while afterwards.  Works whether or not the connector is enabled.
 * Engine; on the loop. */
#ifndef JOBS_H
#define JOBS_H

#include "common/err.h"

struct engine;
struct jobs; /* opaque */
struct msg_conn_test;
struct msg_job_started;
struct msg_report;

#define JOBS_RUNNING_MAX 20 /* mailboxes, over all sessions */
#define JOBS_KEPT_MAX 200
#define JOBS_KEEP_MS (10u * 60u * 1000u)
#define JOB_MAX_MS 60000
#define JOB_ID_LEN 32 /* hex digits */

struct jobs *jobs_new(struct engine *en);
void jobs_free(struct jobs *j);
/* A tree for each address, all at once: one that fails does not stop the
 * others.  *out is to be freed; where a test of the same session runs yet
 * nothing is started, and it names that one.  ERR_BUSY: too many run. */
enum err jobs_start(struct jobs *j, const struct msg_conn_test *m,
    struct msg_job_started *out, struct errinfo *ei) ERR_CHECK;
const struct msg_report *jobs_report(struct jobs *j, const char *id);
enum err jobs_cancel(struct jobs *j, const char *id) ERR_CHECK;

#endif
