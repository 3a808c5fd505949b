/* verb_version.c - which version runs.  calconn-pkg(8) does it: these become
 * that program, with the same words. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"

#define TOOL "/sbin/calconn-pkg"

/* The one of our own version: PREFIX/bin/calconnctl, PREFIX/sbin/.  Where
 * programs were not installed yet all are in one folder. */
static bool
find_tool(char out[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	char *slash, *up;

	if (n <= 0)
		return false;
	out[n] = '\0';
	if ((slash = strrchr(out, '/')) == NULL)
		return false;
	*slash = '\0';
	up = str_has_suffix_nocase(out, "/bin") ? strrchr(out, '/') : NULL;
	if (up == NULL)
		return str_copy(slash, (size_t)(out + PATH_MAX - slash),
		    strrchr(TOOL, '/'));
	return str_copy(up, (size_t)(out + PATH_MAX - up), TOOL);
}

static int
become(struct ctl *c, const char *verb, const char *option, const char *arg)
{
	const char *v[8] = {"calconn-pkg", "-c", c->conf.path, verb};
	char path[PATH_MAX], *argv[8] = {NULL};
	struct errinfo ei = {ERR_OK, ""};
	size_t n = 4, i;

	if (c->out.json)
		v[n++] = "--json";
	if (option != NULL)
		v[n++] = option;
	if (arg != NULL)
		v[n++] = arg;
	for (i = 0; i < n; i++)
		argv[i] = (char *)(uintptr_t)v[i]; /* exec leaves them alone */
	if (find_tool(path))
		(void)execv(path, argv);
	return ctl_fail(c,
	    err_set(&ei, ERR_SYS, "calconn-pkg cannot be started: %s",
		strerror(errno)),
	    &ei);
}

int
verb_connector_versions(struct ctl *c)
{
	return become(c, "list", NULL, NULL);
}

int
verb_connector_install(struct ctl *c)
{
	return become(c, "install", "--", c->words[0]);
}

int
verb_connector_rollback(struct ctl *c)
{
	if (c->words_n == 0)
		return become(c, "rollback", NULL, NULL);
	return become(c, "rollback", "-V", c->words[0]);
}

int
verb_connector_allow(struct ctl *c)
{
	return become(c, "allow", "--", c->words[0]);
}
