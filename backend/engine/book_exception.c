/* book_exception.c - see book_series.h: reads the meetings of a series that
 * differ, some by one request, and says what of each the service is told. */
#include <string.h>

#include "backend/engine/batch.h"
#include "backend/engine/book_series.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/meeting.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/str.h"

#define SUBJECT_MAX 512 /* as in ipc_msg.def */

struct book_series {
	struct engine *en;
	char *mailbox;
	const struct msg_ews_item *it;
	enum keyword_mode mode;
	bool is_tms;
	struct msg_confer_meeting *m;
	size_t at, asked_n; /* in it->changed */
	size_t asked[BATCH_MAX];
	struct record *rec; /* counted; that is asked */
	struct src_call *call;
	struct timer *timer;
	struct msg_evidence ev; /* of a failure */
	bool has_failed;
	book_series_fn fn;
	void *arg;
};

void
book_series_cancel(struct book_series *s)
{
	if (s == NULL)
		return;
	src_cancel(s->call);
	record_unref(s->rec);
	timer_free(s->timer);
	msg_evidence_free(&s->ev);
	mem_free(s->mailbox);
	mem_free(s);
}

static void
fail(struct book_series *s, const struct msg_evidence *ev)
{
	if (!s->has_failed && msg_evidence_copy(&s->ev, ev) != ERR_OK)
		memset(&s->ev, 0, sizeof(s->ev));
	s->has_failed = true;
}

/* Does it carry the keyword that the series is booked by? */
static bool
is_part(const struct book_series *s, const struct msg_ews_item *it)
{
	const char *place = it->location != NULL ? it->location : "";
	struct keyword k;

	return !it->is_cancelled &&
	       keyword_find(
		   config_keywords(s->en->config), place, strlen(place), &k) &&
	       k.mode == s->mode;
}

static void
add(struct book_series *s, const struct msg_occurrence *o,
    const struct msg_ews_item *it)
{
	struct msg_confer_series *to = &s->m->series;
	struct msg_confer_exception *x;
	char subject[SUBJECT_MAX + 1];
	int64_t now_s = clock_wall_s();

	if (to->exceptions_n == BOOK_EXCEPTIONS_MAX)
		return;
	x = &to->exceptions[to->exceptions_n++];
	x->original_s = o->original_s;
	x->start_s = o->start_s;
	x->end_s = o->end_s;
	/* TMS makes what has begun a meeting by itself. */
	x->is_gone = !is_part(s, it) || o->end_s <= now_s ||
		     (s->is_tms && o->start_s <= now_s);
	(void)str_copy(subject, sizeof(subject),
	    x->is_gone            ? ""
	    : it->is_private      ? "Private"
	    : it->subject != NULL ? it->subject
				  : "");
	x->subject = xstrdup(subject);
}

static void go(void *arg);

static void
on_items(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct msg_ews_items *r = t == IPC_EWS_ITEMS ? msg : NULL;
	struct book_series *s = arg;
	size_t i;

	s->call = NULL;
	meeting_saw(s->rec, ev);
	record_unref(s->rec);
	s->rec = NULL;
	if (ev->code != ERR_OK || r == NULL || r->items_n != s->asked_n) {
		fail(s, ev);
	} else {
		for (i = 0; i < r->items_n; i++) {
			if (r->items[i].ev.code != ERR_OK)
				fail(s, &r->items[i].ev);
			else
				add(s, &s->it->changed[s->asked[i]],
				    &r->items[i]);
		}
	}
	timer_start(s->timer, 0);
}

static void
end(struct book_series *s)
{
	struct msg_evidence ev = s->ev;
	bool has_failed = s->has_failed;
	book_series_fn fn = s->fn;
	void *arg = s->arg;

	memset(&s->ev, 0, sizeof(s->ev));
	book_series_cancel(s);
	fn(arg, has_failed ? &ev : NULL);
	msg_evidence_free(&ev);
}

static bool
is_asked_for(const struct book_series *s, size_t i)
{
	return s->it->changed[i].original_s >= s->m->start_s;
}

static void
go(void *arg)
{
	struct book_series *s = arg;
	struct mbox *m = users_find(s->en->users, s->mailbox);
	struct strlist ids = {NULL, 0};
	struct src_place at;
	enum err e = ERR_OK;

	s->asked_n = 0;
	for (; s->at < s->it->changed_n && s->asked_n < BATCH_MAX &&
	       e == ERR_OK && !s->has_failed;
	     s->at++) {
		if (!is_asked_for(s, s->at))
			continue;
		s->asked[s->asked_n++] = s->at;
		e = strlist_add(&ids, s->it->changed[s->at].item_id);
	}
	if (s->asked_n > 0 &&
	    (e != ERR_OK || m == NULL || m->phase != MBOX_LIVE)) {
		/* Nobody can be asked now: the meeting comes up again. */
		s->has_failed = true;
		s->asked_n = 0;
	}
	if (s->asked_n == 0) {
		strlist_clear(&ids);
		end(s);
		return;
	}
	mbox_place(m, &at);
	s->rec = record_ref(m->rec);
	s->call = src_gets(m->rec, &at, &ids, on_items, s);
	strlist_clear(&ids);
}

struct book_series *
book_series_read(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, enum keyword_mode mode,
    const struct confer *svc, struct msg_confer_meeting *m, book_series_fn fn,
    void *arg)
{
	struct book_series *s;

	/* Without a rule there is nothing that could differ from it; a space
	 * is the same for all. */
	if (m->series.recur.kind == 0 || it->changed_n == 0 ||
	    mode == KEYWORD_SPACE || str_eq(svc->type->type, "cms"))
		return NULL;
	s = xalloc(sizeof(*s));
	s->en = en;
	s->mailbox = xstrdup(mailbox);
	s->it = it;
	s->mode = mode;
	s->is_tms = str_eq(svc->type->type, "tms");
	s->m = m;
	s->fn = fn;
	s->arg = arg;
	s->timer = timer_new(en->loop, go, s);
	timer_start(s->timer, 0);
	return s;
}
