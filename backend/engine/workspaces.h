/* workspaces.h - keeps the devices of rooms up to date: reads the meetings of
 * each room's calendar of the next two days, finds what can be dialled, and
 * sends the device the whole list, when something changes and every
 * WORKSPACE_PERIOD_MS.
 * Engine; on the loop.  A device that fails delays only itself. */
#ifndef WORKSPACES_H
#define WORKSPACES_H

#include "common/err.h"

struct bound;
struct engine;
struct workspace_list;
struct workspaces; /* opaque */

#define WORKSPACE_DAYS 2 /* that a device is told of */
#define WORKSPACE_PERIOD_MS 600000 /* it may have forgotten them */
#define WORKSPACE_MERGE_MS 700 /* more events of one change */
#define WORKSPACE_RETRY_FLOOR_MS 5000
#define WORKSPACE_RETRY_CEILING_MS 900000
#define WORKSPACE_ALARM_TRIES 3 /* failures in a row */

struct workspaces *workspaces_new(struct engine *en);
void workspaces_free(struct workspaces *all);
/* What the configuration says now; takes the rows.  Before users_apply(),
 * since it names the mailboxes that are listened to. */
void workspaces_config(struct workspaces *all, struct workspace_list *l);
/* Something changed in this mailbox, perhaps. */
void workspaces_heard(struct engine *en, const char *mailbox);
/* NULL: there is none.  Borrowed until the configuration changes. */
const struct bound *workspaces_find(struct workspaces *all, const char *id);

#endif
