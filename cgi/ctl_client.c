/* ctl_client.c - requests to the manager and, through it, the engine. */
#include <string.h>

#include "cgi/ctl_client.h"
#include "common/alloc.h"
#include "common/backup_reseal.h"
#include "common/ipc_client.h"

struct ctl_client {
	char *path;
	struct ipc_client *c; /* NULL: not connected */
};

struct ctl_client *
ctl_client_new(const char *socket_path)
{
	struct ctl_client *c = xalloc(sizeof(*c));

	c->path = xstrdup(socket_path);
	return c;
}

static void
disconnect(struct ctl_client *c)
{
	if (c->c != NULL)
		ipc_client_close(c->c);
	c->c = NULL;
}

void
ctl_client_free(struct ctl_client *c)
{
	if (c == NULL)
		return;
	disconnect(c);
	mem_free(c->path);
	mem_free(c);
}

/* After these the connection is of no use. */
static bool
is_broken(enum err e)
{
	return e == ERR_GONE || e == ERR_CONNECT || e == ERR_TIMEOUT ||
	       e == ERR_PROTO || e == ERR_SYS;
}

static enum err
call(struct ctl_client *c, enum ipc_type t, const void *msg, enum ipc_type want,
    void *answer, struct errinfo *ei)
{
	bool is_old = c->c != NULL;
	enum err e;

	if (c->c == NULL &&
	    (e = ipc_client_open(&c->c, c->path, "calconn-web", ei)) != ERR_OK)
		return e;
	e = ipc_client_call(c->c, t, msg, want, answer, ei);
	if (!is_broken(e))
		return e;
	disconnect(c);
	/* A connection kept from an earlier page may have ended with the
	 * manager that it led to: once more, with the new one. */
	if (!is_old || e == ERR_TIMEOUT)
		return e;
	if ((e = ipc_client_open(&c->c, c->path, "calconn-web", ei)) != ERR_OK)
		return e;
	e = ipc_client_call(c->c, t, msg, want, answer, ei);
	if (is_broken(e))
		disconnect(c);
	return e;
}

enum err
ctl_client_status(
    struct ctl_client *c, struct msg_status *out, struct errinfo *ei)
{
	struct msg_empty none;

	memset(&none, 0, sizeof(none));
	memset(out, 0, sizeof(*out));
	return call(c, IPC_STATUS_GET, &none, IPC_STATUS, out, ei);
}

enum err
ctl_client_restart(struct ctl_client *c, struct errinfo *ei)
{
	struct msg_empty none, ok;

	memset(&none, 0, sizeof(none));
	memset(&ok, 0, sizeof(ok));
	return call(c, IPC_CONNECTOR_RESTART, &none, IPC_OK, &ok, ei);
}

enum err
ctl_client_version(struct ctl_client *c, const char *what, const char *version,
    struct errinfo *ei)
{
	struct msg_version_request msg;
	struct msg_empty ok;
	enum err e;

	memset(&ok, 0, sizeof(ok));
	msg.verb = xstrdup(what);
	msg.version = xstrdup(version);
	e = call(c, IPC_VERSION_REQUEST, &msg, IPC_OK, &ok, ei);
	msg_version_request_free(&msg);
	return e;
}

enum err
ctl_client_config_changed(
    struct ctl_client *c, uint64_t rev, uint64_t *running, struct errinfo *ei)
{
	struct msg_revision msg = {.rev = rev}, answer;
	enum err e;

	memset(&answer, 0, sizeof(answer));
	e = call(c, IPC_CONFIG_CHANGED, &msg, IPC_CONFIG_RUNNING, &answer, ei);
	if (e == ERR_OK)
		*running = answer.rev;
	msg_revision_free(&answer);
	return e;
}

enum err
ctl_client_test(struct ctl_client *c, const struct msg_conn_test *what,
    struct msg_job_started *out, struct errinfo *ei)
{
	memset(out, 0, sizeof(*out));
	return call(c, IPC_CONN_TEST, what, IPC_JOB_STARTED, out, ei);
}

/* Messages only borrow: the casts take const away for the struct. */
enum err
ctl_client_proxy_test(struct ctl_client *c, const char *host, uint32_t port,
    struct msg_job_ref *out, struct errinfo *ei)
{
	struct msg_proxy_test msg = {.host = (char *)host, .port = port};

	memset(out, 0, sizeof(*out));
	return call(c, IPC_PROXY_TEST, &msg, IPC_PROXY_TESTING, out, ei);
}

enum err
ctl_client_delivery_test(struct ctl_client *c, const char *channel,
    struct msg_job_ref *out, struct errinfo *ei)
{
	struct msg_delivery_ref msg = {.channel = (char *)channel};

	memset(out, 0, sizeof(*out));
	return call(c, IPC_DELIVERY_TEST, &msg, IPC_DELIVERY_TESTING, out, ei);
}

enum err
ctl_client_confer_test(struct ctl_client *c, const char *confer_id,
    struct msg_job_ref *out, struct errinfo *ei)
{
	struct msg_confer_ref msg = {.confer_id = (char *)confer_id};

	memset(out, 0, sizeof(*out));
	return call(c, IPC_CONFER_TEST, &msg, IPC_CONFER_TESTING, out, ei);
}

enum err
ctl_client_workspace_test(struct ctl_client *c, const char *id,
    struct msg_job_ref *out, struct errinfo *ei)
{
	struct msg_workspace_ref msg = {.workspace_id = (char *)id};

	memset(out, 0, sizeof(*out));
	return call(
	    c, IPC_WORKSPACE_TEST, &msg, IPC_WORKSPACE_TESTING, out, ei);
}

enum err
ctl_client_report(struct ctl_client *c, const char *job_id,
    struct msg_report *out, struct errinfo *ei)
{
	struct msg_job_ref msg = {.job_id = (char *)job_id};

	memset(out, 0, sizeof(*out));
	return call(c, IPC_JOB_GET, &msg, IPC_JOB_REPORT, out, ei);
}

enum err
ctl_client_cancel(struct ctl_client *c, const char *job_id, struct errinfo *ei)
{
	struct msg_job_ref msg = {.job_id = (char *)job_id};
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	return call(c, IPC_JOB_CANCEL, &msg, IPC_OK, &ok, ei);
}

enum err
ctl_client_retry(struct ctl_client *c, const char *address, struct errinfo *ei)
{
	struct msg_mailbox_ref msg = {.address = (char *)address};
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	return call(c, IPC_USER_RETRY, &msg, IPC_OK, &ok, ei);
}

enum err
ctl_client_agenda(struct ctl_client *c, const char *address,
    struct msg_agenda *out, struct errinfo *ei)
{
	struct msg_mailbox_ref msg = {.address = (char *)(uintptr_t)address};

	memset(out, 0, sizeof(*out));
	return call(c, IPC_AGENDA_GET, &msg, IPC_AGENDA, out, ei);
}

enum err
ctl_client_directory(struct ctl_client *c, const char *settings, const char *by,
    char *id, size_t id_size, struct errinfo *ei)
{
	struct msg_dir_ask msg = {.apply = settings == NULL,
	    .by = (char *)(uintptr_t)by,
	    .settings = (char *)(uintptr_t)settings};
	struct msg_job_ref out = {NULL};
	enum err e;

	e = call(c, IPC_DIRECTORY, &msg, IPC_DIRECTORY_ASKED, &out, ei);
	if (e == ERR_OK)
		(void)str_copy(id, id_size, out.job_id);
	msg_job_ref_free(&out);
	return e;
}

enum err
ctl_client_code(struct ctl_client *c, const char *account, const char *code,
    const struct bytes *box, uint64_t *step, struct errinfo *ei)
{
	struct msg_code_check msg = {
	    .account = (char *)account, .code = (char *)code, .box = *box};
	struct msg_code_checked answer;
	enum err e;

	memset(&answer, 0, sizeof(answer));
	e = call(c, IPC_CODE_CHECK, &msg, IPC_CODE_CHECKED, &answer, ei);
	if (e == ERR_OK)
		*step = answer.step;
	return e;
}

enum err
ctl_client_log_levels(
    struct ctl_client *c, struct msg_log_levels *out, struct errinfo *ei)
{
	struct msg_empty none;

	memset(&none, 0, sizeof(none));
	memset(out, 0, sizeof(*out));
	return call(c, IPC_LOG_LEVELS_GET, &none, IPC_LOG_LEVELS, out, ei);
}

enum err
ctl_client_log_level_set(struct ctl_client *c, const char *module,
    const char *level, uint32_t minutes, const char *who, struct errinfo *ei)
{
	struct msg_log_level_set msg = {.module = (char *)module,
	    .level = (char *)level,
	    .minutes = minutes,
	    .who = (char *)who};
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	return call(c, IPC_LOG_LEVEL_SET, &msg, IPC_OK, &ok, ei);
}

enum err
ctl_client_snapshot(struct ctl_client *c, const char *verb, const char *name,
    const char *who, struct errinfo *ei)
{
	struct msg_snapshot_order msg;
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	msg.verb = (char *)(uintptr_t)verb;
	msg.name = (char *)(uintptr_t)name;
	msg.who = (char *)(uintptr_t)who;
	return call(c, IPC_SNAPSHOT, &msg, IPC_OK, &ok, ei);
}

enum err
ctl_client_diaglog(
    struct ctl_client *c, struct msg_diaglog *out, struct errinfo *ei)
{
	struct msg_empty none;

	memset(&none, 0, sizeof(none));
	memset(out, 0, sizeof(*out));
	return call(c, IPC_DIAGLOG_GET, &none, IPC_DIAGLOG, out, ei);
}

enum err
ctl_client_diaglog_order(
    struct ctl_client *c, const struct msg_diaglog_order *q, struct errinfo *ei)
{
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	return call(c, IPC_DIAGLOG_ORDER, q, IPC_OK, &ok, ei);
}

/* On a connection of its own: the others keep their two seconds. */
enum err
ctl_client_reseal(struct ctl_client *c, const struct msg_reseal *q,
    struct msg_resealed *out, struct errinfo *ei)
{
	struct ipc_client *own = NULL;
	enum err e;

	memset(out, 0, sizeof(*out));
	e = ipc_client_open(&own, c->path, "calconn-web", ei);
	if (e != ERR_OK)
		return e;
	ipc_client_set_timeout(own, BACKUP_RESEAL_MS);
	e = ipc_client_call(own, IPC_RESEAL, q, IPC_RESEALED, out, ei);
	ipc_client_close(own);
	return e;
}
