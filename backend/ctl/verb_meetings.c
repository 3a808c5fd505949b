/* verb_meetings.c - the meetings of the next four weeks of one mailbox, read
 * from Exchange now; and what was decided about one, and why. */
#include <string.h>

#include "backend/ctl/booking_out.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/store_decision.h"
#include "common/store_state.h"
#include "common/store_user.h"

#define POLL_MS 200
#define KNOWN_MAX 500 /* decisions that are looked through */

/* Until it was read, or for --timeout. */
static enum err
follow(struct ctl *c, const char *address, struct msg_agenda *a,
    struct errinfo *ei)
{
	struct msg_mailbox_ref m = {(char *)(uintptr_t)address};
	uint64_t until = clock_mono_ms() + c->args.timeout_s * 1000;
	enum err e;

	for (;;) {
		memset(a, 0, sizeof(*a));
		e = manager_call(c, IPC_AGENDA_GET, &m, IPC_AGENDA, a, ei);
		if (e != ERR_OK || !a->is_running)
			return e;
		msg_agenda_free(a);
		memset(a, 0, sizeof(*a));
		if (clock_mono_ms() >= until)
			return err_set(ei, ERR_TIMEOUT,
			    "Exchange has not answered after %llu s.",
			    (unsigned long long)c->args.timeout_s);
		manager_pause_ms(POLL_MS);
	}
}

static const char *
verdict_of(const struct meeting_list *l, const char *uid)
{
	size_t i;

	for (i = 0; *uid != '\0' && i < l->n; i++)
		if (str_eq(l->v[i].uid, uid))
			return l->v[i].verdict;
	return "";
}

static void
show(struct ctl *c, const struct msg_agenda *a, const struct meeting_list *l)
{
	size_t i;

	out_rows(&c->out, "meetings");
	for (i = 0; i < a->items_n; i++) {
		const struct msg_ews_view_item *it = &a->items[i];

		out_row(&c->out);
		out_time(&c->out, "start", "START", it->start_s);
		out_time(&c->out, "end", "END", it->end_s);
		out_str(&c->out, "subject", "SUBJECT",
		    it->is_private ? "(private)" : it->subject);
		out_flag(&c->out, "private", NULL, it->is_private);
		out_flag(&c->out, "cancelled", NULL, it->is_cancelled);
		out_flag(&c->out, "all_day", NULL, it->is_all_day);
		out_str(&c->out, "kind", NULL, it->kind);
		out_str(&c->out, "location", "LOCATION", it->location);
		out_str(&c->out, "organizer", NULL, it->organizer);
		out_str(&c->out, "uid", NULL, it->uid);
		out_str(
		    &c->out, "verdict", "CONNECTOR", verdict_of(l, it->uid));
	}
	out_rows_end(&c->out, "No meeting in the next four weeks.");
	out_flag(&c->out, "more", NULL, a->is_cut);
	if (a->is_cut)
		out_text(&c->out, "There are more, later than these.\n");
}

int
verb_meetings_next(struct ctl *c)
{
	struct meeting_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	const struct failure *f;
	struct msg_agenda a;
	enum err e;

	if ((e = follow(c, c->words[0], &a, &ei)) != ERR_OK)
		goto out;
	if (a.failure[0] != '\0') {
		f = failure_find(a.failure);
		e = err_set(&ei, f != NULL ? f->code : ERR_PROTO, "%s. %s",
		    f != NULL ? f->title : "The meetings could not be read",
		    a.detail);
		goto out;
	}
	if ((e = store_meeting_list(
		 c->store, c->words[0], KNOWN_MAX, &l, &ei)) == ERR_OK)
		show(c, &a, &l);
out:
	meeting_list_clear(&l);
	msg_agenda_free(&a);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_meetings_show(struct ctl *c)
{
	struct decision_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	if ((e = store_decision_list(
		 c->store, c->words[0], c->words[1], &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "decisions");
	for (i = 0; i < l.n; i++) {
		const struct decision *d = &l.v[i];

		out_row(&c->out);
		out_time(&c->out, "at", "TIME", d->at_ms / 1000);
		out_int(&c->out, "took_ms", "TOOK MS", d->took_ms);
		out_time(&c->out, "start", "MEETING", d->start_s);
		out_str(&c->out, "keyword", "KEYWORD", d->keyword);
		out_str(&c->out, "rule", "RULE", d->rule);
		out_str(&c->out, "verdict", "VERDICT", d->verdict);
		booking_out_service(c, d->confer_id);
		out_str(&c->out, "booking_id", "NUMBER", d->external_id);
		out_str(&c->out, "booking", "BOOKING", d->booking);
		out_str(&c->out, "answer", "ANSWER", d->answer);
		out_time(&c->out, "next_try", "NEXT TRY", d->next_try_s);
		out_str(&c->out, "why", "WHY", d->why);
	}
	out_rows_end(&c->out, "Nothing was decided about such a meeting.");
	decision_list_clear(&l);
	return EXIT_DONE;
}
