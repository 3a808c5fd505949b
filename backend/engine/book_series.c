#include "backend/engine/book_series.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/engine/book.h"
#include "backend/engine/engine.h"
#include "backend/engine/user_state.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/recur.h"
#include "common/store_booking.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".meetings"
#define YEARS_S (BOOK_WEBEX_YEARS_MAX * 366)

bool
book_is_series(const struct msg_ews_item *it)
{
	return it->kind != NULL && str_eq(it->kind, "RecurringMaster");
}

bool
book_is_one_of_series(const struct msg_ews_item *it)
{
	return it->kind != NULL && (str_eq(it->kind, "Exception") ||
				       str_eq(it->kind, "Occurrence"));
}

void
book_key(char out[BOOK_KEY_MAX], const struct msg_ews_item *it)
{
	const char *uid = it->uid != NULL ? it->uid : "";

	if (book_is_one_of_series(it))
		(void)snprintf(
		    out, BOOK_KEY_MAX, "%s#%" PRId64, uid, it->original_s);
	else
		(void)snprintf(out, BOOK_KEY_MAX, "%s", uid);
}

/* One space is all that such a meeting is. */
static bool
is_one_space(const struct confer *svc, enum keyword_mode mode)
{
	return mode == KEYWORD_SPACE || str_eq(svc->type->type, "cms");
}

static bool
is_tms(const struct confer *svc)
{
	return str_eq(svc->type->type, "tms");
}

/* How many of those that differ are still to come. */
static size_t
differ_n(const struct msg_ews_item *it, int64_t from_s)
{
	size_t n = 0, i;

	for (i = 0; i < it->changed_n; i++)
		n += it->changed[i].original_s >= from_s ? 1 : 0;
	for (i = 0; i < it->deleted_n; i++)
		n += it->deleted[i].at_s >= from_s ? 1 : 0;
	return n;
}

static const char *
tms_refusal(const struct msg_recur *r, const struct recur_rest *rest)
{
	if (r->end_kind == RECUR_ENDLESS)
		return "Cisco TMS books a series only where it has an end.";
	if (rest->left_n > BOOK_TMS_MAX)
		return "Cisco TMS books at most 100 meetings of a series.";
	/* The last day of a month it can say, no other that moves. */
	if (recur_is_clamped(r) && r->day != 31)
		return "The series falls on a day that not each month has, "
		       "which Cisco TMS cannot repeat.";
	return NULL;
}

static const char *
webex_refusal(const struct msg_recur *r, const struct recur_rest *rest)
{
	char rule[RECUR_RULE_MAX];

	if (recur_zone_name(r->zone != NULL ? r->zone : "") == NULL)
		return "Webex does not know the time zone of the series.";
	if (recur_rule_text(rule, sizeof(rule), r, rest) != ERR_OK)
		return "Webex cannot repeat a meeting in that way.";
	if (r->end_kind != RECUR_ENDLESS &&
	    rest->last_day - rest->day > YEARS_S)
		return "Webex books a series with an end for five years at "
		       "most.";
	return NULL;
}

bool
book_series_is_over(const struct msg_ews_item *it, int64_t now_s)
{
	struct recur_rest rest;

	return it->recur.kind != RECUR_NONE && recur_has_zone(&it->recur) &&
	       recur_rest_of(&rest, &it->recur, it->start_s, it->end_s,
		   now_s) == ERR_NOTFOUND;
}

const char *
book_series_refusal(const struct confer *svc, enum keyword_mode mode,
    const struct msg_ews_item *it, int64_t now_s)
{
	const struct msg_recur *r = &it->recur;
	struct recur_rest rest;

	if (is_one_space(svc, mode))
		return NULL;
	if (r->kind == RECUR_NONE)
		return "The calendar does not say how the series is repeated.";
	if (!recur_has_zone(r))
		return "The calendar does not say how the clocks of the "
		       "series' time zone go.";
	if (recur_rest_of(&rest, r, it->start_s, it->end_s, now_s) != ERR_OK)
		return "No meeting of the series is left that could be "
		       "booked.";
	if (it->is_cut || differ_n(it, rest.start_s) > BOOK_EXCEPTIONS_MAX)
		return "More than 100 meetings of the series differ from its "
		       "rule.";
	return is_tms(svc) ? tms_refusal(r, &rest) : webex_refusal(r, &rest);
}

static enum err
add_gone(struct msg_confer_series *s, int64_t original_s)
{
	struct msg_confer_exception *x = &s->exceptions[s->exceptions_n++];

	x->original_s = original_s;
	x->is_gone = true;
	x->subject = try_strdup("");
	return x->subject == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
fill_rest(struct msg_confer_meeting *m, const struct msg_ews_item *it,
    const struct recur_rest *rest)
{
	struct msg_confer_series *s = &m->series;
	const char *iana;
	char rule[RECUR_RULE_MAX];
	enum err e = ERR_OK;
	size_t i;

	if (recur_rule_text(rule, sizeof(rule), &it->recur, rest) != ERR_OK)
		rule[0] = '\0';
	m->start_s = rest->start_s;
	m->end_s = rest->end_s;
	s->recur.start_day = rest->day;
	s->recur.count = rest->left_n;
	iana = recur_zone_name(s->recur.zone != NULL ? s->recur.zone : "");
	if (iana == NULL)
		rule[0] = '\0'; /* its days would be counted in UTC */
	s->rule = try_strdup(rule);
	s->timezone = try_strdup(iana != NULL ? iana : "");
	s->exceptions = try_alloc(BOOK_EXCEPTIONS_MAX * sizeof(*s->exceptions));
	if (s->rule == NULL || s->timezone == NULL || s->exceptions == NULL)
		return ERR_NOMEM;
	for (i = 0; i < it->deleted_n && e == ERR_OK; i++)
		if (it->deleted[i].at_s >= rest->start_s &&
		    s->exceptions_n < BOOK_EXCEPTIONS_MAX)
			e = add_gone(s, it->deleted[i].at_s);
	return e;
}

enum err
book_series_fill(
    struct msg_confer_meeting *m, const struct msg_ews_item *it, int64_t now_s)
{
	struct recur_rest rest;
	enum err e;

	/* A space that nobody could say the rule of is one for them all. */
	if (it->recur.kind == RECUR_NONE || !recur_has_zone(&it->recur) ||
	    recur_rest_of(&rest, &it->recur, it->start_s, it->end_s, now_s) !=
		ERR_OK)
		return ERR_OK;
	if ((e = msg_recur_copy(&m->series.recur, &it->recur)) != ERR_OK)
		return e;
	return fill_rest(m, it, &rest);
}

static enum err
print_recur(struct buf *b, const struct msg_recur *r)
{
	enum err e;
	size_t i;

	e = buf_putf(b,
	    "%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32
	    " %" PRIu32 " %" PRIu32 " %" PRId64 " %" PRIu32 " %" PRId64
	    " %" PRIu32 " %s\n",
	    r->kind, r->interval, r->days, r->day, r->week, r->month,
	    r->first_day, r->start_day, r->end_kind, r->end_day, r->count,
	    r->zone != NULL ? r->zone : "");
	for (i = 0; i < r->rules_n && e == ERR_OK; i++)
		e = buf_putf(b, "%" PRId64 " %" PRId64 " %" PRId64 "\n",
		    r->rules[i].from_s, r->rules[i].base_min,
		    r->rules[i].shift_min);
	return e;
}

/* Of the calendar's rule, and not of what is left of it: that changes by
 * itself, and nobody is to be asked for it. */
enum err
book_series_print(struct buf *out, const struct msg_confer_meeting *m,
    const struct msg_ews_item *it)
{
	const struct msg_confer_series *s = &m->series;
	enum err e = print_recur(out, &it->recur);
	size_t i;

	for (i = 0; i < it->changed_n && e == ERR_OK; i++)
		e = buf_putf(out, "%" PRId64 " %" PRId64 " %" PRId64 "\n",
		    it->changed[i].original_s, it->changed[i].start_s,
		    it->changed[i].end_s);
	for (i = 0; i < it->deleted_n && e == ERR_OK; i++)
		e = buf_putf(out, "-%" PRId64 "\n", it->deleted[i].at_s);
	/* Those that were cancelled stand above. */
	for (i = 0; i < s->exceptions_n && e == ERR_OK; i++)
		if (s->exceptions[i].start_s != 0)
			e = buf_putf(out, "%d %s\n", s->exceptions[i].is_gone,
			    s->exceptions[i].subject);
	return e;
}

bool
book_series_covers(const struct booking *row, const struct confer *svc,
    enum keyword_mode mode, const struct msg_ews_item *it)
{
	if (row->confer_id == NULL || !str_eq(row->confer_id, svc->id))
		return false;
	if (row->asked != NULL && str_eq(row->asked, BOOK_UNFIT))
		return true;
	if (row->state == NULL || str_eq(row->state, "ended") ||
	    str_eq(row->state, "ending"))
		return false;
	if (str_eq(svc->type->type, "webex") && row->external_id != NULL &&
	    row->external_id[0] != '\0' &&
	    (strchr(row->external_id, ' ') != NULL) != (mode == KEYWORD_SPACE))
		return false;
	return is_one_space(svc, mode) || it->original_s >= row->start_s;
}

static bool
has(const struct msg_ews_item *it, int64_t original_s)
{
	size_t i;

	for (i = 0; i < it->changed_n; i++)
		if (it->changed[i].original_s == original_s)
			return true;
	return false;
}

static void
keep(struct engine *en, const struct booking *b)
{
	struct errinfo ei;

	if (store_booking_put(en->store, b, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
}

/* The series' row knows its item, so that both end with it. */
static void
see(struct engine *en, struct booking *b, const struct msg_ews_item *it)
{
	const char *at = strrchr(b->uid, '#');
	int64_t original_s = 0;
	uint64_t n = 0;

	if (at != NULL && str_to_u64(at + 1, INT64_MAX, &n) == ERR_OK)
		original_s = (int64_t)n;
	if (!has(it, original_s) || it->is_cancelled) {
		books_end(en->books, b->mailbox, b->uid);
		return;
	}
	if (b->item_id != NULL && str_eq(b->item_id, it->item_id))
		return;
	mem_free(b->item_id);
	b->item_id = xstrdup(it->item_id);
	keep(en, b);
}

void
book_series_seen(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, bool is_booked)
{
	struct booking_list l = {NULL, 0};
	struct booking own;
	struct errinfo ei;
	size_t i;

	if (!book_is_series(it) || it->uid == NULL || it->uid[0] == '\0')
		return;
	if (!is_booked && store_booking_get(en->store, mailbox, it->uid, &own,
			      &ei) == ERR_OK) {
		if (own.asked != NULL && str_eq(own.asked, BOOK_UNFIT)) {
			mem_free(own.asked);
			own.asked = xstrdup("");
			/* The end that is under way goes on. */
			if (!str_eq(own.state, "ending")) {
				mem_free(own.state);
				own.state = xstrdup("ended");
			}
			keep(en, &own);
		}
		booking_clear(&own);
	}
	if (store_booking_of_series(en->store, mailbox, it->uid, &l, &ei) !=
	    ERR_OK) {
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
		return;
	}
	for (i = 0; i < l.n; i++)
		see(en, &l.v[i], it);
	booking_list_clear(&l);
}

void
book_series_note(struct work *w, const struct msg_ews_item *it)
{
	int64_t now_s = clock_wall_s();
	size_t i;

	strlist_clear(&w->after_ids);
	strlist_clear(&w->after_keys);
	for (i = 0; i < it->changed_n; i++) {
		if (it->changed[i].end_s <= now_s)
			continue;
		if (strlist_add(&w->after_ids, it->changed[i].item_id) !=
			ERR_OK ||
		    strlist_add(&w->after_keys, it->changed[i].change_key) !=
			ERR_OK)
			fatal("series: out of memory");
	}
}

void
book_series_follow(struct work *w)
{
	struct strlist ids = w->after_ids, keys = w->after_keys;
	size_t i;

	memset(&w->after_ids, 0, sizeof(w->after_ids));
	memset(&w->after_keys, 0, sizeof(w->after_keys));
	for (i = 0; i < ids.n && i < keys.n; i++)
		works_add_part(w->m, ids.v[i], keys.v[i], w->hot, w->item_id);
	strlist_clear(&ids);
	strlist_clear(&keys);
}
