/* connector.c - see connector.h. */
#include "config.h"

#include "backend/manager/connector.h"

#include <string.h>

#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

#define MODULE "hybridservices.c_mgmt"

static const char *const words[] = {"not-enabled", "starting", "running",
    "stopping", "stopped", "not-operational"};

void
connector_init(struct connector *c)
{
	memset(c, 0, sizeof(*c));
	connector_set(c, "starting", "");
}

void
connector_set(struct connector *c, const char *state, const char *reason)
{
	if (!str_eq(c->state, state)) {
		log_kv(LOG_L_INFO, MODULE, "Connector State", "From",
		    c->state[0] != '\0' ? c->state : NULL, "To", state,
		    "Reason", reason[0] != '\0' ? reason : NULL, NULL);
		c->since_s = clock_wall_s();
	}
	(void)str_copy(c->state, sizeof(c->state), state);
	(void)str_copy(c->reason, sizeof(c->reason), reason);
}

enum err
connector_report(struct connector *c, const struct msg_engine_state *m)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(words[i], m->state)) {
			connector_set(c, words[i], m->reason);
			c->rev_running = m->rev_running;
			return ERR_OK;
		}
	}
	return ERR_PROTO;
}
