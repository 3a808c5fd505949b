#include "backend/engine/proxy_test.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/ca_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/own_fault.h"
#include "backend/engine/steps.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/report.h"
#include "common/str.h"
#include "common/valid.h"

#define GRACE_MS 10000 /* beyond what net was given */
#define WORKER_POLL_MS 25
#define WORKER_WAIT_MS 5000
#define HTTPS_PORT 443

/* The parts of the way, in their order. */
enum part { PART_NAME, PART_TCP, PART_CONNECT, PART_SERVER, PART__MAX };

static const char *const titles[PART__MAX] = {
    [PART_NAME] = "Name of the proxy",
    [PART_TCP] = "Connection to the proxy",
    [PART_CONNECT] = "CONNECT through the proxy",
    [PART_SERVER] = "Server behind the proxy",
};
static const char *const good[PART__MAX] = {
    [PART_NAME] = "The address is known.",
    [PART_TCP] = "The proxy accepts connections.",
    [PART_CONNECT] = "The proxy lets this host through to the server.",
    [PART_SERVER] = "The server answers over a secure connection.",
};

struct proxy_test {
	struct proxy_tests *all;
	char id[PROXY_TEST_ID_LEN + 1]; /* "": free */
	struct msg_report report;
	struct steps steps;
	unsigned step; /* that runs, or 0 */
	char host[VALID_HOST_MAX + 1];
	uint32_t port, net_id;
	struct net_call *call;
	uint64_t since_ms;
};

struct proxy_tests {
	struct engine *en;
	struct timer *timer; /* starts the one that runs */
	struct proxy_test *running; /* one at a time; NULL: none */
	struct proxy_test v[PROXY_TESTS_KEPT];
	unsigned next; /* the oldest */
};

static void
test_clear(struct proxy_test *t)
{
	net_call_cancel(t->call);
	msg_report_free(&t->report);
	memset(t, 0, sizeof(*t));
}

void
proxy_tests_free(struct proxy_tests *pt)
{
	size_t i;

	if (pt == NULL)
		return;
	for (i = 0; i < PROXY_TESTS_KEPT; i++)
		test_clear(&pt->v[i]);
	timer_free(pt->timer);
	mem_free(pt);
}

/* Where on the way a failure is. */
static enum part
part_of(const char *failure)
{
	static const struct {
		const char *failure;
		enum part part;
	} rows[] = {
	    {"proxy-none", PART_NAME},
	    {"proxy-name", PART_NAME},
	    {"proxy-password-stored", PART_NAME},
	    {"worker-died", PART_NAME},
	    {"cancelled", PART_NAME},
	    {"proxy-connect", PART_TCP},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eq(rows[i].failure, failure))
			return rows[i].part;
	return str_has_prefix(failure, "proxy-") ? PART_CONNECT : PART_SERVER;
}

/* The server behind it was reached, whatever page it has there. */
static bool
is_answer(const struct msg_evidence *ev)
{
	return ev->http_status != 0;
}

static void
finish(struct proxy_test *t, unsigned state)
{
	char took[16];

	t->report.duration_ms =
	    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	t->report.state = state;
	t->all->running = NULL;
	timer_stop(t->all->timer);
	snprintf(took, sizeof(took), "%u", t->report.duration_ms);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Proxy Test Ended", "JobId", t->id,
	    "Subject", t->report.subject, "Result", step_state_name(state),
	    "TookMs", took, NULL);
}

/* Each part up to the one that failed, which has the evidence. */
static void
tell(struct proxy_test *t, const struct msg_evidence *ev)
{
	bool ok = ev->code == (uint32_t)ERR_OK || is_answer(ev);
	enum part stop = ok ? PART__MAX : part_of(ev->failure);
	unsigned i;

	for (i = 0; i < PART__MAX; i++) {
		if (t->step == 0)
			t->step = steps_begin(&t->steps, 0, titles[i]);
		if (i == stop) {
			steps_outcome(&t->steps, t->step, STEP_FAILED, ev, "");
		} else if (i < stop) {
			if (i == PART_SERVER)
				steps_evidence(&t->steps, t->step, ev);
			steps_end(&t->steps, t->step, STEP_OK, good[i]);
		} else {
			steps_end(&t->steps, t->step, STEP_SKIPPED,
			    "An earlier step failed.");
		}
		t->step = 0;
	}
	finish(t, ok ? STEP_OK : STEP_FAILED);
}

static void
fail(struct proxy_test *t, const char *failure, const char *text)
{
	struct msg_evidence ev;

	own_fault_fill(&ev, failure, text);
	tell(t, &ev);
	msg_evidence_free(&ev);
}

static void
on_answer(
    void *arg, enum err e, enum ipc_type type, void *msg, const char *text)
{
	struct proxy_test *t = arg;
	const struct msg_pox_result *m = msg;

	(void)type;
	t->call = NULL;
	if (e == ERR_OK)
		ca_watch_saw(t->all->en->cas, &m->ev);
	if (e == ERR_OK)
		tell(t, &m->ev);
	else
		fail(t, "worker-died", text);
}

static enum err
send_it(struct proxy_test *t)
{
	char url[VALID_HOST_MAX + 64], email[1] = "";
	struct msg_pox_job m = {0};

	snprintf(url, sizeof(url),
	    strchr(t->host, ':') == NULL ? "https://%s:%u/"
					 : "https://[%s]:%u/",
	    t->host, (unsigned)t->port);
	m.via.use_proxy = true;
	m.via.tls_verify = true;
	m.via.timeout_ms = PROXY_TEST_TIMEOUT_MS;
	m.url = url;
	m.email = email;
	m.no_auth = true;
	return net_call_start(&t->call, t->all->en->nets, t->net_id, IPC_POX,
	    &m, PROXY_TEST_TIMEOUT_MS + GRACE_MS, on_answer, t);
}

static void
on_timer(void *arg)
{
	struct proxy_tests *pt = arg;
	struct proxy_test *t = pt->running;

	if (t == NULL)
		return;
	if (net_pool_pick(pt->en->nets, &t->net_id)) {
		if (send_it(t) != ERR_OK)
			fail(t, "worker-died",
			    "The network worker cannot be asked.");
	} else if (clock_mono_ms() - t->since_ms < WORKER_WAIT_MS) {
		timer_start(pt->timer, WORKER_POLL_MS);
	} else {
		fail(t, "worker-died", "No network worker runs.");
	}
}

struct proxy_tests *
proxy_tests_new(struct engine *en)
{
	struct proxy_tests *pt = xalloc(sizeof(*pt));

	pt->en = en;
	pt->timer = timer_new(en->loop, on_timer, pt);
	return pt;
}

enum err
proxy_test_start(struct proxy_tests *pt, const struct msg_proxy_test *m,
    char *id, struct errinfo *ei)
{
	struct proxy_test *t = &pt->v[pt->next];
	char subject[512];
	enum err e;

	if (pt->running != NULL)
		return err_set(ei, ERR_BUSY,
		    "A test of the proxy runs already. Wait until it has "
		    "ended.");
	if ((e = valid_address(m->host, ei)) != ERR_OK)
		return e;
	if (m->port > 65535)
		return err_set(ei, ERR_ARG, "A port is at most 65535.");
	pt->next = (pt->next + 1) % PROXY_TESTS_KEPT;
	test_clear(t);
	str_random_hex(t->id, PROXY_TEST_ID_LEN / 2);
	(void)str_copy(id, PROXY_TEST_ID_LEN + 1, t->id);
	(void)str_copy(t->host, sizeof(t->host), m->host);
	t->port = m->port != 0 ? m->port : HTTPS_PORT;
	t->all = pt;
	t->since_ms = clock_mono_ms();
	text_fit(subject, sizeof(subject), "Connector Proxy, %s", t->host);
	steps_open(&t->steps, &t->report, t->id, subject);
	t->step = steps_begin(&t->steps, 0, titles[PART_NAME]);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Proxy Test Started", "JobId", t->id,
	    "Subject", subject, NULL);
	pt->running = t;
	timer_start(pt->timer, 0);
	return ERR_OK;
}

static struct proxy_test *
find(struct proxy_tests *pt, const char *id)
{
	size_t i;

	for (i = 0; i < PROXY_TESTS_KEPT; i++)
		if (pt->v[i].id[0] != '\0' && str_eq(pt->v[i].id, id))
			return &pt->v[i];
	return NULL;
}

const struct msg_report *
proxy_test_report(struct proxy_tests *pt, const char *id)
{
	struct proxy_test *t = find(pt, id);

	if (t == NULL)
		return NULL;
	if (pt->running == t)
		t->report.duration_ms =
		    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	return &t->report;
}

enum err
proxy_test_cancel(struct proxy_tests *pt, const char *id)
{
	struct proxy_test *t = find(pt, id);

	if (t == NULL)
		return ERR_NOTFOUND;
	if (pt->running == t) {
		net_call_cancel(t->call);
		t->call = NULL;
		fail(t, "cancelled", "");
	}
	return ERR_OK;
}
