/* verb_conferencing.c - conferencing services: TMS and others. */
#include <stdio.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/password.h"
#include "backend/ctl/job_report.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/str.h"

int
verb_conferencing_types(struct ctl *c)
{
	const struct confer_type *t;
	const struct setting *s;
	size_t i;

	out_rows(&c->out, "fields");
	for (i = 0; (t = confer_type_at(i)) != NULL; i++)
		for (s = NULL; (s = setting_next(t->type, s)) != NULL;) {
			out_row(&c->out);
			out_str(&c->out, "type", "Type", t->type);
			out_str(&c->out, "label", NULL, t->label);
			out_str(&c->out, "key", "Key", s->key);
			out_str(&c->out, "field", "Field", s->label);
			out_flag(&c->out, "needed", "Needed",
			    confer_type_needs(t, s->key));
			out_str(&c->out, "help", NULL, s->help);
		}
	out_rows_end(&c->out, "There are no types.");
	return EXIT_DONE;
}

int
verb_conferencing_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct confer_list l;
	enum err e;
	size_t i;

	if ((e = store_confer_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "services");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		out_str(&c->out, "id", NULL, l.v[i].id);
		out_str(&c->out, "display_name", "Name", confer_name(&l.v[i]));
		out_str(&c->out, "type", "Type", l.v[i].type->type);
		out_str(&c->out, "host", "Server", confer_host(&l.v[i]));
		out_time(&c->out, "changed", "Changed", l.v[i].changed_s);
	}
	out_rows_end(&c->out, "There are no conferencing services.");
	confer_list_clear(&l);
	return EXIT_DONE;
}

static void
print_bookings(struct ctl *c, const struct booking_list *b)
{
	size_t i;

	out_rows(&c->out, "bookings");
	for (i = 0; i < b->n; i++) {
		out_row(&c->out);
		out_str(&c->out, "mailbox", "Organizer", b->v[i].mailbox);
		out_str(&c->out, "subject", "Subject", b->v[i].subject);
		out_time(&c->out, "start", "Start", b->v[i].start_s);
		out_str(&c->out, "state", "State", b->v[i].state);
		out_str(&c->out, "external_id", NULL, b->v[i].external_id);
		out_str(&c->out, "why", NULL, b->v[i].why);
	}
	out_rows_end(&c->out, "No coming meeting is booked with it.");
}

static void
print_service(struct ctl *c, const struct confer *x)
{
	size_t i;

	out_str(&c->out, "id", NULL, x->id);
	out_str(&c->out, "type", "Type", x->type->type);
	for (i = 0; i < x->n; i++) {
		const struct setting *s = x->v[i].row;

		if (s->kind == SETTING_P) {
			char key[80];

			(void)snprintf(key, sizeof(key), "has_%s", s->key);
			out_flag(&c->out, key, s->label, x->v[i].box.n > 0);
		} else {
			out_str(&c->out, s->key, s->label, x->v[i].value);
		}
	}
	out_time(&c->out, "changed", "Changed", x->changed_s);
	out_str(&c->out, "changed_by", "Changed by", x->changed_by);
}

int
verb_conferencing_show(struct ctl *c)
{
	struct booking_list b = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	struct confer x;
	enum err e;

	if ((e = store_confer_get(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_booking_of(c->store, x.id, clock_wall_s(), &b, &ei);
	if (e == ERR_OK) {
		print_service(c, &x);
		print_bookings(c, &b);
	}
	booking_list_clear(&b);
	confer_clear(&x);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

#define SECRETS_MAX 4 /* of one type */

/* The secrets that this command takes, as they were given: a line each, in
 * the order of the fields.  An empty one leaves what is stored. */
struct given {
	struct ctl *c;
	const struct setting *rows[SECRETS_MAX];
	struct secret texts[SECRETS_MAX];
	size_t n;
	bool is_given;
};

static void
given_init(struct given *g, struct ctl *c, const struct confer *x)
{
	size_t i;

	memset(g, 0, sizeof(*g));
	g->c = c;
	for (i = 0; i < x->n && g->n < SECRETS_MAX; i++)
		if (x->v[i].row->kind == SETTING_P)
			g->rows[g->n++] = x->v[i].row;
}

static void
given_clear(struct given *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		secret_clear(&g->texts[i]);
}

/* The second line is there where the first was. */
static enum err
given_read(struct given *g, struct errinfo *ei)
{
	char prompt[80];
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < g->n && e == ERR_OK && (i == 0 || g->is_given); i++) {
		(void)snprintf(
		    prompt, sizeof(prompt), "%s: ", g->rows[i]->label);
		e = password_read(
		    g->c, false, prompt, &g->texts[i], &g->is_given, ei);
	}
	return e;
}

static bool
secret_given(void *arg, const char *key)
{
	const struct given *g = arg;
	size_t i;

	for (i = 0; i < g->n; i++)
		if (str_eq(g->rows[i]->key, key))
			return g->is_given &&
			       (g->n == 1 || g->texts[i].len > 0);
	return false;
}

static void
problem(void *arg, const char *key, const char *text)
{
	ctl_problem(((struct given *)arg)->c, key, text);
}

static void
take_fields(struct given *g, struct confer *x)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ctl *c = g->c;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (confer_set(x, c->args.keys.v[i], c->args.values.v[i],
			&ei) != ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	(void)confer_check(x, secret_given, problem, g);
}

static enum err
seal(struct given *g, size_t at, struct confer *x, struct errinfo *ei)
{
	const char *key = g->rows[at]->key;
	unsigned char pk[SEAL_PK_LEN], box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = seal_pk_load(g->c->conf.seal_pk, pk, ei)) != ERR_OK ||
	    (e = confer_binding(x, key, binding, sizeof(binding), ei)) !=
		ERR_OK ||
	    (e = seal_box(pk, binding, &g->texts[at], box, &n, ei)) != ERR_OK)
		return e;
	return confer_give_box(x, key, box, n, clock_wall_s(), ei);
}

/* A stored secret is used only with what it was entered for. */
static void
refuse_unbound(struct given *g, const struct confer *x)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (x->v[i].box.n > 0 && !secret_given(g, x->v[i].row->key) &&
		    !confer_is_bound(x, x->v[i].row->key))
			ctl_problem(g->c, x->v[i].row->key,
			    "Give this again (--password-stdin): the stored "
			    "one is used only with the server and account it "
			    "was entered for.");
}

static enum err
take_secrets(struct given *g, struct confer *x, struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < g->n; i++) {
		const struct setting *row = g->rows[i];

		if (!secret_given(g, row->key))
			continue;
		if (g->texts[i].len == 0)
			ctl_problem(g->c, row->key, "This cannot be empty.");
		else if (setting_check(row, secret_peek(&g->texts[i]), ei) !=
			 ERR_OK)
			ctl_problem(g->c, row->key, ei->text);
	}
	for (i = 0; i < g->n && e == ERR_OK && g->c->problems_n == 0; i++)
		if (secret_given(g, g->rows[i]->key))
			e = seal(g, i, x, ei);
	return e;
}

static int
save(struct ctl *c, struct confer *x)
{
	struct errinfo ei = {ERR_OK, ""};
	struct given g;
	enum err e;
	int code;

	given_init(&g, c, x);
	if ((e = given_read(&g, &ei)) == ERR_OK) {
		take_fields(&g, x);
		e = take_secrets(&g, x, &ei);
	}
	if (e == ERR_OK)
		refuse_unbound(&g, x);
	if (e != ERR_OK)
		code = ctl_fail(c, e, &ei);
	else if ((code = ctl_problems_end(c)) == EXIT_DONE) {
		e = store_confer_put(c->store, &c->actor, x, &ei);
		code = e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
	}
	given_clear(&g);
	confer_clear(x);
	return code;
}

int
verb_conferencing_add(struct ctl *c)
{
	const struct confer_type *t = confer_type_find(c->words[0]);
	struct confer x;

	if (t == NULL)
		return ctl_refuse(c, EXIT_USAGE,
		    "there is no such type; see calconnctl conferencing types");
	confer_init(&x, t);
	return save(c, &x);
}

int
verb_conferencing_edit(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct confer x;
	enum err e;

	if (c->args.keys.n == 0 && (c->args.given & O_PASSWORD) == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to change, as key=value, or give a password");
	if ((e = store_confer_get(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	return save(c, &x);
}

static bool
says_booked(const struct ctl *c)
{
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (str_eq(c->args.keys.v[i], "booked"))
			return str_eq(c->args.values.v[i], "yes");
	return false;
}

int
verb_conferencing_delete(struct ctl *c)
{
	struct booking_list b = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	struct confer x;
	enum err e;

	if ((e = store_confer_get(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_booking_of(c->store, x.id, clock_wall_s(), &b, &ei);
	if (e == ERR_OK && b.n > 0 && !says_booked(c)) {
		print_bookings(c, &b);
		e = err_set(&ei, ERR_ARG,
		    "%zu coming meetings are booked with it; they stay booked "
		    "there. Say booked=yes to delete it all the same.",
		    b.n);
	} else if (e == ERR_OK) {
		e = store_confer_delete(c->store, &c->actor, x.id, &ei);
	}
	booking_list_clear(&b);
	confer_clear(&x);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_conferencing_test(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_confer_ref m;
	struct msg_job_ref job;
	struct msg_report r;
	struct confer x;
	int code = EXIT_DONE;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&r, 0, sizeof(r));
	if ((e = store_confer_get(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	m.confer_id = x.id;
	e = manager_call(c, IPC_CONFER_TEST, &m, IPC_CONFER_TESTING, &job, &ei);
	if (e == ERR_OK && (e = job_follow(c, &job, &r, &ei)) == ERR_OK)
		code = job_print(c, &r);
	msg_report_free(&r);
	msg_job_ref_free(&job);
	confer_clear(&x);
	return e == ERR_OK ? code : ctl_fail(c, e, &ei);
}
