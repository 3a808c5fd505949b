/* engine.h - what the parts of calconn-engine share: one struct, made and
 * taken apart in engine.c, passed to all.  Each part owns the member that is
 * named after it. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdint.h>

#include "common/err.h"

struct agendas;
struct alarms;
struct books;
struct bound_calls;
struct ca_watch;
struct conf;
struct conf_services;
struct confer_tests;
struct config;
struct creds;
struct deliveries;
struct directory;
struct disk_watch;
struct user_rates;
struct delivery_tests;
struct health;
struct ipc_conn;
struct jobs;
struct manager_alarm;
struct net_pool;
struct oofs;
struct proxy_creds;
struct proxy_tests;
struct redirects;
struct stats;
struct store;
struct subs;
struct timer;
struct unsubs;
struct users;
struct version_watch;
struct uv_loop_s;
struct webex_keep;
struct works;
struct workspace_tests;
struct workspaces;

struct engine {
	struct uv_loop_s *loop;
	const struct conf *conf;
	struct store *store;
	struct ipc_conn *mgr; /* link to the manager */
	uint32_t minute_ms; /* of a stream's life; 0: 60000. For tests */
	struct agendas *agendas;
	struct alarms *alarms;
	struct books *books;
	struct ca_watch *cas;
	struct conf_services *confs;
	struct confer_tests *confer_tests;
	struct config *config;
	struct creds *creds;
	struct deliveries *deliveries;
	struct directory *directory;
	struct disk_watch *disks;
	struct user_rates *rates;
	struct bound_calls *bound_calls;
	struct delivery_tests *delivery_tests;
	struct health *health;
	struct jobs *jobs;
	struct manager_alarm *manager;
	struct net_pool *nets;
	struct oofs *oofs;
	struct proxy_creds *proxy;
	struct proxy_tests *proxy_tests;
	struct redirects *redirects;
	struct stats *stats;
	struct subs *subs;
	struct unsubs *unsubs;
	struct timer *user_alarms;
	struct users *users;
	struct version_watch *versions;
	struct webex_keep *webex;
	struct works *works;
	struct workspace_tests *workspace_tests;
	struct workspaces *workspaces;
};

/* loop, conf, store and mgr are set; makes the rest. */
enum err engine_start(struct engine *en, struct errinfo *ei) ERR_CHECK;
void engine_stop(struct engine *en);

/* For log lines. */
#define ENGINE_MODULE "hybridservices.c_cal"

#endif
