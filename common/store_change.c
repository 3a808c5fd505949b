/* store_change.c - the configuration log and the revision. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_audit.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"

#define ITEM_MAX 4096 /* bytes of config_log.item */

/* The number of the next row, and the hash that it follows. */
static enum err
next_row(struct store *s, int64_t *id, unsigned char before[AUDIT_HASH_LEN],
    size_t *before_n, struct errinfo *ei)
{
	struct sql q;
	const void *p;
	enum err e;

	if ((e = sql_open(&q, s, SQL_LOG_NEXT, ei)) != ERR_OK)
		return e;
	if ((e = sql_one(&q, "The configuration log has no ends.")) == ERR_OK) {
		*id = sql_col_int(&q);
		p = sql_col_peek(&q, before_n);
		if ((e = q.e) == ERR_OK && *before_n > AUDIT_HASH_LEN)
			e = err_set(ei, ERR_STORE,
			    "The end of the configuration log is damaged.");
		if (e == ERR_OK && *before_n > 0)
			memcpy(before, p, *before_n);
	}
	sql_close(&q);
	return e;
}

static enum err
insert_row(struct store *s, const struct config_log_row *r,
    const unsigned char hash[AUDIT_HASH_LEN], struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_LOG_ADD, ei)) != ERR_OK)
		return e;
	sql_int(&q, r->id);
	sql_int(&q, r->at_s);
	sql_text(&q, r->who);
	sql_text(&q, r->origin);
	sql_text(&q, r->item);
	sql_text(&q, r->old_value);
	sql_text(&q, r->new_value);
	sql_blob(&q, hash, AUDIT_HASH_LEN);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK || (e = sql_open(&q, s, SQL_LOG_LAST, ei)) != ERR_OK)
		return e;
	sql_int(&q, r->id);
	sql_blob(&q, hash, AUDIT_HASH_LEN);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

/* up_to: the newest row that goes. */
static enum err
trim(struct store *s, int64_t up_to, struct errinfo *ei)
{
	static const enum sql_id steps[] = {SQL_LOG_FIRST, SQL_LOG_TRIM};
	enum err e = ERR_OK;
	struct sql q;
	size_t i;

	for (i = 0; i < 2 && e == ERR_OK; i++) {
		if ((e = sql_open(&q, s, steps[i], ei)) != ERR_OK)
			return e;
		sql_int(&q, up_to);
		e = sql_run(&q, NULL);
		sql_close(&q);
	}
	return e;
}

static enum err
log_row(struct store *s, const struct store_actor *who, const char *item,
    const char *old_value, const char *new_value, struct errinfo *ei)
{
	unsigned char before[AUDIT_HASH_LEN], hash[AUDIT_HASH_LEN];
	/* Borrowed: the row is only read. */
	struct config_log_row r = {.at_s = clock_wall_s(),
	    .who = (char *)(uintptr_t)who->who,
	    .origin = (char *)(uintptr_t)who->origin,
	    .item = (char *)(uintptr_t)item,
	    .old_value = (char *)(uintptr_t)old_value,
	    .new_value = (char *)(uintptr_t)new_value};
	size_t before_n = 0;
	enum err e;

	if ((e = next_row(s, &r.id, before, &before_n, ei)) != ERR_OK)
		return e;
	audit_hash(hash, &r, before, before_n);
	if ((e = insert_row(s, &r, hash, ei)) != ERR_OK)
		return e;
	return r.id > STORE_LOG_KEEP ? trim(s, r.id - STORE_LOG_KEEP, ei)
				     : ERR_OK;
}

enum err
store_change_log(struct store *s, const struct store_actor *who,
    const char *kind, const char *name, const char *key, const char *old_value,
    const char *new_value, struct errinfo *ei)
{
	struct buf item = BUF_INIT(ITEM_MAX);
	enum err e;

	if (strcmp(old_value, new_value) == 0)
		return ERR_OK;
	e = key == NULL ? buf_putf(&item, "%s/%s", kind, name)
			: buf_putf(&item, "%s/%s/%s", kind, name, key);
	if (e == ERR_OK)
		e = log_row(s, who, buf_str(&item), old_value, new_value, ei);
	else
		err_set(ei, e, "%s", err_default_text(e));
	buf_clear(&item);
	return e;
}

enum err
store_config_note(struct store *s, const struct store_actor *who,
    const char *kind, const char *name, const char *what, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = store_change_log(s, who, kind, name, NULL, "", what, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_change_revision(struct store *s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REVISION_BUMP, ei)) != ERR_OK)
		return e;
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

enum err
store_revision(struct store *s, uint64_t *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_REVISION, ei)) != ERR_OK)
		return e;
	if ((e = sql_one(&q, "the configuration has no revision")) == ERR_OK)
		*out = (uint64_t)sql_col_int(&q);
	sql_close(&q);
	return e;
}

void
config_log_row_clear(struct config_log_row *r)
{
	mem_free(r->who);
	mem_free(r->origin);
	mem_free(r->item);
	mem_free(r->old_value);
	mem_free(r->new_value);
	memset(r, 0, sizeof *r);
}

void
config_log_list_clear(struct config_log_list *l)
{
	STORE_LIST_CLEAR(l, config_log_row_clear);
}

static void
read_row(struct sql *q, void *row)
{
	struct config_log_row *r = row;

	r->id = sql_col_int(q);
	r->at_s = sql_col_int(q);
	r->who = sql_col_dup(q);
	r->origin = sql_col_dup(q);
	r->item = sql_col_dup(q);
	r->old_value = sql_col_dup(q);
	r->new_value = sql_col_dup(q);
}

enum err
store_config_log_find(struct store *s, const char *find, size_t offset,
    size_t limit, struct config_log_list *out, struct errinfo *ei)
{
	struct config_log_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_LOG_LIST, ei)) == ERR_OK) {
		sql_text(&q, find);
		sql_int(&q, store_limit(limit));
		sql_int(&q, store_limit(offset));
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_row);
		sql_close(&q);
	}
	if (e == ERR_OK) {
		*out = l;
		return e;
	}
	config_log_list_clear(&l);
	return e;
}

enum err
store_config_log(struct store *s, size_t offset, size_t limit,
    struct config_log_list *out, struct errinfo *ei)
{
	return store_config_log_find(s, "", offset, limit, out, ei);
}
