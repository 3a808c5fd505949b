/* store_directory.h - searches for users in the directory: runs and what they
 * found are state.db's and the engine's, what became of them is config.db's.
 * The words of an entry are the directory's, bounded by net, else foreign. */
#ifndef STORE_DIRECTORY_H
#define STORE_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct msg_dir_entry;
struct store;
struct store_actor;

#define DIR_RUN_ID_LEN 32 /* hex digits */
#define DIR_RUNS_KEPT 4 /* of each kind */

struct dir_run {
	char id[DIR_RUN_ID_LEN + 1];
	bool apply; /* else a preview */
	char *asked_by, *settings, *state, *failure, *detail, *server;
	int64_t started_s, ended_s, found_n, unusable_n;
	bool is_cut;
};
void dir_run_clear(struct dir_run *r);

/* The engine's. */
enum err store_dir_run_add(struct store *s, const char *id, bool apply,
    const char *by, const char *settings, struct errinfo *ei) ERR_CHECK;
enum err store_dir_entries_add(struct store *s, const char *id,
    const struct msg_dir_entry *v, size_t n, struct errinfo *ei) ERR_CHECK;
/* failure "": it worked. */
enum err store_dir_run_end(struct store *s, const char *id, const char *failure,
    const char *detail, const char *server, uint32_t unusable_n, bool is_cut,
    struct errinfo *ei) ERR_CHECK;
/* What ran when the engine ended. */
enum err store_dir_run_broken(struct store *s, struct errinfo *ei) ERR_CHECK;

/* ERR_NOTFOUND: it is not kept any more, or there never was one. */
enum err store_dir_run_get(struct store *s, const char *id, struct dir_run *out,
    struct errinfo *ei) ERR_CHECK;
enum err store_dir_run_last(
    struct store *s, struct dir_run *out, struct errinfo *ei) ERR_CHECK;

/* An entry as columns, in the order of the attributes of directory_set.h;
 * "" where the entry has no such. */
struct dir_entry {
	char *v[6];
};
struct dir_entries {
	struct dir_entry *v;
	size_t n;
};
void dir_entries_clear(struct dir_entries *l);
enum err store_dir_entries(struct store *s, const char *id,
    struct dir_entries *out, struct errinfo *ei) ERR_CHECK;

struct dir_done {
	char run_id[DIR_RUN_ID_LEN + 1]; /* "": none was carried out yet */
	int64_t at_s;
	char result[8]; /* done held dropped */
	int64_t added_n, changed_n, disabled_n, problems_n;
	char why[ERRINFO_MAX];
};
enum err store_dir_done_get(
    struct store *s, struct dir_done *out, struct errinfo *ei) ERR_CHECK;
/* at_s is now.  A row in the log and a new revision come with it. */
enum err store_dir_done_put(struct store *s, const struct store_actor *who,
    const struct dir_done *d, struct errinfo *ei) ERR_CHECK;

#endif
