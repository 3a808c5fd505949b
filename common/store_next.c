/* store_next.c - the next service account of an Exchange record. */
#include "common/store_next.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_exchange.h"
#include "common/store_exchange_record.h"
#include "common/store_report.h"
#include "common/store_sql.h"
#include "common/str.h"

#define ID_BYTES 16
#define KEY "next_account" /* in the configuration log */

void
exchange_next_clear(struct exchange_next *n)
{
	mem_free(n->next_id);
	mem_free(n->account);
	mem_free(n->box.p);
	mem_free(n->bound_to);
	mem_free(n->entered_by);
	memset(n, 0, sizeof *n);
}

enum err
exchange_with_next(
    struct exchange *x, const struct exchange_next *n, struct errinfo *ei)
{
	unsigned char *box = try_alloc(n->box.n);
	char *account = try_strdup(n->account);
	char *bound_to = try_strdup(n->bound_to);

	if (box == NULL || account == NULL || bound_to == NULL) {
		mem_free(box);
		mem_free(account);
		mem_free(bound_to);
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	}
	memcpy(box, n->box.p, n->box.n);
	mem_free(x->box.p);
	mem_free(x->account);
	mem_free(x->bound_to);
	x->box.p = box;
	x->box.n = n->box.n;
	x->account = account;
	x->bound_to = bound_to;
	x->password_set_s = n->entered_s;
	return ERR_OK;
}

enum err
store_next_get(struct store *s, const char *record_id,
    struct exchange_next *out, struct errinfo *ei)
{
	struct exchange_next n = {0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_NEXT_GET, ei)) != ERR_OK)
		return e;
	sql_text(&q, record_id);
	if ((e = sql_one(&q, "No next account is entered.")) == ERR_OK) {
		n.next_id = sql_col_dup(&q);
		n.account = sql_col_dup(&q);
		sql_col_bytes(&q, &n.box);
		n.bound_to = sql_col_dup(&q);
		n.entered_s = sql_col_int(&q);
		n.entered_by = sql_col_dup(&q);
		e = q.e;
	}
	sql_close(&q);
	if (e == ERR_OK)
		*out = n;
	else
		exchange_next_clear(&n);
	return e;
}

/* What the record would be bound to with this account. */
static enum err
check_binding(
    const struct exchange *x, const struct exchange_next *n, struct errinfo *ei)
{
	struct exchange with = *x; /* borrows its strings */
	char binding[SEAL_BINDING_MAX];
	enum err e;

	with.account = n->account;
	if ((e = exchange_binding(&with, binding, sizeof binding, ei)) !=
	    ERR_OK)
		return e;
	if (n->box.n == 0 || !str_eq(binding, n->bound_to))
		return err_set(ei, ERR_BOUND,
		    "Enter the password of the next account again: the record "
		    "was changed meanwhile.");
	return ERR_OK;
}

static enum err
put_row(struct store *s, const char *record_id, const struct exchange_next *n,
    struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_NEXT_PUT, ei)) != ERR_OK)
		return e;
	sql_text(&q, record_id);
	sql_text(&q, n->next_id);
	sql_text(&q, n->account);
	sql_blob(&q, n->box.p, n->box.n);
	sql_text(&q, n->bound_to);
	sql_int(&q, n->entered_s);
	sql_text(&q, n->entered_by);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
delete_row(struct store *s, const char *record_id, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_NEXT_DELETE, ei)) != ERR_OK)
		return e;
	sql_text(&q, record_id);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
put_next(struct store *s, const struct store_actor *who, const char *record_id,
    const struct exchange_next *n, struct errinfo *ei)
{
	struct exchange_next was = {0};
	struct exchange x = {0};
	enum err e;

	if ((e = store_exchange_get(s, record_id, &x, ei)) != ERR_OK ||
	    (e = check_binding(&x, n, ei)) != ERR_OK)
		goto out;
	if ((e = store_next_get(s, record_id, &was, ei)) != ERR_OK &&
	    e != ERR_NOTFOUND)
		goto out;
	if ((e = put_row(s, record_id, n, ei)) == ERR_OK)
		e = store_change_log(s, who, "exchange", x.display_name, KEY,
		    was.account == NULL ? "" : was.account, n->account, ei);
	/* The same account with another password is news as well. */
	if (e == ERR_OK)
		e = store_change_log(s, who, "exchange", x.display_name,
		    "next_password", was.account == NULL ? "unset" : "set",
		    was.account == NULL ? "set" : "set again", ei);
out:
	exchange_next_clear(&was);
	exchange_clear(&x);
	return e;
}

enum err
store_next_put(struct store *s, const struct store_actor *who,
    const char *record_id, struct exchange_next *n, struct errinfo *ei)
{
	char id[2 * ID_BYTES + 1];
	enum err e;

	str_random_hex(id, ID_BYTES);
	mem_free(n->next_id);
	n->next_id = xstrdup(id);
	mem_free(n->entered_by);
	n->entered_by = xstrdup(who->who);
	n->entered_s = clock_wall_s();
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_next(s, who, record_id, n, ei);
	return store_tx_end(s, e, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, const struct exchange *x,
    const struct exchange_next *n, struct errinfo *ei)
{
	enum err e;

	if ((e = delete_row(s, x->id, ei)) == ERR_OK)
		e = store_change_log(s, who, "exchange", x->display_name, KEY,
		    n->account, "", ei);
	return e;
}

static enum err
drop_next(struct store *s, const struct store_actor *who, const char *record_id,
    struct errinfo *ei)
{
	struct exchange_next n = {0};
	struct exchange x = {0};
	enum err e;

	if ((e = store_exchange_get(s, record_id, &x, ei)) == ERR_OK &&
	    (e = store_next_get(s, record_id, &n, ei)) == ERR_OK)
		e = drop(s, who, &x, &n, ei);
	exchange_next_clear(&n);
	exchange_clear(&x);
	return e;
}

enum err
store_next_drop(struct store *s, const struct store_actor *who,
    const char *record_id, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop_next(s, who, record_id, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_next_tested(struct store *s, const struct exchange_next *n, bool *passed,
    int64_t *at_s, struct errinfo *ei)
{
	struct test_result r;
	enum err e;

	*passed = false;
	*at_s = 0;
	if ((e = store_result_get(s, n->next_id, &r, ei)) == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK) {
		*passed = r.passed;
		*at_s = r.at_s;
	}
	return e;
}

static enum err
take_next(struct store *s, const struct store_actor *who, const char *record_id,
    struct errinfo *ei)
{
	struct exchange_next n = {0};
	struct exchange x = {0};
	bool passed;
	int64_t at_s;
	enum err e;

	if ((e = store_exchange_get(s, record_id, &x, ei)) != ERR_OK ||
	    (e = store_next_get(s, record_id, &n, ei)) != ERR_OK ||
	    (e = store_next_tested(s, &n, &passed, &at_s, ei)) != ERR_OK)
		goto out;
	if (!passed) {
		e = err_set(ei, ERR_DENIED,
		    at_s == 0 ? "Test the next account first."
			      : "The next account has not passed its test.");
		goto out;
	}
	if ((e = exchange_with_next(&x, &n, ei)) == ERR_OK &&
	    (e = delete_row(s, record_id, ei)) == ERR_OK &&
	    (e = store_change_log(s, who, "exchange", x.display_name, KEY,
		 n.account, "", ei)) == ERR_OK)
		e = store_exchange_write(s, who, &x, true, ei);
out:
	exchange_next_clear(&n);
	exchange_clear(&x);
	return e;
}

enum err
store_next_take(struct store *s, const struct store_actor *who,
    const char *record_id, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = take_next(s, who, record_id, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_next_check(struct store *s, const struct store_actor *who,
    const struct exchange *x, struct errinfo *ei)
{
	struct exchange_next n = {0};
	enum err e;

	if ((e = store_next_get(s, x->id, &n, ei)) == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK && check_binding(x, &n, NULL) != ERR_OK)
		e = drop(s, who, x, &n, ei);
	exchange_next_clear(&n);
	return e;
}
