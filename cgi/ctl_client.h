/* ctl_client.h - the control socket, as the pages use it.  calconn-web.
 * Keeps one connection and makes it anew when the manager was restarted.
 * Each call waits two seconds at most; only pages that need an answer from
 * the manager or the engine call. */
#ifndef CTL_CLIENT_H
#define CTL_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct ctl_client; /* opaque */

struct ctl_client *ctl_client_new(const char *socket_path);
void ctl_client_free(struct ctl_client *c);

enum err ctl_client_status(
    struct ctl_client *c, struct msg_status *out, struct errinfo *ei) ERR_CHECK;
/* what: rollback, or allow with a version. */
enum err ctl_client_version(struct ctl_client *c, const char *what,
    const char *version, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_restart(struct ctl_client *c, struct errinfo *ei) ERR_CHECK;
/* The revision that the engine runs now. */
enum err ctl_client_config_changed(struct ctl_client *c, uint64_t rev,
    uint64_t *running, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_test(struct ctl_client *c, const struct msg_conn_test *what,
    struct msg_job_started *out, struct errinfo *ei) ERR_CHECK;
/* out: the job. */
enum err ctl_client_proxy_test(struct ctl_client *c, const char *host,
    uint32_t port, struct msg_job_ref *out, struct errinfo *ei) ERR_CHECK;
/* channel: as in store_delivery.h. */
enum err ctl_client_delivery_test(struct ctl_client *c, const char *channel,
    struct msg_job_ref *out, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_confer_test(struct ctl_client *c, const char *confer_id,
    struct msg_job_ref *out, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_workspace_test(struct ctl_client *c, const char *id,
    struct msg_job_ref *out, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_report(struct ctl_client *c, const char *job_id,
    struct msg_report *out, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_cancel(
    struct ctl_client *c, const char *job_id, struct errinfo *ei) ERR_CHECK;
/* A code of the account's second factor, with its box.  ERR_AUTH: wrong. */
enum err
ctl_client_code(struct ctl_client *c, const char *account, const char *code,
    const struct bytes *box, uint64_t *step, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_retry(
    struct ctl_client *c, const char *address, struct errinfo *ei) ERR_CHECK;
/* Meetings of the next weeks as far as they are read; msg_agenda_free(). */
enum err ctl_client_agenda(struct ctl_client *c, const char *address,
    struct msg_agenda *out, struct errinfo *ei) ERR_CHECK;

/* Search the directory: with the stored settings, for what is found to become
 * users (settings NULL), or with these (directory_set.h) for a preview.
 * id: of the run, 33 bytes. */
enum err ctl_client_directory(struct ctl_client *c, const char *settings,
    const char *by, char *id, size_t id_size, struct errinfo *ei) ERR_CHECK;

/* Of a backup: waits longer than others, for Argon2id. */
enum err ctl_client_reseal(struct ctl_client *c, const struct msg_reseal *q,
    struct msg_resealed *out, struct errinfo *ei) ERR_CHECK;
enum err ctl_client_diaglog(struct ctl_client *c, struct msg_diaglog *out,
    struct errinfo *ei) ERR_CHECK;
enum err ctl_client_diaglog_order(struct ctl_client *c,
    const struct msg_diaglog_order *q, struct errinfo *ei) ERR_CHECK;
/* verb: start, or delete with a name. */
enum err ctl_client_snapshot(struct ctl_client *c, const char *verb,
    const char *name, const char *who, struct errinfo *ei) ERR_CHECK;

struct msg_log_levels;
enum err ctl_client_log_levels(struct ctl_client *c, struct msg_log_levels *out,
    struct errinfo *ei) ERR_CHECK;
enum err ctl_client_log_level_set(struct ctl_client *c, const char *module,
    const char *level, uint32_t minutes, const char *who,
    struct errinfo *ei) ERR_CHECK;

#endif
