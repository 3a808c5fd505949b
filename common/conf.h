/* conf.h - calconn.conf: where things are.  "key = value" lines, "#"
 * comments, unknown keys refused.  Holds no secret and no setting of an
 * administrator (those are in config.db). Read before rights are dropped. */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct conf {
	char *path; /* of the file itself, absolute */
	char *config_db, *state_db;
	char *seal_pk, *seal_sk; /* key files; sk: manager only */
	char *control_socket; /* AF_UNIX, owned by the manager */
	char *fcgi_socket; /* AF_UNIX, where the web server connects */
	char *fcgi_group; /* "" : the starter's */
	char *log_dir;
	char *activation_dir; /* of systemd's sockets for them; "": none */
	char *syslog_socket; /* AF_UNIX, of this host's syslog service */
	char *libexec_dir; /* of calconn-engine, -net and -web */
	char *templates_dir;
	char *bundle_root; /* of the installed versions (calconn-pkg) */
	char *bundle_keys; /* public keys that bundles may be signed with */
	char *upload_dir; /* of bundles that come through the pages */
	char *system_name; /* shown on pages */
	char *ui_origin; /* https://host:port; a POST has this Origin */
	uint32_t web_workers; /* 1..16 */
	uint32_t net_workers; /* 1..8 */
	uint32_t heartbeat_max_s; /* a silent program is killed then */
	uint32_t exchange_requests; /* 1..100, of a record at a time */
	uint32_t start_rate; /* 1..10000 mailboxes a second */
	uint32_t catchup_days; /* 1..3650 ahead that come first */
	uint32_t log_max_mib; /* of one log file, then it is rotated */
	uint32_t log_keep; /* rotated files of a program */
	uint32_t log_days; /* then a rotated file goes */
	bool lab_loopback; /* targets on loopback are allowed: lab only */
	/* Users to drop to when started as root; "" keeps the starter. */
	char *user_web, *user_engine, *user_net, *user_manager;
	char *group_store; /* may read the databases: web, engine */
};

#define CONF_DEFAULT_PATH "/etc/calconn/calconn.conf"
#define CONF_MAX 65536 /* bytes of the file */

enum err
conf_load(struct conf *c, const char *path, struct errinfo *ei) ERR_CHECK;
/* The same from memory; c->path stays NULL. */
enum err conf_parse(
    struct conf *c, const char *text, size_t n, struct errinfo *ei) ERR_CHECK;
void conf_clear(struct conf *c);

#endif
