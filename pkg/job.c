/* job.c - see job.h. */
#include "config.h"

#include "pkg/job.h"

#include <stdio.h>
#include <string.h>

#include "pkg/disk.h"
#include "pkg/pkg.h"
#include "pkg/refuse.h"
#include "pkg/service.h"

/* What the pages show of it: "STATE WHAT STEP" and a line of text.  Nothing
 * depends on it, so that a full disk is no reason to stop. */
static void
say(struct job *j, const char *state, const char *step, const char *text)
{
	struct refusal ignored;
	char line[ERRINFO_MAX + 128];
	int n;

	if (!j->open || j->what == NULL || j->tree.lock < 0)
		return;
	n = snprintf(
	    line, sizeof(line), "%s %s %s\n%s\n", state, j->what, step, text);
	if (n > 0 && (size_t)n < sizeof(line))
		(void)!disk_put(
		    j->tree.fd, TREE_STATUS, line, (size_t)n, &ignored);
}

/* One line a step. */
void
job_step(void *arg, const char *what)
{
	struct job *j = arg;

	say(j, "running", what, "");
	if (!j->p->o.json) {
		(void)printf("%s\n", what);
		(void)fflush(stdout);
	}
}

enum err
job_begin(struct job *j, struct pkg *p, const char *what)
{
	const bool to_change = what != NULL;
	enum err e;

	memset(j, 0, sizeof(*j));
	j->p = p;
	j->what = what;
	if ((e = conf_load(&j->conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return e;
	if (to_change && (e = service_check_conf(&j->conf, &p->why)) != ERR_OK)
		return e;
	e = tree_open(&j->tree, j->conf.bundle_root, to_change, &p->why);
	j->open = e == ERR_OK;
	j->in.tree = &j->tree;
	j->in.conf = &j->conf;
	j->in.tell = job_step;
	j->in.arg = j;
	return e;
}

int
job_end(struct job *j, struct pkg *p, enum err e)
{
	if (e == ERR_OK)
		say(j, "done", "-", "");
	else
		say(j, "failed",
		    p->why.reason != REFUSE_NONE ? refuse_name(p->why.reason)
						 : "-",
		    p->why.ei.text);
	if (j->open)
		tree_close(&j->tree);
	conf_clear(&j->conf);
	if (e != ERR_OK)
		return pkg_fail(p, e);
	out_flag(&p->out, "ok", NULL, true);
	return PKG_DONE;
}
