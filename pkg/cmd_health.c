/* cmd_health.c - whether this version works: before it is chosen, and when
 * its programs run.  Started by calconn-pkg of the version before. */
#include "config.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/ipc_client.h"
#include "common/str.h"
#include "pkg/pkg.h"

#define POLL_MS 200
#define WORKS_MS 60000u /* in which it has to come up */
#define SILENT_MS 20000u /* at most, without an answer of the manager */
#define RESTARTS_MAX 4 /* of all programs, since the first look */
#define STEADY_MS 3000u /* for which nothing may end then */

static void
pause_ms(unsigned ms)
{
	struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000L};

	(void)nanosleep(&t, NULL);
}

/* What one look at it shows. */
struct look {
	bool answers;
	bool up; /* all its programs run, and the connector has a state */
	uint64_t restarts;
	int64_t since_s;
	char text[160];
};

static void
judge(struct look *l, const struct msg_status *s)
{
	uint32_t i;

	l->answers = true;
	l->up = !str_eq(s->state, "starting") && !str_eq(s->state, "stopping");
	l->since_s = s->manager_since_s;
	l->restarts = 0;
	(void)snprintf(
	    l->text, sizeof(l->text), "the Calendar Connector is %s", s->state);
	for (i = 0; i < s->processes_n; i++) {
		l->restarts += s->processes[i].restarts;
		if (s->processes[i].pid != 0)
			continue;
		l->up = false;
		(void)snprintf(l->text, sizeof(l->text), "%s does not run",
		    s->processes[i].program);
	}
}

static void
look(struct look *l, const struct conf *conf)
{
	const struct msg_empty none = {};
	struct errinfo ei = {ERR_OK, ""};
	struct ipc_client *c = NULL;
	struct msg_status s;
	enum err e;

	memset(l, 0, sizeof(*l));
	memset(&s, 0, sizeof(s));
	e = ipc_client_open(&c, conf->control_socket, "calconn-pkg", &ei);
	if (e == ERR_OK)
		e = ipc_client_call(
		    c, IPC_STATUS_GET, &none, IPC_STATUS, &s, &ei);
	if (e == ERR_OK)
		judge(l, &s);
	else
		(void)str_copy(l->text, sizeof(l->text), ei.text);
	msg_status_free(&s);
	ipc_client_close(c);
}

static enum err
watch(const struct conf *conf, struct errinfo *ei)
{
	const uint64_t began = clock_mono_ms();
	uint64_t steady = 0, heard = began, at;
	bool fails;
	struct look first = {.up = false}, now;

	for (;; pause_ms(POLL_MS)) {
		look(&now, conf);
		at = clock_mono_ms();
		if (now.answers)
			heard = at;
		if (!now.up || now.restarts != first.restarts ||
		    now.since_s != first.since_s)
			steady = 0;
		if (now.up && steady == 0) {
			first = now;
			steady = at;
		}
		if (now.up && at - steady >= STEADY_MS)
			return ERR_OK;
		fails = at - began >= WORKS_MS || at - heard >= SILENT_MS ||
			(now.answers && now.restarts > RESTARTS_MAX);
		if (fails)
			return err_set(ei, ERR_TIMEOUT,
			    "It did not come up: %s.", now.text);
	}
}

int
pkg_health(struct pkg *p)
{
	struct conf conf;
	enum err e;

	if ((e = conf_load(&conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return pkg_fail(p, e);
	e = watch(&conf, &p->why.ei);
	conf_clear(&conf);
	return e == ERR_OK ? PKG_DONE : pkg_fail(p, e);
}

/* The folder of the version that this program file belongs to. */
static enum err
own_folder(char out[PATH_MAX], struct errinfo *ei)
{
	ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
	unsigned up;
	char *slash;

	if (n <= 0)
		return err_set(ei, ERR_SYS,
		    "The program does not know where "
		    "it is.");
	out[n] = '\0';
	for (up = 0; up < 2; up++)
		if ((slash = strrchr(out, '/')) != NULL)
			*slash = '\0';
	return ERR_OK;
}

int
pkg_self_check(struct pkg *p)
{
	static const char *const programs[] = {"bin/calconnctl",
	    "sbin/calconn-managerd", "libexec/calconn/calconn-engine",
	    "libexec/calconn/calconn-net", "libexec/calconn/calconn-web",
	    "libexec/calconn/calconn-collect"};
	char folder[PATH_MAX], path[PATH_MAX + 64];
	struct conf conf;
	size_t i;
	enum err e;

	if ((e = conf_load(&conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return pkg_fail(p, e);
	conf_clear(&conf);
	e = own_folder(folder, &p->why.ei);
	for (i = 0; e == ERR_OK && i < sizeof(programs) / sizeof(programs[0]);
	     i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", folder, programs[i]);
		if (access(path, X_OK) != 0)
			e = err_set(&p->why.ei, ERR_NOTFOUND,
			    "%s cannot be executed.", path);
	}
	return e == ERR_OK ? PKG_DONE : pkg_fail(p, e);
}
