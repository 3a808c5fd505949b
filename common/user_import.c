/* user_import.c - compares the file with the store, row by row. */
#include "common/user_import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/alloc.h"
#include "common/i18n.h"
#include "common/settings.h"
#include "common/user_csv.h"

struct plan {
	struct user_import *m;
	struct user_list have; /* by address, ASCII caseless */
	const struct user_csv_row *row; /* looked at now */
	bool is_bad;
	enum err e;
};

static void
problem(struct plan *p, size_t line, const char *address, const char *text)
{
	struct user_import *m = p->m;
	struct import_problem *r;

	p->is_bad = true;
	if (m->problems_total++ >= IMPORT_PROBLEMS_MAX)
		return;
	r = &m->problems[m->problems_n++];
	r->line = line;
	r->address = try_strdup(address == NULL ? "" : address);
	r->text = try_strdup(text);
	if (r->address == NULL || r->text == NULL)
		p->e = ERR_NOMEM;
}

static void
row_problem(void *arg, const char *key, const char *text)
{
	const struct setting *s = setting_find("user", key);
	struct plan *p = arg;
	char whole[ERRINFO_MAX];

	snprintf(
	    whole, sizeof whole, "%s: %s", s == NULL ? key : s->label, text);
	problem(p, p->row->line, p->row->value[0], whole);
}

static int
by_address(const void *a, const void *b)
{
	const struct user *ua = a, *ub = b;

	return strcasecmp(ua->address, ub->address);
}

static const struct user *
find_user(const struct plan *p, const char *address)
{
	const struct user key = {.address = (char *)(uintptr_t)address};

	if (p->have.n == 0)
		return NULL;
	return bsearch(
	    &key, p->have.v, p->have.n, sizeof *p->have.v, by_address);
}

/* Yes and no, in the words that files have. */
static const char *
plain_flag(const char *v)
{
	static const char *const yes[] = {"yes", "true", "1", "y"};
	static const char *const no[] = {"no", "false", "0", "n", ""};
	size_t i;

	for (i = 0; i < sizeof yes / sizeof yes[0]; i++)
		if (strcasecmp(v, yes[i]) == 0)
			return "yes";
	for (i = 0; i < sizeof no / sizeof no[0]; i++)
		if (strcasecmp(v, no[i]) == 0)
			return "no";
	return v;
}

/* The code of a language that we have, for whatever names it ("tr-TR"). */
static const char *
plain_language(const char *v)
{
	const struct i18n *l;

	if (v[0] == '\0')
		return "meeting";
	return i18n_for_culture(v, &l) ? i18n_code(l) : v;
}

static void
add_label(struct import_row *r, const char *key)
{
	size_t n = strlen(r->changes);

	snprintf(r->changes + n, sizeof r->changes - n, "%s%s",
	    n > 0 ? ", " : "", setting_find("user", key)->label);
}

static void
set_field(struct plan *p, struct user *u, const char *key, const char *value)
{
	struct errinfo ei = {ERR_OK, ""};

	if (str_eq(key, "enabled"))
		value = plain_flag(value);
	else if (str_eq(key, "language"))
		value = plain_language(value);
	if (user_set(u, key, value, &ei) != ERR_OK)
		row_problem(p, key, ei.text);
}

/* The user as stored, or a new one. */
static void
start_from(struct plan *p, struct user *u, const struct user *was)
{
	const char *key;
	size_t i;

	user_init(u);
	if (was == NULL)
		return;
	u->id = was->id;
	mem_free(u->directory);
	if ((u->directory = try_strdup(was->directory)) == NULL)
		p->e = ERR_NOMEM;
	for (i = 0; (key = user_csv_key(i)) != NULL; i++)
		set_field(p, u, key, user_get(was, key));
}

static void
plan_row(struct plan *p, const struct user_csv_row *row, size_t columns_n)
{
	struct import_row *r = &p->m->v[p->m->n++];
	const struct user *was;
	const char *key;
	size_t i;

	p->row = row;
	p->is_bad = false;
	r->line = row->line;
	was = row->value[0] == NULL ? NULL : find_user(p, row->value[0]);
	start_from(p, &r->user, was);
	r->effect = was == NULL ? IMPORT_ADD : IMPORT_SAME;
	if (row->cells_n != columns_n)
		problem(p, row->line, row->value[0],
		    "The row has more or fewer cells than the first line.");
	for (i = 0; (key = user_csv_key(i)) != NULL; i++) {
		if (row->value[i] == NULL || (was != NULL && i == 0))
			continue;
		set_field(p, &r->user, key, row->value[i]);
		if (was == NULL ||
		    str_eq(user_get(was, key), user_get(&r->user, key)))
			continue;
		r->effect = IMPORT_CHANGE;
		add_label(r, key);
	}
	if (!p->is_bad)
		(void)user_check(&r->user, row_problem, p);
	r->is_bad = p->is_bad;
	if (!p->is_bad)
		p->m->count[r->effect]++;
}

struct named {
	const char *address;
	size_t line;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *na = a, *nb = b;
	int c = strcasecmp(na->address, nb->address);

	return c != 0 ? c : (na->line > nb->line) - (na->line < nb->line);
}

static void
find_twice(struct plan *p)
{
	struct user_import *m = p->m;
	struct named *all = try_alloc((m->n + 1) * sizeof *all);
	char text[96];
	size_t i;

	if (all == NULL) {
		p->e = ERR_NOMEM;
		return;
	}
	for (i = 0; i < m->n; i++) {
		all[i].address = m->v[i].user.address;
		all[i].line = m->v[i].line;
	}
	qsort(all, m->n, sizeof *all, by_name);
	for (i = 1; i < m->n; i++) {
		if (all[i].address[0] == '\0' ||
		    strcasecmp(all[i].address, all[i - 1].address) != 0)
			continue;
		snprintf(text, sizeof text,
		    "Line %zu has this address as well.", all[i - 1].line);
		problem(p, all[i].line, all[i].address, text);
	}
	mem_free(all);
}

static int
by_line(const void *a, const void *b)
{
	const struct import_problem *pa = a, *pb = b;

	return (pa->line > pb->line) - (pa->line < pb->line);
}

static enum err
plan_all(struct plan *p, const struct user_csv *c)
{
	struct user_import *m = p->m;
	size_t i;

	m->v = try_alloc((c->n + 1) * sizeof *m->v);
	m->problems = try_alloc(IMPORT_PROBLEMS_MAX * sizeof *m->problems);
	if (m->v == NULL || m->problems == NULL)
		return ERR_NOMEM;
	for (i = 0; i < c->n && p->e == ERR_OK; i++)
		plan_row(p, &c->v[i], c->columns_n);
	if (p->e == ERR_OK)
		find_twice(p);
	if (p->e == ERR_OK)
		qsort(m->problems, m->problems_n, sizeof *m->problems, by_line);
	return p->e;
}

enum err
user_import_rows(struct user_import *out, struct store *s,
    const struct user_csv *c, struct errinfo *ei)
{
	struct user_import m = {.n = 0};
	struct plan p = {.m = &m, .e = ERR_OK};
	enum err e;

	if ((e = store_user_list(s, "", "", 0, SIZE_MAX, &p.have, ei)) !=
	    ERR_OK)
		goto out;
	if (p.have.n > 0)
		qsort(p.have.v, p.have.n, sizeof *p.have.v, by_address);
	if ((e = plan_all(&p, c)) != ERR_OK) {
		err_set(ei, e, "%s", err_default_text(e));
		goto out;
	}
	*out = m;
	memset(&m, 0, sizeof m);
out:
	user_import_clear(&m);
	user_list_clear(&p.have);
	return e;
}

enum err
user_import_plan(struct user_import *out, struct store *s, const char *text,
    size_t len, struct errinfo *ei)
{
	struct user_csv c = {.n = 0};
	enum err e;

	if ((e = user_csv_parse(&c, text, len, ei)) != ERR_OK)
		return e;
	if ((e = user_import_rows(out, s, &c, ei)) == ERR_OK) {
		out->ignored = c.ignored;
		memset(&c.ignored, 0, sizeof c.ignored);
	}
	user_csv_clear(&c);
	return e;
}

enum err
user_import_apply(struct user_import *m, struct store *s,
    const struct store_actor *who, struct errinfo *ei)
{
	struct user **change = NULL;
	size_t i, n = 0;
	enum err e;

	if (m->problems_total > 0 && !m->skips_bad)
		return err_set(
		    ei, ERR_ARG, "The file has problems; nothing was changed.");
	if ((change = try_alloc((m->n + 1) * sizeof(struct user *))) == NULL)
		return err_set(ei, ERR_NOMEM, "No memory for the users.");
	for (i = 0; i < m->n; i++)
		if (m->v[i].effect != IMPORT_SAME && !m->v[i].is_bad)
			change[n++] = &m->v[i].user;
	e = n == 0 ? ERR_OK : store_user_put_all(s, who, change, n, ei);
	mem_free(change);
	return e;
}

void
user_import_clear(struct user_import *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		user_clear(&m->v[i].user);
	mem_free(m->v);
	for (i = 0; i < m->problems_n; i++) {
		mem_free(m->problems[i].address);
		mem_free(m->problems[i].text);
	}
	mem_free(m->problems);
	strlist_clear(&m->ignored);
	memset(m, 0, sizeof *m);
}
