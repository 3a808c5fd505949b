/* pkg.h - what the verbs of calconn-pkg share.  main.c fills it. */
#ifndef PKG_H
#define PKG_H

#include <stdbool.h>
#include <stdint.h>

#include "backend/ctl/out.h"
#include "pkg/refuse.h"

struct sig_keys;

#define PKG_KEYS_PATH "/etc/calconn/bundle.pub"
#define PKG_OS_RELEASE "/etc/os-release"

enum { PKG_DONE = 0, PKG_FAILED = 1, PKG_USAGE = 2 };

/* All borrowed from the command line; NULL: not given. */
struct pkg_opts {
	const char *conf, *keys, *secret, *out, *version, *arch, *os_release;
	uint64_t platform, config_schema, state_schema;
	bool json, password_stdin;
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

#endif
