/* store_user.c - people whose calendars are listened to. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/store_user_field.h"
#include "common/str.h"

#define FIND_MAX 1024 /* bytes of what is looked for */
#define PATTERN_MAX 4096 /* of it as a LIKE pattern */

static void
read_row(struct sql *q, void *row)
{
	struct user *u = row;

	user_field_read(q, u);
	u->id = sql_col_int(q);
	u->directory = sql_col_dup(q);
	u->created_s = sql_col_int(q);
	u->changed_s = sql_col_int(q);
	u->changed_by = sql_col_dup(q);
	u->state = sql_col_dup(q);
	u->failure = sql_col_dup(q);
	u->reason = sql_col_dup(q);
	u->since_s = sql_col_int(q);
	u->next_try_s = sql_col_int(q);
	u->last_event_s = sql_col_int(q);
	u->last_decorated_s = sql_col_int(q);
	u->decorated_n = sql_col_int(q);
	u->exchange_id = sql_col_dup(q);
	oof_read(q, &u->oof);
}

/* "%find%" with what LIKE would take for a wildcard escaped. */
static enum err
like_pattern(struct buf *b, const char *find, struct errinfo *ei)
{
	enum err e;

	if (strlen(find) > FIND_MAX)
		return err_set(ei, ERR_TOOBIG,
		    "At most %d bytes can be looked for.", FIND_MAX);
	e = buf_putc(b, '%');
	for (; e == ERR_OK && find[0] != '\0'; find++) {
		if (strchr("%_\\", find[0]) != NULL)
			e = buf_putc(b, '\\');
		if (e == ERR_OK)
			e = buf_putc(b, find[0]);
	}
	if (e == ERR_OK)
		e = buf_putc(b, '%');
	return e == ERR_OK ? e : err_set(ei, e, "%s", err_default_text(e));
}

static enum err
count_matches(struct store *s, const char *find, const char *pattern,
    const char *state, size_t *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	e = sql_open(&q, s,
	    state[0] == '\0' ? SQL_USER_COUNT_FOUND : SQL_USER_COUNT, ei);
	if (e != ERR_OK)
		return e;
	sql_text(&q, find);
	sql_text(&q, pattern);
	if (state[0] != '\0')
		sql_text(&q, state);
	if ((e = sql_one(&q, "")) == ERR_OK)
		*out = (size_t)sql_col_int(&q);
	sql_close(&q);
	return e;
}

enum err
store_user_list(struct store *s, const char *find, const char *state,
    size_t offset, size_t limit, struct user_list *out, struct errinfo *ei)
{
	struct buf pattern = BUF_INIT(PATTERN_MAX);
	struct user_list l = {NULL, 0, 0};
	struct sql q;
	enum err e;

	if ((e = like_pattern(&pattern, find, ei)) != ERR_OK)
		goto out;
	e = count_matches(s, find, buf_str(&pattern), state, &l.total, ei);
	if (e != ERR_OK)
		goto out;
	if (l.total == 0)
		goto done;
	e = sql_open(
	    &q, s, state[0] == '\0' ? SQL_USER_LIST_FOUND : SQL_USER_LIST, ei);
	if (e != ERR_OK)
		goto out;
	sql_text(&q, find);
	sql_text(&q, buf_str(&pattern));
	if (state[0] != '\0')
		sql_text(&q, state);
	sql_int(&q, store_limit(limit));
	sql_int(&q, store_limit(offset));
	e = store_user_rows(&q, &l);
	sql_close(&q);
	if (e != ERR_OK)
		goto out;
done:
	*out = l;
	memset(&l, 0, sizeof l);
out:
	user_list_clear(&l);
	buf_clear(&pattern);
	/* Without a configuration there is nobody. */
	if (e == ERR_NOTFOUND) {
		memset(out, 0, sizeof *out);
		e = ERR_OK;
	}
	return e;
}

enum err
store_user_rows(struct sql *q, struct user_list *l)
{
	return store_list_read(
	    q, (void **)&l->v, &l->n, sizeof *l->v, read_row);
}

static enum err
read_one(struct sql *q, struct user *out)
{
	struct user u = {0};
	enum err e;

	e = sql_one(q, "There is no such user.");
	if (e == ERR_OK) {
		read_row(q, &u);
		e = q->e;
	}
	sql_close(q);
	if (e == ERR_OK)
		*out = u;
	else
		user_clear(&u);
	return e;
}

enum err
store_user_get(
    struct store *s, int64_t id, struct user *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_USER_GET, ei)) != ERR_OK)
		return e;
	sql_int(&q, id);
	return read_one(&q, out);
}

enum err
store_user_find(
    struct store *s, const char *address, struct user *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_USER_FIND, ei)) != ERR_OK)
		return e;
	sql_text(&q, address);
	return read_one(&q, out);
}

static enum err
load_stored(struct store *s, int64_t id, struct user *was, struct errinfo *ei)
{
	struct user u = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_USER_STORED, ei)) != ERR_OK)
		return e;
	sql_int(&q, id);
	e = sql_one(&q, "There is no such user.");
	if (e == ERR_OK) {
		user_field_read(&q, &u);
		u.directory = sql_col_dup(&q);
		u.created_s = sql_col_int(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*was = u;
	else
		user_clear(&u);
	return e;
}

static enum err
log_changes(struct store *s, const struct store_actor *who, bool is_new,
    const struct user *was, const struct user *is, bool *changed,
    struct errinfo *ei)
{
	enum err e = ERR_OK;
	const char *key, *a, *b;
	size_t i;

	*changed = is_new;
	if (is_new)
		e = store_change_log(
		    s, who, "user", is->address, NULL, "", "added", ei);
	for (i = 0; e == ERR_OK && (key = user_field_key(i)) != NULL; i++) {
		a = is_new ? "" : user_get(was, key);
		b = user_get(is, key);
		*changed = *changed || !str_eq(a, b);
		e = store_change_log(
		    s, who, "user", is->address, key, a, b, ei);
	}
	return e;
}

/* Where it comes from; told in the log as a field is. */
static enum err
put_directory(struct store *s, const struct store_actor *who,
    const struct user *was, const struct user *is, int64_t id, bool *changed,
    struct errinfo *ei)
{
	const char *a = was->directory != NULL ? was->directory : "";
	struct sql q;
	enum err e;

	if (str_eq(a, is->directory))
		return ERR_OK;
	*changed = true;
	if ((e = sql_open(&q, s, SQL_USER_DIRECTORY, ei)) != ERR_OK)
		return e;
	sql_text(&q, is->directory);
	sql_int(&q, id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e == ERR_OK ? store_change_log(s, who, "user", is->address,
				 "directory", a, is->directory, ei)
			   : e;
}

static void
take_first(void *arg, const char *key, const char *text)
{
	char *out = arg;

	if (out[0] == '\0')
		snprintf(out, ERRINFO_MAX, "%s: %s", key, text);
}

static enum err
put_row(struct store *s, const struct store_actor *who, const struct user *u,
    int64_t *id, struct errinfo *ei)
{
	int64_t now = clock_wall_s();
	struct sql q;
	enum err e;

	e = sql_open(&q, s, u->id == 0 ? SQL_USER_INSERT : SQL_USER_UPDATE, ei);
	if (e != ERR_OK)
		return e;
	user_field_bind(&q, u);
	sql_int(&q, now);
	sql_text(&q, who->who);
	sql_int(&q, u->id == 0 ? now : u->id);
	e = sql_run(&q, NULL);
	if (e == ERR_OK)
		*id = u->id == 0 ? sql_new_id(&q) : u->id;
	sql_close(&q);
	if (e == ERR_EXISTS)
		err_set(ei, e, "There is a user with the address %s already.",
		    u->address);
	return e;
}

static enum err
put_user(struct store *s, const struct store_actor *who, const struct user *u,
    int64_t *id, bool *changed, struct errinfo *ei)
{
	char problem[ERRINFO_MAX] = "";
	struct user was = {0};
	enum err e;

	if (user_check(u, take_first, problem) > 0)
		return err_set(ei, ERR_ARG, "%s", problem);
	if (u->id != 0 && (e = load_stored(s, u->id, &was, ei)) != ERR_OK)
		return e;
	if ((e = put_row(s, who, u, id, ei)) != ERR_OK)
		goto out;
	e = log_changes(s, who, u->id == 0, &was, u, changed, ei);
	if (e == ERR_OK)
		e = put_directory(s, who, &was, u, *id, changed, ei);
out:
	user_clear(&was);
	return e;
}

enum err
store_user_put(struct store *s, const struct store_actor *who, struct user *u,
    struct errinfo *ei)
{
	return store_user_put_all(s, who, &u, 1, ei);
}

enum err
store_user_put_all(struct store *s, const struct store_actor *who,
    struct user *const *v, size_t n, struct errinfo *ei)
{
	bool changed = false, any = false;
	int64_t *ids = try_alloc((n + 1) * sizeof *ids);
	enum err e;
	size_t i;

	if (ids == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		goto out;
	for (i = 0; e == ERR_OK && i < n; i++) {
		e = put_user(s, who, v[i], &ids[i], &changed, ei);
		any = any || changed;
	}
	if (e == ERR_OK && any)
		e = store_change_revision(s, ei);
	e = store_tx_end(s, e, ei);
	for (i = 0; e == ERR_OK && i < n; i++)
		v[i]->id = ids[i];
out:
	mem_free(ids);
	return e;
}

static enum err
delete_user(struct store *s, const struct store_actor *who, int64_t id,
    struct errinfo *ei)
{
	struct user was = {0};
	struct sql q;
	enum err e;

	if ((e = load_stored(s, id, &was, ei)) != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_USER_DELETE, ei)) == ERR_OK) {
		sql_int(&q, id);
		e = sql_run(&q, NULL);
		sql_close(&q);
	}
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "user", was.address, NULL, "stored", "deleted", ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
	user_clear(&was);
	return e;
}

enum err
store_user_delete(struct store *s, const struct store_actor *who, int64_t id,
    struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = delete_user(s, who, id, ei);
	return store_tx_end(s, e, ei);
}

/* Does the engine run what is stored now? */
static bool
is_in_effect(struct store *s)
{
	struct engine_meta m;
	uint64_t rev = 0;

	return store_revision(s, &rev, NULL) == ERR_OK &&
	       store_engine_meta(s, &m, NULL) == ERR_OK &&
	       m.revision_running == rev;
}

enum err
store_user_counts(struct store *s, struct user_counts *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	e = sql_open(&q, s,
	    is_in_effect(s) ? SQL_USER_TOTALS : SQL_USER_TOTALS_EXACT, ei);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	if ((e = sql_one(&q, "")) == ERR_OK) {
		out->total = sql_col_int(&q);
		out->enabled = sql_col_int(&q);
		out->subscribed = sql_col_int(&q);
		out->error = sql_col_int(&q);
		/* Whoever is enabled is in one state of three. */
		out->pending = out->enabled - out->subscribed - out->error;
	}
	sql_close(&q);
	return e;
}
