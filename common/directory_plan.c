/* directory_plan.c - see directory_plan.h. */
#include "common/directory_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/directory_set.h"
#include "common/i18n.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_conn.h"
#include "common/store_directory.h"
#include "common/str.h"
#include "common/user_csv.h"

#define ORIGIN "directory" /* in the configuration log */

/* The fields of a user that the columns of an entry give. */
static const char *const columns[DIR_ATTRS_N] = {
    "address", "name", "language", "room_link", "room_number", "room_video"};

static size_t
place_of(const char *key)
{
	const char *k;
	size_t i;

	for (i = 0; (k = user_csv_key(i)) != NULL; i++)
		if (str_eq(k, key))
			break;
	return i;
}

/* A language that is not offered is none: the person is a user all the
 * same. */
static bool
is_given(const struct dir_set *d, size_t k, const char *v)
{
	const struct i18n *l;

	if (v[0] == '\0' || d->v[DIR_ATTR_MAIL + k][0] == '\0')
		return false;
	return DIR_ATTR_MAIL + k != DIR_ATTR_LANGUAGE ||
	       i18n_for_culture(v, &l);
}

/* As rows of a file would be; the words of the entries move over. */
static enum err
rows_of(struct user_csv *c, struct dir_entries *l, const struct dir_set *d)
{
	size_t place[DIR_ATTRS_N], i, k;

	for (k = 0; k < DIR_ATTRS_N; k++)
		place[k] = place_of(columns[k]);
	if ((c->v = try_alloc((l->n + 1) * sizeof *c->v)) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < l->n; i++) {
		struct user_csv_row *row = &c->v[c->n++];

		row->line = i + 1;
		for (k = 0; k < DIR_ATTRS_N; k++) {
			if (!is_given(d, k, l->v[i].v[k]))
				continue;
			row->value[place[k]] = l->v[i].v[k];
			l->v[i].v[k] = NULL;
		}
	}
	return ERR_OK;
}

static enum err
set_directory(struct user *u, const char *word)
{
	char *copy = try_strdup(word);

	if (copy == NULL)
		return ERR_NOMEM;
	mem_free(u->directory);
	u->directory = copy;
	return ERR_OK;
}

static void
becomes(struct user_import *m, struct import_row *r, enum import_effect to,
    const char *label)
{
	size_t n = strlen(r->changes);

	if (r->effect != to) {
		m->count[r->effect]--;
		m->count[to]++;
		r->effect = to;
	}
	(void)snprintf(r->changes + n, sizeof r->changes - n, "%s%s",
	    n > 0 ? ", " : "", label);
}

/* Those that were found: new ones are enabled, and so is who was disabled
 * for not being found. */
static enum err
mark_found(struct user_import *m)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < m->n && e == ERR_OK; i++) {
		struct import_row *r = &m->v[i];
		struct user *u = &r->user;

		if (r->is_bad)
			continue;
		if (r->effect == IMPORT_ADD) {
			u->enabled = true;
		} else if (str_eq(u->directory, "gone") && !u->enabled) {
			u->enabled = true;
			becomes(m, r, IMPORT_CHANGE,
			    setting_find("user", "enabled")->label);
		} else if (!str_eq(u->directory, "found")) {
			becomes(m, r, IMPORT_CHANGE, "From the directory");
		}
		e = set_directory(u, "found");
	}
	return e;
}

static int
by_address(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcasecmp(*x, *y);
}

/* Entries with a problem are there all the same. */
static const char **
all_found(const struct user_import *m)
{
	const char **v = try_alloc((m->n + 1) * sizeof *v);
	size_t i;

	for (i = 0; v != NULL && i < m->n; i++)
		v[i] = m->v[i].user.address;
	if (v != NULL)
		qsort(v, m->n, sizeof *v, by_address);
	return v;
}

static enum err
disable(struct user_import *m, struct user *u)
{
	struct import_row *r = &m->v[m->n];
	enum err e;

	if ((e = set_directory(u, "gone")) != ERR_OK)
		return e;
	m->n++;
	r->line = 0;
	r->effect = IMPORT_DISABLE;
	m->count[IMPORT_DISABLE]++;
	r->user = *u;
	memset(u, 0, sizeof *u);
	r->user.enabled = false;
	(void)str_copy(r->changes, sizeof r->changes,
	    setting_find("user", "enabled")->label);
	return ERR_OK;
}

static enum err
mark_gone(struct dir_plan *p, struct user_list *have, bool disables)
{
	const size_t found_n = p->m.n;
	const char **found = all_found(&p->m);
	struct import_row *v;
	enum err e = ERR_OK;
	size_t i;

	if (found == NULL)
		return ERR_NOMEM;
	v = try_realloc(p->m.v, (found_n + have->n + 1) * sizeof *v);
	if (v == NULL) {
		mem_free(found);
		return ERR_NOMEM;
	}
	p->m.v = v;
	for (i = 0; i < have->n && e == ERR_OK; i++) {
		struct user *u = &have->v[i];

		if (!str_eq(u->directory, "found") || !u->enabled ||
		    bsearch(&u->address, found, found_n, sizeof *found,
			by_address) != NULL)
			continue;
		p->gone_n++;
		if (disables) {
			memset(&p->m.v[p->m.n], 0, sizeof *p->m.v);
			e = disable(&p->m, u);
		}
	}
	mem_free(found);
	return e;
}

/* The brake: a directory that answers with less than it has, or a filter
 * that lost a bracket, is not to cut off everybody. */
static void
judge(struct dir_plan *p, const struct dir_run *r, const struct dir_set *d)
{
	const size_t n = p->m.count[IMPORT_DISABLE];
	uint64_t max = 0;

	if (str_to_u64(d->v[DIR_GONE_MAX], UINT32_MAX, &max) != ERR_OK)
		max = 0;
	if (n == 0)
		return;
	p->is_held = r->is_cut || r->found_n == 0 || n > max;
	if (r->is_cut)
		(void)snprintf(p->why, sizeof p->why,
		    "%zu users would be disabled, but the directory has not "
		    "given all that it has.",
		    n);
	else if (r->found_n == 0)
		(void)snprintf(p->why, sizeof p->why,
		    "The directory found nobody at all, and %zu users would "
		    "be disabled.",
		    n);
	else if (n > max)
		(void)snprintf(p->why, sizeof p->why,
		    "%zu users would be disabled; at most %llu may be in one "
		    "run.",
		    n, (unsigned long long)max);
}

enum err
dir_plan_make(struct dir_plan *out, struct store *s, const struct dir_run *r,
    const struct dir_set *d, struct errinfo *ei)
{
	struct dir_plan p = {.gone_n = 0};
	struct dir_entries l = {NULL, 0};
	struct user_list have = {NULL, 0, 0};
	struct user_csv c = {.n = 0};
	enum err e;

	if ((e = store_dir_entries(s, r->id, &l, ei)) != ERR_OK)
		goto out;
	/* Trimmed since: not "nobody was found". */
	if ((int64_t)l.n != r->found_n) {
		e = err_set(
		    ei, ERR_NOTFOUND, "This search is not known any more.");
		goto out;
	}
	if ((e = rows_of(&c, &l, d)) != ERR_OK) {
		err_set(ei, e, "%s", err_default_text(e));
		goto out;
	}
	if ((e = user_import_rows(&p.m, s, &c, ei)) != ERR_OK ||
	    (e = store_user_list(s, "", "", 0, SIZE_MAX, &have, ei)) != ERR_OK)
		goto out;
	if ((e = mark_found(&p.m)) != ERR_OK ||
	    (e = mark_gone(&p, &have, str_eq(d->v[DIR_GONE], "disable"))) !=
		ERR_OK) {
		err_set(ei, e, "%s", err_default_text(e));
		goto out;
	}
	judge(&p, r, d);
	p.m.skips_bad = true;
	*out = p;
	memset(&p, 0, sizeof p);
out:
	dir_plan_clear(&p);
	user_list_clear(&have);
	user_csv_clear(&c);
	dir_entries_clear(&l);
	return e;
}

void
dir_plan_clear(struct dir_plan *p)
{
	user_import_clear(&p->m);
	memset(p, 0, sizeof *p);
}

static enum err
apply(struct store *s, const struct store_actor *who, struct dir_plan *p,
    struct dir_done *done, struct errinfo *ei)
{
	enum err e;

	done->problems_n = (int64_t)p->m.problems_total;
	if (p->is_held) {
		(void)str_copy(done->result, sizeof done->result, "held");
		(void)str_copy(done->why, sizeof done->why, p->why);
		return ERR_OK;
	}
	if ((e = user_import_apply(&p->m, s, who, ei)) != ERR_OK)
		return e;
	(void)str_copy(done->result, sizeof done->result, "done");
	done->added_n = (int64_t)p->m.count[IMPORT_ADD];
	done->changed_n = (int64_t)p->m.count[IMPORT_CHANGE];
	done->disabled_n = (int64_t)p->m.count[IMPORT_DISABLE];
	return ERR_OK;
}

/* Is what it ran with what is stored? */
static enum err
is_current(struct store *s, const struct dir_run *r, struct dir_set *d,
    bool *same, struct errinfo *ei)
{
	struct buf b = BUF_INIT(DIR_TEXT_MAX);
	enum err e;

	if ((e = dir_set_load(s, d, ei)) != ERR_OK)
		return e;
	if ((e = dir_set_write(d, &b)) == ERR_OK)
		*same = str_eq(buf_str(&b), r->settings);
	else
		err_set(ei, e, "%s", err_default_text(e));
	buf_clear(&b);
	return e;
}

static enum err
carry_out(struct store *s, const struct dir_run *r, struct errinfo *ei)
{
	const struct store_actor who = {r->asked_by, ORIGIN};
	struct dir_done done = {.at_s = 0};
	struct dir_set d = {{NULL}};
	struct dir_plan p = {.gone_n = 0};
	bool same = false;
	enum err e;

	(void)str_copy(done.run_id, sizeof done.run_id, r->id);
	if ((e = is_current(s, r, &d, &same, ei)) != ERR_OK)
		goto out;
	if (!same) {
		(void)str_copy(done.result, sizeof done.result, "dropped");
		(void)str_copy(done.why, sizeof done.why,
		    "The settings were changed while it ran.");
	} else if ((e = dir_plan_make(&p, s, r, &d, ei)) != ERR_OK ||
		   (e = apply(s, &who, &p, &done, ei)) != ERR_OK) {
		goto out;
	}
	e = store_dir_done_put(s, &who, &done, ei);
out:
	dir_plan_clear(&p);
	dir_set_clear(&d);
	return e;
}

/* Others may be about to: whoever has the store first does all of it. */
static enum err
carry_out_once(
    struct store *s, const struct dir_run *r, bool *did, struct errinfo *ei)
{
	struct dir_done done;
	bool mine = false;
	enum err e;

	if ((e = store_tx_begin_whole(s, ei)) != ERR_OK)
		return e;
	e = store_dir_done_get(s, &done, ei);
	if (e == ERR_OK && !str_eq(done.run_id, r->id)) {
		mine = true;
		e = carry_out(s, r, ei);
	}
	e = store_tx_end(s, e, ei);
	*did = mine && e == ERR_OK;
	return e;
}

enum err
dir_plan_settle(struct store *s, bool *did, struct errinfo *ei)
{
	struct dir_done done;
	struct dir_run r;
	enum err e;

	*did = false;
	memset(&r, 0, sizeof r);
	e = store_dir_run_last(s, &r, ei);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	e = store_dir_done_get(s, &done, ei);
	if (e == ERR_OK && str_eq(r.state, "found") &&
	    !str_eq(done.run_id, r.id))
		e = carry_out_once(s, &r, did, ei);
	dir_run_clear(&r);
	return e;
}
