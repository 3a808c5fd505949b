#include "backend/engine/book.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "backend/engine/book_fault.h"
#include "backend/engine/book_series.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/conf_wire.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_alarm.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/keywords.h"
#include "common/log.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".meetings"
#define UID_LEN_MAX 255 /* of a key; Exchange makes some 110 bytes */
#define ROOM_MAX 300 /* bytes of one room, as in ipc_msg.def */
#define WHY_MAX 400
/* When an organizer is told that the service is away: after so many tries, or
 * fewer where the meeting begins soon. */
#define TELL_TRIES 12
#define TELL_SOON_TRIES 3
#define SOON_S 900
#define REPAIRS_MAX 2
#define PRINT_MAX 262144 /* bytes of what a series is made of */
#define FOREVER_S (INT64_C(253402300799)) /* the end of the year 9999 */
#define KEY_LEN 32 /* hex digits of a hash; net takes 64 */

struct book {
	struct engine *en;
	const struct msg_ews_item *it; /* borrowed */
	enum keyword_mode mode;
	struct booking row;
	struct msg_confer_meeting meeting;
	bool no_rooms, anew; /* what was given up already */
	unsigned repairs; /* of what it holds; what was asked for once more */
	char why[WHY_MAX];
	struct timer *timer; /* to answer from the loop */
	enum book_end how;
	uint32_t wait_ms;
	struct conf_call *call;
	struct book_series *series; /* what differs is being read */
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
	book_series_cancel(b->series);
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
	uint32_t wait_ms = b->wait_ms;
	char why[WHY_MAX];
	book_fn fn = b->fn;
	void *fn_arg = b->arg;

	(void)str_copy(why, sizeof(why), b->why);
	memset(&b->row, 0, sizeof(b->row));
	book_cancel(b);
	fn(fn_arg, how, &row, why, wait_ms);
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
take(struct book *b, const struct msg_confer_result *r)
{
	set(&b->row.external_id, r->remote_id);
	set(&b->row.link, r->link);
	set(&b->row.number, r->number);
	set(&b->row.video, r->video);
	set(&b->row.pin, r->pin);
}

/* People can join all the same. */
static bool
is_title_alone(const struct msg_confer_result *r)
{
	return r->ev.failure != NULL && str_eq(r->ev.failure, "confer-title");
}

static void
booked(struct book *b, const struct msg_confer_result *r)
{
	take(b, r);
	set(&b->row.state, "booked");
	set(&b->row.failure, "");
	set(&b->row.why, b->no_rooms ? "The rooms could not be booked with it."
			 : is_title_alone(r)
			     ? "The conferencing service shows another subject."
			     : "");
	b->row.tries = 0;
	if (!keep(b))
		tell_later(b, BOOK_LATER, "The booking cannot be stored.");
	else
		tell_later(b, BOOK_DONE, text_of(b->row.why));
	log_kv(LOG_L_INFO, MODULE, "Meeting Booked", "Mailbox", b->row.mailbox,
	    "Uid", b->row.uid, "Number", r->remote_id, NULL);
}

/* The service does not answer; since when? */
static enum book_end
away(const struct book *b)
{
	bool is_soon = b->it->start_s - clock_wall_s() < SOON_S;

	return b->row.tries >= (is_soon ? TELL_SOON_TRIES : TELL_TRIES)
		   ? BOOK_AWAY
		   : BOOK_LATER;
}

static void
on_booked(void *arg, struct msg_confer_result *r)
{
	struct book *b = arg;
	const struct confer *svc =
	    conf_service_find(b->en->confs, b->row.confer_id);
	enum book_fault what = book_fault_of(&r->ev);
	bool is_later = what == BOOK_FAULT_LATER || what == BOOK_FAULT_DIFFERS;
	char why[WHY_MAX];

	b->call = NULL;
	if (what == BOOK_FAULT_DIFFERS && b->repairs++ < REPAIRS_MAX) {
		/* It is there, whatever it looks like. */
		take(b, r);
		set(&b->meeting.remote_id, r->remote_id);
		(void)keep(b);
		ask(b);
		return;
	}
	book_fault_alarm(b->en, svc, &r->ev);
	user_alarm_booking(b->en, b->row.mailbox, b->row.confer_id, &r->ev);
	if (what == BOOK_FAULT_NONE || is_title_alone(r)) {
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
	set(&b->row.failure, r->ev.failure);
	b->row.tries++;
	b->wait_ms = r->ev.backoff_ms;
	if (!is_later)
		set(&b->row.state, "refused");
	(void)keep(b);
	tell_later(b, is_later ? away(b) : BOOK_REFUSED, why);
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
struct print {
	uint64_t h;
};

static void
add(struct print *p, const char *s)
{
	size_t i;

	for (i = 0; i <= strlen(s); i++)
		p->h = (p->h ^ (unsigned char)s[i]) * 1099511628211u;
}

static enum err
fingerprint(const struct book *b, char out[17])
{
	const struct msg_confer_meeting *m = &b->meeting;
	struct print p = {14695981039346656037u};
	struct buf text = BUF_INIT(PRINT_MAX);
	enum err e = ERR_OK;
	char times[48];
	size_t i;

	(void)snprintf(times, sizeof(times), "%" PRId64 " %" PRId64,
	    b->it->start_s, b->it->end_s);
	add(&p, m->subject);
	add(&p, times);
	add(&p, b->row.confer_id);
	for (i = 0; i < m->rooms.n; i++)
		add(&p, m->rooms.v[i]);
	add(&p, m->in_space ? "space" : "");
	for (i = 0; i < m->invitees.n; i++)
		add(&p, m->invitees.v[i]);
	if (book_is_series(b->it))
		e = book_series_print(&text, m, b->it);
	add(&p, buf_str(&text));
	buf_clear(&text);
	(void)snprintf(out, 17, "%016" PRIx64, p.h);
	return e;
}

/* A key that every try has, from what the meeting is found by. */
static char *
key_of(const struct booking *row, const struct confer *svc)
{
	const struct conf_wire *wire = conf_wire_find(svc->type->type);
	unsigned char sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(sum) + 1], *text;
	size_t n = strlen(row->mailbox) + strlen(row->uid) + 2;

	if (wire != NULL && wire->has_long_key)
		return xstrdup(row->uid);
	text = xalloc(n);
	(void)snprintf(text, n, "%s\n%s", row->mailbox, row->uid);
	str_lower(text);
	crypto_hash_sha256(sum, (const unsigned char *)text, n - 1);
	mem_free(text);
	hex_encode(sum, sizeof(sum), hex);
	hex[KEY_LEN] = '\0';
	return xstrdup(hex);
}

struct conf_call *
book_end_start(
    struct engine *en, const struct booking *row, conf_fn fn, void *arg)
{
	const struct confer *svc = conf_service_find(en->confs, row->confer_id);
	struct msg_confer_meeting m = {0};
	struct conf_call *c;

	m.key = svc == NULL ? NULL : key_of(row, svc);
	m.remote_id = row->external_id;
	m.owner = row->mailbox;
	c = conf_call_start(
	    en->confs, row->confer_id, CONFER_CANCEL, &m, fn, arg);
	mem_free(m.key);
	return c;
}

static enum err
fill(struct book *b, const struct confer *svc)
{
	const struct msg_ews_item *it = b->it;
	struct msg_confer_meeting *m = &b->meeting;
	enum err e;
	size_t i;

	/* One of a series ends with the series' item. */
	if (b->row.item_id == NULL || !book_is_one_of_series(it))
		set(&b->row.item_id, it->item_id);
	set(&b->row.confer_id, svc->id);
	set(&b->row.subject, it->is_private ? "Private" : text_of(it->subject));
	b->row.next_try_s = 0;
	if (b->row.since_s == 0)
		b->row.since_s = clock_wall_s();
	m->key = key_of(&b->row, svc);
	m->remote_id = xstrdup(text_of(b->row.external_id));
	m->subject = try_strdup(b->row.subject);
	/* A series' are those of what is left of it, and filled already. */
	if (m->series.recur.kind == 0) {
		m->start_s = it->start_s;
		m->end_s = it->end_s;
	}
	b->row.start_s = m->start_s;
	b->row.end_s =
	    book_is_series(it)
		? it->series_end_s != 0 ? it->series_end_s : FOREVER_S
		: it->end_s;
	m->owner = xstrdup(b->row.mailbox);
	m->in_space = (b->mode == KEYWORD_SPACE);
	m->since_s = b->row.since_s;
	if (m->subject == NULL)
		return ERR_NOMEM;
	if ((e = add_rooms(b, it, confer_get(svc, "rooms"))) != ERR_OK)
		return e;
	for (i = 0; i < it->invitees.n && e == ERR_OK; i++)
		e = strlist_add(&m->invitees, it->invitees.v[i]);
	return e;
}

static void
begin(struct book *b, const struct confer *svc)
{
	bool was_booked = str_eq(text_of(b->row.state), "booked");
	char print[17];

	if (fill(b, svc) != ERR_OK || fingerprint(b, print) != ERR_OK) {
		tell_later(b, BOOK_LATER, "Memory is out.");
		return;
	}
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

/* -- what was booked with another service, or as another kind -- */

static void
on_left(void *arg, struct msg_confer_result *r)
{
	struct book *b = arg;
	const struct confer *svc =
	    conf_service_by_type(b->en->confs, keyword_action_service(b->mode));
	enum book_fault what = book_fault_of(&r->ev);
	char why[WHY_MAX];

	b->call = NULL;
	book_fault_alarm(
	    b->en, conf_service_find(b->en->confs, b->row.confer_id), &r->ev);
	if (what == BOOK_FAULT_LATER || svc == NULL) {
		book_fault_text(&r->ev, why, sizeof(why));
		b->wait_ms = r->ev.backoff_ms;
		tell_later(b, BOOK_LATER, why);
		return;
	}
	log_kv(LOG_L_INFO, MODULE, "Booking Ended", "Mailbox", b->row.mailbox,
	    "Uid", b->row.uid, NULL);
	set(&b->row.external_id, "");
	set(&b->row.state, "wanted");
	b->row.since_s = 0;
	begin(b, svc);
}

/* Is something there that is not what is wanted now? */
static bool
is_left(const struct book *b, const struct confer *svc)
{
	const char *state = text_of(b->row.state), *id = b->row.external_id;

	if (b->row.confer_id == NULL || str_eq(state, "ended") ||
	    conf_service_find(b->en->confs, b->row.confer_id) == NULL)
		return false;
	return !str_eq(b->row.confer_id, svc->id) ||
	       (str_eq(svc->type->type, "webex") && id[0] != '\0' &&
		   (strchr(id, ' ') != NULL) != (b->mode == KEYWORD_SPACE));
}

static void
start(struct book *b, const struct confer *svc)
{
	if (str_eq(text_of(b->row.state), "ending")) {
		tell_later(b, BOOK_LATER, "What was booked before ends first.");
		return;
	}
	if (is_left(b, svc)) {
		b->call = book_end_start(b->en, &b->row, on_left, b);
		if (b->call == NULL)
			tell_later(b, BOOK_LATER, "Memory is out.");
		return;
	}
	if (b->row.confer_id != NULL && !str_eq(b->row.confer_id, svc->id)) {
		set(&b->row.external_id, "");
		set(&b->row.state, "wanted");
		b->row.since_s = 0;
	}
	begin(b, svc);
}

static bool
has_uid(const struct msg_ews_item *it)
{
	return it->uid != NULL && it->uid[0] != '\0' &&
	       strlen(it->uid) <= UID_LEN_MAX;
}

/* Without a question to the service; NULL: it may be booked. */
static const char *
refusal(const char **failure, const struct confer *svc,
    const struct msg_ews_item *it)
{
	*failure = "confer-none";
	if (svc == NULL)
		return "No conferencing service of the kind that the keyword "
		       "asks for is set up.";
	*failure = BOOK_FAULT_SERIES;
	if (!str_eq(text_of(it->kind), "Single") && !book_is_series(it) &&
	    !book_is_one_of_series(it))
		return "What stands in the calendar is no meeting.";
	*failure = BOOK_FAULT_NO_UID;
	if (!has_uid(it))
		return "The meeting has no identifier that a booking could be "
		       "found by.";
	return NULL;
}

/* -- series -- */

static void
on_series(void *arg, const struct msg_evidence *ev)
{
	struct book *b = arg;
	const struct confer *svc =
	    conf_service_by_type(b->en->confs, keyword_action_service(b->mode));

	b->series = NULL;
	if (ev != NULL || svc == NULL)
		tell_later(b, BOOK_LATER,
		    "The meetings of the series that differ cannot be read.");
	else
		start(b, svc);
}

/* What was booked of it before ends. */
static void
refuse_series(struct book *b, const struct confer *svc, const char *why)
{
	const char *state = text_of(b->row.state);
	bool is_booked =
	    str_eq(state, "booked") || str_eq(state, "wanted") ||
	    str_eq(state, "ending") ||
	    (str_eq(state, "refused") && *text_of(b->row.external_id) != '\0');

	if (is_booked || fill(b, svc) == ERR_OK) {
		set(&b->row.asked, BOOK_UNFIT);
		set(&b->row.failure, BOOK_FAULT_SERIES);
		set(&b->row.why, why);
		if (!is_booked)
			set(&b->row.state, "refused");
		(void)keep(b);
	}
	if (is_booked) {
		books_end(b->en->books, b->row.mailbox, b->row.uid);
		/* A notice is not to name what ends; not kept. */
		set(&b->row.external_id, "");
	}
	tell_later(b, BOOK_REFUSED, why);
}

static void
start_series(struct book *b, const struct confer *svc)
{
	int64_t now_s = clock_wall_s();
	const char *why;

	if (str_eq(text_of(b->row.state), "booked") && !is_left(b, svc) &&
	    book_series_is_over(b->it, now_s)) {
		/* People are in the last one: what is booked stays. */
		tell_later(b, BOOK_DONE, text_of(b->row.why));
		return;
	}
	why = book_series_refusal(svc, b->mode, b->it, now_s);
	if (why != NULL) {
		refuse_series(b, svc, why);
		return;
	}
	if (book_series_fill(&b->meeting, b->it, now_s) != ERR_OK) {
		tell_later(b, BOOK_LATER, "Memory is out.");
		return;
	}
	b->series = book_series_read(b->en, b->row.mailbox, b->it, b->mode, svc,
	    &b->meeting, on_series, b);
	if (b->series == NULL)
		start(b, svc);
}

/* One of a series is part of the series' booking, or will be: it has the same
 * join details, and what it had by itself ends. */
static bool
is_of_series(struct book *b, const struct confer *svc)
{
	struct booking own = b->row, series;
	const char *state;
	struct errinfo ei;

	if (store_booking_get(
		b->en->store, own.mailbox, b->it->uid, &series, &ei) != ERR_OK)
		return false;
	if (!book_series_covers(&series, svc, b->mode, b->it)) {
		booking_clear(&series);
		return false;
	}
	books_end(b->en->books, own.mailbox, own.uid);
	booking_clear(&own);
	b->row = series;
	state = text_of(series.state);
	if (str_eq(state, "booked") &&
	    !str_eq(text_of(series.asked), BOOK_UNFIT))
		tell_later(b, BOOK_DONE, text_of(series.why));
	else if (str_eq(state, "refused") ||
		 str_eq(text_of(series.asked), BOOK_UNFIT))
		tell_later(b, BOOK_REFUSED, text_of(series.why));
	else
		tell_later(b, BOOK_LATER, "Its series is booked first.");
	return true;
}

void
book_of_series(struct book *b, const char *series_item)
{
	if (!book_is_one_of_series(b->it) || b->row.item_id == NULL ||
	    str_eq(b->row.item_id, series_item))
		return;
	set(&b->row.item_id, series_item);
	(void)keep(b);
}

struct book *
book_start(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, enum keyword_mode mode, book_fn fn,
    void *arg)
{
	const struct confer *svc =
	    conf_service_by_type(en->confs, keyword_action_service(mode));
	struct book *b = xalloc(sizeof(*b));
	const char *failure, *why = refusal(&failure, svc, it);
	char key[BOOK_KEY_MAX];
	struct errinfo ei;

	b->en = en;
	b->it = it;
	b->mode = mode;
	b->fn = fn;
	b->arg = arg;
	b->timer = timer_new(en->loop, tell, b);
	book_key(key, it);
	if (!has_uid(it) || store_booking_get(en->store, mailbox, key, &b->row,
				&ei) != ERR_OK) {
		memset(&b->row, 0, sizeof(b->row));
		set(&b->row.mailbox, mailbox);
		set(&b->row.uid, key);
	}
	if (why != NULL) {
		set(&b->row.failure, failure);
		tell_later(b, BOOK_REFUSED, why);
	} else if (book_is_series(it)) {
		start_series(b, svc);
	} else if (!book_is_one_of_series(it) || !is_of_series(b, svc)) {
		start(b, svc);
	}
	return b;
}
