#include "backend/engine/health.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/core/daemon.h"
#include "backend/core/ipc_loop.h"
#include "backend/core/notify.h"
#include "backend/engine/alarm.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/manager_alarm.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/timer.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_state.h"
#include "common/str.h"

#define STORE_BEATS 30 /* heartbeats between two looks at the store */
#define NETS_MISSING_MS 10000 /* until then they are only restarting */

static const char *const why_disabled = "The Calendar Connector is disabled.";
static const char *const why_no_record =
    "No Microsoft Exchange record is enabled.";
static const char *const why_store = "The database cannot be written.";
static const char *const why_no_net = "No network worker runs.";

struct health {
	struct engine *en;
	struct engine_meta meta; /* as told last */
	uint64_t last_revision;
	struct timer *beat, *missing;
	bool nets_missing;
	unsigned beats;
	bool store_bad;
	int64_t store_bad_s; /* since when */
};

static void
on_beat(void *arg)
{
	struct health *h = arg;

	notify_say("WATCHDOG=1");
	if (h->en->mgr != NULL &&
	    ipc_conn_send(h->en->mgr, IPC_HEARTBEAT, 0, NULL, -1) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Heartbeat Not Sent", NULL);
	manager_alarm_beat(h->en);
	if (++h->beats % STORE_BEATS == 0 || h->store_bad)
		health_check_store(h->en);
	timer_start(h->beat, DAEMON_BEAT_MS);
}

/* What could not be written while it was so is written now: that it was. */
static void
tell_of_gap(struct health *h)
{
	char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX], text[160];

	clock_iso(h->store_bad_s, from);
	clock_iso(clock_wall_s(), to);
	snprintf(text, sizeof(text),
	    "The database could not be written from %s to %s.", from, to);
	alarm_raise(h->en, ALARM_NOT_OPERATIONAL, "Database", "store", text);
}

void
health_check_store(struct engine *en)
{
	struct health *h = en->health;
	bool was = h->store_bad;
	struct errinfo ei = {ERR_OK, ""};

	if (h->meta.state[0] == '\0')
		return;
	h->store_bad =
	    store_engine_meta_put(en->store, &h->meta, &ei) != ERR_OK;
	if (h->store_bad && !was) {
		h->store_bad_s = clock_wall_s();
		log_kv(LOG_L_FATAL, ENGINE_MODULE, "Store Not Writable",
		    "Detail", ei.text, NULL);
	}
	if (was && !h->store_bad)
		tell_of_gap(h);
	if (was != h->store_bad)
		health_update(en);
}

static void
on_missing(void *arg)
{
	struct health *h = arg;

	h->nets_missing = net_pool_count(h->en->nets) == 0;
	health_update(h->en);
}

struct health *
health_new(struct engine *en)
{
	struct health *h = xalloc(sizeof(*h));
	struct errinfo ei;

	h->en = en;
	if (store_engine_meta(en->store, &h->meta, &ei) == ERR_OK)
		h->last_revision = h->meta.revision_running;
	h->meta.state[0] = '\0';
	h->beat = timer_new(en->loop, on_beat, h);
	timer_start(h->beat, 0);
	h->missing = timer_new(en->loop, on_missing, h);
	timer_start(h->missing, NETS_MISSING_MS);
	return h;
}

void
health_free(struct health *h)
{
	if (h == NULL)
		return;
	timer_free(h->beat);
	timer_free(h->missing);
	mem_free(h);
}

uint64_t
health_last_revision(const struct health *h)
{
	return h->last_revision;
}

static void
tell(struct health *h, const char *state, const char *reason, uint64_t rev)
{
	struct msg_engine_state m = {0};
	struct engine_meta *meta = &h->meta;
	bool changed = !str_eq(meta->state, state);
	struct errinfo ei;
	char text[24];

	if (!changed && str_eq(meta->reason, reason) &&
	    meta->revision_running == rev)
		return;
	if (changed)
		meta->since_s = clock_wall_s();
	(void)str_copy(meta->state, sizeof(meta->state), state);
	(void)str_copy(meta->reason, sizeof(meta->reason), reason);
	meta->revision_running = rev;
	if (store_engine_meta_put(h->en->store, meta, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	m.state = meta->state;
	m.reason = meta->reason;
	m.rev_running = rev;
	if (h->en->mgr != NULL &&
	    ipc_conn_send(h->en->mgr, IPC_ENGINE_STATE, 0, &m, -1) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "State Not Sent", NULL);
	snprintf(text, sizeof(text), "%" PRIu64, rev);
	if (changed)
		log_kv(LOG_L_INFO, ENGINE_MODULE, "Connector State", "State",
		    state, "Reason", *reason != '\0' ? reason : NULL,
		    "Revision", text, NULL);
}

void
health_update(struct engine *en)
{
	struct health *h = en->health;
	uint64_t rev = config_revision(en->config);
	bool enabled = config_is_enabled(en->config);
	bool has_record = config_has_enabled_record(en->config);
	bool has_net = net_pool_count(en->nets) > 0;

	if (enabled && rev != 0 && !has_record)
		alarm_raise(en, ALARM_NO_EXCHANGE, "", "", why_no_record);
	else if (rev != 0)
		alarm_lower(en, ALARM_NO_EXCHANGE, "");
	if (h->nets_missing)
		alarm_raise(en, ALARM_NOT_OPERATIONAL, "", "", why_no_net);
	else
		alarm_lower(en, ALARM_NOT_OPERATIONAL, "");
	if (h->store_bad)
		alarm_raise(
		    en, ALARM_NOT_OPERATIONAL, "Database", "store", why_store);
	else
		alarm_lower(en, ALARM_NOT_OPERATIONAL, "Database");

	if (rev == 0)
		tell(h, "starting", "", rev);
	else if (!enabled)
		tell(h, "not-enabled", "", rev);
	else if (!has_record)
		tell(h, "not-operational", why_no_record, rev);
	else if (h->store_bad)
		tell(h, "not-operational", why_store, rev);
	else if (h->nets_missing)
		tell(h, "not-operational", why_no_net, rev);
	else if (!has_net)
		tell(h, "starting", "", rev);
	else
		tell(h, "running", "", rev);
	users_run(en->users, enabled && has_record,
	    enabled ? why_no_record : why_disabled);
}

void
health_nets_changed(struct engine *en)
{
	struct health *h = en->health;

	if (net_pool_count(en->nets) > 0) {
		h->nets_missing = false;
		timer_stop(h->missing);
	} else if (!timer_is_set(h->missing)) {
		timer_start(h->missing, NETS_MISSING_MS);
	}
	health_update(en);
}

void
health_stopping(struct engine *en)
{
	tell(en->health, "stopping", "", config_revision(en->config));
}
