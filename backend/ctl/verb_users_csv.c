/* verb_users_csv.c - users as a CSV file: out, looked at, and in. */
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/store_user.h"
#include "common/user_csv.h"
#include "common/user_import.h"

int
verb_users_export(struct ctl *c)
{
	const char *find = c->words_n > 0 ? c->words[0] : "";
	const char *state = c->args.state == NULL ? "" : c->args.state;
	struct buf b = BUF_INIT(OUT_MAX / 2);
	struct user_list l = {NULL, 0, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	e = store_user_list(c->store, find, state, 0, SIZE_MAX, &l, &ei);
	if (e == ERR_OK)
		e = user_csv_put_head(&b);
	for (i = 0; i < l.n && e == ERR_OK; i++)
		e = user_csv_put(&b, &l.v[i]);
	if (e == ERR_OK) {
		out_int(&c->out, "total", NULL, (int64_t)l.n);
		out_str(&c->out, "csv", NULL, buf_str(&b));
		out_text(&c->out, "%s", buf_str(&b));
	}
	user_list_clear(&l);
	buf_clear(&b);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static enum err
plan_file(struct ctl *c, struct user_import *m, struct errinfo *ei)
{
	struct buf b = BUF_INIT(USER_CSV_MAX + 1);
	const char *path = c->words[0];
	enum err e;

	e = str_eq(path, "-") ? fd_slurp(STDIN_FILENO, "standard input", &b, ei)
			      : file_slurp(path, &b, ei);
	if (e == ERR_OK)
		e = user_import_plan(m, c->store, buf_str(&b), b.len, ei);
	buf_clear(&b);
	return e;
}

static void
print_problems(struct out *o, const struct user_import *m)
{
	size_t i;

	out_rows(o, "problems");
	for (i = 0; i < m->problems_n; i++) {
		out_row(o);
		out_int(o, "line", "LINE", (int64_t)m->problems[i].line);
		out_str(o, "address", "ADDRESS", m->problems[i].address);
		out_str(o, "text", "PROBLEM", m->problems[i].text);
	}
	out_rows_end(o, "No problems.");
}

static void
print_rows(struct out *o, const struct user_import *m)
{
	static const char *const words[] = {"add", "change", "same", "disable"};
	size_t i;

	out_rows(o, "users");
	for (i = 0; i < m->n; i++) {
		const struct import_row *r = &m->v[i];

		if (r->effect == IMPORT_SAME)
			continue;
		out_row(o);
		out_int(o, "line", "LINE", (int64_t)r->line);
		out_str(o, "effect", "EFFECT", words[r->effect]);
		out_str(o, "address", "ADDRESS", r->user.address);
		out_str(o, "changes", "FIELDS", r->changes);
	}
	out_rows_end(o, "Nothing to change.");
}

static void
print_counts(struct out *o, const struct user_import *m)
{
	out_int(o, "added", NULL, (int64_t)m->count[IMPORT_ADD]);
	out_int(o, "changed", NULL, (int64_t)m->count[IMPORT_CHANGE]);
	out_int(o, "same", NULL, (int64_t)m->count[IMPORT_SAME]);
	out_strs(
	    o, "ignored_columns", "Columns that say nothing here", &m->ignored);
	out_text(o, "Add %zu, change %zu, as they are %zu.\n",
	    m->count[IMPORT_ADD], m->count[IMPORT_CHANGE],
	    m->count[IMPORT_SAME]);
}

static int
take_file(struct ctl *c, bool apply)
{
	struct errinfo ei = {ERR_OK, ""};
	struct user_import m = {.n = 0};
	int code = EXIT_DONE;
	enum err e;

	if ((e = plan_file(c, &m, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	print_counts(&c->out, &m);
	if (!apply)
		print_rows(&c->out, &m);
	if (m.problems_total > 0 || !apply)
		print_problems(&c->out, &m);
	if (m.problems_total > 0) {
		ctl_say("%zu problems; nothing was changed.", m.problems_total);
		code = EXIT_FAILED;
	} else if (apply) {
		e = user_import_apply(&m, c->store, &c->actor, &ei);
		code = e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
	}
	user_import_clear(&m);
	return code;
}

int
verb_users_preview(struct ctl *c)
{
	return take_file(c, false);
}

int
verb_users_import(struct ctl *c)
{
	return take_file(c, true);
}
