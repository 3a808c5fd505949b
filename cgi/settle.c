/* settle.c - stores what passed its test, and whom the directory named. */
#include "cgi/settle.h"

#include <stdio.h>

#include "cgi/ctl_client.h"
#include "cgi/page.h"
#include "common/clock.h"
#include "common/directory_plan.h"
#include "common/log.h"
#include "common/store.h"
#include "common/store_exchange.h"

#define MODULE "hybridservices.web"
#define AGAIN_MS 30000 /* after what failed */

static void
tell_engine(struct web *w)
{
	struct errinfo ei = {ERR_OK, ""};
	uint64_t rev = 0, running = 0;

	if (store_revision(w->store, &rev, &ei) == ERR_OK &&
	    ctl_client_config_changed(w->ctl, rev, &running, &ei) == ERR_OK)
		return;
	/* Nothing is lost: the engine compares revisions by itself. */
	log_kv(LOG_L_INFO, MODULE, "Engine Not Told", "Detail", ei.text, NULL);
}

static bool
is_good(enum err e, const char *event, const struct errinfo *ei)
{
	if (e != ERR_OK)
		log_kv(LOG_L_WARN, MODULE, event, "Detail", ei->text, NULL);
	return e == ERR_OK;
}

void
settle_drafts(struct web *w)
{
	struct errinfo ei = {ERR_OK, ""};
	uint64_t stamp = 0;
	bool did = false, good;
	size_t n = 0;
	char many[24];

	if (clock_mono_ms() < w->settle_after_ms ||
	    store_stamp(w->store, &stamp, NULL) != ERR_OK ||
	    stamp == w->settled)
		return;
	good = is_good(
	    store_draft_settle(w->store, &n, &ei), "Drafts Not Settled", &ei);
	good = is_good(dir_plan_settle(w->store, &did, &ei),
		   "Directory Not Settled", &ei) &&
	       good;
	if (good)
		w->settled = stamp;
	else
		w->settle_after_ms = clock_mono_ms() + AGAIN_MS;
	if (n == 0 && !did)
		return;
	(void)snprintf(many, sizeof(many), "%zu", n);
	log_kv(LOG_L_INFO, MODULE, "Settled", "Drafts", many, "Directory",
	    did ? "yes" : "no", NULL);
	tell_engine(w);
}
