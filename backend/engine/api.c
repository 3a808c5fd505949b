#include "backend/engine/api.h"

#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "backend/core/log_orders.h"
#include "backend/engine/bound_call.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/confer_test.h"
#include "backend/engine/agenda.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/creds.h"
#include "backend/engine/deaths_alarm.h"
#include "backend/engine/delivery_test.h"
#include "backend/engine/directory.h"
#include "backend/engine/engine.h"
#include "backend/engine/jobs.h"
#include "backend/engine/manager_alarm.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/proxy_creds.h"
#include "backend/engine/proxy_test.h"
#include "backend/engine/users.h"
#include "backend/engine/webex_keep.h"
#include "backend/engine/workspace_test.h"
#include "common/ipc.h"
#include "common/log.h"

struct request {
	struct engine *en;
	uint64_t id;
	void *msg;
	int *fd; /* taken by setting it to -1 */
};

static void
refuse(const struct request *q, enum err e, const char *text)
{
	if (ipc_conn_error(q->en->mgr, q->id, e, text) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Answer Not Sent", NULL);
}

static void
answer(const struct request *q, enum ipc_type t, const void *msg)
{
	enum err e = ipc_conn_send(q->en->mgr, t, q->id, msg, -1);

	if (e == ERR_OK)
		return;
	log_kv(LOG_L_WARN, ENGINE_MODULE, "Answer Not Sent", "Message",
	    ipc_name(t), "Why", err_name(e), NULL);
	refuse(q, e, "The answer is too long, or the link is full.");
}

static void
on_config_changed(const struct request *q)
{
	struct msg_revision m = {0};
	struct errinfo ei;
	enum err e;

	if ((e = config_check(q->en->config, &ei)) != ERR_OK) {
		refuse(q, e, ei.text);
		return;
	}
	m.rev = config_revision(q->en->config);
	answer(q, IPC_CONFIG_RUNNING, &m);
}

static void
on_conn_test(const struct request *q)
{
	struct msg_job_started m = {0};
	struct errinfo ei;
	enum err e;

	if ((e = jobs_start(q->en->jobs, q->msg, &m, &ei)) != ERR_OK)
		refuse(q, e, ei.text);
	else
		answer(q, IPC_JOB_STARTED, &m);
	msg_job_started_free(&m);
}

/* What was set a moment ago counts already. */
static void
read_config(const struct request *q)
{
	struct errinfo ei;

	if (config_check(q->en->config, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Config Not Read", "Detail",
		    ei.text, NULL);
}

static void
answer_test(const struct request *q, enum err e, const struct errinfo *ei,
    enum ipc_type type, char *id)
{
	struct msg_job_ref m = {id};

	if (e != ERR_OK)
		refuse(q, e, ei->text);
	else
		answer(q, type, &m);
}

static void
on_proxy_test(const struct request *q)
{
	char id[PROXY_TEST_ID_LEN + 1];
	struct errinfo ei;
	enum err e;

	read_config(q);
	e = proxy_test_start(q->en->proxy_tests, q->msg, id, &ei);
	answer_test(q, e, &ei, IPC_PROXY_TESTING, id);
}

static void
on_delivery_test(const struct request *q)
{
	const struct msg_delivery_ref *m = q->msg;
	char id[DELIVERY_TEST_ID_LEN + 1];
	struct errinfo ei;
	enum err e;

	read_config(q);
	e = delivery_test_start(q->en->delivery_tests, m->channel, id, &ei);
	answer_test(q, e, &ei, IPC_DELIVERY_TESTING, id);
}

static void
on_confer_test(const struct request *q)
{
	const struct msg_confer_ref *c = q->msg;
	char id[CONFER_TEST_ID_LEN + 1];
	struct errinfo ei;
	enum err e;

	read_config(q);
	e = confer_test_start(q->en->confer_tests, c->confer_id, id, &ei);
	answer_test(q, e, &ei, IPC_CONFER_TESTING, id);
}

static void
on_workspace_test(const struct request *q)
{
	const struct msg_workspace_ref *m = q->msg;
	char id[WORKSPACE_TEST_ID_LEN + 1];
	struct errinfo ei;
	enum err e;

	read_config(q);
	e = workspace_test_start(
	    q->en->workspace_tests, m->workspace_id, id, &ei);
	answer_test(q, e, &ei, IPC_WORKSPACE_TESTING, id);
}

static void
on_job_get(const struct request *q)
{
	const struct msg_job_ref *m = q->msg;
	const struct msg_report *r = jobs_report(q->en->jobs, m->job_id);

	if (r == NULL)
		r = proxy_test_report(q->en->proxy_tests, m->job_id);
	if (r == NULL)
		r = delivery_test_report(q->en->delivery_tests, m->job_id);
	if (r == NULL)
		r = confer_test_report(q->en->confer_tests, m->job_id);
	if (r == NULL)
		r = workspace_test_report(q->en->workspace_tests, m->job_id);
	if (r == NULL)
		refuse(q, ERR_NOTFOUND,
		    "The test is not known any more. Start it again.");
	else
		answer(q, IPC_JOB_REPORT, r);
}

static void
on_job_cancel(const struct request *q)
{
	const struct msg_job_ref *m = q->msg;
	enum err e = jobs_cancel(q->en->jobs, m->job_id);

	if (e == ERR_NOTFOUND)
		e = proxy_test_cancel(q->en->proxy_tests, m->job_id);
	if (e == ERR_NOTFOUND)
		e = delivery_test_cancel(q->en->delivery_tests, m->job_id);
	if (e == ERR_NOTFOUND)
		e = confer_test_cancel(q->en->confer_tests, m->job_id);
	if (e == ERR_NOTFOUND)
		e = workspace_test_cancel(q->en->workspace_tests, m->job_id);
	if (e != ERR_OK)
		refuse(q, e, "The test is not known any more.");
	else
		answer(q, IPC_OK, NULL);
}

static void
on_user_retry(const struct request *q)
{
	const struct msg_mailbox_ref *m = q->msg;
	enum err e;

	read_config(q);
	e = users_retry(q->en->users, m->address);
	if (e == ERR_NOTFOUND)
		refuse(q, e, "There is no such user.");
	else if (e != ERR_OK)
		refuse(q, e,
		    "The user is not enabled, or the Calendar Connector is "
		    "not running.");
	else
		answer(q, IPC_OK, NULL);
}

static void
on_agenda_get(const struct request *q)
{
	const struct msg_mailbox_ref *m = q->msg;
	const struct msg_agenda *a;
	struct errinfo ei;
	enum err e;

	if ((e = agenda_get(q->en->agendas, m->address, &a, &ei)) != ERR_OK)
		refuse(q, e, ei.text);
	else
		answer(q, IPC_AGENDA, a);
}

static void
on_directory(const struct request *q)
{
	char id[DIR_RUN_ID_LEN + 1];
	struct errinfo ei;
	enum err e;

	read_config(q);
	e = directory_ask(q->en->directory, q->msg, id, &ei);
	answer_test(q, e, &ei, IPC_DIRECTORY_ASKED, id);
}

static void
on_cred_opened(const struct request *q)
{
	const struct msg_cred_ref *m = q->msg;

	creds_opened(q->en, m->cred_id);
	webex_keep_opened(q->en->webex, m->cred_id);
}

/* Only a CRED_OPEN is answered with it; its id is the credential's. */
static void
on_error(const struct request *q)
{
	const struct msg_error_answer *m = q->msg;
	enum err e =
	    m->code > 0 && m->code < ERR__MAX ? (enum err)m->code : ERR_PROTO;

	creds_refused(q->en, q->id, e, m->text);
	proxy_creds_refused(q->en->proxy, q->id, e, m->text);
	bound_calls_refused(q->en->bound_calls, q->id, e, m->text);
	webex_keep_refused(q->en->webex, q->id, e, m->text);
	conf_services_refused(q->en->confs, q->id, e, m->text);
}

static void
on_net_ready(const struct request *q)
{
	const struct msg_net_ref *m = q->msg;

	if (*q->fd < 0) {
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Net Without Socket", NULL);
		return;
	}
	net_pool_ready(q->en->nets, m->net_id, *q->fd);
	*q->fd = -1;
}

static void
on_net_gone(const struct request *q)
{
	const struct msg_net_ref *m = q->msg;

	net_pool_gone(q->en->nets, m->net_id);
}

static void
on_deaths(const struct request *q)
{
	deaths_alarm(q->en, q->msg);
}

static void
on_manager_lost(const struct request *q)
{
	manager_alarm_lost(q->en, q->msg);
}

/* That it came is all that it says. */
static void
on_manager_beat(const struct request *q)
{
	(void)q;
}

static void
on_log_levels(const struct request *q)
{
	log_orders_levels(q->msg);
}

static void
on_log_file(const struct request *q)
{
	log_orders_file(*q->fd);
	*q->fd = -1;
}

typedef void (*handler_fn)(const struct request *q);

static const handler_fn handlers[IPC_T__MAX] = {
    [IPC_CONFIG_CHANGED] = on_config_changed,
    [IPC_CONN_TEST] = on_conn_test,
    [IPC_PROXY_TEST] = on_proxy_test,
    [IPC_DELIVERY_TEST] = on_delivery_test,
    [IPC_CONFER_TEST] = on_confer_test,
    [IPC_WORKSPACE_TEST] = on_workspace_test,
    [IPC_JOB_GET] = on_job_get,
    [IPC_JOB_CANCEL] = on_job_cancel,
    [IPC_USER_RETRY] = on_user_retry,
    [IPC_AGENDA_GET] = on_agenda_get,
    [IPC_DIRECTORY] = on_directory,
    [IPC_CRED_OPENED] = on_cred_opened,
    [IPC_ERROR] = on_error,
    [IPC_NET_READY] = on_net_ready,
    [IPC_NET_GONE] = on_net_gone,
    [IPC_DEATHS] = on_deaths,
    [IPC_MANAGER_BEAT] = on_manager_beat,
    [IPC_MANAGER_LOST] = on_manager_lost,
    [IPC_ENGINE_LOG_LEVELS] = on_log_levels,
    [IPC_ENGINE_LOG_FILE] = on_log_file,
};

static void
on_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id, void *msg,
    int fd)
{
	struct request q = {arg, id, msg, &fd};

	(void)c;
	if (q.en->manager != NULL) /* it has started */
		manager_alarm_heard(q.en);
	if (handlers[t] != NULL)
		handlers[t](&q);
	else
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Message Ignored", "Message",
		    ipc_name(t), NULL);
	if (fd >= 0)
		close(fd);
}

static void
on_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct engine *en = arg;

	(void)c;
	en->mgr = NULL;
	log_kv(LOG_L_WARN, ENGINE_MODULE, "Manager Gone", "Why", err_name(why),
	    NULL);
	uv_stop(en->loop);
}

static const struct ipc_conn_ops ops = {
    .on_frame = on_frame,
    .on_close = on_close,
    .accept_dirs =
	1u << IPC_DIR_C_TO_E | 1u << IPC_DIR_M_TO_E | 1u << IPC_DIR_ANY,
};

enum err
api_open(struct engine *en, int fd, struct errinfo *ei)
{
	return ipc_conn_new(
	    &en->mgr, en->loop, fd, "calconn-engine", &ops, en, ei);
}

void
api_close(struct engine *en)
{
	if (en->mgr != NULL)
		ipc_conn_close(en->mgr);
	en->mgr = NULL;
}
