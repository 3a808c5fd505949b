#include "backend/engine/meeting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/engine/server_alarm.h"
#include "backend/engine/body_splice.h"
#include "backend/engine/book.h"
#include "backend/engine/book_fault.h"
#include "backend/engine/book_series.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/details.h"
#include "backend/engine/engine.h"
#include "backend/engine/keyword_alarm.h"
#include "backend/engine/meeting_row.h"
#include "backend/engine/notice.h"
#include "common/meeting_rules.h"
#include "backend/engine/record.h"
#include "backend/engine/room_props.h"
#include "backend/engine/stats.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/failure.h"
#include "common/log.h"
#include "common/video_find.h"

#define MODULE ENGINE_MODULE ".meetings"

#define WHY_MAX 400
#define BODY_MAX 6291456 /* bytes, as in ipc_msg.def */
#define CONFLICTS_MAX 5 /* read again at once so often */
#define DEATHS_MAX 3 /* network workers that may die under one meeting */
#define SLOW_MS 1000 /* when the server names no time */
#define TRIES_MAX 30 /* then it waits for the next change */
#define WRITTEN_MAX 4 /* in a row, each within WRITTEN_S of the last */
#define WRITTEN_S 60
#define ROOM_MAX 1000 /* meetings that may wait for a room */

static void
load_row(struct work *w)
{
	meeting_clear(&w->row);
	w->has_row = meeting_row_get(w->m, w->item_id, &w->row);
}

/* With the history of what was decided. */
static bool
keep_row(struct work *w)
{
	return meeting_row_decided(
	    w->m, &w->row, w->rule, (int64_t)(clock_mono_ms() - w->since_ms));
}

static void
put_verdict(struct work *w, const char *verdict, const char *why,
    const char *change_key)
{
	meeting_row_set(&w->row.verdict, verdict);
	meeting_row_set(&w->row.why, why);
	if (change_key != NULL)
		meeting_row_set(&w->row.change_key, change_key);
	w->row.next_try_s = 0;
	(void)keep_row(w);
}

static void
log_meeting(
    enum log_level l, const struct work *w, const char *event, const char *why)
{
	char took[24];

	snprintf(took, sizeof(took), "%" PRIu64, clock_mono_ms() - w->since_ms);
	log_kv(l, MODULE, event, "Mailbox", w->m->row.address, "Uid",
	    w->row.uid, "Why", why, "TookMs", took, NULL);
}

static const char *
text_of(const char *s)
{
	return s != NULL ? s : "";
}

void
meeting_saw(struct record *r, const struct msg_evidence *ev)
{
	/* One meeting's own trouble says nothing of its server. */
	if (str_eq(text_of(ev->failure), "ews-not-found") ||
	    ev->code == ERR_THROTTLED || ev->code == ERR_CONFLICT)
		return;
	record_saw(r, ev);
	alarm_exchange(r, ev);
}

/* The call has ended: charges the record that it was made with, which need
 * not be the mailbox's any more. */
static void
answered(struct work *w, const struct msg_evidence *ev)
{
	struct record *r = w->asked;

	w->call = NULL;
	w->asked = NULL;
	meeting_saw(r, ev);
	record_unref(r);
}

/* Not now.  Written down first, so that the page of the catch-up may go on
 * and a restart comes back to it. */
static void
retry_later(struct work *w, const char *why, uint32_t asked_ms)
{
	uint32_t ms = backoff_next_ms(&w->retry, asked_ms);
	int64_t wait_s = ((int64_t)ms + 999) / 1000;
	bool give_up = w->retry.tries > TRIES_MAX, is_kept;

	load_row(w);
	meeting_row_set(&w->row.verdict, "failed");
	meeting_row_set(&w->row.why, why);
	/* Never taken for a version that was settled. */
	meeting_row_set(&w->row.change_key, "");
	w->row.tries++;
	if (wait_s > STORE_DUE_AHEAD_S)
		wait_s = STORE_DUE_AHEAD_S;
	w->row.next_try_s = give_up ? 0 : clock_wall_s() + wait_s;
	is_kept = keep_row(w);
	log_meeting(give_up ? LOG_L_ERROR : LOG_L_WARN, w,
	    give_up ? "Meeting Given Up" : "Meeting Retry", why);
	if (give_up)
		work_settle(w, "");
	else
		work_delay(w, ms, is_kept);
}

/* A request for the item failed. */
static void
failed(struct work *w, const struct msg_evidence *ev)
{
	const struct failure *f = failure_find(text_of(ev->failure));
	struct mbox *m = w->m;
	char why[400];

	if (str_eq(ev->failure, "ews-not-found")) {
		books_item_gone(m->en->books, m->row.address, w->item_id);
		load_row(w);
		if (w->has_row)
			put_verdict(w, "skipped",
			    "The meeting is no longer there.", NULL);
		work_settle(w, "");
		return;
	}
	if (ev->code == ERR_THROTTLED)
		/* Only this mailbox slows down. */
		m->hold_until_ms =
		    clock_mono_ms() +
		    (ev->backoff_ms > 0 ? ev->backoff_ms : SLOW_MS);
	text_fit(why, sizeof(why), "%s%s%s",
	    f != NULL ? f->title : "Exchange refused the request",
	    *text_of(ev->detail) != '\0' ? ": " : ".", text_of(ev->detail));
	retry_later(w, why, ev->backoff_ms);
}

static void
decorated(struct work *w, const char *change_key)
{
	struct mbox *m = w->m;

	put_verdict(w, "decorated", "", change_key);
	m->row.decorated_n++;
	m->row.last_decorated_s = clock_wall_s();
	users_save_soon(m);
	log_meeting(LOG_L_INFO, w, "Meeting Decorated", NULL);
	backoff_reset(&w->retry);
	stats_decorated(m->en, clock_mono_ms() - w->since_ms);
	work_settle(w, change_key);
}

/* A notice is in the body, or out of it. */
static void
noted(struct work *w, const char *change_key)
{
	char why[WHY_MAX];

	(void)str_copy(why, sizeof(why), w->row.why);
	put_verdict(w, w->row.verdict, why, change_key);
	keyword_alarm_check(w->m->en, config_keywords(w->m->en->config));
	log_meeting(LOG_L_INFO, w,
	    w->writing == WORK_NOTICE ? "Organizer Told" : "Notice Removed",
	    why);
	if (w->is_tried_on)
		retry_later(w, why, w->wait_ms);
	else
		work_settle(w, change_key);
}

static void
on_updated(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct work *w = arg;
	const struct msg_ews_result *r = t == IPC_EWS_UPDATED ? msg : NULL;

	answered(w, ev);
	if (ev->code == ERR_OK && r != NULL) {
		if (w->writing == WORK_DETAILS)
			decorated(w, text_of(r->change_key));
		else
			noted(w, text_of(r->change_key));
		return;
	}
	if (ev->code == ERR_CONFLICT) {
		log_meeting(LOG_L_INFO, w, "Meeting Conflict", NULL);
		if (++w->conflicts <= CONFLICTS_MAX &&
		    w->m->phase == MBOX_LIVE) {
			meeting_look(w);
			return;
		}
	} else if (!str_eq(ev->failure, "ews-not-found")) {
		/* It may have been carried out all the same. */
		w->maybe_written = true;
		if (str_eq(ev->failure, "worker-died") &&
		    ++w->deaths <= DEATHS_MAX && w->m->phase == MBOX_LIVE) {
			meeting_look(w);
			return;
		}
	}
	failed(w, ev);
}

/* Something takes the details out again each time: slows down. */
static bool
is_undone_over_and_over(struct work *w)
{
	int64_t ago_s = clock_wall_s() - w->row.decided_ms / 1000;

	if (!w->has_row || !str_eq(w->row.verdict, "decorated") ||
	    ago_s > WRITTEN_S) {
		w->row.tries = 0;
		return false;
	}
	return ++w->row.tries >= WRITTEN_MAX;
}

static void
write_body(struct work *w, const struct msg_ews_item *it, struct buf *body,
    const struct room_props *props)
{
	struct src_place at;
	const struct src_write what = {.body_is_html = it->body_is_html,
	    /* What an organizer is told is not for the others. */
	    .send_to_all = it->attendees_n > 0 && it->request_was_sent &&
			   w->writing == WORK_DETAILS,
	    /* What is left without a notice may be nothing. */
	    .body = body->len > 0            ? buf_take(body)
		    : w->writing == WORK_CUT ? xstrdup("")
					     : NULL,
	    .prop_set = config_join(w->m->en->config)->room.set,
	    .conference = props->conference,
	    .capabilities = props->capabilities};

	mbox_place(w->m, &at);
	w->asked = record_ref(w->m->rec);
	w->call = src_update(
	    w->m->rec, &at, w->item_id, it->change_key, &what, on_updated, w);
}

static void
decorate(
    struct work *w, struct msg_ews_item *it, const struct meeting_room *room)
{
	/* Borrows all it points to. */
	struct join_details d = *config_join(w->m->en->config);
	struct buf out = BUF_INIT(BODY_MAX);
	struct room_props props;
	enum splice what;
	struct errinfo ei;
	enum err e;

	if (!str_eq(w->m->language, "meeting") && w->m->language[0] != '\0')
		(void)str_copy(d.language, sizeof(d.language), w->m->language);
	room_props_plan(&props, &w->row, &d.room, it, room->video);
	e = details_splice(&out, &what, &w->row, it, room, &d, &ei);
	if (e == ERR_NOMEM) {
		retry_later(w, ei.text, 0); /* no fault of the meeting's */
	} else if (e != ERR_OK) {
		put_verdict(w, "failed", ei.text, it->change_key);
		log_meeting(LOG_L_ERROR, w, "Meeting Failed", ei.text);
		work_settle(w, it->change_key);
	} else if (what == SPLICE_UNCHANGED && !room_props_any(&props) &&
		   w->maybe_written) {
		decorated(w, it->change_key);
	} else if (what == SPLICE_UNCHANGED && !room_props_any(&props)) {
		put_verdict(w, "unchanged", "The join details are there.",
		    it->change_key);
		log_meeting(LOG_L_DEBUG, w, "Meeting Unchanged", NULL);
		work_settle(w, it->change_key);
	} else if (is_undone_over_and_over(w)) {
		retry_later(w,
		    "Something takes the join details out again each time.",
		    WRITTEN_S * 1000);
	} else {
		if (what == SPLICE_UNCHANGED)
			buf_reset(&out);
		write_body(w, it, &out, &props);
	}
	buf_clear(&out);
}

/* What is kept of a video address, or that there is none any more. */
static void
set_video(struct work *w, const struct video_found *f)
{
	bool is = f->is_found;

	meeting_row_set(
	    &w->row.video_service, is ? video_service_id(f->service) : "");
	meeting_row_set(&w->row.video_place, !is ? ""
					     : f->place == VIDEO_IN_LOCATION
						 ? "location"
						 : "body");
	meeting_row_set(&w->row.video_dial, f->dial);
	meeting_row_set(&w->row.video_url, f->url);
}

/* Nothing is to stand in the body.  A notice of ours is taken out. */
static void
leave_alone(struct work *w, const struct msg_ews_item *it, const char *verdict,
    const char *why)
{
	static const struct room_props none;
	struct buf out = BUF_INIT(BODY_MAX);
	struct errinfo ei;
	bool is_cut = false;

	if (notice_is_told(&w->row) &&
	    notice_cut(&out, &is_cut, &w->row, it, &ei) != ERR_OK) {
		retry_later(w, ei.text, 0);
	} else if (is_cut) {
		meeting_row_set(&w->row.verdict, verdict);
		meeting_row_set(&w->row.why, why);
		w->writing = WORK_CUT;
		w->is_tried_on = false;
		write_body(w, it, &out, &none);
	} else {
		put_verdict(w, verdict, why, it->change_key);
		log_meeting(LOG_L_INFO, w, "Meeting Left Alone", why);
		work_settle(w, it->change_key);
	}
	buf_clear(&out);
}

/* No keyword: a video address gives the Join button.  Where neither is, and
 * never was, nothing is kept of the meeting. */
static void
without_keyword(struct work *w, struct msg_ews_item *it)
{
	const char *location = text_of(it->location), *body = text_of(it->body);
	enum meeting_rule rule = meeting_rule_video(it, clock_wall_s());
	struct video_found f;
	struct errinfo ei;

	memset(&f, 0, sizeof(f));
	if (rule == RULE_VIDEO &&
	    video_find(&f, location, strlen(location), body, strlen(body),
		it->body_is_html, &ei) != ERR_OK) {
		retry_later(w, ei.text, 0);
		return;
	}
	if (!f.is_found && !w->has_row) {
		work_settle(w, it->change_key);
		return;
	}
	meeting_row_set(&w->row.uid, it->uid);
	w->row.start_s = it->start_s;
	w->row.tries = 0;
	set_video(w, &f);
	if (w->has_row && (str_eq(w->row.verdict, "decorated") ||
			      str_eq(w->row.verdict, "unchanged"))) {
		leave_alone(w, it, "unchanged",
		    "The keyword was taken out of the location; what stands "
		    "in the body stays.");
		return;
	}
	meeting_row_set(&w->row.keyword, "");
	leave_alone(w, it, f.is_found ? "found" : "skipped",
	    meeting_rule_why(f.is_found ? RULE_VIDEO : RULE_NO_KEYWORD));
}

void
meeting_let_go(struct work *w)
{
	if (w->held == NULL)
		return;
	msg_ews_item_free(w->held);
	mem_free(w->held);
	w->held = NULL;
}

/* Says so in the body, once. */
static void
not_booked(struct work *w, const struct msg_ews_item *it,
    const struct booking *b, enum join_notice n, const char *why)
{
	static const struct room_props none;
	struct buf out = BUF_INIT(BODY_MAX);
	enum splice what = SPLICE_UNCHANGED;
	char text[WHY_MAX];
	struct errinfo ei;

	(void)str_copy(text, sizeof(text), why);
	if (notice_splice(&out, &what, &w->row, it, b,
		config_join(w->m->en->config), n, &ei) != ERR_OK)
		(void)str_copy(text, sizeof(text), ei.text);
	log_meeting(LOG_L_ERROR, w, "Meeting Failed", text);
	w->writing = WORK_NOTICE;
	meeting_row_set(&w->row.verdict, "failed");
	meeting_row_set(&w->row.why, text);
	if (what != SPLICE_UNCHANGED) {
		/* Told is who has it: noted() keeps that. */
		write_body(w, it, &out, &none);
		buf_clear(&out);
		return;
	}
	put_verdict(w, "failed", text, it->change_key);
	if (w->is_tried_on)
		retry_later(w, text, w->wait_ms);
	else
		work_settle(w, it->change_key);
	buf_clear(&out);
}

static void
on_booked(void *arg, enum book_end how, const struct booking *b,
    const char *why, uint32_t wait_ms)
{
	struct work *w = arg;
	struct msg_ews_item *it = w->held;
	const struct meeting_room room = {text_of(b->link), text_of(b->number),
	    text_of(b->video), text_of(b->pin), true};

	w->book = NULL;
	if (w->m->phase != MBOX_LIVE) {
		meeting_let_go(w);
		work_requeue(w);
		return;
	}
	w->held = NULL; /* the work may be gone before it is freed */
	w->is_tried_on = how == BOOK_AWAY;
	w->wait_ms = wait_ms;
	if (how == BOOK_LATER) {
		retry_later(w, why, wait_ms);
	} else if (how == BOOK_AWAY) {
		not_booked(w, it, b, JOIN_NOTICE_AWAY, why);
	} else if (how == BOOK_REFUSED) {
		not_booked(w, it, b, book_fault_notice(b->failure), why);
	} else if (room.link[0] == '\0' && room.video[0] == '\0') {
		not_booked(w, it, b, JOIN_NOTICE_REFUSED,
		    "The conferencing service gave nothing to join with.");
	} else {
		decorate(w, it, &room);
	}
	msg_ews_item_free(it);
	mem_free(it);
}

/* The join details are of a booking: that comes first. */
static void
book(struct work *w, const struct msg_ews_item *it, enum keyword_mode mode)
{
	w->held = xalloc(sizeof(*w->held));
	if (msg_ews_item_copy(w->held, it) != ERR_OK) {
		meeting_let_go(w);
		retry_later(w, "Memory is out.", 0);
		return;
	}
	w->book = book_start(
	    w->m->en, w->m->row.address, w->held, mode, on_booked, w);
	if (w->series_item != NULL)
		book_of_series(w->book, w->series_item);
}

/* A keyword may stand on one of a series alone. */
static void
follow(struct work *w, const struct msg_ews_item *it)
{
	if (meeting_rule_video(it, clock_wall_s()) == RULE_VIDEO)
		book_series_note(w, it);
}

/* What a delegate copies from a manager's calendar into their own may say
 * "Organizer" there, too.  Where the organizer is another one of our users, it
 * is their mailbox that decorates it; an address that is nobody's may be
 * another one of this mailbox. */
static void
disown(const struct work *w, struct msg_ews_item *it)
{
	const struct mbox *m;

	if (!it->is_meeting || it->organizer == NULL ||
	    str_caseeq(it->organizer, w->m->row.address))
		return;
	m = users_find(w->m->en->users, it->organizer);
	if (m != NULL && m->is_listed && m->user_enabled)
		meeting_row_set(&it->my_response, "Unknown");
}

static void
decide(struct work *w, struct msg_ews_item *it)
{
	const struct meeting_room room = {
	    w->m->room_link, w->m->room_number, w->m->room_video, NULL, false};
	struct keyword k;
	enum meeting_rule rule;
	char word[64], key[BOOK_KEY_MAX];

	disown(w, it);
	rule = meeting_rule(
	    it, config_keywords(w->m->en->config), &room, clock_wall_s(), &k);
	load_row(w);
	book_key(key, it);
	w->rule = meeting_rule_id(rule);
	if (rule != RULE_BOOK && rule != RULE_OVER)
		books_end(w->m->en->books, w->m->row.address, key);
	book_series_seen(w->m->en, w->m->row.address, it, rule == RULE_BOOK);
	if (book_is_series(it))
		follow(w, it);
	if (rule == RULE_NO_KEYWORD) {
		without_keyword(w, it);
		return;
	}
	snprintf(word, sizeof(word), "%.*s", (int)k.len, k.at);
	meeting_row_set(&w->row.keyword, word);
	set_video(w, &(struct video_found){.is_found = false});
	meeting_row_set(&w->row.uid, it->uid);
	w->row.start_s = it->start_s;
	if (rule == RULE_BOOK) {
		book(w, it, k.mode);
		return;
	}
	if (rule == RULE_DECORATE) {
		decorate(w, it, &room);
		return;
	}
	w->row.tries = 0;
	leave_alone(w, it, "skipped", meeting_rule_why(rule));
}

void
meeting_read(
    struct work *w, const struct msg_evidence *ev, struct msg_ews_item *it)
{
	if (ev->code != ERR_OK || it == NULL) {
		failed(w, ev);
	} else {
		stats_looked(w->m->en);
		decide(w, it);
	}
}

static void
on_item(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct work *w = arg;

	answered(w, ev);
	if (w->m->phase != MBOX_LIVE)
		work_requeue(w);
	else
		meeting_read(w, ev, t == IPC_EWS_ITEM ? msg : NULL);
}

void
meeting_look(struct work *w)
{
	struct src_place at;

	/* What came until now is part of what is read. */
	w->again = false;
	w->writing = WORK_DETAILS;
	mbox_place(w->m, &at);
	w->asked = record_ref(w->m->rec);
	w->call = src_get(w->m->rec, &at, w->item_id, on_item, w);
}

void
meeting_room_given(struct mbox *m)
{
	struct meeting_list l = {NULL, 0};
	struct errinfo ei;
	size_t i;

	if (store_meeting_list(
		m->en->store, m->row.address, ROOM_MAX, &l, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
		return;
	}
	for (i = 0; i < l.n; i++) {
		if (!str_eq(l.v[i].why, meeting_rule_why(RULE_NO_ROOM)))
			continue;
		/* Due now, whether or not the mailbox is up. */
		l.v[i].next_try_s = clock_wall_s();
		(void)meeting_row_put(m, &l.v[i]);
	}
	meeting_list_clear(&l);
	works_tick(m->en);
}
