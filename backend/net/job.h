/* job.h - what api.c shares with the files that run one kind of job. */
#ifndef JOB_H
#define JOB_H

#include "backend/net/http.h"
#include "common/ipc.h"

struct cred;
struct job;
struct net;
struct webex_tokens;

/* A row of the table of jobs.  The request begins with what tells its
 * credential; the answer begins with its struct msg_evidence. */
struct job_row {
	enum ipc_type type, answer;
	uint64_t (*cred_id)(const void *msg); /* 0: none is needed */
	/* How it reaches its server; NULL: never through the proxy. */
	const struct msg_access *(*via)(const void *msg);
	void (*run)(struct job *j, const struct cred *cred);
	void (*stop)(struct job *j); /* cancels what run has started */
	const struct job_op *op; /* of an EWS operation */
};

struct job {
	struct job *next, *prev;
	struct net *net;
	uint64_t id;
	const struct job_row *row;
	void *msg; /* the request, owned */
	void *result; /* the answer, owned; evidence first */
	bool waited_proxy; /* for the proxy's credential, once */
	bool finished; /* the answer waits for the engine to read */
	struct creds_wait *wait;
	struct http_req *req;
	void *extra; /* of the kind: stream decoder, directory query */
	void (*extra_free)(void *extra);
};

extern const struct job_row job_rows[];
extern const size_t job_rows_n;

struct msg_evidence *job_evidence(struct job *j);
struct http *job_http(const struct job *j);
struct uv_loop_s *job_loop(const struct job *j);
const struct cred *job_cred(const struct job *j); /* NULL: gone by now */
/* Another that the request names; NULL: not given. */
const struct cred *job_cred_of(const struct job *j, uint64_t id);
struct webex_tokens *job_webex(const struct job *j);
struct ca_store *job_ca(const struct job *j); /* borrowed */
bool job_allow_loopback(const struct job *j);
const char *job_syslog_socket(const struct job *j); /* borrowed */
/* Sends the answer and frees the job. */
void job_finish(struct job *j);
/* Sends something on the way; false: the engine does not take it. */
bool job_send(struct job *j, enum ipc_type t, const void *msg);

/* job_ews.c; the first six for all that asks by https */
/* "Name: " and value; nothing where the value is "". */
enum err
job_header(struct strlist *l, const char *name, const char *value) ERR_CHECK;
/* What could not even be asked: ends the job. */
void job_fail_request(struct job *j, enum err e);
/* A page about an internal error may well be XML. */
void job_judge_fault(struct msg_evidence *ev);
void job_take_evidence(struct job *j, struct http_answer *a);
/* Of requests that begin with their struct msg_access. */
uint64_t job_first_cred(const void *msg);
const struct msg_access *job_first_via(const void *msg);
const struct msg_access *job_hint_via(const void *msg);
void job_ews_run(struct job *j, const struct cred *cred);
void job_stream_run(struct job *j, const struct cred *cred);
void job_http_stop(struct job *j);
extern const struct job_op job_op_probe, job_op_calendar, job_op_subscribe,
    job_op_unsubscribe, job_op_oof, job_op_sync, job_op_newest, job_op_get,
    job_op_gets, job_op_view, job_op_update;

/* job_autodisc.c */
uint64_t job_pox_cred(const void *msg);
const struct msg_access *job_pox_via(const void *msg);
void job_pox_run(struct job *j, const struct cred *cred);
void job_json_run(struct job *j, const struct cred *cred);
void job_settings_run(struct job *j, const struct cred *cred);

/* job_confer.c */
void job_confer_run(struct job *j, const struct cred *cred);

/* job_hint.c */
uint64_t job_no_cred(const void *msg);
void job_http_hint_run(struct job *j, const struct cred *cred);
void job_srv_hint_run(struct job *j, const struct cred *cred);
void job_srv_hint_stop(struct job *j);

/* webex_service.c: no token can be asked for */
void job_webex_refuse(struct job *j, enum err e);
/* job_send.c */
uint64_t job_mail_cred(const void *msg);
uint64_t job_hook_cred(const void *msg);
const struct msg_access *job_hook_via(const void *msg);
void job_syslog_run(struct job *j, const struct cred *cred);
void job_mail_run(struct job *j, const struct cred *cred);
void job_hook_run(struct job *j, const struct cred *cred);
void job_send_stop(struct job *j);

/* job_scp.c */
uint64_t job_scp_cred(const void *msg);
void job_scp_run(struct job *j, const struct cred *cred);
void job_scp_stop(struct job *j);

/* job_dir.c */
uint64_t job_dir_cred(const void *msg);
void job_dir_run(struct job *j, const struct cred *cred);
void job_dir_stop(struct job *j);

#endif
