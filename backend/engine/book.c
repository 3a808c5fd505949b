#include "backend/engine/book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/engine/book_fault.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".meetings"
#define UID_LEN_MAX 255 /* of a key; Exchange makes some 110 bytes */
#define ROOM_MAX 300 /* bytes of one room, as in ipc_msg.def */
#define WHY_MAX 400

struct book {
	struct engine *en;
	struct booking row;
	struct msg_confer_meeting meeting;
	bool no_rooms, anew; /* what was given up already */
	char why[WHY_MAX];
	struct timer *timer; /* to answer from the loop */
	enum book_end how;
	struct conf_call *call;
	book_fn fn;
	void *arg;
};

static void
set(char **field, const char *text)
{
	mem_free(*field);
	*field = xstrdup(text != NULL ? text : "");
}

static const char *
text_of(const char *s)
{
	return s != NULL ? s : "";
}

static bool
keep(struct book *b)
{
	struct errinfo ei;

	if (store_booking_put(b->en->store, &b->row, &ei) == ERR_OK)
		return true;
	log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text, NULL);
	return false;
}

void
book_cancel(struct book *b)
{
	if (b == NULL)
		return;
	conf_call_cancel(b->call);
	timer_free(b->timer);
	booking_clear(&b->row);
	msg_confer_meeting_free(&b->meeting);
	mem_free(b);
}

static void
tell(void *arg)
{
	struct book *b = arg;
	struct booking row = b->row;
	enum book_end how = b->how;
	char why[WHY_MAX];
	book_fn fn = b->fn;
	void *fn_arg = b->arg;

	(void)str_copy(why, sizeof(why), b->why);
	memset(&b->row, 0, sizeof(b->row));
	book_cancel(b);
	fn(fn_arg, how, &row, why);
	booking_clear(&row);
}

static void
tell_later(struct book *b, enum book_end how, const char *why)
{
	b->how = how;
	text_fit(b->why, sizeof(b->why), "%s", why);
	timer_start(b->timer, 0);
}

static void ask(struct book *b);

static void
booked(struct book *b, const struct msg_confer_result *r)
{
	set(&b->row.external_id, r->remote_id);
	set(&b->row.link, r->link);
	set(&b->row.number, r->number);
	set(&b->row.video, r->video);
	set(&b->row.state, "booked");
	set(&b->row.why,
	    b->no_rooms ? "The rooms could not be booked with it." : "");
	b->row.tries = 0;
	if (!keep(b))
		tell_later(b, BOOK_LATER, "The booking cannot be stored.");
	else
		tell_later(b, BOOK_DONE, text_of(b->row.why));
	log_kv(LOG_L_INFO, MODULE, "Meeting Booked", "Mailbox", b->row.mailbox,
	    "Uid", b->row.uid, "Number", r->remote_id, NULL);
}

static void
on_booked(void *arg, struct msg_confer_result *r)
{
	struct book *b = arg;
	const struct confer *svc =
	    conf_service_find(b->en->confs, b->row.confer_id);
	enum book_fault what = book_fault_of(&r->ev);
	char why[WHY_MAX];

	b->call = NULL;
	book_fault_alarm(b->en, svc, &r->ev);
	if (what == BOOK_FAULT_NONE) {
		booked(b, r);
		return;
	}
	if (what == BOOK_FAULT_ROOMS && !b->no_rooms) {
		b->no_rooms = true;
		strlist_clear(&b->meeting.rooms);
		ask(b);
		return;
	}
	if (what == BOOK_FAULT_GONE && !b->anew) {
		b->anew = true;
		set(&b->meeting.remote_id, "");
		ask(b);
		return;
	}
	book_fault_text(&r->ev, why, sizeof(why));
	set(&b->row.why, why);
	b->row.tries++;
	if (what != BOOK_FAULT_LATER)
		set(&b->row.state, "refused");
	(void)keep(b);
	tell_later(
	    b, what == BOOK_FAULT_LATER ? BOOK_LATER : BOOK_REFUSED, why);
}

static void
ask(struct book *b)
{
	b->call = conf_call_start(b->en->confs, b->row.confer_id, CONFER_BOOK,
	    &b->meeting, on_booked, b);
	if (b->call == NULL)
		tell_later(b, BOOK_LATER, "Memory is out.");
}

/* The rooms among the invited: those of the service's map by their number,
 * others by their mailbox. */
static enum err
add_rooms(struct book *b, const struct msg_ews_item *it, const char *map)
{
	char room[ROOM_MAX];
	enum err e = ERR_OK;
	uint32_t id;
	size_t i;

	for (i = 0; i < it->resources.n && e == ERR_OK; i++) {
		id = confer_room(map, it->resources.v[i]);
		if (id != 0)
			(void)snprintf(room, sizeof(room), "%s=%" PRIu32,
			    it->resources.v[i], id);
		else
			(void)snprintf(
			    room, sizeof(room), "%s", it->resources.v[i]);
		e = strlist_add(&b->meeting.rooms, room);
	}
	return e;
}

/* What was asked for, to see whether something else is wanted now: FNV-1a,
 * 64 bit.  Nobody else's text is compared with it. */
static void
fingerprint(const struct book *b, char out[17])
{
	const struct msg_confer_meeting *m = &b->meeting;
	uint64_t h = 14695981039346656037u;
	char times[48];
	const char *part[3];
	size_t i, k;

	(void)snprintf(
	    times, sizeof(times), "%" PRId64 " %" PRId64, m->start_s, m->end_s);
	part[0] = m->subject;
	part[1] = times;
	part[2] = b->row.confer_id;
	for (i = 0; i < 3 + m->rooms.n; i++) {
		const char *s = i < 3 ? part[i] : m->rooms.v[i - 3];

		for (k = 0; k <= strlen(s); k++)
			h = (h ^ (unsigned char)s[k]) * 1099511628211u;
	}
	(void)snprintf(out, 17, "%016" PRIx64, h);
}

static enum err
fill(struct book *b, const struct msg_ews_item *it, const struct confer *svc)
{
	set(&b->row.item_id, it->item_id);
	set(&b->row.confer_id, svc->id);
	set(&b->row.subject, it->is_private ? "Private" : text_of(it->subject));
	b->row.start_s = it->start_s;
	b->row.end_s = it->end_s;
	b->row.next_try_s = 0;
	b->meeting.key = xstrdup(it->uid);
	b->meeting.remote_id =
	    xstrdup(b->row.external_id != NULL ? b->row.external_id : "");
	b->meeting.subject = try_strdup(b->row.subject);
	b->meeting.start_s = it->start_s;
	b->meeting.end_s = it->end_s;
	b->meeting.owner = xstrdup(b->row.mailbox);
	if (b->meeting.subject == NULL)
		return ERR_NOMEM;
	return add_rooms(b, it, confer_get(svc, "rooms"));
}

/* At another service than before: what is there is not this one's. */
static void
forget_other(struct book *b, const struct confer *svc)
{
	if (b->row.confer_id != NULL && !str_eq(b->row.confer_id, svc->id))
		set(&b->row.external_id, "");
}

static void
begin(struct book *b, const struct msg_ews_item *it, const struct confer *svc)
{
	bool was_booked = str_eq(text_of(b->row.state), "booked");
	char print[17];

	forget_other(b, svc);
	if (fill(b, it, svc) != ERR_OK) {
		tell_later(b, BOOK_LATER, "Memory is out.");
		return;
	}
	fingerprint(b, print);
	if (was_booked && str_eq(text_of(b->row.asked), print)) {
		tell_later(b, BOOK_DONE, text_of(b->row.why));
		return;
	}
	set(&b->row.asked, print);
	set(&b->row.state, "wanted");
	/* Before it is asked for: what comes of it is found by its key. */
	if (!keep(b))
		tell_later(b, BOOK_LATER, "The booking cannot be stored.");
	else
		ask(b);
}

struct book *
book_start(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, const char *type, book_fn fn, void *arg)
{
	const struct confer *svc = conf_service_by_type(en->confs, type);
	struct book *b = xalloc(sizeof(*b));
	struct errinfo ei;

	b->en = en;
	b->fn = fn;
	b->arg = arg;
	b->timer = timer_new(en->loop, tell, b);
	if (svc == NULL) {
		tell_later(b, BOOK_REFUSED,
		    "No conferencing service of the kind that the keyword asks "
		    "for is set up.");
	} else if (!str_eq(text_of(it->kind), "Single")) {
		tell_later(b, BOOK_REFUSED,
		    "Series are not booked with a conferencing service; book "
		    "each meeting by itself.");
	} else if (it->uid == NULL || it->uid[0] == '\0' ||
		   strlen(it->uid) > UID_LEN_MAX) {
		tell_later(b, BOOK_REFUSED,
		    "The meeting has no identifier that a booking could be "
		    "found by.");
	} else {
		if (store_booking_get(
			en->store, mailbox, it->uid, &b->row, &ei) != ERR_OK) {
			memset(&b->row, 0, sizeof(b->row));
			set(&b->row.mailbox, mailbox);
			set(&b->row.uid, it->uid);
		}
		begin(b, it, svc);
	}
	return b;
}
