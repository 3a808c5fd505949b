/* collect.h - what goes into a system snapshot, in which order.
 * Runs in calconn-collect, confined: it reads both databases, the logs and
 * calconn.conf, and writes the two descriptors that it was given.
 * Whatever cannot be read is named in the snapshot and does not stop it. */
#ifndef COLLECT_H
#define COLLECT_H

#include <stdint.h>

#include "common/err.h"

struct conf;

#define COLLECT_MAX (96u << 20) /* bytes of content, before compression */
#define COLLECT_PART_MAX (16u << 20) /* of one list out of a database */
#define COLLECT_LOG_MAX (16u << 20) /* of the logs of one program, newest */

struct collect_job {
	const struct conf *conf;
	int out_fd; /* the tar, an empty file */
	int progress_fd; /* "STEP STEPS TEXT\n", always from the beginning;
			  * what it holds at the start is what the manager
			  * says of its processes: "status.txt" */
	int64_t now_s;
};

enum err collect_run(const struct collect_job *j, struct errinfo *ei) ERR_CHECK;

#endif
