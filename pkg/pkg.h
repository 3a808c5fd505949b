/* pkg.h - what the verbs of calconn-pkg share.  main.c fills it. */
#ifndef PKG_H
#define PKG_H

#include <stdbool.h>
#include <stdint.h>

#include "backend/ctl/out.h"
#include "pkg/refuse.h"

struct sig_keys;

#define PKG_OS_RELEASE "/etc/os-release"

/* PKG_ASK: nothing was done, --yes is wanted. */
enum { PKG_DONE = 0, PKG_FAILED = 1, PKG_USAGE = 2, PKG_ASK = 3 };

/* All borrowed from the command line; NULL: not given. */
struct pkg_opts {
	const char *conf, *keys, *secret, *out, *version, *arch, *os_release;
	uint64_t platform, config_schema, state_schema;
	bool json, password_stdin, yes, boot;
};

struct pkg {
	struct pkg_opts o;
	const char *const *args;
	struct out out;
	struct refusal why;
};

typedef int (*pkg_verb_fn)(struct pkg *p);

/* Prints p->why, as JSON too where that is asked for. */
int pkg_fail(struct pkg *p, enum err e);

int pkg_build(struct pkg *p);
int pkg_sign(struct pkg *p);
int pkg_key(struct pkg *p);
int pkg_inspect(struct pkg *p);
int pkg_verify(struct pkg *p);
int pkg_install(struct pkg *p);
int pkg_rollback(struct pkg *p);
int pkg_allow(struct pkg *p);
int pkg_list(struct pkg *p);
int pkg_recover(struct pkg *p);
int pkg_request(struct pkg *p);
int pkg_hold(struct pkg *p);
int pkg_health(struct pkg *p);
int pkg_self_check(struct pkg *p);

#endif
