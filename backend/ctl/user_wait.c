/* user_wait.c - --wait of the users verbs. */
#include "backend/ctl/user_wait.h"

#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/store_state.h"
#include "common/store_user.h"

#define POLL_MS 20 /* short states are to be seen too */

/* FNV-1a over what the connector keeps of a mailbox. */
static uint64_t
mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;

	for (; n > 0; n--)
		h = (h ^ *b++) * UINT64_C(1099511628211);
	return h;
}

uint64_t
user_wait_mark(struct ctl *c, const struct strlist *who)
{
	uint64_t h = UINT64_C(14695981039346656037);
	struct mailbox_list l = {NULL, 0};
	size_t i;

	if (store_mailbox_all(c->store, &l, NULL) != ERR_OK)
		return h;
	for (i = 0; i < l.n; i++) {
		const struct mailbox *m = &l.v[i];

		if (!strlist_has(who, m->address))
			continue;
		h = mix(h, m->state, strlen(m->state));
		h = mix(h, &m->since_s, sizeof(m->since_s));
		h = mix(h, &m->next_try_s, sizeof(m->next_try_s));
		h = mix(h, &m->tries, sizeof(m->tries));
	}
	mailbox_list_clear(&l);
	return h == 0 ? 1 : h;
}

/* Of one user: has it come to rest, and where it should? */
static enum err
look(struct ctl *c, const char *address, bool enabled, bool *rests, bool *good,
    struct errinfo *ei)
{
	struct mailbox_list l = {NULL, 0};
	struct user u;
	enum err e;
	size_t i;

	if ((e = store_user_find(c->store, address, &u, ei)) != ERR_OK)
		return e;
	if (enabled) {
		*good = str_eq(u.state, "subscribed");
		*rests = *good || str_eq(u.state, "error");
		user_clear(&u);
		return ERR_OK;
	}
	user_clear(&u);
	/* A user that is not enabled reads "disabled" at once; what the
	 * connector still does is in its own table. */
	if ((e = store_mailbox_all(c->store, &l, ei)) != ERR_OK)
		return e;
	*good = true;
	for (i = 0; i < l.n; i++)
		if (str_caseeq(l.v[i].address, address))
			*good = str_eq(l.v[i].state, "disabled");
	*rests = *good;
	mailbox_list_clear(&l);
	return ERR_OK;
}

static enum err
look_at_all(struct ctl *c, const struct strlist *who, bool enabled, bool *rests,
    bool *good, struct errinfo *ei)
{
	bool r, g;
	enum err e;
	size_t i;

	*rests = *good = true;
	for (i = 0; i < who->n; i++) {
		if ((e = look(c, who->v[i], enabled, &r, &g, ei)) != ERR_OK)
			return e;
		*rests = *rests && r;
		*good = *good && g;
	}
	return ERR_OK;
}

static enum err
print_states(struct ctl *c, const struct strlist *who, struct errinfo *ei)
{
	struct user u;
	enum err e;
	size_t i;

	out_rows(&c->out, "users");
	for (i = 0; i < who->n; i++) {
		if ((e = store_user_find(c->store, who->v[i], &u, ei)) !=
		    ERR_OK)
			return e;
		out_row(&c->out);
		out_str(&c->out, "address", "ADDRESS", u.address);
		out_str(&c->out, "state", "STATE", u.state);
		out_str(&c->out, "failure", NULL, u.failure);
		out_str(&c->out, "reason", "REASON", u.reason);
		user_clear(&u);
	}
	out_rows_end(&c->out, "");
	return ERR_OK;
}

int
user_wait(
    struct ctl *c, const struct strlist *who, bool enabled, uint64_t since)
{
	uint64_t until = clock_mono_ms() + c->args.wait_s * 1000;
	struct errinfo ei = {ERR_OK, ""};
	bool rests = false, good = false, moved = false;
	enum err e;

	for (;;) {
		e = look_at_all(c, who, enabled, &rests, &good, &ei);
		if (e != ERR_OK)
			return ctl_fail(c, e, &ei);
		moved = moved || user_wait_mark(c, who) != since;
		rests = rests && (good || moved);
		if (rests || clock_mono_ms() >= until)
			break;
		manager_pause_ms(POLL_MS);
	}
	if ((e = print_states(c, who, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if (!rests)
		ctl_say("Not all of them are there after %llu s.",
		    (unsigned long long)c->args.wait_s);
	return good ? EXIT_DONE : EXIT_FAILED;
}
