/* verb_exchange.c - Exchange records: list, show, delete, test. */
#include <stdio.h>
#include <string.h>

#include "backend/ctl/conn_test.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/alloc.h"
#include "common/settings.h"
#include "common/store_exchange.h"
#include "common/store_next.h"
#include "common/store_report.h"

int
verb_exchange_list(struct ctl *c)
{
	struct exchange_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	if ((e = store_exchange_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "exchange");
	for (i = 0; i < l.n; i++) {
		const struct exchange *x = &l.v[i];

		out_row(&c->out);
		out_str(&c->out, "id", NULL, x->id);
		out_str(
		    &c->out, "display_name", "DISPLAY NAME", x->display_name);
		out_str(&c->out, "type", "TYPE", x->type);
		out_flag(&c->out, "enabled", "ENABLED", x->enabled);
		out_str(&c->out, "account", "USERNAME", x->account);
		out_str(&c->out, "discovery", "DISCOVERY", x->discovery);
		out_flag(&c->out, "password_set", NULL, x->box.n > 0);
		out_time(&c->out, "password_set_at", "PASSWORD SET",
		    x->password_set_s);
		out_time(&c->out, "tested", "TESTED", x->tested_s);
	}
	out_rows_end(&c->out, "No Exchange record is stored.");
	exchange_list_clear(&l);
	return EXIT_DONE;
}

static void
show_record(struct out *o, const struct exchange *x)
{
	const struct setting *row = NULL;
	const char *v;

	out_str(o, "id", NULL, x->id);
	while ((row = setting_next("exchange", row)) != NULL) {
		if (row->kind == SETTING_P) {
			out_flag(
			    o, "password_set", "Password stored", x->box.n > 0);
			continue;
		}
		v = exchange_get(x, row->key);
		if (row->kind == SETTING_B)
			out_flag(o, row->key, row->label, str_eq(v, "yes"));
		else
			out_str(o, row->key, row->label, v);
	}
	out_time(o, "password_set_at", "Password set", x->password_set_s);
	out_time(o, "tested", "Last passed test", x->tested_s);
	out_time(o, "created", "Created", x->created_s);
	out_time(o, "changed", "Changed", x->changed_s);
	out_str(o, "changed_by", "Changed by", x->changed_by);
	out_int(o, "rev", NULL, (int64_t)x->rev);
}

static void
show_next(struct ctl *c, const struct exchange *x)
{
	struct exchange_next n;
	bool passed = false;
	int64_t at_s = 0;

	memset(&n, 0, sizeof(n));
	if (store_next_get(c->store, x->id, &n, NULL) != ERR_OK)
		return;
	if (store_next_tested(c->store, &n, &passed, &at_s, NULL) != ERR_OK)
		passed = false;
	out_str(&c->out, "next_account", "Next account", n.account);
	out_time(&c->out, "next_entered", "Next entered", n.entered_s);
	out_str(&c->out, "next_entered_by", "Next entered by", n.entered_by);
	out_time(&c->out, "next_tested", "Next tested", at_s);
	out_flag(&c->out, "next_passed", "Its test passed", passed);
	exchange_next_clear(&n);
}

/* The newest test that the engine kept. */
static void
show_report(struct ctl *c, const struct exchange *x)
{
	int64_t at_s = 0;
	bool passed = false;
	char *json = NULL;

	if (store_report_get(
		c->store, x->id, NULL, &at_s, &passed, &json, NULL) != ERR_OK)
		return;
	out_time(&c->out, "report_at", "Newest test", at_s);
	out_flag(&c->out, "report_passed", "It passed", passed);
	out_raw(&c->out, "report", json);
	mem_free(json);
}

int
verb_exchange_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct exchange x;
	enum err e;

	if ((e = store_exchange_find(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	show_record(&c->out, &x);
	show_next(c, &x);
	show_report(c, &x);
	exchange_clear(&x);
	return EXIT_DONE;
}

int
verb_exchange_delete(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct exchange x;
	enum err e;

	if ((e = store_exchange_find(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_exchange_delete(c->store, &c->actor, x.id, &ei);
	exchange_clear(&x);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

static void
check_addresses(struct ctl *c)
{
	const struct strlist *l = &c->args.addresses;
	const struct setting *row = setting_find("exchange", "email");
	char text[128];
	size_t i;

	if (l->n > REPORT_TREES_MAX) {
		(void)snprintf(text, sizeof(text),
		    "At most %d addresses are tested at once.",
		    REPORT_TREES_MAX);
		ctl_problem(c, "email", text);
	}
	for (i = 0; i < l->n; i++) {
		struct errinfo why = {ERR_OK, ""};

		if (l->v[i][0] == '\0')
			ctl_problem(c, "email", "Give an address to test.");
		else if (setting_check(row, l->v[i], &why) != ERR_OK)
			ctl_problem(c, "email", why.text);
	}
}

int
verb_exchange_test(struct ctl *c)
{
	struct conn_target what = {"", "", NULL, &c->args.addresses};
	struct errinfo ei = {ERR_OK, ""};
	struct conn_reports l;
	struct exchange x;
	enum err e;
	int code;

	check_addresses(c);
	if ((code = ctl_problems_end(c)) != EXIT_DONE)
		return code;
	if ((e = store_exchange_find(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	what.record_id = x.id;
	e = conn_test_run(c, &what, &l, &ei);
	exchange_clear(&x);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, conn_test_passed(&l));
	conn_test_print(c, &l);
	code = conn_test_passed(&l) ? EXIT_DONE : EXIT_FAILED;
	conn_reports_clear(&l);
	return code;
}
