/* verb_connector.c - the Calendar Connector: on, off, anew. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/store_admin.h"

#define NAME "calendar"
#define POLL_MS 100

/* Until the manager says one of these states, or the time is over. */
static int
wait_for_state(struct ctl *c, const char *a, const char *b)
{
	struct errinfo ei = {ERR_OK, ""};
	uint64_t until = clock_mono_ms() + c->args.wait_s * 1000;
	struct msg_empty none;
	struct msg_status s;
	bool there = false;
	enum err e;

	memset(&none, 0, sizeof(none));
	for (;;) {
		memset(&s, 0, sizeof(s));
		e = manager_call(c, IPC_STATUS_GET, &none, IPC_STATUS, &s, &ei);
		there =
		    e == ERR_OK && (str_eq(s.state, a) || str_eq(s.state, b));
		if (there || clock_mono_ms() >= until)
			break;
		msg_status_free(&s);
		manager_pause_ms(POLL_MS);
	}
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "state", "Calendar Connector", s.state);
	out_str(&c->out, "reason", NULL, s.reason);
	if (!there)
		ctl_say("The connector is %s after %llu s%s%s", s.state,
		    (unsigned long long)c->args.wait_s,
		    s.reason[0] == '\0' ? "." : ": ", s.reason);
	msg_status_free(&s);
	return there ? EXIT_DONE : EXIT_FAILED;
}

static int
switch_to(struct ctl *c, bool on)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	int code;

	e = store_connector_set(c->store, &c->actor, NAME, on, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((code = manager_apply(c)) != EXIT_DONE || c->args.wait_s == 0)
		return code;
	return on ? wait_for_state(c, "running", "running")
		  : wait_for_state(c, "not-enabled", "stopped");
}

int
verb_connector_enable(struct ctl *c)
{
	return switch_to(c, true);
}

int
verb_connector_disable(struct ctl *c)
{
	return switch_to(c, false);
}

int
verb_connector_restart(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_empty none, ok;
	enum err e;

	memset(&none, 0, sizeof(none));
	memset(&ok, 0, sizeof(ok));
	e = manager_call(c, IPC_CONNECTOR_RESTART, &none, IPC_OK, &ok, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, true);
	if (c->args.wait_s == 0)
		return EXIT_DONE;
	return wait_for_state(c, "running", "not-enabled");
}
