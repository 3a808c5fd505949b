/* manager_link.c - the control socket, as calconnctl uses it. */
#include "backend/ctl/manager_link.h"

#include <string.h>
#include <time.h>

#include "backend/ctl/ctl.h"
#include "common/clock.h"
#include "common/ipc_client.h"

#define APPLY_POLL_MS 50

void
manager_close(struct ctl *c)
{
	if (c->client != NULL)
		ipc_client_close(c->client);
	c->client = NULL;
}

enum err
manager_patience(struct ctl *c, unsigned ms, struct errinfo *ei)
{
	enum err e = ERR_OK;

	if (c->client == NULL &&
	    (e = ipc_client_open(&c->client, c->conf.control_socket,
		 "calconnctl", ei)) != ERR_OK)
		c->client = NULL;
	else
		ipc_client_set_timeout(c->client, ms);
	return e;
}

enum err
manager_call(struct ctl *c, enum ipc_type t, const void *msg,
    enum ipc_type want, void *answer, struct errinfo *ei)
{
	enum err e;

	if (c->client == NULL) {
		e = ipc_client_open(
		    &c->client, c->conf.control_socket, "calconnctl", ei);
		if (e != ERR_OK) {
			c->client = NULL;
			return e;
		}
	}
	e = ipc_client_call(c->client, t, msg, want, answer, ei);
	/* After these the connection is of no more use. */
	if (e == ERR_GONE || e == ERR_TIMEOUT || e == ERR_PROTO ||
	    e == ERR_SYS || e == ERR_CONNECT)
		manager_close(c);
	return e;
}

void
manager_pause_ms(unsigned ms)
{
	struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000L};

	(void)nanosleep(&t, NULL);
}

static enum err
tell(struct ctl *c, uint64_t rev, uint64_t *running, struct errinfo *ei)
{
	struct msg_revision msg = {.rev = rev}, answer;
	enum err e;

	memset(&answer, 0, sizeof(answer));
	e = manager_call(
	    c, IPC_CONFIG_CHANGED, &msg, IPC_CONFIG_RUNNING, &answer, ei);
	if (e == ERR_OK)
		*running = answer.rev;
	msg_revision_free(&answer);
	return e;
}

int
manager_apply(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	const char *notice = "";
	uint64_t rev = 0, running = 0;
	uint64_t until = clock_mono_ms() + APPLY_WAIT_MS;
	enum err e;

	if ((e = store_revision(c->store, &rev, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	for (;;) {
		e = tell(c, rev, &running, &ei);
		if (e == ERR_CONNECT || (e == ERR_OK && running >= rev) ||
		    clock_mono_ms() >= until)
			break;
		manager_pause_ms(APPLY_POLL_MS);
	}
	if (e == ERR_CONNECT)
		notice = "Saved. The manager does not run; this takes effect "
			 "when it starts.";
	else if (e != ERR_OK || running < rev)
		notice = "Saved, not yet in effect.";
	out_flag(&c->out, "ok", NULL, true);
	out_int(&c->out, "revision", NULL, (int64_t)rev);
	out_flag(&c->out, "in_effect", NULL, notice[0] == '\0');
	out_str(&c->out, "notice", NULL, notice);
	if (notice[0] != '\0')
		ctl_say("%s", notice);
	return EXIT_DONE;
}
