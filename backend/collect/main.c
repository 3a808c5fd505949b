/* calconn-collect - makes one system snapshot and ends: started by the
 * launcher when an administrator asks the manager for one. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/collect/collect.h"
#include "backend/core/daemon.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"

#define MODULE "hybridservices.c_mgmt"

int
main(int argc, char **argv)
{
	struct errinfo ei = {ERR_OK, ""};
	struct collect_job j;
	struct conf conf;
	enum err e;

	memset(&conf, 0, sizeof(conf));
	memset(&j, 0, sizeof(j));
	if (argc != 3 || !str_eq(argv[1], "-c")) {
		fprintf(stderr, "usage: calconn-collect -c file\n");
		return 2;
	}
	if ((e = daemon_begin(DAEMON_COLLECT, &ei)) == ERR_OK &&
	    (e = conf_load(&conf, argv[2], &ei)) == ERR_OK &&
	    (e = daemon_confine(DAEMON_COLLECT, &conf, &ei)) == ERR_OK) {
		j.conf = &conf;
		j.out_fd = DAEMON_OUT_FD;
		j.progress_fd = DAEMON_PROGRESS_FD;
		j.now_s = clock_wall_s();
		e = collect_run(&j, &ei);
	}
	if (e != ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Snapshot Failed", "Detail",
		    ei.text, NULL);
	conf_clear(&conf);
	return e == ERR_OK ? 0 : 1;
}
