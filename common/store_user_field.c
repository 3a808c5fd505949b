/* store_user_field.c - a user in memory: fields by name, checks.  Touches no
 * database. */
#include <string.h>

#include "common/alloc.h"
#include "common/settings.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_user.h"
#include "common/store_user_field.h"
#include "common/str.h"

/* In the order of the columns.  `enabled` is the one flag. */
static const struct user_field {
	const char *key;
	size_t offset;
} fields[] = {
    {"address", offsetof(struct user, address)},
    {"name", offsetof(struct user, name)},
    {"enabled", offsetof(struct user, enabled)},
    {"room_link", offsetof(struct user, room_link)},
    {"room_number", offsetof(struct user, room_number)},
    {"room_video", offsetof(struct user, room_video)},
    {"language", offsetof(struct user, language)},
};

#define FIELDS_N (sizeof fields / sizeof fields[0])

static bool
is_flag(const struct user_field *f)
{
	return f->offset == offsetof(struct user, enabled);
}

static char **
text_of(const struct user *u, const struct user_field *f)
{
	return (char **)(void *)((char *)(uintptr_t)u + f->offset);
}

void
user_init(struct user *u)
{
	size_t i;

	memset(u, 0, sizeof *u);
	for (i = 0; i < FIELDS_N; i++)
		if (!is_flag(&fields[i]))
			*text_of(u, &fields[i]) = xstrdup("");
	mem_free(u->language);
	u->language = xstrdup("meeting");
	u->directory = xstrdup("");
	u->changed_by = xstrdup("");
	u->state = xstrdup("disabled");
	u->failure = xstrdup("");
	u->reason = xstrdup("");
	u->exchange_id = xstrdup("");
}

void
user_clear(struct user *u)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++)
		if (!is_flag(&fields[i]))
			mem_free(*text_of(u, &fields[i]));
	mem_free(u->directory);
	mem_free(u->changed_by);
	mem_free(u->state);
	mem_free(u->failure);
	mem_free(u->reason);
	mem_free(u->exchange_id);
	memset(u, 0, sizeof *u);
}

void
user_list_clear(struct user_list *l)
{
	STORE_LIST_CLEAR(l, user_clear);
}

static const struct user_field *
field_find(const char *key)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++)
		if (str_eq(fields[i].key, key))
			return &fields[i];
	return NULL;
}

const char *
user_get(const struct user *u, const char *key)
{
	const struct user_field *f = field_find(key);

	if (f == NULL)
		return NULL;
	if (is_flag(f))
		return u->enabled ? "yes" : "no";
	return *text_of(u, f);
}

enum err
user_set(struct user *u, const char *key, const char *value, struct errinfo *ei)
{
	const struct user_field *f = field_find(key);
	char *copy;

	if (f == NULL)
		return err_set(
		    ei, ERR_NOTFOUND, "A user has no field \"%s\".", key);
	if (is_flag(f)) {
		if (setting_bool(value, &u->enabled) == ERR_OK)
			return ERR_OK;
		return err_set(ei, ERR_ARG, "Write yes or no.");
	}
	if (value[0] == '\0' && str_eq(key, "language"))
		value = setting_find("user", key)->def;
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	mem_free(*text_of(u, f));
	*text_of(u, f) = copy;
	return ERR_OK;
}

size_t
user_check(const struct user *u, user_problem_fn fn, void *arg)
{
	struct errinfo ei;
	const char *text, *v;
	size_t i, n = 0;

	for (i = 0; i < FIELDS_N; i++) {
		v = user_get(u, fields[i].key);
		text = NULL;
		if (!str_is_utf8(v, strlen(v)))
			text = "This is not valid UTF-8 text.";
		else if (setting_check(setting_find("user", fields[i].key), v,
			     &ei) != ERR_OK)
			text = ei.text;
		else if (i == 0 && v[0] == '\0')
			text = "Enter the e-mail address.";
		if (text == NULL)
			continue;
		n++;
		if (fn != NULL)
			fn(arg, fields[i].key, text);
	}
	return n;
}

void
user_field_read(struct sql *q, struct user *u)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++) {
		if (is_flag(&fields[i]))
			u->enabled = sql_col_flag(q);
		else
			*text_of(u, &fields[i]) = sql_col_dup(q);
	}
}

void
user_field_bind(struct sql *q, const struct user *u)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++) {
		if (is_flag(&fields[i]))
			sql_int(q, u->enabled);
		else
			sql_text(q, *text_of(u, &fields[i]));
	}
}

const char *
user_field_key(size_t i)
{
	return i < FIELDS_N ? fields[i].key : NULL;
}
