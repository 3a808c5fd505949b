/* store_admin.c - administrator accounts. */
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

#define ADMIN_NAME_MAX 128 /* bytes */

static const char *const role_names[ROLE__MAX] = {
    [ROLE_NONE] = "none",
    [ROLE_AUDITOR] = "auditor",
    [ROLE_READ_ONLY] = "read-only",
    [ROLE_READ_WRITE] = "read-write",
};

const char *
role_name(enum role r)
{
	return (unsigned)r < ROLE__MAX ? role_names[r] : "none";
}

enum role
role_parse(const char *s)
{
	int r;

	for (r = ROLE_AUDITOR; r < ROLE__MAX; r++)
		if (str_eq(role_names[r], s))
			return (enum role)r;
	return ROLE_NONE;
}

void
admin_clear(struct admin *a)
{
	mem_free(a->name);
	mem_free(a->pwhash);
	memset(a, 0, sizeof *a);
}

void
admin_list_clear(struct admin_list *l)
{
	STORE_LIST_CLEAR(l, admin_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct admin *a = row;
	char role[32];

	a->id = sql_col_int(q);
	a->name = sql_col_dup(q);
	sql_col_copy(q, role, sizeof role);
	a->role = role_parse(role);
	a->pwhash = sql_col_dup(q);
	a->must_change = sql_col_flag(q);
	a->enabled = sql_col_flag(q);
	a->created_s = sql_col_int(q);
	a->last_signin_s = sql_col_int(q);
	a->has_factor = sql_col_flag(q);
}

static enum err
read_one(struct sql *q, struct admin *out)
{
	struct admin a = {0};
	enum err e;

	e = sql_one(q, "There is no such administrator account.");
	if (e == ERR_OK) {
		read_row(q, &a);
		e = q->e;
	}
	sql_close(q);
	if (e == ERR_OK)
		*out = a;
	else
		admin_clear(&a);
	return e;
}

enum err
store_admin_find(
    struct store *s, const char *name, struct admin *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ADMIN_FIND, ei)) != ERR_OK)
		return e;
	sql_text(&q, name);
	return read_one(&q, out);
}

static enum err
admin_by_id(struct store *s, int64_t id, struct admin *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ADMIN_GET, ei)) != ERR_OK)
		return e;
	sql_int(&q, id);
	return read_one(&q, out);
}

enum err
store_admin_list(struct store *s, struct admin_list *out, struct errinfo *ei)
{
	struct admin_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ADMIN_LIST, ei)) != ERR_OK)
		return e;
	e = store_list_read(&q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
	sql_close(&q);
	if (e == ERR_OK)
		*out = l;
	else
		admin_list_clear(&l);
	return e;
}

static enum err
ask_count(struct store *s, enum sql_id id, const int64_t *arg, int64_t *out,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	if (arg != NULL)
		sql_int(&q, *arg);
	if ((e = sql_one(&q, "")) == ERR_OK)
		*out = sql_col_int(&q);
	sql_close(&q);
	return e;
}

enum err
store_admin_count(struct store *s, int64_t *out, struct errinfo *ei)
{
	return ask_count(s, SQL_ADMIN_COUNT, NULL, out, ei);
}

/* The box must not be locked from inside. */
static enum err
check_last(struct store *s, const struct admin *was, const struct admin *is,
    struct errinfo *ei)
{
	int64_t others = 0;
	enum err e;

	if (was->id == 0 || was->role != ROLE_READ_WRITE || !was->enabled)
		return ERR_OK;
	if (is->role == ROLE_READ_WRITE && is->enabled)
		return ERR_OK;
	e = ask_count(s, SQL_ADMIN_OTHERS, &was->id, &others, ei);
	if (e == ERR_OK && others == 0)
		e = err_set(ei, ERR_DENIED,
		    "This is the last read-write account that is enabled.");
	return e;
}

static const char *
yes_no(bool v)
{
	return v ? "yes" : "no";
}

static enum err
log_changes(struct store *s, const struct store_actor *who,
    const struct admin *was, const struct admin *is, struct errinfo *ei)
{
	bool is_new = was->id == 0;
	bool new_password = is_new || !str_eq(was->pwhash, is->pwhash);
	const char *name = is->name;
	enum err e = ERR_OK;

	if (is_new)
		e = store_change_log(
		    s, who, "admin", name, NULL, "", "added", ei);
	if (e == ERR_OK)
		e = store_change_log(s, who, "admin", name, "role",
		    is_new ? "" : role_name(was->role), role_name(is->role),
		    ei);
	if (e == ERR_OK)
		e = store_change_log(s, who, "admin", name, "enabled",
		    is_new ? "" : yes_no(was->enabled), yes_no(is->enabled),
		    ei);
	if (e == ERR_OK)
		e = store_change_log(s, who, "admin", name, "must_change",
		    is_new ? "" : yes_no(was->must_change),
		    yes_no(is->must_change), ei);
	if (e == ERR_OK && new_password)
		e = store_change_log(s, who, "admin", name, "password",
		    is_new ? "unset" : "set", is_new ? "set" : "set again", ei);
	return e;
}

static enum err
insert_admin(struct store *s, const struct admin *a, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ADMIN_INSERT, ei)) != ERR_OK)
		return e;
	sql_text(&q, a->name);
	sql_text(&q, role_name(a->role));
	sql_text(&q, a->pwhash);
	sql_int(&q, a->must_change);
	sql_int(&q, a->enabled);
	sql_int(&q, clock_wall_s());
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
update_admin(
    struct store *s, int64_t id, const struct admin *a, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_ADMIN_UPDATE, ei)) != ERR_OK)
		return e;
	sql_text(&q, role_name(a->role));
	sql_text(&q, a->pwhash);
	sql_int(&q, a->must_change);
	sql_int(&q, a->enabled);
	sql_int(&q, id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
check_admin(const struct admin *a, struct errinfo *ei)
{
	size_t len = a->name == NULL ? 0 : strlen(a->name);

	if (len == 0 || len > ADMIN_NAME_MAX || !str_is_utf8(a->name, len) ||
	    str_has_control(a->name) || strpbrk(a->name, " /\t") != NULL)
		return err_set(ei, ERR_ARG,
		    "The name of an account has 1 to %d bytes, with no "
		    "spaces and no slash.",
		    ADMIN_NAME_MAX);
	if (a->role <= ROLE_NONE || a->role >= ROLE__MAX)
		return err_set(ei, ERR_ARG,
		    "role: Choose one of: read-write "
		    "or read-only or auditor.");
	return ERR_OK;
}

static enum err
put_admin(struct store *s, const struct store_actor *who, const struct admin *a,
    struct errinfo *ei)
{
	struct admin was = {0};
	struct admin is = *a; /* borrows the strings of a */
	enum err e;

	if ((e = check_admin(a, ei)) != ERR_OK)
		return e;
	e = store_admin_find(s, a->name, &was, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (is.pwhash == NULL || is.pwhash[0] == '\0')
		is.pwhash = was.pwhash;
	if (is.pwhash == NULL)
		e = err_set(ei, ERR_ARG, "A new account needs a password.");
	else
		e = check_last(s, &was, &is, ei);
	if (e == ERR_OK)
		e = was.id == 0 ? insert_admin(s, &is, ei)
				: update_admin(s, was.id, &is, ei);
	if (e == ERR_OK)
		e = log_changes(s, who, &was, &is, ei);
	/* A disabled account's sessions end at once. */
	if (e == ERR_OK && was.id != 0 && !is.enabled)
		e = store_session_end_others(s, was.id, NULL, ei);
	admin_clear(&was);
	return e;
}

enum err
store_admin_put(struct store *s, const struct store_actor *who,
    const struct admin *a, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_admin(s, who, a, ei);
	return store_tx_end(s, e, ei);
}

static enum err
set_password(struct store *s, const struct store_actor *who, int64_t id,
    const char *pwhash, bool must_change, const unsigned char *keep,
    struct errinfo *ei)
{
	struct admin was = {0};
	struct admin is;
	enum err e;

	if ((e = admin_by_id(s, id, &was, ei)) != ERR_OK)
		return e;
	is = was;
	is.pwhash = (char *)(uintptr_t)pwhash;
	is.must_change = must_change;
	e = update_admin(s, id, &is, ei);
	if (e == ERR_OK)
		e = log_changes(s, who, &was, &is, ei);
	if (e == ERR_OK)
		e = store_session_end_others(s, id, keep, ei);
	admin_clear(&was);
	return e;
}

enum err
store_admin_set_password(struct store *s, const struct store_actor *who,
    int64_t id, const char *pwhash, bool must_change, const unsigned char *keep,
    struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = set_password(s, who, id, pwhash, must_change, keep, ei);
	return store_tx_end(s, e, ei);
}

static enum err
delete_admin(struct store *s, const struct store_actor *who, const char *name,
    struct errinfo *ei)
{
	struct admin was = {0}, none = {0};
	struct sql q;
	enum err e;

	if ((e = store_admin_find(s, name, &was, ei)) != ERR_OK ||
	    (e = check_last(s, &was, &none, ei)) != ERR_OK)
		goto out;
	if ((e = sql_open(&q, s, SQL_ADMIN_DELETE, ei)) != ERR_OK)
		goto out;
	sql_int(&q, was.id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "admin", was.name, NULL, "", "deleted", ei);
out:
	admin_clear(&was);
	return e;
}

enum err
store_admin_delete(struct store *s, const struct store_actor *who,
    const char *name, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = delete_admin(s, who, name, ei);
	return store_tx_end(s, e, ei);
}
