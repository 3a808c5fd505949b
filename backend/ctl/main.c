/* main.c - calconnctl: finds the verb, opens what it needs, runs it. */
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/log.h"
#include "config.h"

#define PROGRAM "calconnctl"

static const struct verb verbs[] = {
#define VERB(noun, verb, fn, needs, least, most, options, arguments, help) \
	{noun, verb, fn, needs, least, most, options, arguments, help},
#include "backend/ctl/verbs.def"
#undef VERB
};

#define VERBS_N (sizeof(verbs) / sizeof(verbs[0]))

void
ctl_say(const char *fmt, ...)
{
	struct buf plain = BUF_INIT(16384);
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (out_plain(&plain, text) == ERR_OK)
		(void)fprintf(stderr, "%s\n", buf_str(&plain));
	buf_clear(&plain);
}

static int
exit_code_of(enum err e)
{
	return e == ERR_CONNECT || e == ERR_GONE ? EXIT_NO_MANAGER
						 : EXIT_FAILED;
}

static int
fail_with(struct ctl *c, int code, const char *name, const char *text)
{
	ctl_say(PROGRAM ": %s", text);
	if (c->out.json) {
		out_clear(&c->out);
		out_init(&c->out, true);
		out_flag(&c->out, "ok", NULL, false);
		out_str(&c->out, "error", NULL, name);
		out_str(&c->out, "text", NULL, text);
	}
	return code;
}

int
ctl_fail(struct ctl *c, enum err e, const struct errinfo *ei)
{
	const char *text = ei != NULL && ei->code == e && ei->text[0] != '\0'
			       ? ei->text
			       : err_default_text(e);

	return fail_with(c, exit_code_of(e), err_name(e), text);
}

int
ctl_refuse(struct ctl *c, int code, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return fail_with(
	    c, code, code == EXIT_USAGE ? "usage" : "ERR_ARG", text);
}

void
ctl_problem(void *ctl, const char *key, const char *text)
{
	struct ctl *c = ctl;

	if (c->problems_n++ == 0 && c->out.json) {
		out_clear(&c->out);
		out_init(&c->out, true);
		out_flag(&c->out, "ok", NULL, false);
		out_str(&c->out, "error", NULL, "ERR_ARG");
		out_rows(&c->out, "problems");
	}
	ctl_say(PROGRAM ": %s: %s", key, text);
	if (!c->out.json)
		return;
	out_row(&c->out);
	out_str(&c->out, "key", NULL, key);
	out_str(&c->out, "text", NULL, text);
}

int
ctl_problems_end(struct ctl *c)
{
	if (c->problems_n == 0)
		return EXIT_DONE;
	if (c->out.json)
		out_rows_end(&c->out, "");
	return EXIT_FAILED;
}

static void
print_usage(FILE *to)
{
	char left[80];
	size_t i;

	(void)fputs(
	    "usage: calconnctl [-c FILE] [--json] NOUN VERB ...\n\n", to);
	for (i = 0; i < VERBS_N; i++) {
		(void)snprintf(left, sizeof(left), "%s%s%s%s%s", verbs[i].noun,
		    verbs[i].verb[0] == '\0' ? "" : " ", verbs[i].verb,
		    verbs[i].arguments[0] == '\0' ? "" : " ",
		    verbs[i].arguments);
		(void)fprintf(to, "  %-44s %s\n", left, verbs[i].help);
	}
	(void)fputs("\nPasswords are read from standard input.  See "
		    "calconnctl(1).\n",
	    to);
}

static const struct verb *
find_verb(const struct strlist *words, size_t *first)
{
	const char *second = words->n > 1 ? words->v[1] : "";
	size_t i;

	for (i = 0; i < VERBS_N && words->n > 0; i++) {
		if (!str_eq(verbs[i].noun, words->v[0]))
			continue;
		if (verbs[i].verb[0] == '\0') {
			*first = 1;
			return &verbs[i];
		}
		if (str_eq(verbs[i].verb, second)) {
			*first = 2;
			return &verbs[i];
		}
	}
	return NULL;
}

/* The person behind sudo, for the configuration log. */
static void
set_actor(struct ctl *c)
{
	const char *behind = geteuid() == 0 ? getenv("SUDO_USER") : NULL;
	const struct passwd *pw = getpwuid(getuid());

	if (behind != NULL && behind[0] != '\0' && !str_has_control(behind) &&
	    str_is_utf8(behind, strlen(behind)))
		(void)str_copy(c->who, sizeof(c->who), behind);
	else if (pw != NULL)
		(void)str_copy(c->who, sizeof(c->who), pw->pw_name);
	else
		(void)snprintf(
		    c->who, sizeof(c->who), "uid %u", (unsigned)getuid());
	c->actor.who = c->who;
	c->actor.origin = PROGRAM;
}

static int
run_verb(struct ctl *c, const struct verb *v, size_t first)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if (args_finish(&c->args, v, first, &ei) != ERR_OK)
		return ctl_refuse(c, EXIT_USAGE, "%s", ei.text);
	c->words = (const char *const *)c->args.words.v + first;
	c->words_n = c->args.words.n - first;
	if (v->needs != 0 &&
	    (e = conf_load(&c->conf, c->args.conf_path, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if (v->needs == NEED_STORE) {
		e = store_open(&c->store, STORE_ADMIN, c->conf.config_db,
		    c->conf.state_db, &ei);
		if (e != ERR_OK)
			return ctl_fail(c, e, &ei);
	}
	return v->fn(c);
}

static int
run(struct ctl *c, int argc, char **argv)
{
	struct errinfo ei = {ERR_OK, ""};
	const struct verb *v;
	size_t first = 0;
	enum err e;

	e = args_parse(&c->args, argc, argv, &ei);
	out_init(&c->out, c->args.json);
	if (e != ERR_OK)
		return ctl_refuse(c, EXIT_USAGE, "%s", ei.text);
	if (c->args.version) {
		out_str(&c->out, "version", PROGRAM, PACKAGE_VERSION);
		return EXIT_DONE;
	}
	v = find_verb(&c->args.words, &first);
	if (c->args.help ||
	    (c->args.words.n > 0 && str_eq(c->args.words.v[0], "help"))) {
		print_usage(stdout);
		return -1;
	}
	if (v == NULL && c->args.words.n > 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "there is no such command; calconnctl --help lists them");
	if (v == NULL) {
		print_usage(stderr);
		return -1 - EXIT_USAGE;
	}
	return run_verb(c, v, first);
}

int
main(int argc, char **argv)
{
	const struct rlimit none = {0, 0};
	struct ctl c;
	int code;

	/* A password passes through here: no core file, no debugger. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(027);
	log_open(PROGRAM, STDERR_FILENO);
	memset(&c, 0, sizeof(c));
	args_init(&c.args);
	if (sodium_init() < 0)
		return EXIT_FAILED;
	set_actor(&c);
	code = run(&c, argc, argv);
	/* Usage has been printed already where it is negative. */
	if (code >= 0 && !out_finish(&c.out) && code == EXIT_DONE)
		code = EXIT_FAILED;
	if (code < 0)
		code = -1 - code;
	manager_close(&c);
	store_close(c.store);
	conf_clear(&c.conf);
	out_clear(&c.out);
	args_clear(&c.args);
	return code;
}
