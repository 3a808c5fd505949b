/* verb_store.c - the databases as a whole, for calconn-pkg(8). */
#include <stdio.h>

#include "backend/ctl/ctl.h"
#include "common/store_admin.h"
#include "common/store_copy.h"

#define PATH_LEN 4096
#define NEWER_MAX 1000 /* changes that are listed */

int
verb_store_copy(struct ctl *c)
{
	const struct store_paths from = {c->conf.config_db, c->conf.state_db};
	char config[PATH_LEN], state[PATH_LEN];
	const struct store_paths to = {config, state};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	int n;

	n = snprintf(
	    config, sizeof(config), "%s/config/config.db", c->words[0]);
	(void)snprintf(state, sizeof(state), "%s/state/state.db", c->words[0]);
	if (n < 0 || n >= PATH_LEN)
		e = err_set(&ei, ERR_TOOBIG, "The path is too long.");
	else
		e = store_copy(&from, &to, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, true);
	return EXIT_DONE;
}

int
verb_store_newer(struct ctl *c)
{
	struct config_log_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	int64_t last = 0;
	size_t i;
	enum err e;

	e = store_copy_last_change(c->words[0], &last, &ei);
	if (e == ERR_OK)
		e = store_config_log(c->store, 0, NEWER_MAX, &l, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "changes");
	for (i = 0; i < l.n && l.v[i].id > last; i++) {
		out_row(&c->out);
		out_time(&c->out, "at", "When", l.v[i].at_s);
		out_str(&c->out, "who", "Who", l.v[i].who);
		out_str(&c->out, "item", "What", l.v[i].item);
		out_str(&c->out, "new", "Now", l.v[i].new_value);
	}
	out_rows_end(&c->out, "No change would be lost.");
	config_log_list_clear(&l);
	return EXIT_DONE;
}
