/* store_draft.c - Exchange records that are being entered and tested. */
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_exchange.h"
#include "common/store_exchange_field.h"
#include "common/store_exchange_record.h"
#include "common/store_sql.h"
#include "common/str.h"

#define ID_BYTES 16

void
exchange_draft_clear(struct exchange_draft *d)
{
	mem_free(d->draft_id);
	mem_free(d->owner);
	mem_free(d->job_id);
	exchange_clear(&d->x);
	memset(d, 0, sizeof *d);
}

enum err
store_draft_get(struct store *s, const char *draft_id,
    struct exchange_draft *out, struct errinfo *ei)
{
	struct exchange_draft d = {0};
	struct sql q;
	char *intent = NULL;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DRAFT_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, draft_id);
	sql_int(&q, clock_wall_s() - STORE_DRAFT_LIFE_S);
	e = sql_one(&q, "There is no such draft, or it has expired.");
	if (e == ERR_OK) {
		d.x.id = sql_col_dup(&q);
		exchange_field_read(&q, &d.x);
		d.draft_id = sql_col_dup(&q);
		d.owner = sql_col_dup(&q);
		d.job_id = sql_col_dup(&q);
		d.is_new = sql_col_flag(&q);
		d.base_rev = (uint64_t)sql_col_int(&q);
		d.draft_rev = (uint64_t)sql_col_int(&q);
		intent = sql_col_dup(&q);
		d.x.changed_by = try_strdup(d.owner == NULL ? "" : d.owner);
		d.x.rev = d.base_rev;
		e = q.e;
		if (e == ERR_OK && d.x.changed_by == NULL)
			e = err_set(
			    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	}
	if (e == ERR_OK) {
		d.store_when_passed = str_eq(intent, "store");
		*out = d;
	} else {
		exchange_draft_clear(&d);
	}
	mem_free(intent);
	sql_close(&q);
	return e;
}

enum err
store_draft_each(
    struct store *s, draft_brief_fn fn, void *arg, struct errinfo *ei)
{
	struct draft_brief d;
	struct sql q;
	bool row = false;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DRAFT_BRIEF, ei)) != ERR_OK)
		return e;
	sql_int(&q, clock_wall_s() - STORE_DRAFT_LIFE_S);
	while ((e = sql_next(&q, &row)) == ERR_OK && row) {
		d.draft_id = sql_col_text(&q);
		d.display_name = sql_col_text(&q);
		d.owner = sql_col_text(&q);
		d.job_id = sql_col_text(&q);
		d.is_new = sql_col_flag(&q);
		d.changed_s = sql_col_int(&q);
		fn(arg, &d);
	}
	sql_close(&q);
	return e;
}

static enum err
put_row(struct store *s, const struct exchange_draft *d, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DRAFT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, d->x.id);
	exchange_field_bind(&q, &d->x);
	sql_text(&q, d->draft_id);
	sql_text(&q, d->owner);
	sql_text(&q, d->job_id);
	sql_int(&q, d->is_new);
	sql_int(&q, (int64_t)d->base_rev);
	sql_int(&q, (int64_t)d->draft_rev);
	sql_text(&q, d->store_when_passed ? "store" : "test");
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

/* Old drafts go; so do those beyond the limit, but never the one that was
 * just saved. */
static enum err
trim(struct store *s, const char *keep, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_DRAFT_EXPIRE, ei)) != ERR_OK)
		return e;
	sql_int(&q, clock_wall_s() - STORE_DRAFT_LIFE_S);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e != ERR_OK)
		return e;
	if ((e = sql_open(&q, s, SQL_DRAFT_CAP, ei)) != ERR_OK)
		return e;
	sql_text(&q, keep);
	sql_int(&q, STORE_DRAFTS_MAX);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
put_draft(struct store *s, struct exchange_draft *d, uint64_t *rev,
    struct errinfo *ei)
{
	struct exchange_draft was = {0};
	struct exchange_draft is = *d; /* borrows the strings of d */
	int64_t now = clock_wall_s();
	enum err e;

	is.x.created_s = now;
	is.x.changed_s = now;
	is.draft_rev = 1;
	e = store_draft_get(s, d->draft_id, &was, ei);
	if (e != ERR_OK && (e != ERR_NOTFOUND || d->draft_rev != 0))
		return e;
	/* Without a revision it is written over what is there, and still
	 * counts on: a test of the old one must not pass for the new. */
	if (e == ERR_OK) {
		is.x.created_s = was.x.created_s;
		is.draft_rev = was.draft_rev + 1;
		exchange_draft_clear(&was);
		if (d->draft_rev != 0 && is.draft_rev != d->draft_rev + 1)
			return err_set(ei, ERR_CONFLICT,
			    "This draft was saved elsewhere meanwhile.");
	}
	if ((e = put_row(s, &is, ei)) != ERR_OK)
		return e;
	*rev = is.draft_rev;
	return trim(s, d->draft_id, ei);
}

enum err
store_draft_put(struct store *s, struct exchange_draft *d, struct errinfo *ei)
{
	char id[2 * ID_BYTES + 1];
	uint64_t rev = 0;
	enum err e;

	if (d->draft_id == NULL || d->draft_id[0] == '\0') {
		str_random_hex(id, ID_BYTES);
		mem_free(d->draft_id);
		d->draft_id = xstrdup(id);
		d->draft_rev = 0;
	}
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_draft(s, d, &rev, ei);
	e = store_tx_end(s, e, ei);
	if (e == ERR_OK)
		d->draft_rev = rev;
	return e;
}

/* One statement by draft id in a transaction of its own. */
static enum err
run_for(struct store *s, enum sql_id id, const char *job_id,
    const char *draft_id, struct errinfo *ei)
{
	struct sql q;
	int changed = 0;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	if (job_id != NULL)
		sql_text(&q, job_id);
	sql_text(&q, draft_id);
	e = sql_run(&q, &changed);
	sql_close(&q);
	if (e == ERR_OK && changed == 0)
		e = err_set(ei, ERR_NOTFOUND, "There is no such draft.");
	return e;
}

enum err
store_draft_set_job(struct store *s, const char *draft_id, const char *job_id,
    struct errinfo *ei)
{
	return run_for(s, SQL_DRAFT_SET_JOB, job_id, draft_id, ei);
}

enum err
store_draft_delete(struct store *s, const char *draft_id, struct errinfo *ei)
{
	return run_for(s, SQL_DRAFT_DELETE, NULL, draft_id, ei);
}

static enum err
commit_draft(struct store *s, const struct store_actor *who,
    const char *draft_id, uint64_t draft_rev, bool tested, struct errinfo *ei)
{
	struct exchange_draft d = {0};
	enum err e;

	if ((e = store_draft_get(s, draft_id, &d, ei)) != ERR_OK)
		return e;
	if (d.draft_rev != draft_rev)
		e = err_set(ei, ERR_CONFLICT,
		    "The settings were changed after they were tested.");
	d.x.rev = d.is_new ? 0 : d.base_rev;
	if (e == ERR_OK)
		e = store_exchange_write(s, who, &d.x, tested, ei);
	if (e == ERR_OK)
		e = run_for(s, SQL_DRAFT_DELETE, NULL, draft_id, ei);
	exchange_draft_clear(&d);
	return e;
}

enum err
store_draft_commit(struct store *s, const struct store_actor *who,
    const char *draft_id, uint64_t draft_rev, bool tested, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = commit_draft(s, who, draft_id, draft_rev, tested, ei);
	return store_tx_end(s, e, ei);
}
