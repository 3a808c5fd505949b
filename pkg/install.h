/* install.h - puts a version in the place of another, and back.  At each
 * moment `current` leads to a version that is whole, with databases of its
 * own; whatever is cut short is finished or undone by install_recover(). */
#ifndef INSTALL_H
#define INSTALL_H

#include <stdbool.h>

#include "common/err.h"
#include "pkg/tree.h"

struct bundle;
struct conf;
struct manifest;
struct refusal;

#define INSTALL_KEEP 3 /* versions that stay on the disk */

struct install {
	struct tree *tree;
	const struct conf *conf;
	/* What is being done, for somebody who waits; NULL is fine. */
	void (*tell)(void *arg, const char *what);
	void *arg;
};

/* m: of the bundle, which was verified and fits this host. */
enum err install_check(const struct tree *t, const struct manifest *m,
    struct refusal *why) ERR_CHECK;
enum err install_bundle(const struct install *in, const struct bundle *b,
    const struct manifest *m, struct refusal *why) ERR_CHECK;
/* to: a version as of tree_before(). */
enum err install_roll_back(
    const struct install *in, const char *to, struct refusal *why) ERR_CHECK;
/* Ends what did not come to its end.  boot: the service is about to start,
 * and is given some chances to show that it works. */
enum err install_recover(
    const struct install *in, bool boot, struct refusal *why) ERR_CHECK;

#endif
