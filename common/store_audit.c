#include "common/store_audit.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_change.h"
#include "common/store_sql.h"

struct ends {
	int64_t first_id, last_id;
	unsigned char before_first[AUDIT_HASH_LEN], last[AUDIT_HASH_LEN];
	size_t before_n, last_n; /* 0 or AUDIT_HASH_LEN */
};

static void
add_int(crypto_hash_sha256_state *h, int64_t v)
{
	unsigned char b[8];
	uint64_t u = (uint64_t)v;
	size_t i;

	for (i = 0; i < sizeof b; i++)
		b[i] = (unsigned char)(u >> (8 * i));
	(void)crypto_hash_sha256_update(h, b, sizeof b);
}

/* With its length, so that no text can pass for two others. */
static void
add_text(crypto_hash_sha256_state *h, const char *s)
{
	size_t n = strlen(s);

	add_int(h, (int64_t)n);
	(void)crypto_hash_sha256_update(h, (const unsigned char *)s, n);
}

void
audit_hash(unsigned char out[AUDIT_HASH_LEN], const struct config_log_row *r,
    const void *before, size_t n)
{
	crypto_hash_sha256_state h;

	(void)crypto_hash_sha256_init(&h);
	add_int(&h, (int64_t)n);
	if (n > 0)
		(void)crypto_hash_sha256_update(&h, before, n);
	add_int(&h, r->id);
	add_int(&h, r->at_s);
	add_text(&h, r->who);
	add_text(&h, r->origin);
	add_text(&h, r->item);
	add_text(&h, r->old_value);
	add_text(&h, r->new_value);
	(void)crypto_hash_sha256_final(&h, out);
}

static size_t
take_hash(struct sql *q, unsigned char out[AUDIT_HASH_LEN])
{
	size_t n = 0;
	const void *p = sql_col_peek(q, &n);

	if (n != AUDIT_HASH_LEN)
		return 0;
	memcpy(out, p, n);
	return n;
}

static enum err
read_ends(struct store *s, struct ends *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = sql_open(&q, s, SQL_LOG_ENDS, ei)) != ERR_OK)
		return e;
	if ((e = sql_one(&q, "The configuration log has no ends.")) == ERR_OK) {
		out->first_id = sql_col_int(&q);
		out->before_n = take_hash(&q, out->before_first);
		out->last_id = sql_col_int(&q);
		out->last_n = take_hash(&q, out->last);
		e = q.e;
	}
	sql_close(&q);
	return e;
}

static void
bad(struct audit *a, int64_t id, const char *why)
{
	if (a->bad_id != 0)
		return;
	a->bad_id = id;
	(void)snprintf(a->why, sizeof a->why, "%s", why);
}

struct walk {
	struct audit *a;
	const struct ends *ends;
	unsigned char hash[AUDIT_HASH_LEN]; /* of the row before */
	size_t n;
	int64_t next_id; /* that is due */
};

static void
read_row(struct sql *q, struct config_log_row *r)
{
	memset(r, 0, sizeof *r);
	r->id = sql_col_int(q);
	r->at_s = sql_col_int(q);
	r->who = sql_col_dup(q);
	r->origin = sql_col_dup(q);
	r->item = sql_col_dup(q);
	r->old_value = sql_col_dup(q);
	r->new_value = sql_col_dup(q);
}

static void
check_row(struct walk *w, const struct config_log_row *r,
    const unsigned char *stored, size_t stored_n)
{
	unsigned char is[AUDIT_HASH_LEN];

	if (r->id < w->ends->first_id) {
		w->a->before_n++;
		if (stored_n != 0)
			bad(w->a, r->id,
			    "It was cut off the beginning of the chain.");
		return;
	}
	if (r->id != w->next_id)
		bad(w->a, w->next_id, "It is missing.");
	audit_hash(is, r, w->hash, w->n);
	if (stored_n != sizeof is || sodium_memcmp(is, stored, sizeof is) != 0)
		bad(w->a, r->id,
		    "It is not what was written, or a row before it is.");
	memcpy(w->hash, is, sizeof is);
	w->n = sizeof is;
	w->next_id = r->id + 1;
	w->a->rows_n++;
}

static enum err
walk(struct store *s, struct walk *w, struct errinfo *ei)
{
	unsigned char stored[AUDIT_HASH_LEN];
	struct config_log_row r;
	struct sql q;
	size_t n;
	bool row;
	enum err e;

	if ((e = sql_open(&q, s, SQL_LOG_CHAIN, ei)) != ERR_OK)
		return e;
	while ((e = sql_next(&q, &row)) == ERR_OK && row && w->a->bad_id == 0) {
		read_row(&q, &r);
		n = take_hash(&q, stored);
		if ((e = q.e) == ERR_OK)
			check_row(w, &r, stored, n);
		config_log_row_clear(&r);
		if (e != ERR_OK)
			break;
	}
	sql_close(&q);
	return e;
}

enum err
store_audit_verify(struct store *s, struct audit *out, struct errinfo *ei)
{
	struct walk w = {.a = out};
	struct ends ends;
	enum err e;

	memset(out, 0, sizeof *out);
	if ((e = read_ends(s, &ends, ei)) != ERR_OK)
		return e;
	w.ends = &ends;
	w.next_id = ends.first_id;
	w.n = ends.before_n;
	memcpy(w.hash, ends.before_first, sizeof w.hash);
	if ((e = walk(s, &w, ei)) != ERR_OK)
		return e;
	if (out->bad_id == 0 && w.next_id != ends.last_id + 1)
		bad(out, w.next_id,
		    w.next_id <= ends.last_id
			? "It is missing at the end of the log."
			: "It is newer than the end of the chain.");
	if (out->bad_id == 0 && out->rows_n > 0 &&
	    (ends.last_n != w.n ||
		sodium_memcmp(ends.last, w.hash, sizeof w.hash) != 0))
		bad(out, ends.last_id, "The end of the chain is another.");
	out->is_whole = out->bad_id == 0;
	(void)sodium_bin2hex(
	    out->last, sizeof out->last, ends.last, ends.last_n);
	return ERR_OK;
}
