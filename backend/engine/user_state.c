#include "backend/engine/user_state.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/server_alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/catchup.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/discover.h"
#include "backend/engine/domains.h"
#include "backend/engine/engine.h"
#include "backend/engine/meeting.h"
#include "backend/engine/moves.h"
#include "backend/engine/record.h"
#include "backend/engine/subs.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/unsub.h"
#include "backend/engine/user_alarm.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_timeline.h"

#define MODULE ENGINE_MODULE ".users"

static void try_record(struct mbox *m);
static void subscribe(struct mbox *m);

/* -- the row -- */

void
mbox_save(struct mbox *m)
{
	struct errinfo ei;

	(void)user_alarm_mark(m);
	/* What could not be stored is tried again with the next tick. */
	m->row_dirty = store_mailbox_put(m->en->store, &m->row, &ei) != ERR_OK;
	if (m->row_dirty)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Mailbox",
		    m->row.address, "Detail", ei.text, NULL);
}

static void
put(char **field, const char *text)
{
	char *t = xstrdup(text);

	mem_free(*field);
	*field = t;
}

/* For the timeline; that it is being looked for is told by what follows. */
static void
remember(struct mbox *m)
{
	struct errinfo ei;

	if (str_eq(m->row.state, "discovering"))
		return;
	if (store_timeline_add(m->en->store, &m->row, clock_wall_s(), &ei) !=
	    ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Mailbox",
		    m->row.address, "Detail", ei.text, NULL);
}

void
mbox_set_state(struct mbox *m, const char *state, const char *failure,
    const char *reason, int64_t next_try_s)
{
	bool changed = !str_eq(m->row.state, state);
	bool is_news = changed || !str_eq(m->row.failure, failure);

	if (!changed && str_eq(m->row.failure, failure) &&
	    str_eq(m->row.reason, reason) && m->row.next_try_s == next_try_s)
		return;
	put(&m->row.state, state);
	put(&m->row.failure, failure);
	put(&m->row.reason, reason);
	m->row.next_try_s = next_try_s;
	if (changed)
		m->row.since_s = clock_wall_s();
	mbox_save(m);
	if (is_news)
		remember(m);
	if (changed)
		log_kv(str_eq(state, "error") ? LOG_L_WARN : LOG_L_INFO, MODULE,
		    "Mailbox State", "Mailbox", m->row.address, "State", state,
		    "Failure", *failure ? failure : NULL, "Reason",
		    *reason ? reason : NULL, NULL);
	user_alarms_soon(m->en);
}

/* -- one mailbox -- */

static void
on_timer(void *arg)
{
	struct mbox *m = arg;

	if (m->phase == MBOX_WAITING)
		users_enqueue(m);
}

struct mbox *
mbox_new(struct engine *en, const char *address)
{
	struct backoff b =
	    BACKOFF_INIT(RETRY_QUICK_FLOOR_MS, RETRY_QUICK_CEILING_MS);
	struct mbox *m = xalloc(sizeof(*m));

	m->en = en;
	m->row.address = xstrdup(address);
	m->row.state = xstrdup("disabled");
	m->row.failure = xstrdup("");
	m->row.reason = xstrdup("");
	m->row.exchange_id = xstrdup("");
	m->row.waits_for = xstrdup("");
	m->row.grouping = xstrdup("");
	m->row.ews_url = xstrdup("");
	m->row.sync_state = xstrdup("");
	m->room_link = xstrdup("");
	m->room_number = xstrdup("");
	m->room_video = xstrdup("");
	m->quick = b;
	m->timer = timer_new(en->loop, on_timer, m);
	works_init(m);
	return m;
}

/* Takes back what was asked for its subscription. */
static void
stop_subscribing(struct mbox *m)
{
	struct src_place at;

	if (m->call == NULL)
		return;
	subs_place(m, m->urls.v[m->url], &at);
	if (m->rec->is_dead)
		src_cancel(m->call);
	else
		unsub_adopt(m->rec, &at, m->call);
	m->call = NULL;
}

void
mbox_take_down(struct mbox *m, bool tell)
{
	struct src_place at;

	domains_cancel(m->discover);
	m->discover = NULL;
	moves_stop(m);
	stop_subscribing(m);
	timer_stop(m->timer);
	users_dequeue(m);
	/* Before the works, or the page would count as settled. */
	catchup_stop(m);
	works_drop(m);
	if (m->sub_id != NULL && tell && m->rec != NULL && !m->rec->is_dead) {
		mbox_place(m, &at);
		unsub_end(m->rec, &at, m->sub_id);
	}
	subs_remove(m);
	oof_stop(m);
	mem_free(m->sub_id);
	m->sub_id = NULL;
	record_unref(m->rec);
	m->rec = NULL;
	strlist_clear(&m->urls);
	m->phase = MBOX_OFF;
	users_slot_free(m);
}

void
mbox_free(struct mbox *m)
{
	mbox_take_down(m, false);
	timer_free(m->timer);
	mailbox_clear(&m->row);
	mem_free(m->waits_for);
	mem_free(m->absent_at);
	mem_free(m->room_link);
	mem_free(m->room_number);
	mem_free(m->room_video);
	mem_free(m);
}

void
mbox_set_room(
    struct mbox *m, const char *link, const char *number, const char *video)
{
	bool had_link = *m->room_link != '\0';

	put(&m->room_link, link);
	put(&m->room_number, number);
	put(&m->room_video, video);
	if (!had_link && *m->room_link != '\0')
		meeting_room_given(m);
}

void
mbox_place(const struct mbox *m, struct src_place *out)
{
	subs_place(m, m->row.ews_url, out);
}

/* -- activation -- */

static void
wait_until_due(struct mbox *m, uint64_t ms)
{
	m->phase = MBOX_WAITING;
	timer_start(m->timer, ms);
}

/* A subscription of the account before: it ends here, with that account, and
 * what happens until there is a new one is found by the catch-up. */
static void
end_old(struct mbox *m)
{
	struct src_place at;

	if (m->sub_id == NULL)
		return;
	mbox_place(m, &at);
	unsub_end(m->rec, &at, m->sub_id);
	subs_remove(m);
	mem_free(m->sub_id);
	m->sub_id = NULL;
}

void
mbox_begin(struct mbox *m)
{
	end_old(m);
	moves_stop(m);
	m->phase = MBOX_ACTIVATING;
	m->rec_tried = 0;
	m->worst[0] = m->worst_detail[0] = '\0';
	m->wait_ms = 0;
	if (!str_eq(m->row.state, "subscribed"))
		mbox_set_state(m, "discovering", "", "", 0);
	try_record(m);
}

void
mbox_begin_again(struct mbox *m)
{
	domains_cancel(m->discover);
	m->discover = NULL;
	stop_subscribing(m);
	mbox_begin(m);
}

static bool
is_quick(const char *failure)
{
	static const char *const names[] = {"worker-died", "cancelled",
	    "connection-closed", "http-500", "ews-subscription", "content-xml"};
	const struct failure *f = failure_find(failure);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(failure, names[i]))
			return true;
	return f != NULL && (f->code == ERR_CONNECT || f->code == ERR_TIMEOUT ||
				f->code == ERR_DNS || f->code == ERR_THROTTLED);
}

bool
failure_is_of_mailbox(const char *failure)
{
	static const char *const names[] = {"ews-no-mailbox",
	    "autodiscover-error", "ews-impersonation", "domain-untrusted",
	    "autodiscover-no-ews", "autodiscover-none"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(failure, names[i]))
			return true;
	return false;
}

bool
failure_is_of_trust(const char *failure)
{
	return str_eq(failure, "redirect-untrusted") ||
	       str_eq(failure, "redirect-blocked") ||
	       str_eq(failure, "domain-untrusted");
}

static void
wait_for_decision(struct mbox *m, const char *host)
{
	mem_free(m->waits_for);
	m->waits_for = host != NULL ? xstrdup(host) : NULL;
}

/* All records were tried, or there is none. */
static void
fail_activation(struct mbox *m)
{
	const char *failure = m->worst;
	const struct failure *f;
	char reason[512];
	uint64_t ms, left;

	if (*failure == '\0')
		failure = "autodiscover-none";
	if (!str_eq(failure, "redirect-untrusted"))
		wait_for_decision(m, NULL);
	f = failure_find(failure);
	text_fit(reason, sizeof(reason), "%s%s%s",
	    f != NULL ? f->title : "The mailbox could not be subscribed",
	    m->worst_detail[0] != '\0' ? ": " : ".", m->worst_detail);
	m->row.tries++;
	if (is_quick(failure)) {
		ms = backoff_next_ms(&m->quick, m->wait_ms);
		if (m->rec != NULL && record_is_held(m->rec, &left) &&
		    left > ms)
			ms = left;
	} else {
		ms = (m->row.tries >= RETRY_MANY ? RETRY_MANY_S : RETRY_S) *
		     UINT64_C(1000);
	}
	subs_remove(m);
	catchup_stop(m);
	works_drop(m);
	mem_free(m->sub_id);
	m->sub_id = NULL;
	record_unref(m->rec);
	m->rec = NULL;
	wait_until_due(m, ms);
	mbox_set_state(m, "error", failure, reason,
	    clock_wall_s() + (int64_t)((ms + 999) / 1000));
	users_slot_free(m);
}

/* The first failure that says something of the mailbox stays; one that
 * only says that a server is down gives way to it. */
static void
note_worst(struct mbox *m, const char *failure, const char *detail)
{
	if (failure == NULL || *failure == '\0')
		failure = "ews-error";
	if (m->worst[0] != '\0' && !(is_quick(m->worst) && !is_quick(failure)))
		return;
	(void)str_copy(m->worst, sizeof(m->worst), failure);
	(void)str_copy(m->worst_detail, sizeof(m->worst_detail),
	    detail != NULL ? detail : "");
}

static void
next_record(struct mbox *m)
{
	m->rec_tried++;
	try_record(m);
}

static void look_up(struct mbox *m);

static void
on_found(void *arg, struct discover_result *res)
{
	struct mbox *m = arg;

	m->discover = NULL;
	if (!res->found && *res->pending_host != '\0') {
		/* It may have been allowed a moment ago. */
		if (config_trust(m->en->config, res->pending_host) ==
		    TRUST_ALLOWED) {
			look_up(m);
			return;
		}
		wait_for_decision(m, res->pending_host);
	}
	if (!res->found) {
		if (res->ev != NULL)
			record_saw(m->rec, res->ev);
		note_worst(m, res->failure, res->detail);
		next_record(m);
		return;
	}
	put(&m->row.grouping, res->grouping);
	m->looked_ms = clock_mono_ms();
	m->urls = res->urls;
	memset(&res->urls, 0, sizeof(res->urls));
	m->url = 0;
	subscribe(m);
}

static void
look_up(struct mbox *m)
{
	m->url_known = false;
	strlist_clear(&m->urls);
	m->discover = domains_look_up(m->rec, m->row.address, on_found, m);
}

/* It was asked for with others, and not there. */
static bool
is_absent(const struct mbox *m)
{
	return m->absent_at != NULL && str_eq(m->absent_at, m->rec->x.id) &&
	       clock_mono_ms() - m->asked_ms < DOMAIN_FOUND_LIFE_MS;
}

static void
on_subscribed(
    void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct mbox *m = arg;
	const struct msg_ews_result *r = t != IPC_T_NONE ? msg : NULL;
	bool was_known = m->url_known;

	m->call = NULL;
	record_saw(m->rec, ev);
	alarm_exchange(m->rec, ev);
	if (ev->code == ERR_OK && r != NULL && *r->id != '\0') {
		put(&m->sub_id, r->id);
		put(&m->row.ews_url, m->urls.v[m->url]);
		put(&m->row.exchange_id, m->rec->x.id);
		m->row.tries = 0;
		m->url_known = true;
		wait_for_decision(m, NULL);
		backoff_reset(&m->quick);
		m->phase = MBOX_LIVE;
		mbox_save(m);
		subs_cookie(m, r->cookie);
		subs_add(m);
		catchup_start(m);
		users_slot_free(m);
		return;
	}
	if (ev->backoff_ms > m->wait_ms)
		m->wait_ms = ev->backoff_ms;
	/* The mailbox may have moved since the address was found. */
	if (was_known && !is_quick(ev->failure) &&
	    str_eq(m->rec->x.discovery, "autodiscover") &&
	    !record_is_held(m->rec, NULL)) {
		look_up(m);
		return;
	}
	if (m->url + 1 < m->urls.n && is_quick(ev->failure)) {
		m->url++;
		subscribe(m);
		return;
	}
	note_worst(m, ev->failure,
	    ev->soap_text != NULL && *ev->soap_text != '\0' ? ev->soap_text
							    : ev->detail);
	next_record(m);
}

static void
subscribe(struct mbox *m)
{
	struct src_place at;

	subs_join(m, m->urls.v[m->url], m->row.grouping);
	subs_place(m, m->urls.v[m->url], &at);
	m->call =
	    src_mailbox(m->rec, IPC_EWS_SUBSCRIBE, &at, "", on_subscribed, m);
}

struct record *
mbox_record_at(struct mbox *m, size_t nth)
{
	struct record *last = config_record(m->en->config, m->row.exchange_id),
		      *r;
	size_t i, n = 0;
	unsigned pass; /* Autodiscover says whose a mailbox is: before those
			* that nobody asks */

	if (last != NULL && !last->x.enabled)
		last = NULL;
	if (last != NULL && n++ == nth)
		return last;
	for (pass = 0; pass < 2; pass++)
		for (i = 0; (r = config_record_at(m->en->config, i)) != NULL;
		     i++)
			if (r->x.enabled && r != last &&
			    record_is_direct(r) == (pass == 1) && n++ == nth)
				return r;
	return NULL;
}

static void
try_record(struct mbox *m)
{
	struct record *r = mbox_record_at(m, m->rec_tried);

	if (r == NULL) {
		fail_activation(m);
		return;
	}
	record_unref(m->rec);
	m->rec = record_ref(r);
	if (record_is_held(r, NULL)) {
		note_worst(m, r->hold_failure, "");
		next_record(m);
		return;
	}
	strlist_clear(&m->urls);
	m->url = 0;
	if (m->url_known && *m->row.ews_url != '\0' &&
	    str_eq(m->row.exchange_id, r->x.id)) {
		if (strlist_add(&m->urls, m->row.ews_url) != ERR_OK)
			fatal("user_state: out of memory");
		subscribe(m);
		return;
	}
	if (is_absent(m)) {
		mbox_absent(m, NULL);
		note_worst(m, "autodiscover-error", "");
		next_record(m);
		return;
	}
	look_up(m);
}

void
mbox_found(struct mbox *m, const struct record *r, const char *url,
    const char *grouping)
{
	put(&m->row.exchange_id, r->x.id);
	put(&m->row.ews_url, url);
	put(&m->row.grouping, grouping);
	m->url_known = true;
	m->looked_ms = clock_mono_ms();
	mbox_save(m);
}

/* The row stays "subscribed" while this works at once; what happens until
 * there is a new subscription is found by its catch-up. */
void
mbox_moved(struct mbox *m, const struct record *r, const char *url,
    const char *grouping)
{
	if (m->phase != MBOX_LIVE)
		return;
	log_kv(LOG_L_INFO, MODULE, "Mailbox Moved", "Mailbox", m->row.address,
	    "From", m->row.ews_url, "Url", url, "Record", r->x.display_name,
	    NULL);
	end_old(m);
	mbox_found(m, r, url, grouping);
	users_enqueue(m);
}

void
mbox_absent(struct mbox *m, const struct record *r)
{
	mem_free(m->absent_at);
	m->absent_at = r != NULL ? xstrdup(r->x.id) : NULL;
}

/* -- what the other parts tell -- */

void
mbox_on_stream(struct mbox *m)
{
	if (m->phase == MBOX_LIVE)
		mbox_set_state(m, "subscribed", "", "", 0);
}

static void
describe(const struct msg_evidence *ev, char *out, size_t size)
{
	const struct failure *f =
	    failure_find(ev->failure != NULL ? ev->failure : "");
	const char *detail = ev->detail != NULL ? ev->detail : "";

	text_fit(out, size, "%s%s%s",
	    f != NULL ? f->title : "The server refused",
	    *detail != '\0' ? ": " : ".", detail);
}

void
mbox_stream_down(
    struct mbox *m, const struct msg_evidence *ev, uint32_t retry_ms)
{
	char reason[512];

	if (m->phase != MBOX_LIVE)
		return;
	describe(ev, reason, sizeof(reason));
	mbox_set_state(m, "error", ev->failure != NULL ? ev->failure : "",
	    reason, clock_wall_s() + (int64_t)((retry_ms + 999) / 1000));
}

/* The row stays "subscribed" while this works at once. */
void
mbox_sub_lost(struct mbox *m, bool moved)
{
	if (m->phase != MBOX_LIVE)
		return;
	if (moved && str_eq(m->rec->x.discovery, "autodiscover"))
		m->url_known = false;
	subs_remove(m);
	mem_free(m->sub_id);
	m->sub_id = NULL;
	/* Its meetings go on; the address and the record stay. */
	users_enqueue(m);
}

void
mbox_refused(struct mbox *m, const struct msg_evidence *ev)
{
	if (m->phase != MBOX_LIVE)
		return;
	m->url_known = false;
	m->worst[0] = '\0';
	note_worst(m, ev->failure, ev->detail);
	fail_activation(m);
}
