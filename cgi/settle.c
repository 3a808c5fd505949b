/* settle.c - stores what passed its test. */
#include "cgi/settle.h"

#include <stdio.h>

#include "cgi/ctl_client.h"
#include "cgi/page.h"
#include "common/log.h"
#include "common/store.h"
#include "common/store_exchange.h"

#define MODULE "hybridservices.web"

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

void
settle_drafts(struct web *w)
{
	struct errinfo ei = {ERR_OK, ""};
	uint64_t stamp = 0;
	size_t n = 0;
	char many[24];

	if (store_stamp(w->store, &stamp, NULL) != ERR_OK ||
	    stamp == w->settled)
		return;
	if (store_draft_settle(w->store, &n, &ei) != ERR_OK) {
		log_kv(LOG_L_WARN, MODULE, "Drafts Not Settled", "Detail",
		    ei.text, NULL);
		return;
	}
	w->settled = stamp;
	if (n == 0)
		return;
	(void)snprintf(many, sizeof(many), "%zu", n);
	log_kv(LOG_L_INFO, MODULE, "Drafts Stored", "Count", many, NULL);
	tell_engine(w);
}
