/* ca_watch.h - which CA certificates are in use, which were missing, and the
 * alarm before one that is in use ends.
 * Engine; on the loop.  Writes state.db; what it keeps of foreign servers is
 * limited by number. */
#ifndef CA_WATCH_H
#define CA_WATCH_H

#include "common/err.h"

struct ca_watch; /* opaque */
struct engine;
struct msg_evidence;

#define CA_WATCH_CHECK_MS (6u * 3600u * 1000u)
#define CA_WATCH_AGAIN_MS (3600u * 1000u) /* a host is noted once in that */

struct ca_watch *ca_watch_new(struct engine *en);
void ca_watch_free(struct ca_watch *w);
/* What a request to a server has shown.  host: of its URL or its name. */
void ca_watch_saw(struct ca_watch *w, const struct msg_evidence *ev);
/* The list may have changed: the alarms of what ends soon. */
void ca_watch_check(struct ca_watch *w);

#endif
