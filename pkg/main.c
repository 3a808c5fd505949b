/* main.c - calconn-pkg: bundles, from building to rolling back. */
#include "config.h"

#include <getopt.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"
#include "pkg/pkg.h"

#define PROGRAM "calconn-pkg"
#define NUMBER_MAX 9999 /* of a platform or a schema */

static const struct {
	const char *name;
	pkg_verb_fn fn;
	const char *arguments;
	int args_n;
	const char *help;
} verbs[] = {
#define PKG_VERB(name, fn, arguments, n, help) {name, fn, arguments, n, help},
#include "pkg/verbs.def"
#undef PKG_VERB
};

#define VERBS_N (sizeof(verbs) / sizeof(verbs[0]))

static int
usage(FILE *to)
{
	char left[48];
	size_t i;

	(void)fputs("usage: " PROGRAM " [OPTION...] VERB ...\n\n", to);
	for (i = 0; i < VERBS_N; i++) {
		(void)snprintf(left, sizeof(left), "%s %s", verbs[i].name,
		    verbs[i].arguments);
		(void)fprintf(to, "  %-28s %s\n", left, verbs[i].help);
	}
	(void)fputs("\nThe options are in " PROGRAM "(8).\n", to);
	return PKG_USAGE;
}

int
pkg_fail(struct pkg *p, enum err e)
{
	struct buf plain = BUF_INIT(16384);
	const char *text = p->why.ei.code == e && p->why.ei.text[0] != '\0'
			       ? p->why.ei.text
			       : err_default_text(e);
	const char *name = refuse_name(p->why.reason);

	if (out_plain(&plain, text) == ERR_OK)
		(void)fprintf(stderr, PROGRAM ": %s%s%s\n", name,
		    *name != '\0' ? ": " : "", buf_str(&plain));
	buf_clear(&plain);
	if (p->o.json) {
		out_clear(&p->out);
		out_init(&p->out, true);
		out_flag(&p->out, "ok", NULL, false);
		out_str(&p->out, "error", NULL, err_name(e));
		if (*name != '\0')
			out_str(&p->out, "refused", NULL, name);
		out_str(&p->out, "text", NULL, text);
	}
	return PKG_FAILED;
}

enum {
	OPT_JSON = 256,
	OPT_PASSWORD,
	OPT_CONFIG,
	OPT_STATE,
	OPT_RELEASE,
	OPT_YES,
	OPT_BOOT
};

static const struct option longs[] = {
    {"config", required_argument, NULL, 'c'},
    {"public-key", required_argument, NULL, 'k'},
    {"secret-key", required_argument, NULL, 's'},
    {"output", required_argument, NULL, 'o'},
    {"version", required_argument, NULL, 'V'},
    {"architecture", required_argument, NULL, 'a'},
    {"platform", required_argument, NULL, 'p'},
    {"config-schema", required_argument, NULL, OPT_CONFIG},
    {"state-schema", required_argument, NULL, OPT_STATE},
    {"os-release", required_argument, NULL, OPT_RELEASE},
    {"password-stdin", no_argument, NULL, OPT_PASSWORD},
    {"json", no_argument, NULL, OPT_JSON},
    {"yes", no_argument, NULL, OPT_YES},
    {"boot", no_argument, NULL, OPT_BOOT},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char **
text_option(struct pkg_opts *o, int c)
{
	switch (c) {
	case 'c':
		return &o->conf;
	case 'k':
		return &o->keys;
	case 's':
		return &o->secret;
	case 'o':
		return &o->out;
	case 'V':
		return &o->version;
	case 'a':
		return &o->arch;
	case OPT_RELEASE:
		return &o->os_release;
	default:
		return NULL;
	}
}

static uint64_t *
number_option(struct pkg_opts *o, int c)
{
	switch (c) {
	case 'p':
		return &o->platform;
	case OPT_CONFIG:
		return &o->config_schema;
	case OPT_STATE:
		return &o->state_schema;
	default:
		return NULL;
	}
}

/* -1: go on; else how to end. */
static int
parse(struct pkg_opts *o, int argc, char **argv)
{
	const char **text;
	uint64_t *number;
	int c;

	o->conf = CONF_DEFAULT_PATH;
	o->os_release = PKG_OS_RELEASE;
	while ((c = getopt_long(argc, argv, "c:k:s:o:V:a:p:h", longs, NULL)) !=
	       -1) {
		if (c == 'h') {
			(void)usage(stdout);
			return PKG_DONE;
		}
		if (c == OPT_JSON)
			o->json = true;
		else if (c == OPT_PASSWORD)
			o->password_stdin = true;
		else if (c == OPT_YES)
			o->yes = true;
		else if (c == OPT_BOOT)
			o->boot = true;
		else if ((text = text_option(o, c)) != NULL)
			*text = optarg;
		else if ((number = number_option(o, c)) == NULL ||
			 str_to_u64(optarg, NUMBER_MAX, number) != ERR_OK)
			return usage(stderr);
	}
	return -1;
}

static int
run(struct pkg *p, int argc, char **argv)
{
	size_t i;
	int rc;

	if ((rc = parse(&p->o, argc, argv)) >= 0)
		return rc;
	argv += optind;
	argc -= optind;
	for (i = 0; i < VERBS_N && argc > 0; i++)
		if (str_eq(verbs[i].name, argv[0]))
			break;
	if (argc == 0 || i == VERBS_N || argc - 1 != verbs[i].args_n)
		return usage(stderr);
	p->args = (const char *const *)argv + 1;
	out_init(&p->out, p->o.json);
	rc = verbs[i].fn(p);
	if (p->out.b.len > 0 && !out_finish(&p->out) && rc == PKG_DONE)
		rc = PKG_FAILED;
	return rc;
}

int
main(int argc, char **argv)
{
	const struct rlimit none = {0, 0};
	struct pkg p;
	int rc;

	/* A signing key passes through here: no core file, no debugger. */
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(022);
	log_open(PROGRAM, STDERR_FILENO);
	memset(&p, 0, sizeof(p));
	if (sodium_init() < 0)
		return PKG_FAILED;
	rc = run(&p, argc, argv);
	out_clear(&p.out);
	return rc;
}
