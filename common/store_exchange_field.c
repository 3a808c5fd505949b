/* store_exchange_field.c - an Exchange record in memory: fields by name,
 * checks.  Touches no database. */
#include <string.h>

#include "common/alloc.h"
#include "common/settings.h"
#include "common/store_exchange.h"
#include "common/store_exchange_field.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

#define TEXT(f)                                         \
	{                                               \
#f, false, offsetof(struct exchange, f) \
	}
#define FLAG(f)                                        \
	{                                              \
#f, true, offsetof(struct exchange, f) \
	}

static const struct exchange_field fields[] = {
    TEXT(display_name),
    TEXT(account),
    TEXT(type),
    FLAG(use_proxy),
    FLAG(enabled),
    FLAG(auth_ntlm),
    FLAG(auth_kerberos),
    FLAG(auth_basic),
    FLAG(tls_verify),
    TEXT(scheduling_email),
    TEXT(discovery),
    TEXT(address),
    FLAG(scp_enabled),
    TEXT(ad_domain),
    TEXT(ad_site),
    TEXT(ad_server),
    TEXT(query_mode),
    FLAG(ldap_tls_verify),
    TEXT(email),
    TEXT(password_max_days),
};

#define FIELDS_N (sizeof fields / sizeof fields[0])

const struct exchange_field *
exchange_field_at(size_t i)
{
	return i < FIELDS_N ? &fields[i] : NULL;
}

static const struct exchange_field *
field_find(const char *key)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++)
		if (str_eq(fields[i].key, key))
			return &fields[i];
	return NULL;
}

static char **
text_of(const struct exchange *x, const struct exchange_field *f)
{
	return (char **)(void *)((char *)(uintptr_t)x + f->offset);
}

static bool *
flag_of(const struct exchange *x, const struct exchange_field *f)
{
	return (bool *)(void *)((char *)(uintptr_t)x + f->offset);
}

void
exchange_init(struct exchange *x)
{
	const struct setting *row;
	size_t i;

	memset(x, 0, sizeof *x);
	for (i = 0; i < FIELDS_N; i++) {
		row = setting_find("exchange", fields[i].key);
		if (row == NULL)
			fatal("settings.def: no exchange.%s", fields[i].key);
		if (fields[i].is_flag)
			*flag_of(x, &fields[i]) = str_eq(row->def, "yes");
		else
			*text_of(x, &fields[i]) = xstrdup(row->def);
	}
	x->id = xstrdup("");
	x->bound_to = xstrdup("");
	x->changed_by = xstrdup("");
}

void
exchange_clear(struct exchange *x)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++)
		if (!fields[i].is_flag)
			mem_free(*text_of(x, &fields[i]));
	mem_free(x->id);
	mem_free(x->bound_to);
	mem_free(x->changed_by);
	mem_free(x->box.p);
	memset(x, 0, sizeof *x);
}

void
exchange_list_clear(struct exchange_list *l)
{
	STORE_LIST_CLEAR(l, exchange_clear);
}

enum err
exchange_copy(struct exchange *to, const struct exchange *from)
{
	struct exchange x = *from;
	bool ok;
	size_t i;

	x.id = try_strdup(from->id);
	x.bound_to = try_strdup(from->bound_to);
	x.changed_by = try_strdup(from->changed_by);
	x.box.p = from->box.n == 0 ? NULL : try_alloc(from->box.n);
	ok = x.id != NULL && x.bound_to != NULL && x.changed_by != NULL &&
	     (x.box.p != NULL || from->box.n == 0);
	for (i = 0; i < FIELDS_N; i++) {
		if (fields[i].is_flag)
			continue;
		*text_of(&x, &fields[i]) =
		    try_strdup(*text_of(from, &fields[i]));
		ok = ok && *text_of(&x, &fields[i]) != NULL;
	}
	if (!ok) {
		exchange_clear(&x);
		return ERR_NOMEM;
	}
	if (from->box.n > 0)
		memcpy(x.box.p, from->box.p, from->box.n);
	*to = x;
	return ERR_OK;
}

const char *
exchange_get(const struct exchange *x, const char *key)
{
	const struct exchange_field *f = field_find(key);

	if (f == NULL)
		return NULL;
	if (f->is_flag)
		return *flag_of(x, f) ? "yes" : "no";
	return *text_of(x, f);
}

enum err
exchange_set(
    struct exchange *x, const char *key, const char *value, struct errinfo *ei)
{
	const struct exchange_field *f = field_find(key);
	const struct setting *row = setting_find("exchange", key);
	char *copy;
	enum err e;

	if (f == NULL || row == NULL)
		return err_set(ei, ERR_NOTFOUND,
		    "An Exchange record has no field \"%s\".", key);
	/* Text is kept as it was typed, for a form to show it again;
	 * exchange_check() judges it. */
	if (row->kind == SETTING_B || row->kind == SETTING_CHOICE)
		if ((e = setting_check(row, value, ei)) != ERR_OK)
			return ERR_ARG;
	if (f->is_flag) {
		*flag_of(x, f) = str_eq(value, "yes");
		return ERR_OK;
	}
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	mem_free(*text_of(x, f));
	*text_of(x, f) = copy;
	return ERR_OK;
}

/* Rules of one field: may it be empty, does it fit its kind. */
static const char *
check_field(const struct exchange *x, const struct exchange_field *f,
    struct errinfo *ei)
{
	const char *v = exchange_get(x, f->key);

	if (!str_is_utf8(v, strlen(v)))
		return "This is not valid UTF-8 text.";
	if (setting_check(setting_find("exchange", f->key), v, ei) != ERR_OK)
		return ei->text;
	if (v[0] != '\0')
		return NULL;
	if (str_eq(f->key, "account"))
		return "Enter the username.";
	if (str_eq(f->key, "display_name"))
		return "Enter a display name.";
	if (str_eq(f->key, "address") && str_eq(x->discovery, "direct"))
		return "Enter the address of the Exchange server, or choose "
		       "Autodiscover.";
	if (str_eq(f->key, "ad_domain") && x->scp_enabled &&
	    str_eq(x->discovery, "autodiscover"))
		return "Enter the Active Directory domain, or turn the SCP "
		       "record lookup off.";
	return NULL;
}

size_t
exchange_check(const struct exchange *x, exchange_problem_fn fn, void *arg)
{
	struct errinfo ei;
	const char *text;
	size_t i, n = 0;

	for (i = 0; i < FIELDS_N; i++) {
		text = check_field(x, &fields[i], &ei);
		if (text == NULL && str_eq(fields[i].key, "auth_ntlm") &&
		    !x->auth_kerberos && !x->auth_ntlm && !x->auth_basic)
			text = "Choose at least one.";
		if (text == NULL)
			continue;
		n++;
		if (fn != NULL)
			fn(arg, fields[i].key, text);
	}
	return n;
}

void
exchange_field_bind(struct sql *q, const struct exchange *x)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++) {
		if (fields[i].is_flag)
			sql_int(q, *flag_of(x, &fields[i]));
		else
			sql_text(q, *text_of(x, &fields[i]));
	}
	sql_blob(q, x->box.p, x->box.n);
	sql_text(q, x->bound_to);
	sql_int(q, x->created_s);
	sql_int(q, x->changed_s);
}

void
exchange_field_read(struct sql *q, struct exchange *x)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++) {
		if (fields[i].is_flag)
			*flag_of(x, &fields[i]) = sql_col_flag(q);
		else
			*text_of(x, &fields[i]) = sql_col_dup(q);
	}
	sql_col_bytes(q, &x->box);
	x->bound_to = sql_col_dup(q);
	x->created_s = sql_col_int(q);
	x->changed_s = sql_col_int(q);
}

bool
exchange_field_retest(const struct exchange *a, const struct exchange *b)
{
	const struct setting *row;
	size_t i;

	for (i = 0; i < FIELDS_N; i++) {
		row = setting_find("exchange", fields[i].key);
		if (row != NULL && row->effect == SETTING_RETEST &&
		    !str_eq(exchange_get(a, fields[i].key),
			exchange_get(b, fields[i].key)))
			return true;
	}
	return false;
}
