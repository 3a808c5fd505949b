/* version_watch.h - alarms about the version that runs and those that were to
 * run: an installation that failed (60054, 60056), a version that is held
 * back (60061), programs of another version than the current one (60065).
 * Engine; on the loop.  Reads the folder of versions (pkg/tree.h), which
 * calconn-pkg writes, and nothing of what is in a version. */
#ifndef VERSION_WATCH_H
#define VERSION_WATCH_H

#include <stdbool.h>

#include "pkg/version.h"

struct engine;
struct version_watch; /* opaque */

#define VERSION_LOOK_MS 10000
#define VERSION_OTHER_LOOKS 6 /* until it is no change under way: a minute */
#define VERSION_HELD_MAX 20 /* rejected versions that get an alarm */

struct version_watch *version_watch_new(struct engine *en);
void version_watch_free(struct version_watch *vw);
/* One look, as the timer has it. */
void version_watch_look(struct engine *en);

/* exe: what /proc/self/exe leads to; root: folder of versions; current: the
 * version that is to run, "" where none was installed.  True: these are not
 * the programs of it; out: which they are, or "". */
bool version_is_other(const char *exe, const char *root, const char *current,
    char out[VERSION_MAX]);

#endif
