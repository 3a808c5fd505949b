/* store_setting.c - single values and connectors of config.db. */
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

#define KEY_MAX 64 /* bytes of a setting's key */
#define VALUE_MAX 65536 /* of its value */

enum err
store_setting_get(
    struct store *s, const char *key, char **value, struct errinfo *ei)
{
	char *v = NULL;
	struct sql q;
	bool row;
	enum err e;

	if ((e = sql_open(&q, s, SQL_SETTING_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, key);
	if ((e = sql_next(&q, &row)) == ERR_OK) {
		v = row ? sql_col_dup(&q) : try_strdup("");
		if ((e = q.e) == ERR_OK && v == NULL)
			e = err_set(
			    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	}
	sql_close(&q);
	if (e == ERR_OK)
		*value = v;
	return e;
}

static enum err
put_setting(struct store *s, const struct store_actor *who, const char *key,
    const char *value, struct errinfo *ei)
{
	char *was = NULL;
	struct sql q;
	enum err e;

	if ((e = store_setting_get(s, key, &was, ei)) != ERR_OK)
		return e;
	if (str_eq(was, value))
		goto out;
	e = sql_open(
	    &q, s, value[0] == '\0' ? SQL_SETTING_DELETE : SQL_SETTING_PUT, ei);
	if (e != ERR_OK)
		goto out;
	sql_text(&q, key);
	if (value[0] != '\0')
		sql_text(&q, value);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "setting", key, NULL, was, value, ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
out:
	mem_free(was);
	return e;
}

enum err
store_setting_put(struct store *s, const struct store_actor *who,
    const char *key, const char *value, struct errinfo *ei)
{
	enum err e;

	if (key[0] == '\0' || strlen(key) > KEY_MAX)
		return err_set(ei, ERR_ARG,
		    "A setting's name has 1 to %d bytes.", KEY_MAX);
	if (strlen(value) > VALUE_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "A setting has at most %d bytes.", VALUE_MAX);
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_setting(s, who, key, value, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_setting_put_all(struct store *s, const struct store_actor *who,
    const char *const *key, const char *const *value, size_t n,
    struct errinfo *ei)
{
	enum err e;
	size_t i;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	for (i = 0; i < n && e == ERR_OK; i++)
		e = put_setting(s, who, key[i], value[i], ei);
	return store_tx_end(s, e, ei);
}

enum err
store_connector_enabled(
    struct store *s, const char *name, bool *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_CONNECTOR_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, name);
	if ((e = sql_one(&q, "There is no such connector.")) == ERR_OK)
		*out = sql_col_flag(&q);
	sql_close(&q);
	return e;
}

static enum err
set_connector(struct store *s, const struct store_actor *who, const char *name,
    bool enabled, struct errinfo *ei)
{
	bool was;
	struct sql q;
	enum err e;

	if ((e = store_connector_enabled(s, name, &was, ei)) != ERR_OK)
		return e;
	if (was == enabled)
		return ERR_OK;
	if ((e = sql_open(&q, s, SQL_CONNECTOR_SET, ei)) != ERR_OK)
		return e;
	sql_int(&q, enabled);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	sql_text(&q, name);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(s, who, "connector", name, "enabled",
		    was ? "yes" : "no", enabled ? "yes" : "no", ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
	return e;
}

enum err
store_connector_set(struct store *s, const struct store_actor *who,
    const char *name, bool enabled, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = set_connector(s, who, name, enabled, ei);
	return store_tx_end(s, e, ei);
}
