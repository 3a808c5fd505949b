/* svc_table.h - what each program is and may do: one row a role.
 * Read by the manager, which starts and watches the programs, and by each
 * of them when it confines itself.  Plain data. */
#ifndef SVC_TABLE_H
#define SVC_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/core/daemon.h"

struct svc_row {
	const char *program; /* file name in libexec_dir */
	size_t user_at; /* offset of its user in struct conf */
	size_t count_at; /* offset of a uint32_t in struct conf, or
			* SVC_ONE */
	bool in_store_group; /* member of group_store */
	bool in_fcgi_group; /* member of fcgi_group */
	uint32_t caps; /* capabilities kept: 1u << CAP_X */
	uint32_t files_max; /* RLIMIT_NOFILE */
	uint32_t data_max_mib; /* RLIMIT_DATA */
	bool beats; /* sends a heartbeat each DAEMON_BEAT_MS; killed after
		* heartbeat_max_s of calconn.conf without one */
};

#define SVC_ONE SIZE_MAX

const struct svc_row *svc_row(enum daemon_role role);
const char *svc_user(const struct svc_row *r, const struct conf *c);
uint32_t svc_count(const struct svc_row *r, const struct conf *c);

#endif
