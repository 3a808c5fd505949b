/* manager.h - what the parts of the manager share.  Plain data, made and
 * freed in main.c. */
#ifndef MANAGER_H
#define MANAGER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend/manager/connector.h"
#include "backend/manager/deaths.h"

struct api;
struct conf;
struct diaglog;
struct launch;
struct life_line;
struct loglevels;
struct logrotate;
struct relay;
struct snapshot;
struct supervise;
struct unseal;
struct uv_loop_s;

#define MANAGER_MODULE "hybridservices.c_mgmt"

struct manager {
	struct uv_loop_s *loop;
	const struct conf *conf;
	struct unseal *unseal;
	struct launch *launch;
	struct supervise *sup;
	struct relay *relay;
	struct api *api;
	struct loglevels *levels;
	struct logrotate *logs;
	struct snapshot *snapshot;
	struct diaglog *diaglog;
	struct connector connector;
	struct deaths deaths;
	int64_t since_s;
	int64_t before_s; /* start of one that was killed; 0: told, or none */
	uid_t starter; /* who started us, before rights were dropped */
	struct life_line *line; /* to its supervisor; NULL: none of ours */
	const char *self; /* path that the program is started by */
	bool again; /* it ends to be started again */
	pid_t watcher; /* who starts us again; 0: nobody of ours */
};

#endif
