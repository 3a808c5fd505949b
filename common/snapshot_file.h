/* snapshot_file.h - the system snapshots that there are, and how far the one
 * is that is being made: files of the log folder, which the manager alone
 * may change.  Read by web and ctl.  Blocks on files only. */
#ifndef SNAPSHOT_FILE_H
#define SNAPSHOT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define SNAPSHOT_KEEP 3 /* the newest; older ones go */
#define SNAPSHOT_NAME_MAX 64 /* with NUL */
#define SNAPSHOT_PART ".part" /* behind its name until it is whole */
#define SNAPSHOT_PROGRESS "snapshot.progress"
#define SNAPSHOT_TEXT_MAX 256 /* bytes of the progress file */

struct snapshot_file {
	char name[SNAPSHOT_NAME_MAX];
	int64_t made_s;
	uint64_t bytes;
};

struct snapshot_list {
	struct snapshot_file v[2 * SNAPSHOT_KEEP]; /* newest first */
	size_t n;
};

enum snapshot_state {
	SNAPSHOT_NONE, /* none was asked for yet */
	SNAPSHOT_RUNNING,
	SNAPSHOT_DONE, /* text: its name */
	SNAPSHOT_FAILED, /* text: why */
	SNAPSHOT__MAX
};

struct snapshot_progress {
	enum snapshot_state state;
	uint32_t step, steps; /* while it runs */
	char text[SNAPSHOT_TEXT_MAX];
};

/* "snapshot-20261128-031200.tar.gz", and nothing that leads elsewhere. */
bool snapshot_name_is_valid(const char *name);
void snapshot_name_make(char out[SNAPSHOT_NAME_MAX], int64_t now_s);
enum err snapshot_list_get(struct snapshot_list *out, const char *log_dir,
    struct errinfo *ei) ERR_CHECK;
/* What cannot be read is "none". */
void snapshot_progress_get(struct snapshot_progress *out, const char *log_dir);
/* out: as the words in front of the file; the text behind is cut to fit. */
const char *snapshot_state_word(enum snapshot_state s); /* "done" ... */
/* Removes what is not whole: of a manager that died.  manager only. */
void snapshot_remove_parts(const char *log_dir);
/* A descriptor of one; ERR_NOTFOUND: there is none of this name. */
enum err snapshot_open(int *out, uint64_t *bytes, const char *log_dir,
    const char *name, struct errinfo *ei) ERR_CHECK;

#endif
