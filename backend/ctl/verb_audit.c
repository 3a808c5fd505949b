/* verb_audit.c - the configuration log, and whether it is what was written. */
#include "backend/ctl/ctl.h"
#include "common/store_admin.h"
#include "common/store_audit.h"

int
verb_log_config(struct ctl *c)
{
	struct config_log_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	if ((e = store_config_log_find(c->store,
		 c->words_n > 0 ? c->words[0] : "", (size_t)c->args.offset,
		 (size_t)c->args.limit, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "log");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		out_time(&c->out, "at", "TIME", l.v[i].at_s);
		out_str(&c->out, "who", "WHO", l.v[i].who);
		out_str(&c->out, "origin", "FROM", l.v[i].origin);
		out_str(&c->out, "item", "ITEM", l.v[i].item);
		out_str(&c->out, "old", "OLD", l.v[i].old_value);
		out_str(&c->out, "new", "NEW", l.v[i].new_value);
	}
	out_rows_end(&c->out, "Nothing was changed yet.");
	config_log_list_clear(&l);
	return EXIT_DONE;
}

int
verb_audit_verify(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct out *o = &c->out;
	struct audit a;
	enum err e;

	if ((e = store_audit_verify(c->store, &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(o, "whole", "Whole", a.is_whole);
	out_int(o, "rows", "Rows", a.rows_n);
	out_int(o, "rows_before", NULL, a.before_n);
	if (a.is_whole) {
		out_str(o, "last_hash", "Newest hash", a.last);
		return EXIT_DONE;
	}
	out_int(o, "bad_row", "Row", a.bad_id);
	out_str(o, "why", "Why", a.why);
	ctl_say("calconnctl: the configuration log was altered at row %lld. %s",
	    (long long)a.bad_id, a.why);
	return EXIT_FAILED;
}
