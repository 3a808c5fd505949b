/* job.h - one change of the version that runs, from the options to what the
 * pages show of it.  calconn-pkg. */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>

#include "common/conf.h"
#include "common/err.h"
#include "pkg/install.h"
#include "pkg/tree.h"

struct pkg;

struct job {
	struct conf conf;
	struct tree tree;
	struct install in;
	struct pkg *p;
	const char *what; /* "install", for the status; NULL: not of interest */
	bool open;
};

/* what: NULL to look only.  Whatever it answers, job_end() follows, but
 * where it is begun again. */
enum err job_begin(struct job *j, struct pkg *p, const char *what) ERR_CHECK;
/* arg: the job.  One line a step, and what the pages show. */
void job_step(void *arg, const char *what);
/* The exit code, after it was told. */
int job_end(struct job *j, struct pkg *p, enum err e);

#endif
