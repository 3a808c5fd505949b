/* tree.h - the folder of all versions, and what is remembered about them:
 *
 *	current -> versions/1.2.3	which one runs
 *	versions/1.2.3/			its files, .manifest, data/
 *	journal				a switch that is not finished
 *	rejected			versions that are not to be installed
 *	lock
 *
 * The databases are in data/ of their version, so that the one link chooses
 * programs and databases together.  One process at a time has it open. */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/str.h"
#include "pkg/version.h"

struct conf;
struct refusal;

#define TREE_MANIFEST ".manifest"
#define TREE_DATA "data"
#define TREE_STATUS "status" /* what is being done, or was done last */

struct tree {
	const char *root; /* borrowed */
	int fd, versions; /* folders */
	int lock; /* -1: only looked at */
};

/* A switch from one version to another.  Where current is `to`, it was
 * made, and nobody has said yet that the version works. */
struct tree_journal {
	char from[VERSION_MAX]; /* "" : there was none */
	char to[VERSION_MAX];
	bool back; /* a roll back: `from` is to be rejected then */
	bool runs; /* the service ran, and has to show that `to` works */
	uint32_t starts; /* of the service since the switch */
};

/* to_change: makes what is missing and takes the lock; ERR_BUSY: another
 * process has it. */
enum err tree_open(struct tree *t, const char *root, bool to_change,
    struct refusal *why) ERR_CHECK;
void tree_close(struct tree *t);

/* ERR_NOTFOUND: none is. */
enum err tree_current(
    const struct tree *t, char out[VERSION_MAX], struct refusal *why) ERR_CHECK;
enum err
tree_switch(struct tree *t, const char *version, struct refusal *why) ERR_CHECK;
/* The whole ones, oldest first. */
enum err tree_list(
    const struct tree *t, struct strlist *out, struct refusal *why) ERR_CHECK;
/* The newest that is older than `than`, has databases and is not rejected.
 * ERR_NOTFOUND: there is none. */
enum err tree_before(const struct tree *t, const char *than,
    char out[VERSION_MAX], struct refusal *why) ERR_CHECK;

enum err tree_rejected(
    const struct tree *t, struct strlist *out, struct refusal *why) ERR_CHECK;
enum err tree_reject(struct tree *t, const char *version, bool on,
    struct refusal *why) ERR_CHECK;

enum err tree_journal_get(const struct tree *t, struct tree_journal *j,
    struct refusal *why) ERR_CHECK;
enum err tree_journal_put(struct tree *t, const struct tree_journal *j,
    struct refusal *why) ERR_CHECK;
enum err tree_journal_end(struct tree *t, struct refusal *why) ERR_CHECK;

/* What calconn-pkg does, or did last. */
struct tree_status {
	bool runs, failed;
	char what[16]; /* of the verbs */
	char step[32]; /* of install.c; failed: a name of refuse.def, or "-" */
	char text[ERRINFO_MAX]; /* why it failed */
};

enum err tree_status_get(
    const struct tree *t, struct tree_status *s, struct refusal *why) ERR_CHECK;

/* What an install left behind that did not come to its end. */
enum err tree_sweep(struct tree *t, struct refusal *why) ERR_CHECK;
/* All but the newest `keep` and those that are in use. */
enum err tree_prune(struct tree *t, size_t keep, struct refusal *why) ERR_CHECK;

#endif
