/* directory.h - users out of the directory: asks it when somebody wants a
 * preview or a run, and by the schedule, and leaves what was found in
 * state.db.  Making users of it is the administrator's side's
 * (directory_plan.h), since the engine does not write config.db.
 * Engine; on the loop.  One search at a time. */
#ifndef ENGINE_DIRECTORY_H
#define ENGINE_DIRECTORY_H

#include <stdint.h>

#include "common/err.h"
#include "common/store_directory.h"

struct directory; /* opaque */
struct engine;
struct msg_dir_ask;

struct directory *directory_new(struct engine *en);
void directory_free(struct directory *d);
/* Begins a search; id is that of the run.  ERR_BUSY: one runs yet; ERR_ARG:
 * the settings, or the record that they name, do not do. */
enum err directory_ask(struct directory *d, const struct msg_dir_ask *m,
    char id[DIR_RUN_ID_LEN + 1], struct errinfo *ei) ERR_CHECK;
/* Is a run due at this time, in seconds since 1970?  Called by itself. */
void directory_look(struct directory *d, int64_t now_s);
/* The configuration is another: schedule, and what became of a run. */
void directory_config(struct engine *en);

#endif
