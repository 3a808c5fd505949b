/* store_trust.c - the Trust List: decisions, and decisions beside what was
 * seen. */
#include "common/store_trust.h"

#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_list.h"
#include "common/store_sql.h"
#include "common/str.h"

static void
rule_clear(struct trust_rule *r)
{
	mem_free(r->pattern);
	mem_free(r->note);
	mem_free(r->decided_by);
	memset(r, 0, sizeof *r);
}

void
trust_list_clear(struct trust_list *l)
{
	STORE_LIST_CLEAR(l, rule_clear);
}

static void
read_rule(struct sql *q, void *row)
{
	struct trust_rule *r = row;

	r->pattern = sql_col_dup(q);
	r->state = trust_parse(sql_col_text(q));
	r->note = sql_col_dup(q);
	r->decided_by = sql_col_dup(q);
	r->decided_s = sql_col_int(q);
}

enum err
store_trust_list(struct store *s, struct trust_list *out, struct errinfo *ei)
{
	struct trust_list l = {NULL, 0};
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_TRUST_LIST, ei)) == ERR_OK)
		e = store_list_read(
		    &q, (void **)&l.v, &l.n, sizeof *l.v, read_rule);
	sql_close(&q);
	if (e == ERR_OK) {
		*out = l;
		return e;
	}
	trust_list_clear(&l);
	return e;
}

/* was: TRUST_PENDING where there is no decision; note_was is owned. */
static enum err
get(struct store *s, const char *pattern, enum trust *was, char **note_was,
    struct errinfo *ei)
{
	struct sql q;
	bool row;
	enum err e;

	*was = TRUST_PENDING;
	if ((e = sql_open(&q, s, SQL_TRUST_GET, ei)) == ERR_OK) {
		sql_text(&q, pattern);
		if ((e = sql_next(&q, &row)) == ERR_OK && row) {
			*was = trust_parse(sql_col_text(&q));
			*note_was = sql_col_dup(&q);
			e = q.e;
		}
	}
	sql_close(&q);
	return e;
}

static enum err
check_count(struct store *s, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_TRUST_COUNT, ei)) == ERR_OK &&
	    (e = sql_one(&q, "")) == ERR_OK &&
	    sql_col_int(&q) >= TRUST_RULES_MAX)
		e = err_set(ei, ERR_TOOBIG,
		    "The Trust List has %d decisions already. Remove some.",
		    TRUST_RULES_MAX);
	sql_close(&q);
	return e;
}

static enum err
put_row(struct store *s, const struct store_actor *who, const char *pattern,
    enum trust state, const char *note, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, SQL_TRUST_PUT, ei)) == ERR_OK) {
		sql_text(&q, pattern);
		sql_text(&q, trust_name(state));
		sql_text(&q, note);
		sql_text(&q, who->who);
		sql_int(&q, clock_wall_s());
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	return e;
}

static enum err
log_change(struct store *s, const struct store_actor *who, const char *pattern,
    enum trust was, enum trust now, struct errinfo *ei)
{
	enum err e;

	e = store_change_log(s, who, "trust", pattern, NULL,
	    was == TRUST_PENDING ? "" : trust_name(was),
	    now == TRUST_PENDING ? "" : trust_name(now), ei);
	return e == ERR_OK ? store_change_revision(s, ei) : e;
}

static enum err
put(struct store *s, const struct store_actor *who, const char *pattern,
    enum trust state, const char *note, struct errinfo *ei)
{
	char *note_was = NULL;
	const char *old;
	enum trust was;
	enum err e;

	if ((e = get(s, pattern, &was, &note_was, ei)) != ERR_OK)
		goto out;
	old = note_was != NULL ? note_was : "";
	if (note == NULL)
		note = old;
	if (was == state && str_eq(note, old))
		goto out;
	if (was == TRUST_PENDING && (e = check_count(s, ei)) != ERR_OK)
		goto out;
	if ((e = put_row(s, who, pattern, state, note, ei)) != ERR_OK)
		goto out;
	e = store_change_log(s, who, "trust", pattern, "note", old, note, ei);
	if (e == ERR_OK && was != state)
		e = log_change(s, who, pattern, was, state, ei);
out:
	mem_free(note_was);
	return e;
}

enum err
store_trust_put(struct store *s, const struct store_actor *who,
    const char *pattern, enum trust state, const char *note, struct errinfo *ei)
{
	char checked[TRUST_PATTERN_MAX];
	enum err e;

	if ((e = trust_pattern(pattern, checked, sizeof checked, ei)) != ERR_OK)
		return e;
	if (state != TRUST_ALLOWED && state != TRUST_BLOCKED)
		return err_set(ei, ERR_ARG, "Choose allowed or blocked.");
	if (note != NULL &&
	    (strlen(note) > TRUST_NOTE_MAX || str_has_control(note)))
		return err_set(ei, ERR_ARG,
		    "A note is one line of at most %d bytes.", TRUST_NOTE_MAX);
	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, checked, state, note, ei);
	return store_tx_end(s, e, ei);
}

static enum err
drop(struct store *s, const struct store_actor *who, const char *pattern,
    struct errinfo *ei)
{
	char *note = NULL;
	enum trust was;
	struct sql q;
	enum err e;

	if ((e = get(s, pattern, &was, &note, ei)) != ERR_OK)
		goto out;
	if (was == TRUST_PENDING) {
		e = err_set(ei, ERR_NOTFOUND, "There is no decision about %s.",
		    pattern);
		goto out;
	}
	if ((e = sql_open(&q, s, SQL_TRUST_DELETE, ei)) == ERR_OK) {
		sql_text(&q, pattern);
		e = sql_run(&q, NULL);
	}
	sql_close(&q);
	if (e == ERR_OK)
		e = log_change(s, who, pattern, was, TRUST_PENDING, ei);
out:
	mem_free(note);
	return e;
}

enum err
store_trust_delete(struct store *s, const struct store_actor *who,
    const char *pattern, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = drop(s, who, pattern, ei);
	return store_tx_end(s, e, ei);
}

/* -- decisions beside what was seen -- */

static void
entry_clear(struct trust_entry *t)
{
	mem_free(t->host);
	mem_free(t->rule);
	mem_free(t->note);
	mem_free(t->decided_by);
	redirect_clear(&t->seen);
	memset(t, 0, sizeof *t);
}

void
trust_entries_clear(struct trust_entries *l)
{
	STORE_LIST_CLEAR(l, entry_clear);
}

static void
set_rule(struct trust_entry *t, const struct trust_rule *r)
{
	t->is_decided = r != NULL;
	t->is_own = r != NULL && str_eq(r->pattern, t->host);
	t->rule = xstrdup(r != NULL ? r->pattern : "");
	t->note = xstrdup(r != NULL ? r->note : "");
	t->decided_by = xstrdup(r != NULL ? r->decided_by : "");
	t->decided_s = r != NULL ? r->decided_s : 0;
	if (r != NULL)
		t->state = r->state;
	else
		t->state = t->seen.trusted ? TRUST_ALLOWED : TRUST_PENDING;
}

static bool
is_shown(const struct trust_entries *l, const char *host)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_eq(l->v[i].host, host))
			return true;
	return false;
}

static int
order(const void *a, const void *b)
{
	const struct trust_entry *x = a, *y = b;

	if (x->state != y->state)
		return x->state < y->state ? -1 : 1;
	if (x->state == TRUST_PENDING && x->seen.waiting != y->seen.waiting)
		return x->seen.waiting > y->seen.waiting ? -1 : 1;
	return strcmp(x->host, y->host);
}

/* A host that is both vouched for and decided about is shown once. */
static void
join(struct trust_entries *l, struct redirect_list *seen,
    const struct trust_list *rules)
{
	struct trust_entry *t;
	size_t i;

	for (i = 0; i < seen->n; i++) {
		const struct trust_rule *r = trust_find(rules, seen->v[i].host);

		if (r != NULL && is_shown(l, seen->v[i].host))
			continue;
		t = &l->v[l->n++];
		t->seen = seen->v[i];
		memset(&seen->v[i], 0, sizeof seen->v[i]);
		t->is_seen = true;
		t->host = xstrdup(t->seen.host);
		set_rule(t, r);
	}
	for (i = 0; i < rules->n; i++) {
		if (is_shown(l, rules->v[i].pattern))
			continue;
		t = &l->v[l->n++];
		t->host = xstrdup(rules->v[i].pattern);
		set_rule(t, &rules->v[i]);
	}
}

enum err
store_trust_entries(
    struct store *s, struct trust_entries *out, struct errinfo *ei)
{
	struct trust_entries l;
	struct redirect_list seen = {NULL, 0};
	struct trust_list rules = {NULL, 0};
	size_t i, n;
	enum err e;

	memset(&l, 0, sizeof l);
	if ((e = store_trust_list(s, &rules, ei)) != ERR_OK ||
	    (e = store_redirect_list(s, &seen, ei)) != ERR_OK)
		goto out;
	n = rules.n + seen.n;
	if (n == 0) {
		*out = l;
		goto out;
	}
	if ((l.v = try_alloc(n * sizeof *l.v)) == NULL) {
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
		goto out;
	}
	join(&l, &seen, &rules);
	qsort(l.v, l.n, sizeof *l.v, order);
	for (i = 0; i < l.n; i++)
		l.counts[l.v[i].state]++;
	*out = l;
out:
	redirect_list_clear(&seen);
	trust_list_clear(&rules);
	return e;
}
