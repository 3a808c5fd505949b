/* verb_directory.c - users out of the directory: what is searched for, what
 * that would change, and doing it now. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/directory_plan.h"
#include "common/directory_set.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/settings.h"
#include "common/store_directory.h"
#include "common/store_exchange.h"

#define POLL_MS 200

/* The name of the record for its id, which stays where there is none. */
static void
show_set(struct ctl *c, const struct dir_set *d)
{
	struct exchange x;
	enum dir_key k;

	memset(&x, 0, sizeof(x));
	if (d->v[DIR_EXCHANGE][0] == '\0' ||
	    store_exchange_get(c->store, d->v[DIR_EXCHANGE], &x, NULL) !=
		ERR_OK)
		exchange_init(&x);
	out_str(&c->out, "exchange", dir_setting(DIR_EXCHANGE)->label,
	    exchange_get(&x, "display_name"));
	exchange_clear(&x);
	for (k = DIR_BASE; k < DIR__MAX; k++)
		out_str(
		    &c->out, dir_key_name(k), dir_setting(k)->label, d->v[k]);
}

static void
show_run(struct out *o, const struct dir_run *r)
{
	const struct failure *f = failure_find(r->failure);

	out_str(o, "run", NULL, r->id);
	out_str(o, "run_state", "Last search", r->state);
	out_str(o, "run_by", "Asked by", r->asked_by);
	out_time(o, "run_started", "Started", r->started_s);
	out_time(o, "run_ended", NULL, r->ended_s);
	out_str(o, "run_server", "Domain controller", r->server);
	out_int(o, "run_found", "Entries found", r->found_n);
	out_int(o, "run_unusable", "Without an address", r->unusable_n);
	out_flag(o, "run_is_cut", NULL, r->is_cut);
	out_str(o, "run_failure", NULL, r->failure);
	out_str(o, "run_problem", "Problem", f != NULL ? f->title : "");
	out_str(o, "run_detail", "Detail", r->detail);
	out_str(o, "run_todo", "To do", f != NULL ? f->todo : "");
}

static void
show_done(struct out *o, const struct dir_done *d)
{
	out_str(o, "result", "Result", d->result);
	out_time(o, "result_at", "Carried out", d->at_s);
	out_int(o, "added", "Added", d->added_n);
	out_int(o, "changed", "Changed", d->changed_n);
	out_int(o, "disabled", "Disabled", d->disabled_n);
	out_int(o, "problems_n", "Entries that are no users", d->problems_n);
	out_str(o, "why", "Why", d->why);
}

int
verb_directory_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_set d = {{NULL}};
	struct dir_done done;
	struct dir_run r;
	enum err e;

	memset(&r, 0, sizeof(r));
	if ((e = dir_set_load(c->store, &d, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	show_set(c, &d);
	out_time(&c->out, "next_run", "Next run",
	    dir_set_next_s(&d, clock_wall_s()));
	e = store_dir_run_last(c->store, &r, &ei);
	if (e == ERR_OK)
		show_run(&c->out, &r);
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = store_dir_done_get(c->store, &done, &ei);
	if (e == ERR_OK && done.run_id[0] != '\0')
		show_done(&c->out, &done);
	dir_run_clear(&r);
	dir_set_clear(&d);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static void
problem(void *arg, enum dir_key k, const char *text)
{
	ctl_problem(arg, dir_key_name(k), text);
}

/* exchange=NAME is stored as its id. */
static enum err
put(struct ctl *c, struct dir_set *d, const char *key, const char *value,
    struct errinfo *ei)
{
	enum dir_key k = dir_key_of(key);
	struct exchange x;
	enum err e;

	memset(&x, 0, sizeof(x));
	if (k == DIR__MAX) {
		ctl_problem(c, key, "There is no such setting.");
		return ERR_OK;
	}
	if (k != DIR_EXCHANGE || value[0] == '\0')
		return dir_set_put(d, k, value);
	e = store_exchange_find(c->store, value, &x, ei);
	if (e == ERR_NOTFOUND) {
		ctl_problem(c, key, "There is no such Exchange record.");
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = dir_set_put(d, k, x.id);
	exchange_clear(&x);
	return e;
}

/* What is stored, with what was typed in its place. */
static int
take_set(struct ctl *c, struct dir_set *d)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	e = dir_set_load(c->store, d, &ei);
	for (i = 0; i < c->args.keys.n && e == ERR_OK; i++)
		e = put(c, d, c->args.keys.v[i], c->args.values.v[i], &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	(void)dir_set_check(d, problem, c);
	return ctl_problems_end(c);
}

int
verb_directory_set(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_set d = {{NULL}};
	enum err e;
	int code;

	if (c->args.keys.n == 0)
		return ctl_refuse(
		    c, EXIT_USAGE, "say what to change, as key=value");
	if ((code = take_set(c, &d)) == EXIT_DONE) {
		e = dir_set_store(c->store, &c->actor, &d, &ei);
		code = e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
	}
	dir_set_clear(&d);
	return code;
}

/* Has the engine search, and waits until it has. */
static enum err
search(struct ctl *c, const struct dir_set *d, struct dir_run *out,
    struct errinfo *ei)
{
	struct buf text = BUF_INIT(DIR_TEXT_MAX);
	uint64_t until = clock_mono_ms() + c->args.timeout_s * 1000;
	struct msg_dir_ask m = {.apply = d == NULL, .by = c->who};
	struct msg_job_ref ref = {NULL};
	enum err e = ERR_OK;

	if (d != NULL && (e = dir_set_write(d, &text)) == ERR_OK)
		m.settings = text.p;
	if (e == ERR_OK)
		e = manager_call(
		    c, IPC_DIRECTORY, &m, IPC_DIRECTORY_ASKED, &ref, ei);
	while (e == ERR_OK) {
		e = store_dir_run_get(c->store, ref.job_id, out, ei);
		if (e != ERR_OK || !str_eq(out->state, "running"))
			break;
		dir_run_clear(out);
		if (clock_mono_ms() >= until)
			e = err_set(ei, ERR_TIMEOUT,
			    "The search has not ended after %llu s.",
			    (unsigned long long)c->args.timeout_s);
		else
			manager_pause_ms(POLL_MS);
	}
	msg_job_ref_free(&ref);
	buf_clear(&text);
	return e;
}

/* What went wrong as the error of the command. */
static enum err
judge(const struct dir_run *r, struct errinfo *ei)
{
	const struct failure *f = failure_find(r->failure);

	if (str_eq(r->state, "found"))
		return ERR_OK;
	return err_set(ei, f != NULL ? f->code : ERR_PROTO, "%s. %s",
	    f != NULL ? f->title : "The directory could not be searched",
	    r->detail);
}

static void
print_plan(struct out *o, const struct dir_plan *p)
{
	static const char *const words[] = {"add", "change", "same", "disable"};
	const struct user_import *m = &p->m;
	size_t i;

	out_int(o, "added", "Add", (int64_t)m->count[IMPORT_ADD]);
	out_int(o, "changed", "Change", (int64_t)m->count[IMPORT_CHANGE]);
	out_int(o, "disabled", "Disable", (int64_t)m->count[IMPORT_DISABLE]);
	out_int(o, "same", "As they are", (int64_t)m->count[IMPORT_SAME]);
	out_int(o, "gone", "Not found any more", (int64_t)p->gone_n);
	out_flag(o, "held", NULL, p->is_held);
	out_str(o, "why", "Would be held", p->why);
	out_rows(o, "users");
	for (i = 0; i < m->n; i++) {
		const struct import_row *r = &m->v[i];

		if (r->effect == IMPORT_SAME || r->is_bad)
			continue;
		out_row(o);
		out_str(o, "effect", "EFFECT", words[r->effect]);
		out_str(o, "address", "ADDRESS", r->user.address);
		out_str(o, "name", "NAME", r->user.name);
		out_str(o, "changes", "FIELDS", r->changes);
	}
	out_rows_end(o, "Nothing to change.");
	out_rows(o, "problems");
	for (i = 0; i < m->problems_n; i++) {
		out_row(o);
		out_str(o, "address", "ADDRESS", m->problems[i].address);
		out_str(o, "text", "PROBLEM", m->problems[i].text);
	}
	out_rows_end(o, "No problems.");
}

int
verb_directory_preview(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_plan p = {.gone_n = 0};
	struct dir_set d = {{NULL}};
	struct dir_run r;
	enum err e;
	int code;

	memset(&r, 0, sizeof(r));
	if ((code = take_set(c, &d)) != EXIT_DONE) {
		dir_set_clear(&d);
		return code;
	}
	if ((e = search(c, &d, &r, &ei)) == ERR_OK &&
	    (e = judge(&r, &ei)) == ERR_OK &&
	    (e = dir_plan_make(&p, c->store, &r, &d, &ei)) == ERR_OK) {
		show_run(&c->out, &r);
		print_plan(&c->out, &p);
	}
	dir_plan_clear(&p);
	dir_run_clear(&r);
	dir_set_clear(&d);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_directory_run(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct dir_done done = {.at_s = 0};
	struct dir_run r;
	bool did;
	enum err e;
	int code;

	memset(&r, 0, sizeof(r));
	/* A web worker may carry it out just as well. */
	if ((e = search(c, NULL, &r, &ei)) == ERR_OK &&
	    (e = judge(&r, &ei)) == ERR_OK &&
	    (e = dir_plan_settle(c->store, &did, &ei)) == ERR_OK &&
	    (e = store_dir_done_get(c->store, &done, &ei)) == ERR_OK) {
		show_run(&c->out, &r);
		show_done(&c->out, &done);
	}
	dir_run_clear(&r);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	code = manager_apply(c);
	if (str_eq(done.result, "done"))
		return code;
	ctl_say("Nothing was changed: %s", done.why);
	return EXIT_FAILED;
}
