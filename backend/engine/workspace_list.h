/* workspace_list.h - the meetings of a room in the next two days: as they were
 * read, as the device is told them, as they are kept.
 * Engine.  Pure.  Of a private meeting there is no title: net tells none. */
#ifndef WORKSPACE_LIST_H
#define WORKSPACE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/store_workspace.h"

struct bound;
struct msg_device_put;
struct msg_ews_view;
struct strlist;

struct room_meeting {
	char *item_id, *change_key, *uid;
	char *title, *organizer, *email;
	char *dial; /* "": nothing that a device can dial */
	int64_t start_s, end_s;
	bool is_private;
	bool is_read; /* it was looked for an address */
};
struct room_meetings {
	struct room_meeting *v;
	size_t n; /* at most WORKSPACE_BOOKINGS_MAX, the first by start */
};
void room_meetings_clear(struct room_meetings *l);

/* What is neither cancelled nor over at now_s.  What is as it was in `was`
 * has been looked at. */
enum err room_meetings_take(struct room_meetings *out,
    const struct msg_ews_view *r, const struct room_meetings *was,
    bool shows_titles, int64_t now_s) ERR_CHECK;
/* Ids of the next ones that are to be looked at, at most max. */
enum err room_meetings_next(
    const struct room_meetings *l, size_t max, struct strlist *ids) ERR_CHECK;
struct room_meeting *
room_meetings_find(struct room_meetings *l, const char *item_id);
/* Of a meeting that was looked at; texts are copied. */
enum err room_meeting_set(
    struct room_meeting *m, const char *dial, const char *email) ERR_CHECK;

/* Two lists with the same mark are told the same; never 0. */
uint64_t room_meetings_mark(const struct room_meetings *l);
/* All that can be dialled.  cred_id and the time-out are the caller's. */
enum err room_meetings_message(struct msg_device_put *out,
    const struct room_meetings *l, const struct bound *w) ERR_CHECK;
/* Borrows the texts; the array is the caller's to free. */
enum err room_meetings_rows(
    struct workspace_bookings *out, const struct room_meetings *l) ERR_CHECK;

#endif
