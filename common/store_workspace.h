/* store_workspace.h - workspaces: a room's mailbox, and the device that shows
 * its meetings.  What an administrator decided is in config.db (web and ctl
 * write, the engine reads); what the device was told, in state.db (the engine
 * writes).  The device's password is bound to mailbox, address, account and
 * certificate (bound.h). */
#ifndef STORE_WORKSPACE_H
#define STORE_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bound.h"
#include "common/err.h"

struct store;
struct store_actor;

#define WORKSPACE_MAX 1000 /* workspaces */
#define WORKSPACE_ADDRESS_MAX 254 /* bytes */
#define WORKSPACE_BOOKINGS_MAX 100 /* meetings of one in two days */

struct workspace_list {
	struct bound *v; /* owned */
	size_t n;
};
void workspace_list_clear(struct workspace_list *l);

/* With a new id and the defaults of settings.def. */
void workspace_init(struct bound *w);

/* By name. */
enum err store_workspace_list(
    struct store *s, struct workspace_list *out, struct errinfo *ei) ERR_CHECK;
/* By id, or by display name in any case.  ERR_NOTFOUND. */
enum err store_workspace_get(struct store *s, const char *id_or_name,
    struct bound *out, struct errinfo *ei) ERR_CHECK;
/* ERR_CONFLICT: w->rev is not the stored one.  ERR_EXISTS: another has the
 * name.  ERR_BUSY: WORKSPACE_MAX are there. */
enum err store_workspace_put(struct store *s, const struct store_actor *who,
    const struct bound *w, struct errinfo *ei) ERR_CHECK;
enum err store_workspace_delete(struct store *s, const struct store_actor *who,
    const char *id, struct errinfo *ei) ERR_CHECK;

/* -- state.db -- */

struct workspace_state {
	bool is_there; /* false: the engine has not looked at it yet */
	/* Wall clock; 0: never.  sent_s is the last contact. */
	int64_t read_s, tried_s, sent_s, tries, next_s;
	char failure[64], detail[512];
};

struct workspace_booking {
	char *title, *organizer; /* title: as the device shows it */
	char *number; /* "": the device can dial nothing, and is not told */
	int64_t start_s, end_s;
	bool is_private;
};
struct workspace_bookings {
	struct workspace_booking *v;
	size_t n;
};
void workspace_booking_clear(struct workspace_booking *b);
void workspace_bookings_clear(struct workspace_bookings *l);

enum err store_workspace_state(struct store *s, const char *id,
    struct workspace_state *out, struct errinfo *ei) ERR_CHECK;
/* By start. */
enum err store_workspace_bookings(struct store *s, const char *id,
    struct workspace_bookings *out, struct errinfo *ei) ERR_CHECK;
/* The engine's.  b NULL: the meetings stay as they are. */
enum err store_workspace_state_put(struct store *s, const char *id,
    const struct workspace_state *st, const struct workspace_bookings *b,
    struct errinfo *ei) ERR_CHECK;
/* What the connector wrote or booked for a meeting, by its iCalendar UID: the
 * organizer's mailbox, and what a room system dials, "" where that is the
 * organizer's Personal Room.  ERR_NOTFOUND. */
enum err store_workspace_join(struct store *s, const char *uid,
    char mailbox[WORKSPACE_ADDRESS_MAX + 1],
    char dial[WORKSPACE_ADDRESS_MAX + 1], struct errinfo *ei) ERR_CHECK;
/* Forgets all but those in `keep`, by id. */
enum err store_workspace_state_trim(struct store *s,
    const struct workspace_list *keep, struct errinfo *ei) ERR_CHECK;

#endif
