/* job_confer.c - jobs of conferencing services over https.  Encode, send,
 * decode by the type's file; all decisions are the engine's. */
#include "config.h"

#include <string.h>

#include "backend/net/confer_proto.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "common/alloc.h"
#include "common/str.h"

#define ANSWER_MAX (8u * 1024u * 1024u) /* bytes: all users of a TMS */
/* A hundred meetings of a series, each with its rooms; ipc_msg.def limits
 * what is in it. */
#define REQUEST_MAX (8u * 1024u * 1024u)

static const struct confer_proto *const protos[] = {
    &confer_proto_tms,
};

static const struct confer_proto *
find(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (str_eq(protos[i]->type, type))
			return protos[i];
	return NULL;
}

static void
confer_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	const struct msg_confer_job *m = j->msg;
	const struct confer_proto *p = find(m->type);

	job_take_evidence(j, a);
	if (a->wants_decoding && p != NULL)
		p->decode(buf_str(&a->body), a->body.len, m, j->result);
	job_judge_fault(job_evidence(j));
	job_finish(j);
}

void
job_confer_run(struct job *j, const struct cred *cred)
{
	const struct msg_confer_job *m = j->msg;
	const struct confer_proto *p = find(m->type);
	struct buf body = BUF_INIT(REQUEST_MAX);
	struct confer_request q = {.body = &body};
	struct http_ask ask = {0};
	enum err e;

	ask.via = &m->via;
	ask.cred = cred;
	ask.body = &body;
	ask.answer_max = ANSWER_MAX;
	ask.on_done = confer_done;
	ask.arg = j;
	e = p == NULL ? ERR_UNSUPPORTED : p->encode(&q, m);
	if (e == ERR_OK) {
		ask.url = q.url;
		ask.headers = &q.headers;
		e = http_send(&j->req, job_http(j), &ask);
	}
	strlist_clear(&q.headers);
	buf_clear(&body);
	if (e != ERR_OK)
		job_fail_request(j, e);
}
