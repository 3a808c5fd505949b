/* api.c - see api.h. */
#include "config.h"

#include <string.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "backend/net/api.h"
#include "backend/net/ca_store.h"
#include "backend/net/cms_service.h"
#include "backend/net/creds.h"
#include "backend/net/device_service.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "backend/net/proxy.h"
#include "backend/net/webex_service.h"
#include "backend/net/webex_token.h"
#include "common/alloc.h"
#include "common/log.h"

#define MODULE "hybridservices.c_cal.net"

struct net {
	uv_loop_t *loop;
	const struct ca_list *system;
	struct ipc_conn *engine;
	struct creds *creds;
	struct http *http;
	struct webex_tokens *webex;
	struct ca_store *ca;
	bool allow_loopback;
	const char *syslog_socket;
	struct job *jobs;
	unsigned jobs_n;
	uv_timer_t resend;
};

#define RESEND_MS 50 /* until the engine has read some of what waits */

const struct job_row job_rows[] = {
    {IPC_SCP, IPC_SCP_DONE, job_scp_cred, NULL, job_scp_run, job_scp_stop,
	NULL},
    {IPC_DIR_SEARCH, IPC_DIR_DONE, job_dir_cred, NULL, job_dir_run,
	job_dir_stop, NULL},
    {IPC_POX, IPC_POX_DONE, job_pox_cred, job_pox_via, job_pox_run,
	job_http_stop, NULL},
    {IPC_JSON, IPC_POX_DONE, job_pox_cred, job_pox_via, job_json_run,
	job_http_stop, NULL},
    {IPC_SETTINGS, IPC_SETTINGS_DONE, job_first_cred, job_first_via,
	job_settings_run, job_http_stop, NULL},
    {IPC_HTTP_HINT, IPC_HINT_DONE, job_no_cred, job_hint_via, job_http_hint_run,
	job_http_stop, NULL},
    {IPC_SRV_HINT, IPC_HINT_DONE, job_no_cred, NULL, job_srv_hint_run,
	job_srv_hint_stop, NULL},
    {IPC_CONFER, IPC_CONFER_DONE, job_first_cred, job_first_via, job_confer_run,
	job_http_stop, NULL},
    {IPC_EWS_PROBE, IPC_EWS_PROBED, job_first_cred, job_first_via, job_ews_run,
	job_http_stop, &job_op_probe},
    {IPC_EWS_CALENDAR, IPC_EWS_CALENDAR_IS, job_first_cred, job_first_via,
	job_ews_run, job_http_stop, &job_op_calendar},
    {IPC_EWS_SUBSCRIBE, IPC_EWS_SUBSCRIBED, job_first_cred, job_first_via,
	job_ews_run, job_http_stop, &job_op_subscribe},
    {IPC_EWS_UNSUBSCRIBE, IPC_EWS_UNSUBSCRIBED, job_first_cred, job_first_via,
	job_ews_run, job_http_stop, &job_op_unsubscribe},
    {IPC_EWS_OOF, IPC_EWS_OOF_IS, job_first_cred, job_first_via, job_ews_run,
	job_http_stop, &job_op_oof},
    {IPC_EWS_STREAM, IPC_EWS_STREAM_END, job_first_cred, job_first_via,
	job_stream_run, job_http_stop, NULL},
    {IPC_EWS_SYNC, IPC_EWS_SYNCED, job_first_cred, job_first_via, job_ews_run,
	job_http_stop, &job_op_sync},
    {IPC_EWS_NEWEST, IPC_EWS_NEWEST_ARE, job_first_cred, job_first_via,
	job_ews_run, job_http_stop, &job_op_newest},
    {IPC_EWS_GET, IPC_EWS_ITEM, job_first_cred, job_first_via, job_ews_run,
	job_http_stop, &job_op_get},
    {IPC_EWS_GETS, IPC_EWS_ITEMS, job_first_cred, job_first_via, job_ews_run,
	job_http_stop, &job_op_gets},
    {IPC_EWS_VIEW, IPC_EWS_VIEW_IS, job_first_cred, job_first_via, job_ews_run,
	job_http_stop, &job_op_view},
    {IPC_EWS_UPDATE, IPC_EWS_UPDATED, job_first_cred, job_first_via,
	job_ews_run, job_http_stop, &job_op_update},
    {IPC_WEBEX_TOKEN, IPC_WEBEX_TOKEN_IS, webex_service_cred, webex_service_via,
	webex_service_token, webex_service_stop, NULL},
    {IPC_WEBEX_SITES, IPC_WEBEX_SITES_ARE, webex_service_cred,
	webex_service_via, webex_service_sites, webex_service_stop, NULL},
    {IPC_WEBEX_ROOM, IPC_WEBEX_ROOM_IS, webex_service_cred, webex_service_via,
	webex_service_room, webex_service_stop, NULL},
    {IPC_WEBEX_BOOK, IPC_WEBEX_BOOKED, webex_service_cred, webex_service_via,
	webex_service_book, webex_service_stop, NULL},
    {IPC_WEBEX_END, IPC_WEBEX_ENDED, webex_service_cred, webex_service_via,
	webex_service_end, webex_service_stop, NULL},
    {IPC_SEND_SYSLOG, IPC_SENT, job_no_cred, NULL, job_syslog_run,
	job_send_stop, NULL},
    {IPC_SEND_MAIL, IPC_SENT, job_mail_cred, NULL, job_mail_run, job_send_stop,
	NULL},
    {IPC_SEND_HOOK, IPC_SENT, job_hook_cred, job_hook_via, job_hook_run,
	job_http_stop, NULL},
    {IPC_DEVICE_INFO, IPC_DEVICE_INFO_IS, job_first_cred, job_first_via,
	device_service_info, job_http_stop, NULL},
    {IPC_DEVICE_PUT, IPC_DEVICE_TOOK, job_first_cred, job_first_via,
	device_service_put, job_http_stop, NULL},
    {IPC_CMS_VERSION, IPC_CMS_VERSION_IS, cms_service_cred, cms_service_via,
	cms_service_version, job_http_stop, NULL},
    {IPC_CMS_BOOK, IPC_CMS_BOOKED, cms_service_cred, cms_service_via,
	cms_service_book, job_http_stop, NULL},
    {IPC_CMS_END, IPC_CMS_ENDED, cms_service_cred, cms_service_via,
	cms_service_end, job_http_stop, NULL},
};
const size_t job_rows_n = sizeof(job_rows) / sizeof(job_rows[0]);

struct msg_evidence *
job_evidence(struct job *j)
{
	return j->result;
}

struct http *
job_http(const struct job *j)
{
	return j->net->http;
}

const struct cred *
job_cred(const struct job *j)
{
	return creds_get(j->net->creds, j->row->cred_id(j->msg));
}

const struct cred *
job_cred_of(const struct job *j, uint64_t id)
{
	return creds_get(j->net->creds, id);
}

struct webex_tokens *
job_webex(const struct job *j)
{
	return j->net->webex;
}

uv_loop_t *
job_loop(const struct job *j)
{
	return j->net->loop;
}

struct ca_store *
job_ca(const struct job *j)
{
	return j->net->ca;
}

bool
job_allow_loopback(const struct job *j)
{
	return j->net->allow_loopback;
}

const char *
job_syslog_socket(const struct job *j)
{
	return j->net->syslog_socket;
}

static void
job_free(struct job *j)
{
	struct net *n = j->net;

	if (j->prev != NULL)
		j->prev->next = j->next;
	else
		n->jobs = j->next;
	if (j->next != NULL)
		j->next->prev = j->prev;
	n->jobs_n--;
	creds_wait_cancel(j->wait);
	j->wait = NULL;
	j->row->stop(j);
	if (j->extra_free != NULL)
		j->extra_free(j->extra);
	if (j->msg != NULL)
		ipc_free(j->row->type, j->msg);
	if (j->result != NULL)
		ipc_free(j->row->answer, j->result);
	mem_free(j->msg);
	mem_free(j->result);
	mem_free(j);
}

bool
job_send(struct job *j, enum ipc_type t, const void *msg)
{
	return ipc_conn_send(j->net->engine, t, j->id, msg, -1) == ERR_OK;
}

static void
resend(uv_timer_t *t)
{
	struct net *n = t->data;
	struct job *j, *next;

	for (j = n->jobs; j != NULL; j = next) {
		next = j->next;
		if (j->finished)
			job_finish(j);
	}
}

/* For who looks into it; never what was sent or came back. */
static void
log_job(const struct job *j, const struct msg_evidence *ev)
{
	char status[16], took[16];

	(void)snprintf(status, sizeof(status), "%u", ev->http_status);
	(void)snprintf(took, sizeof(took), "%u", ev->total_ms);
	log_kv(LOG_L_DEBUG, MODULE, "Job Done", "Job", ipc_name(j->row->type),
	    "URL", ev->url, "Status", ev->http_status != 0 ? status : NULL,
	    "Failure", ev->failure, "Detail", ev->detail, "TookMs", took, NULL);
}

void
job_finish(struct job *j)
{
	struct msg_evidence *ev = job_evidence(j);
	struct ipc_conn *engine = j->net->engine;
	enum err e;

	if (!j->finished)
		log_job(j, ev);
	e = ipc_conn_send(engine, j->row->answer, j->id, j->result, -1);
	if (e == ERR_BUSY) {
		j->finished = true;
		(void)uv_timer_start(&j->net->resend, resend, RESEND_MS, 0);
		return;
	}
	if (e != ERR_OK) {
		/* Larger than its row allows: then a short word, so that the
		 * engine does not wait for ever. */
		ipc_free(j->row->answer, j->result);
		evidence_fail(ev, "content-toobig",
		    "the answer is larger than a message may be");
		if (!job_send(j, j->row->answer, j->result))
			log_kv(LOG_L_ERROR, MODULE, "Answer Lost", "Message",
			    ipc_name(j->row->answer), NULL);
	}
	job_free(j);
}

static enum err job_go(struct job *j);

static void
on_cred(void *arg, const struct cred *cred)
{
	struct job *j = arg;

	j->wait = NULL;
	/* Without the proxy's the request says so itself. */
	if (cred == NULL && !j->waited_proxy) {
		evidence_fail(job_evidence(j), "cred-missing",
		    "the manager has not handed over the password");
		job_finish(j);
	} else if (job_go(j) != ERR_OK) {
		evidence_fail_err(job_evidence(j), ERR_NOMEM, "memory is out");
		job_finish(j);
	}
}

/* Runs it as soon as its credential and the proxy's are there. */
static enum err
job_go(struct job *j)
{
	struct net *n = j->net;
	const struct cred *cred = NULL;
	uint64_t id = j->row->cred_id(j->msg);

	if (id != 0 && (cred = creds_get(n->creds, id)) == NULL)
		return creds_wait(&j->wait, n->creds, id, on_cred, j);
	if (!j->waited_proxy && j->row->via != NULL &&
	    j->row->via(j->msg)->use_proxy &&
	    (id = http_proxy_cred(n->http)) != 0 &&
	    creds_get(n->creds, id) == NULL) {
		j->waited_proxy = true;
		return creds_wait(&j->wait, n->creds, id, on_cred, j);
	}
	j->row->run(j, cred);
	return ERR_OK;
}

static const struct job_row *
row_of(enum ipc_type t)
{
	size_t i;

	for (i = 0; i < job_rows_n; i++)
		if (job_rows[i].type == t)
			return &job_rows[i];
	return NULL;
}

static enum err
job_new(struct net *n, const struct job_row *row, uint64_t id, void *msg)
{
	size_t size = ipc_struct_size(row->type);
	struct job *j;
	enum err e;

	if (n->jobs_n >= NET_JOBS_MAX)
		return ERR_BUSY;
	if ((j = try_alloc(sizeof(*j))) == NULL ||
	    (j->msg = try_alloc(size)) == NULL ||
	    (j->result = try_alloc(ipc_struct_size(row->answer))) == NULL) {
		if (j != NULL)
			mem_free(j->msg);
		mem_free(j);
		return ERR_NOMEM;
	}
	/* All fields are taken; a zeroed struct is an empty message. */
	memcpy(j->msg, msg, size);
	memset(msg, 0, size);
	j->net = n;
	j->id = id;
	j->row = row;
	j->next = n->jobs;
	if (n->jobs != NULL)
		n->jobs->prev = j;
	n->jobs = j;
	n->jobs_n++;
	if ((e = job_go(j)) != ERR_OK)
		job_free(j);
	return e;
}

static void
cancel(struct net *n, uint64_t id)
{
	struct job *j;

	for (j = n->jobs; j != NULL; j = j->next)
		if (j->id == id)
			break;
	if (j == NULL || j->finished)
		return;
	j->row->stop(j);
	evidence_forgive(job_evidence(j));
	evidence_fail(job_evidence(j), "cancelled", "the engine cancelled it");
	job_finish(j);
}

/* A list that cannot be read is no reason to trust nobody or anybody: the
 * rest of the rules takes effect, and the log says what is wrong. */
static enum err
set_config(struct net *n, const struct msg_net_config *c, struct errinfo *ei)
{
	struct ca_list *own = NULL;
	struct ca_store *ca = NULL;
	struct http_rules rules;
	enum err e;

	e = ca_list_parse(&own, c->ca_pem, strlen(c->ca_pem), ei);
	if (e == ERR_PROTO || e == ERR_TOOBIG)
		log_kv(LOG_L_ERROR, MODULE, "CA List Unreadable", "Detail",
		    ei->text, NULL);
	else if (e != ERR_OK)
		return e;
	e = ca_store_new(&ca, own, c->use_system_ca ? n->system : NULL, ei);
	if (e != ERR_OK)
		goto out;
	rules.ca = ca;
	rules.allow_loopback = c->allow_loopback;
	if ((e = proxy_route_new(&rules.proxy, c, n->creds)) != ERR_OK)
		goto out;
	http_set_rules(n->http, &rules);
	ca_store_unref(n->ca);
	n->ca = ca_store_ref(ca);
	n->allow_loopback = c->allow_loopback;
out:
	ca_store_unref(ca);
	ca_list_free(own);
	return e;
}

void
net_on_engine(struct net *n, enum ipc_type t, uint64_t id, void *msg)
{
	const struct job_row *row = row_of(t);
	struct errinfo ei;
	enum err e = ERR_OK;

	if (row != NULL)
		e = job_new(n, row, id, msg);
	else if (t == IPC_NET_CANCEL)
		cancel(n, id);
	else if (t == IPC_NET_CONFIG)
		e = set_config(n, msg, &ei);
	else
		e = ERR_UNSUPPORTED;
	if (e != ERR_OK &&
	    ipc_conn_error(n->engine, id, e, err_default_text(e)) != ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Answer Lost", "Message",
		    ipc_name(t), NULL);
}

void
net_on_manager(struct net *n, enum ipc_type t, uint64_t id, void *msg)
{
	(void)id;
	if (t == IPC_CRED_GIVE) {
		enum err e = creds_give(n->creds, msg);

		if (e != ERR_OK)
			log_kv(LOG_L_ERROR, MODULE, "Credential Refused",
			    "Detail",
			    e == ERR_BUSY ? "there are too many"
					  : "what it is bound to is unknown",
			    NULL);
	} else if (t == IPC_CRED_DROP) {
		const struct msg_cred_ref *ref = msg;

		creds_drop(n->creds, ref->cred_id);
		webex_tokens_drop(n->webex, ref->cred_id);
		http_drop_cred(n->http, ref->cred_id);
	}
}

/* A refresh token that Webex has changed; whoever asked. */
static bool
on_box(void *arg, const struct msg_webex_box *m)
{
	struct net *n = arg;

	if (n->engine != NULL &&
	    ipc_conn_send(n->engine, IPC_WEBEX_BOX, 0, m, -1) == ERR_OK)
		return true;
	log_kv(
	    LOG_L_ERROR, MODULE, "Answer Lost", "Message", "WEBEX_BOX", NULL);
	return false;
}

enum err
net_new(struct net **out, uv_loop_t *l, const struct ca_list *system,
    const unsigned char *seal_pk, struct errinfo *ei)
{
	struct msg_net_config none = {0};
	struct net *n = try_alloc(sizeof(*n));
	char empty[1] = "";
	enum err e;

	if (n == NULL)
		return err_set(ei, ERR_NOMEM, "memory is out");
	n->loop = l;
	n->system = system;
	(void)uv_timer_init(l, &n->resend);
	n->resend.data = n;
	if ((e = creds_new(&n->creds, l)) != ERR_OK ||
	    (e = http_new(&n->http, l)) != ERR_OK ||
	    (e = webex_tokens_new(&n->webex, n->http, seal_pk, on_box, n)) !=
		ERR_OK) {
		net_free(n);
		return err_set(ei, e, "memory is out");
	}
	/* Until the engine says more, nobody is trusted. */
	none.ca_pem = empty;
	none.proxy_host = empty;
	none.proxy_failure = empty;
	if ((e = set_config(n, &none, ei)) != ERR_OK) {
		net_free(n);
		return e;
	}
	*out = n;
	return ERR_OK;
}

void
net_set_engine(struct net *n, struct ipc_conn *engine)
{
	n->engine = engine;
}

void
net_set_syslog(struct net *n, const char *path)
{
	n->syslog_socket = path;
}

static void
on_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

void
net_free(struct net *n)
{
	if (n == NULL)
		return;
	while (n->jobs != NULL)
		job_free(n->jobs);
	webex_tokens_free(n->webex);
	http_free(n->http);
	creds_free(n->creds);
	ca_store_unref(n->ca);
	uv_close((uv_handle_t *)&n->resend, on_closed);
}
