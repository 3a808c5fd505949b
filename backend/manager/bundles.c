/* bundles.c - see bundles.h. */
#include "config.h"

#include "backend/manager/bundles.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/manager/connector.h"
#include "backend/manager/life_line.h"
#include "backend/manager/manager.h"
#include "backend/manager/supervise.h"
#include "backend/manager/watch.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"
#include "pkg/request.h"

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

static bool
is_request(const char *verb, const char *version)
{
	if (str_eq(verb, "rollback") || str_eq(verb, "install"))
		return version[0] == '\0';
	return str_eq(verb, "allow") && version[0] != '\0' &&
	       version[strspn(version, "0123456789.")] == '\0';
}

enum err
bundles_request(struct manager *m, const char *verb, const char *version,
    struct errinfo *ei)
{
	char path[PATH_MAX], text[64];
	bool good;
	int fd, n;

	if (!is_request(verb, version))
		return err_set(ei, ERR_ARG, "There is no such request.");
	(void)snprintf(path, sizeof(path), "%s" PKG_REQUEST_SUFFIX,
	    m->conf->control_socket);
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno == EEXIST
			   ? err_set(ei, ERR_BUSY,
				 "Another request waits to be carried out.")
			   : err_set(
				 ei, ERR_SYS, "%s: %s", path, strerror(errno));
	n = snprintf(text, sizeof(text), "%s %s\n", verb,
	    version[0] != '\0' ? version : "-");
	good = n > 0 && write(fd, text, (size_t)n) == n;
	(void)close(fd);
	if (!good) {
		(void)unlink(path);
		return err_set(ei, ERR_SYS, "%s could not be written.", path);
	}
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Version Requested", "Verb", verb,
	    "Version", version[0] != '\0' ? version : NULL, NULL);
	life_line_note(m->line, WATCH_VERSION);
	return ERR_OK;
}
