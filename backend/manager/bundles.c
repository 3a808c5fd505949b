/* bundles.c - see bundles.h. */
#include "config.h"

#include "backend/manager/bundles.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backend/manager/connector.h"
#include "backend/manager/manager.h"
#include "backend/manager/supervise.h"
#include "common/log.h"
#include "common/str.h"

#define VERSIONS "/versions/"
#define CURRENT "/current/"

/* ROOT/versions/1.2.3/sbin/x: ROOT/current/sbin/x, where that is it. */
void
bundles_follow(char *self)
{
	char through[PATH_MAX], real[PATH_MAX];
	char *at = strstr(self, VERSIONS), *rest;
	int n;

	if (at == NULL || (rest = strchr(at + strlen(VERSIONS), '/')) == NULL)
		return;
	n = snprintf(through, sizeof(through), "%.*s" CURRENT "%s",
	    (int)(at - self), self, rest + 1);
	if (n > 0 && n < PATH_MAX && realpath(through, real) != NULL &&
	    str_eq(real, self))
		(void)str_copy(self, PATH_MAX, through);
}

bool
bundles_moved(const char *self)
{
	struct stat now, runs;

	return strstr(self, CURRENT) != NULL && stat(self, &now) == 0 &&
	       stat("/proc/self/exe", &runs) == 0 &&
	       (now.st_ino != runs.st_ino || now.st_dev != runs.st_dev);
}

void
bundles_restart(struct manager *m, const char *reason)
{
	if (m->again)
		return;
	m->again = true;
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Manager Restarting", "Reason",
	    reason, NULL);
	connector_set(&m->connector, "stopping", reason);
	supervise_stop(m->sup);
}
