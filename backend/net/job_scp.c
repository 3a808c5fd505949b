/* job_scp.c - the job over LDAP: service connection points. */
#include "config.h"

#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "backend/net/ldap_scp.h"

uint64_t
job_scp_cred(const void *msg)
{
	const struct msg_scp_job *j = msg;

	return j->cred_id;
}

static void
scp_done(void *arg, struct msg_scp_result *r)
{
	struct job *j = arg;
	struct msg_scp_result *to = j->result;

	j->extra = NULL; /* it frees itself */
	msg_scp_result_free(to);
	*to = *r;
	memset(r, 0, sizeof(*r));
	job_finish(j);
}

void
job_scp_stop(struct job *j)
{
	scp_query_cancel(j->extra);
	j->extra = NULL;
}

void
job_scp_run(struct job *j, const struct cred *cred)
{
	struct scp_query *q = NULL;
	const char *why = NULL;
	enum err e = ERR_ARG;

	/* Nobody may look things up without signing in. */
	if (cred == NULL)
		evidence_fail(
		    job_evidence(j), "cred-missing", "no credential was named");
	else if ((why = cred_bound_ldap(
		      &cred->bound, j->msg, job_allow_loopback(j))) != NULL)
		evidence_fail(job_evidence(j), "cred-bound", "%s", why);
	else
		e = scp_query_new(&q, job_loop(j), j->msg, cred, job_ca(j),
		    job_allow_loopback(j), NULL, NULL, scp_done, j);
	if (e == ERR_OK) {
		j->extra = q;
		return;
	}
	evidence_fail_err(job_evidence(j), e, err_default_text(e));
	job_finish(j);
}
