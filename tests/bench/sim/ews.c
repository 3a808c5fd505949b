#include "config.h"

#include "tests/bench/sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/clock.h"

#define ANSWER_MAX (64u * 1024u * 1024u)
#define SUBS_MAX 400000
#define SYNC_MAX 512
#define BEAT_MS 30000
#define NS_S "http://schemas.xmlsoap.org/soap/envelope/"
#define NS_T "http://schemas.microsoft.com/exchange/services/2006/types"
#define NS_M "http://schemas.microsoft.com/exchange/services/2006/messages"
#define VERSION                                                    \
	"MajorVersion=\"15\" MinorVersion=\"1\" MajorBuildNumber=" \
	"\"2507\" MinorBuildNumber=\"61\" Version=\"V2016_10_10\""

struct sub {
	uint32_t mailbox, prev; /* of the same mailbox, + 1 */
	uint32_t backend;
	bool is_gone;
	struct stream *stream;
	uint32_t *waiting; /* meetings that changed while nobody listened */
	uint32_t waiting_n;
};

struct stream {
	TAILQ_ENTRY(stream) next;
	struct conn *c;
	uint32_t budget; /* mailbox */
	uint64_t beat_ms, end_ms;
	uint32_t subs[SIM_IDS_MAX];
	size_t subs_n;
};

static struct sub *subs;
static size_t subs_n;
static uint32_t *sub_of; /* by mailbox, + 1 */
static unsigned mailboxes_n, first_mailbox;
static TAILQ_HEAD(, stream) streams = TAILQ_HEAD_INITIALIZER(streams);

void
ews_init(unsigned mailboxes, unsigned first)
{
	first_mailbox = first;
	mailboxes_n = mailboxes;
	sub_of = xcalloc(mailboxes, sizeof(*sub_of));
	subs = xcalloc(SUBS_MAX, sizeof(*subs));
}

/* As after its restart; who listened has gone with the connections. */
void
ews_forget(void)
{
	size_t i;

	for (i = 0; i < subs_n; i++) {
		subs[i].is_gone = true;
		mem_free(subs[i].waiting);
		subs[i].waiting = NULL;
		subs[i].waiting_n = 0;
	}
	memset(sub_of, 0, mailboxes_n * sizeof(*sub_of));
}

/* -- text -- */

static void
put(struct buf *b, const char *text)
{
	if (buf_puts(b, text) != ERR_OK)
		fatal("sim: an answer is too large");
}

#define PUTF(b, ...)                                          \
	do {                                                  \
		if (buf_putf((b), __VA_ARGS__) != ERR_OK)     \
			fatal("sim: an answer is too large"); \
	} while (0)

static void
open_envelope(struct buf *b, const char *op)
{
	PUTF(b,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope "
	    "xmlns:s=\"" NS_S "\"><s:Header><h:ServerVersionInfo " VERSION
	    " xmlns:h=\"" NS_T "\"/></s:Header><s:Body xmlns:m=\"" NS_M
	    "\" xmlns:t=\"" NS_T "\"><m:%sResponse><m:ResponseMessages>",
	    op);
}

static void
close_envelope(struct buf *b, const char *op)
{
	PUTF(b, "</m:ResponseMessages></m:%sResponse></s:Body></s:Envelope>",
	    op);
}

static void
open_ok(struct buf *b, const char *op)
{
	PUTF(b,
	    "<m:%sResponseMessage ResponseClass=\"Success\">"
	    "<m:ResponseCode>NoError</m:ResponseCode>",
	    op);
}

static void
put_error(struct buf *b, const char *op, const char *code)
{
	PUTF(b,
	    "<m:%sResponseMessage ResponseClass=\"Error\"><m:MessageText>%s"
	    "</m:MessageText><m:ResponseCode>%s</m:ResponseCode>"
	    "<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>"
	    "</m:%sResponseMessage>",
	    op, code, code, op);
}

static void
refuse(struct conn *c, const char *op, const char *code)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	open_envelope(&b, op);
	put_error(&b, op, code);
	close_envelope(&b, op);
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

static void
fault_busy(struct conn *c)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	put(&b,
	    "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"" NS_S
	    "\"><s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>"
	    "busy</faultstring><detail><e:ResponseCode xmlns:e=\"http://schemas"
	    ".microsoft.com/exchange/services/2006/errors\">ErrorServerBusy"
	    "</e:ResponseCode>");
	if (sim_busy_ms > 0)
		PUTF(&b,
		    "<t:MessageXml xmlns:t=\"" NS_T "\"><t:Value "
		    "Name=\"BackOffMilliseconds\">%u</t:Value></t:MessageXml>",
		    sim_busy_ms);
	put(&b, "</detail></s:Fault></s:Body></s:Envelope>");
	conn_answer(c, 500, "", &b);
	buf_clear(&b);
}

/* "m12@": the number behind a mark, or -1. */
static long
number_after(const char *text, const char *mark)
{
	const char *at = strcasestr(text, mark);

	return at != NULL ? strtol(at + strlen(mark), NULL, 10) : -1;
}

static uint32_t
mailbox_of(const struct ask *a)
{
	long n = number_after(a->body, "SmtpAddress>m") - (long)first_mailbox;

	return n >= 0 ? (uint32_t)n % mailboxes_n : 0;
}

static bool
is_here(const struct ask *a)
{
	long n = number_after(a->body, "SmtpAddress>m");

	return n < 0 || (n >= (long)first_mailbox &&
			    n < (long)(first_mailbox + mailboxes_n));
}

/* Which server the front end sends it to. */
static uint32_t
backend_of(const struct ask *a)
{
	long n;

	if (strcasestr(a->head, "X-PreferServerAffinity: true") != NULL &&
	    (n = number_after(a->head, "X-BackEndOverrideCookie=MAIL")) >= 0)
		return (uint32_t)n;
	n = number_after(a->head, "X-AnchorMailbox: m");
	return (n >= 0 ? (uint32_t)n : mailbox_of(a)) % SIM_BACKENDS;
}

/* -- notifications -- */

static void
open_stream_envelope(struct buf *b, const char *code)
{
	PUTF(b,
	    "<Envelope xmlns=\"" NS_S "\"><soap11:Header xmlns:soap11=\"" NS_S
	    "\"><ServerVersionInfo xmlns=\"" NS_T "\" " VERSION
	    "/></soap11:Header><soap11:Body xmlns:soap11=\"" NS_S
	    "\"><m:GetStreamingEventsResponse xmlns:m=\"" NS_M
	    "\" xmlns:t=\"" NS_T "\"><m:ResponseMessages>"
	    "<m:GetStreamingEventsResponseMessage ResponseClass=\"%s\">"
	    "<m:ResponseCode>%s</m:ResponseCode>",
	    strcmp(code, "NoError") == 0 ? "Success" : "Error", code);
}

static void
send_stream_envelope(struct stream *st, struct buf *b)
{
	put(b, "</m:GetStreamingEventsResponseMessage></m:ResponseMessages>"
	       "</m:GetStreamingEventsResponse></soap11:Body></Envelope>");
	conn_chunk(st->c, b->p, b->len);
	st->beat_ms = clock_mono_ms() + BEAT_MS;
	buf_clear(b);
}

static void
send_status(struct stream *st, const char *status)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	open_stream_envelope(&b, "NoError");
	PUTF(&b, "<m:ConnectionStatus>%s</m:ConnectionStatus>", status);
	send_stream_envelope(st, &b);
}

/* One for the item and one for its folder, as Exchange does. */
static void
send_event(const struct sub *s, const struct meeting *m, const char *kind)
{
	struct buf b = BUF_INIT(ANSWER_MAX);
	size_t sub = (size_t)(s - subs), item = (size_t)(m - meetings);
	const char *at = "<t:TimeStamp>2026-01-01T00:00:00Z</t:TimeStamp>";

	open_stream_envelope(&b, "NoError");
	PUTF(&b,
	    "<m:Notifications><m:Notification><t:SubscriptionId>s%zu"
	    "</t:SubscriptionId><t:MoreEvents>false</t:MoreEvents>"
	    "<t:%sEvent>%s<t:ItemId Id=\"i%zu\" ChangeKey=\"k%u\"/>"
	    "<t:ParentFolderId Id=\"f%u\" ChangeKey=\"k\"/></t:%sEvent>"
	    "<t:ModifiedEvent>%s<t:FolderId Id=\"f%u\" ChangeKey=\"k\"/>"
	    "<t:ParentFolderId Id=\"r%u\" ChangeKey=\"k\"/></t:ModifiedEvent>"
	    "</m:Notification></m:Notifications>",
	    sub, kind, at, item, m->version, m->mailbox, kind, at, m->mailbox,
	    m->mailbox);
	sim_stats.events++;
	send_stream_envelope(s->stream, &b);
}

void
ews_changed(struct meeting *m, const char *kind)
{
	uint32_t i;
	uint32_t *v;
	struct sub *s;

	for (i = sub_of[m->mailbox]; i != 0; i = s->prev) {
		s = &subs[i - 1];
		if (s->is_gone)
			continue;
		/* By chance it comes late, after others, or twice. */
		if (s->stream != NULL && !fault_is_now()) {
			send_event(s, m, kind);
			if (fault_is_now())
				send_event(s, m, kind);
			continue;
		}
		v = try_realloc(
		    s->waiting, (s->waiting_n + 1) * sizeof(uint32_t));
		if (v == NULL)
			fatal("sim: out of memory");
		s->waiting = v;
		v[s->waiting_n++] = (uint32_t)(m - meetings);
	}
}

void
ews_gone(struct stream *st)
{
	size_t i;

	for (i = 0; i < st->subs_n; i++)
		if (subs[st->subs[i]].stream == st)
			subs[st->subs[i]].stream = NULL;
	TAILQ_REMOVE(&streams, st, next);
	sim_stats.open_streams--;
	mem_free(st);
}

static void
send_waiting(struct stream *st)
{
	struct sub *s;
	size_t i;
	uint32_t k;

	for (i = 0; i < st->subs_n; i++) {
		s = &subs[st->subs[i]];
		s->stream = st;
		for (k = 0; k < s->waiting_n; k++)
			send_event(s, &meetings[s->waiting[k]], "Modified");
		mem_free(s->waiting);
		s->waiting = NULL;
		s->waiting_n = 0;
	}
}

void
ews_beat(void)
{
	struct stream *st, *next;
	struct conn *c;
	uint64_t now = clock_mono_ms();

	for (st = TAILQ_FIRST(&streams); st != NULL; st = next) {
		next = TAILQ_NEXT(st, next);
		if (fault_one_in > 0)
			send_waiting(st);
		if (now >= st->end_ms) {
			c = st->c;
			send_status(st, "Closed");
			ews_gone(st);
			conn_chunks_end(c);
		} else if (now >= st->beat_ms) {
			send_status(st, "OK");
		}
	}
}

/* -- operations -- */

static void
subscribe(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);
	struct sub *s = &subs[subs_n];
	char cookie[128];

	if (subs_n == SUBS_MAX)
		fatal("sim: too many subscriptions");
	sim_stats.subscribes++;
	s->mailbox = mailbox_of(a);
	s->backend = backend_of(a);
	s->prev = sub_of[s->mailbox];
	sub_of[s->mailbox] = (uint32_t)++subs_n;
	open_envelope(&b, "Subscribe");
	open_ok(&b, "Subscribe");
	PUTF(&b,
	    "<m:SubscriptionId>s%zu</m:SubscriptionId>"
	    "</m:SubscribeResponseMessage>",
	    subs_n - 1);
	close_envelope(&b, "Subscribe");
	(void)snprintf(cookie, sizeof(cookie),
	    "Set-Cookie: X-BackEndOverrideCookie=MAIL%u~1=; path=/; secure\r\n",
	    s->backend);
	conn_answer(c, 200, cookie, &b);
	buf_clear(&b);
}

static void
unsubscribe(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);
	long n = number_after(a->body, "SubscriptionId>s");

	if (n >= 0 && (size_t)n < subs_n)
		subs[n].is_gone = true;
	open_envelope(&b, "Unsubscribe");
	open_ok(&b, "Unsubscribe");
	put(&b, "</m:UnsubscribeResponseMessage>");
	close_envelope(&b, "Unsubscribe");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

static void
send_dead(struct stream *st, const struct buf *dead)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	open_stream_envelope(&b, "ErrorSubscriptionNotFound");
	PUTF(&b, "<m:ErrorSubscriptionIds>%s</m:ErrorSubscriptionIds>",
	    buf_str(dead));
	send_stream_envelope(st, &b);
}

static bool
is_hanging_too_much(uint32_t budget)
{
	const struct stream *st;
	unsigned n = 0;

	TAILQ_FOREACH(st, &streams, next)
	n += st->budget == budget;
	return n >= SIM_HANGING_MAX;
}

static void
stream(struct conn *c, const struct ask *a)
{
	struct buf dead = BUF_INIT(ANSWER_MAX);
	struct stream *st = xalloc(sizeof(*st));
	uint32_t backend = backend_of(a);
	const char *at = a->body;
	size_t asked = 0;
	long minutes = number_after(a->body, "ConnectionTimeout>");
	unsigned long n;

	sim_stats.streams++;
	st->budget = mailbox_of(a);
	while ((at = strstr(at, ":SubscriptionId>s")) != NULL) {
		at += strlen(":SubscriptionId>s");
		n = strtoul(at, NULL, 10);
		if (++asked > SIM_IDS_MAX)
			break;
		if (n < subs_n && !subs[n].is_gone &&
		    subs[n].backend == backend) {
			st->subs[st->subs_n++] = (uint32_t)n;
			continue;
		}
		if (n < subs_n && subs[n].backend != backend)
			sim_stats.no_affinity++;
		PUTF(&dead, "<m:SubscriptionId>s%lu</m:SubscriptionId>", n);
	}
	if (asked > SIM_IDS_MAX || is_hanging_too_much(st->budget)) {
		*(asked > SIM_IDS_MAX ? &sim_stats.over_ids
				      : &sim_stats.over_hanging) += 1;
		refuse(c, "GetStreamingEvents",
		    asked > SIM_IDS_MAX ? "ErrorInvalidSubscriptionRequest"
					: "ErrorExceededConnectionCount");
		mem_free(st);
		buf_clear(&dead);
		return;
	}
	st->c = c;
	st->end_ms = clock_mono_ms() + (uint64_t)minutes * 60000;
	TAILQ_INSERT_TAIL(&streams, st, next);
	if (++sim_stats.open_streams > sim_stats.open_streams_max)
		sim_stats.open_streams_max = sim_stats.open_streams;
	*conn_stream(c) = st;
	conn_chunked(c);
	if (dead.len > 0)
		send_dead(st, &dead);
	buf_clear(&dead);
	if (st->subs_n == 0) {
		ews_gone(st);
		conn_chunks_end(c);
		return;
	}
	send_status(st, "OK");
	send_waiting(st);
}

static int
by_seq(const void *a, const void *b)
{
	const struct meeting *x = *(struct meeting *const *)a,
			     *y = *(struct meeting *const *)b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

static void
sync(struct conn *c, const struct ask *a)
{
	static struct meeting *hits[1024 * 1024];
	struct buf b = BUF_INIT(ANSWER_MAX);
	long max = number_after(a->body, "MaxChangesReturned>");
	long state = number_after(a->body, "SyncState>q");
	uint64_t from = state > 0 ? (uint64_t)state : 0;
	size_t i, n = 0;
	uint32_t at;

	sim_stats.syncs++;
	for (at = work_last_of(mailbox_of(a)); at != 0;
	     at = meetings[at - 1].prev)
		if (meetings[at - 1].seq > from &&
		    n < sizeof(hits) / sizeof(hits[0]))
			hits[n++] = &meetings[at - 1];
	qsort(hits, n, sizeof(*hits), by_seq);
	if (max < 1 || max > SYNC_MAX)
		max = SYNC_MAX;
	open_envelope(&b, "SyncFolderItems");
	open_ok(&b, "SyncFolderItems");
	PUTF(&b,
	    "<m:SyncState>q%" PRIu64 "</m:SyncState>"
	    "<m:IncludesLastItemInRange>%s</m:IncludesLastItemInRange>"
	    "<m:Changes>",
	    n > (size_t)max ? hits[max - 1]->seq : last_seq,
	    n > (size_t)max ? "false" : "true");
	for (i = 0; i < n && i < (size_t)max; i++)
		PUTF(&b,
		    "<t:Create><t:CalendarItem><t:ItemId Id=\"i%zu\" ChangeKey="
		    "\"k%u\"/></t:CalendarItem></t:Create>",
		    (size_t)(hits[i] - meetings), hits[i]->version);
	put(&b, "</m:Changes></m:SyncFolderItemsResponseMessage>");
	close_envelope(&b, "SyncFolderItems");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

/* All are of tomorrow. */
static void
newest(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);
	uint32_t at = work_last_of(mailbox_of(a));
	int n;

	open_envelope(&b, "FindItem");
	open_ok(&b, "FindItem");
	put(&b, "<m:RootFolder IncludesLastItemInRange=\"true\"><t:Items>");
	for (n = 0; at != 0 && n < SYNC_MAX; at = meetings[at - 1].prev, n++)
		PUTF(&b,
		    "<t:CalendarItem><t:ItemId Id=\"i%" PRIu32
		    "\" ChangeKey=\"k%u\"/></t:CalendarItem>",
		    at - 1, meetings[at - 1].version);
	put(&b, "</t:Items></m:RootFolder></m:FindItemResponseMessage>");
	close_envelope(&b, "FindItem");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

static void
put_item(struct buf *b, const struct meeting *m)
{
	static char start[CLOCK_TEXT_MAX], end[CLOCK_TEXT_MAX];

	if (start[0] == '\0') {
		clock_iso(clock_wall_s() + 86400, start);
		clock_iso(clock_wall_s() + 90000, end);
	}
	PUTF(b,
	    "<m:Items><t:CalendarItem><t:ItemId Id=\"i%zu\" ChangeKey=\"k%u\"/>"
	    "<t:Subject>Planning</t:Subject><t:Sensitivity>Normal"
	    "</t:Sensitivity><t:Body BodyType=\"HTML\">%s</t:Body>"
	    "<t:Culture>en-US</t:Culture><t:UID>u%zu</t:UID>"
	    "<t:Start>%s</t:Start><t:End>%s</t:End><t:Location>%s</t:Location>"
	    "<t:IsMeeting>false</t:IsMeeting><t:IsCancelled>false"
	    "</t:IsCancelled><t:MeetingRequestWasSent>false"
	    "</t:MeetingRequestWasSent><t:CalendarItemType>Single"
	    "</t:CalendarItemType><t:MyResponseType>Organizer"
	    "</t:MyResponseType></t:CalendarItem></m:Items>",
	    (size_t)(m - meetings), m->version,
	    m->body != NULL
		? m->body
		: "&lt;html&gt;&lt;body&gt;&lt;p&gt;The agenda: one, two and "
		  "three.&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;",
	    (size_t)(m - meetings), start, end,
	    m->keyword_at != 0 ? "Room 4 @webex" : "Room 4");
}

static void
get(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);
	const char *at = strstr(a->body, "<m:ItemIds>");
	unsigned long n;

	open_envelope(&b, "GetItem");
	while (at != NULL && (at = strstr(at, "ItemId Id=\"i")) != NULL) {
		at += strlen("ItemId Id=\"i");
		n = strtoul(at, NULL, 10);
		sim_stats.gets++;
		if (n >= meetings_n) {
			put_error(&b, "GetItem", "ErrorItemNotFound");
			continue;
		}
		open_ok(&b, "GetItem");
		meetings[n].gets++;
		put_item(&b, &meetings[n]);
		put(&b, "</m:GetItemResponseMessage>");
	}
	close_envelope(&b, "GetItem");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

static void
update(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);
	long n = number_after(a->body, "ItemId Id=\"i");
	long key = number_after(a->body, "ChangeKey=\"k");
	const char *body = strstr(a->body, "<t:Body "), *end;
	struct meeting *m;

	sim_stats.updates++;
	if (n < 0 || (size_t)n >= meetings_n || body == NULL) {
		refuse(c, "UpdateItem", "ErrorItemNotFound");
		return;
	}
	m = &meetings[n];
	if (key != (long)m->version) {
		sim_stats.conflicts++;
		refuse(c, "UpdateItem", "ErrorIrresolvableConflict");
		return;
	}
	body = strchr(body, '>') + 1;
	end = strstr(body, "</t:Body>");
	mem_free(m->body);
	m->body = try_strndup(body, end != NULL ? (size_t)(end - body) : 0);
	m->version++;
	m->updates++;
	m->seq = ++last_seq;
	open_envelope(&b, "UpdateItem");
	open_ok(&b, "UpdateItem");
	PUTF(&b,
	    "<m:Items><t:CalendarItem><t:ItemId Id=\"i%ld\" ChangeKey=\"k%u\"/>"
	    "</t:CalendarItem></m:Items><m:ConflictResults><t:Count>0</t:Count>"
	    "</m:ConflictResults></m:UpdateItemResponseMessage>",
	    n, m->version);
	close_envelope(&b, "UpdateItem");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
	work_decorated(m);
	ews_changed(m, "Modified");
}

static void
get_folder(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	open_envelope(&b, "GetFolder");
	open_ok(&b, "GetFolder");
	PUTF(&b,
	    "<m:Folders><t:CalendarFolder><t:FolderId Id=\"f%u\" "
	    "ChangeKey=\"k\"/></t:CalendarFolder></m:Folders>"
	    "</m:GetFolderResponseMessage>",
	    mailbox_of(a));
	close_envelope(&b, "GetFolder");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

/* Nobody is away; its message is not like the others'. */
static void
get_oof(struct conn *c, const struct ask *a)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	(void)a;
	PUTF(&b,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope "
	    "xmlns:s=\"" NS_S "\"><s:Header><h:ServerVersionInfo " VERSION
	    " xmlns:h=\"" NS_T "\"/></s:Header><s:Body xmlns:m=\"" NS_M
	    "\" xmlns:t=\"" NS_T "\"><m:%sResponse><m:ResponseMessage "
	    "ResponseClass=\"Success\"><m:ResponseCode>NoError"
	    "</m:ResponseCode></m:ResponseMessage><t:OofSettings><t:OofState>"
	    "Disabled</t:OofState></t:OofSettings></m:%sResponse></s:Body>"
	    "</s:Envelope>",
	    "GetUserOofSettings", "GetUserOofSettings");
	conn_answer(c, 200, "", &b);
	buf_clear(&b);
}

static void
convert_id(struct conn *c, const struct ask *a)
{
	(void)a;
	refuse(c, "ConvertId", "ErrorNonExistentMailbox");
}

void
ews_ask(struct conn *c, const struct ask *a)
{
	static const struct {
		const char *mark, *op;
		void (*fn)(struct conn *c, const struct ask *a);
	} ops[] = {
	    {"<m:GetItem>", "GetItem", get},
	    {"<m:UpdateItem ", "UpdateItem", update},
	    {"<m:SyncFolderItems>", "SyncFolderItems", sync},
	    {"<m:FindItem ", "FindItem", newest},
	    {"<m:Subscribe>", "Subscribe", subscribe},
	    {"<m:Unsubscribe>", "Unsubscribe", unsubscribe},
	    {"<m:GetStreamingEvents>", "GetStreamingEvents", stream},
	    {"<m:GetFolder>", "GetFolder", get_folder},
	    {"<m:ConvertId ", "ConvertId", convert_id},
	    {"<m:GetUserOofSettingsRequest>", "GetUserOofSettings", get_oof},
	};
	const struct buf none = BUF_INIT(1);
	size_t i;

	if (strcasestr(a->head, "\r\nAuthorization: Basic ") == NULL) {
		sim_stats.others++;
		conn_answer(
		    c, 401, "WWW-Authenticate: Basic realm=\"sim\"\r\n", &none);
		return;
	}
	if (sim_busy_ms > 0 ||
	    (!sim_unlimited && sim_stats.in_flight > SIM_CONCURRENT_MAX)) {
		if (sim_busy_ms == 0)
			sim_stats.over_concurrent++;
		fault_busy(c);
		return;
	}
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strstr(a->body, ops[i].mark) != NULL) {
			if (is_here(a))
				ops[i].fn(c, a);
			else
				refuse(c, ops[i].op, "ErrorNonExistentMailbox");
			return;
		}
	sim_stats.others++;
	conn_answer(c, 400, "", &none);
}
