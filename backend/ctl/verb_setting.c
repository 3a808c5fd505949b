/* verb_setting.c - single values of this host. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/alloc.h"
#include "common/settings.h"
#include "common/store_admin.h"

static const struct setting *
find_row(struct ctl *c, const char *key, int *code)
{
	const struct setting *row = setting_find("system", key);

	if (row == NULL)
		*code = ctl_refuse(c, EXIT_USAGE,
		    "there is no setting \"%s\"; calconnctl setting list "
		    "names them",
		    key);
	return row;
}

static enum err
get_value(struct ctl *c, const struct setting *row, char **value,
    bool *is_default, struct errinfo *ei)
{
	enum err e;

	if ((e = store_setting_get(c->store, row->key, value, ei)) != ERR_OK)
		return e;
	*is_default = (*value)[0] == '\0';
	if (*is_default) {
		mem_free(*value);
		*value = xstrdup(row->def);
	}
	return ERR_OK;
}

int
verb_setting_list(struct ctl *c)
{
	const struct setting *row = NULL;
	struct errinfo ei = {ERR_OK, ""};
	char *value = NULL;
	bool is_default;
	enum err e;

	out_rows(&c->out, "settings");
	while ((row = setting_next("system", row)) != NULL) {
		e = get_value(c, row, &value, &is_default, &ei);
		if (e != ERR_OK)
			return ctl_fail(c, e, &ei);
		out_row(&c->out);
		out_str(&c->out, "key", "KEY", row->key);
		out_str(&c->out, "value", "VALUE", value);
		out_flag(&c->out, "is_default", "DEFAULT", is_default);
		out_str(&c->out, "help", "HELP", row->help);
		mem_free(value);
	}
	out_rows_end(&c->out, "");
	return EXIT_DONE;
}

int
verb_setting_get(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	const struct setting *row;
	char *value = NULL;
	bool is_default;
	int code = EXIT_DONE;
	enum err e;

	if ((row = find_row(c, c->words[0], &code)) == NULL)
		return code;
	if ((e = get_value(c, row, &value, &is_default, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "key", NULL, row->key);
	out_str(&c->out, "value", NULL, value);
	out_flag(&c->out, "is_default", NULL, is_default);
	out_text(&c->out, "%s\n", value);
	mem_free(value);
	return EXIT_DONE;
}

int
verb_setting_set(struct ctl *c)
{
	const char *value = c->words_n > 1 ? c->words[1] : "";
	struct errinfo ei = {ERR_OK, ""};
	const struct setting *row;
	int code = EXIT_DONE;
	enum err e;

	if ((row = find_row(c, c->words[0], &code)) == NULL)
		return code;
	if (value[0] != '\0' && setting_check(row, value, &ei) != ERR_OK) {
		ctl_problem(c, row->key, ei.text);
		return ctl_problems_end(c);
	}
	e = store_setting_put(c->store, &c->actor, row->key, value, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
