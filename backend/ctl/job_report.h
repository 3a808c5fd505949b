/* job_report.h - a test that the engine runs, followed to its end, and its
 * report printed.  calconnctl; blocks until --timeout. */
#ifndef JOB_REPORT_H
#define JOB_REPORT_H

#include "common/err.h"
#include "common/ipc.h"

struct ctl;

/* out: msg_report_free() in each case. */
enum err job_follow(struct ctl *c, struct msg_job_ref *job,
    struct msg_report *out, struct errinfo *ei) ERR_CHECK;
/* The exit code: whether it passed. */
int job_print(struct ctl *c, const struct msg_report *r);

#endif
