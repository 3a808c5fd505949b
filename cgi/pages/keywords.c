/* keywords.c - Keywords: what people may type, Personal Rooms by rule, and
 * what would happen with a location, without touching anything. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/buf.h"
#include "common/keywords.h"
#include "common/alloc.h"
#include "common/room_rule.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_confer.h"
#include "common/store_decision.h"
#include "common/store_keyword.h"
#include "common/store_user.h"
#include "common/str.h"

#define LOCATION_MAX 1024 /* bytes that are tried */

static const char *const rules[] = {"room_rule_link", "room_rule_video"};

#define RULES_N (sizeof(rules) / sizeof(rules[0]))

/* The words that are added, the two patterns, and what is tried. */
static void
fields(struct form *f)
{
	size_t i;

	form_init(f);
	form_add(f, "word", "Keyword", KEYWORD_WORD_MAX, false);
	for (i = 0; i < RULES_N; i++) {
		const struct setting *s = setting_find("system", rules[i]);

		form_add(f, s->key, s->label, s->max, false);
	}
}

/* What a keyword may be told to ask for. */
static void
actions_view(struct view list, enum keyword_mode now)
{
	size_t n = 0;
	int i;

	for (i = KEYWORD_MYROOM; i < KEYWORD_MODE__MAX; i++) {
		struct view row = view_row(list, n++);

		view_str(row, "id", keyword_action_id((enum keyword_mode)i));
		view_str(
		    row, "label", keyword_action_label((enum keyword_mode)i));
		view_flag(row, "now", (enum keyword_mode)i == now);
	}
}

/* The type whose service is missing for this kind of meeting; NULL: none. */
static const struct confer_type *
missing(const struct confer_list *services, enum keyword_mode mode)
{
	const struct confer_type *t =
	    confer_type_find(keyword_action_service(mode));
	size_t i;

	for (i = 0; t != NULL && i < services->n; i++)
		if (services->v[i].type == t)
			return NULL;
	return t;
}

static void
row_view(struct view row, const struct keyword_row *r,
    const struct confer_list *services)
{
	const struct confer_type *t = missing(services, r->mode);

	view_str(row, "keyword", r->word);
	view_flag(row, "enabled", r->enabled);
	view_str(row, "gives", keyword_action_label(r->mode));
	if (t != NULL)
		view_str(row, "missing", t->label);
	actions_view(view_sub(row, "actions"), r->mode);
	if (!r->enabled)
		state_show(row, "", "off", "Off");
	else if (t != NULL)
		state_show(row, "warn", "warn", "Gives nothing");
	else
		state_show(row, "ok", "ok", "On");
}

static void
rows_view(struct page *p, const struct keyword_set *set,
    const struct confer_list *services)
{
	struct view list = view_sub(p->view, "list");
	size_t i;

	for (i = 0; i < set->n; i++)
		row_view(view_row(list, i), &set->v[i], services);
	actions_view(view_sub(p->view, "actions"), KEYWORD_MYROOM);
}

/* What people asked for by a modifier, and nobody configured. */
static enum err
asked_view(struct page *p, const struct keyword_set *set,
    const struct confer_list *services, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "asked");
	struct decision_words asked;
	struct keyword k;
	size_t i, n = 0;
	enum err e;

	if ((e = store_decision_words(p->web->store, &asked, ei)) != ERR_OK)
		return e;
	for (i = 0; i < asked.n; i++) {
		const char *word = asked.v[i].word;
		const struct confer_type *t;
		struct view row;

		if (!keyword_find(set, word, strlen(word), &k) ||
		    (t = missing(services, k.mode)) == NULL)
			continue;
		row = view_row(list, n++);
		view_str(row, "keyword", word);
		view_str(row, "gives", keyword_action_label(k.mode));
		view_str(row, "missing", t->label);
		view_int(row, "n", (int64_t)asked.v[i].n);
	}
	return ERR_OK;
}

/* The link that the user's meetings would get. */
static enum err
room_of(struct page *p, const struct user *u, struct errinfo *ei)
{
	struct buf link = BUF_INIT(ROOM_RULE_MAX);
	char *pattern = NULL;
	enum err e = ERR_OK;

	if (u->room_link[0] != '\0') {
		view_str(p->view, "link", u->room_link);
		view_str(p->view, "link_by", "the user's own Personal Room");
		return ERR_OK;
	}
	e = store_setting_get(p->web->store, rules[0], &pattern, ei);
	if (e == ERR_OK && pattern[0] != '\0' &&
	    room_rule_expand(&link, pattern, u->address, true, NULL) ==
		ERR_OK) {
		view_str(p->view, "link", buf_str(&link));
		view_str(p->view, "link_by", "the rule below");
	}
	mem_free(pattern);
	buf_clear(&link);
	return e;
}

/* ?location= and ?user=: which keyword counts, and what it would give. */
static enum err
try_out(struct page *p, const struct keyword_set *set,
    const struct confer_list *services, struct errinfo *ei)
{
	const struct req_field *in = req_field(&p->req->query, "location");
	const char *who = req_text(&p->req->query, "user");
	char text[LOCATION_MAX];
	struct keyword k;
	struct user u;
	enum err e;

	if (in == NULL)
		return ERR_OK;
	(void)str_copy(text, sizeof(text), in->value);
	view_raw(p->view, "location", text, strlen(text));
	view_raw(p->view, "user_typed", who, strlen(who));
	view_flag(p->view, "tried", true);
	if (!keyword_find(set, text, strlen(text), &k))
		return ERR_OK;
	view_str(p->view, "found", k.word);
	view_str(p->view, "kind", keyword_action_label(k.mode));
	if (keyword_action_service(k.mode)[0] != '\0') {
		const struct confer_type *t = missing(services, k.mode);

		view_flag(p->view, "other_kind", true);
		if (t != NULL)
			view_str(p->view, "missing", t->label);
		return ERR_OK;
	}
	if (who[0] == '\0')
		return ERR_OK;
	memset(&u, 0, sizeof(u));
	e = store_user_find(p->web->store, who, &u, ei);
	if (e == ERR_OK) {
		view_flag(p->view, "known", true);
		view_flag(p->view, "enabled", u.enabled);
		e = room_of(p, &u, ei);
	}
	user_clear(&u);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct confer_list services = {NULL, 0};
	struct keyword_set set;
	enum err e;

	page_title(p, "Keywords");
	form_view(f, p->view);
	e = store_keyword_list(p->web->store, &set, ei);
	if (e == ERR_OK)
		e = store_confer_list(p->web->store, &services, ei);
	if (e == ERR_OK) {
		rows_view(p, &set, &services);
		view_flag(p->view, "full", set.n == KEYWORDS_MAX);
		e = asked_view(p, &set, &services, ei);
	}
	if (e == ERR_OK) {
		e = try_out(p, &set, &services, ei);
	}
	confer_list_clear(&services);
	return e;
}

/* What is stored stands in the form. */
static enum err
load_rules(
    struct page *p, struct form *f, char *held[RULES_N], struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < RULES_N && e == ERR_OK; i++) {
		e = store_setting_get(p->web->store, rules[i], &held[i], ei);
		if (e == ERR_OK)
			form_set(f, rules[i], held[i]);
	}
	return e;
}

static enum err
show_stored(struct page *p, struct form *f, bool with_rules, struct errinfo *ei)
{
	char *held[RULES_N] = {NULL};
	enum err e = ERR_OK;
	size_t i;

	if (with_rules)
		e = load_rules(p, f, held, ei);
	if (e == ERR_OK)
		e = show(p, f, ei);
	for (i = 0; i < RULES_N; i++)
		mem_free(held[i]);
	return e;
}

enum err
keywords_show(struct page *p, struct errinfo *ei)
{
	struct form f;
	enum err e;

	fields(&f);
	if ((e = show_stored(p, &f, true, ei)) == ERR_OK)
		e = page_show_saved(p, ei);
	return e;
}

static enum err
add(struct page *p, struct form *f, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *typed = form_get(f, "word");
	const char *action = req_text(&p->req->body, "action");
	struct keyword_row row = {"", true, KEYWORD_MYROOM};
	struct errinfo why = {ERR_OK, ""};
	enum err e = ERR_ARG;

	if (typed != NULL && keyword_word(row.word, typed, &why) != ERR_OK)
		form_error(f, "word", why.text);
	if (*action != '\0' && !keyword_action_of(action, &row.mode))
		return err_set(ei, ERR_ARG, "There is no such action.");
	if (f->errors_n == 0)
		e = store_keyword_set(p->web->store, &who, &row, &why);
	if (e == ERR_TOOBIG)
		form_error(f, "word", why.text);
	if (f->errors_n > 0) {
		p->resp->status = 422;
		return show_stored(p, f, true, ei);
	}
	return e == ERR_OK ? page_saved(p, "/keywords", ei)
			   : err_set(ei, e, "%s", why.text);
}

static enum err
save_rules(struct page *p, struct form *f, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct errinfo why = {ERR_OK, ""};
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < RULES_N; i++) {
		const struct setting *s = setting_find("system", rules[i]);
		const char *value = form_get(f, rules[i]);

		if (value != NULL && setting_check(s, value, &why) != ERR_OK)
			form_error(f, rules[i], why.text);
	}
	if (f->errors_n > 0) {
		p->resp->status = 422;
		return show_stored(p, f, false, ei);
	}
	for (i = 0; i < RULES_N && e == ERR_OK; i++)
		e = store_setting_put(
		    p->web->store, &who, rules[i], form_get(f, rules[i]), ei);
	return e == ERR_OK ? page_saved(p, "/keywords", ei) : e;
}

/* What a word asks for; whether it is on stays. */
static enum err
give(struct page *p, const char *word, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct keyword_set set;
	struct keyword_row row;
	enum err e;
	size_t i;

	if ((e = store_keyword_list(p->web->store, &set, ei)) != ERR_OK)
		return e;
	for (i = 0; i < set.n && !str_eq(set.v[i].word, word); i++)
		;
	if (i == set.n)
		return err_set(ei, ERR_NOTFOUND, "There is no such keyword.");
	row = set.v[i];
	if (!keyword_action_of(req_text(&p->req->body, "action"), &row.mode))
		return err_set(ei, ERR_ARG, "There is no such action.");
	return store_keyword_set(p->web->store, &who, &row, ei);
}

/* A row's button. */
static enum err
change(struct page *p, const char *what, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char word[KEYWORD_WORD_MAX + 1];
	enum err e;

	e = keyword_word(word, req_text(&p->req->body, "row"), ei);
	if (e != ERR_OK)
		return e;
	if (str_eq(what, "delete"))
		e = store_keyword_delete(p->web->store, &who, word, ei);
	else if (str_eq(what, "give"))
		e = give(p, word, ei);
	else
		e = store_keyword_put(
		    p->web->store, &who, word, str_eq(what, "on"), ei);
	return e == ERR_OK ? page_saved(p, "/keywords", ei) : e;
}

enum err
keywords_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");
	struct form f;

	fields(&f);
	form_take(&f, p->req);
	if (str_eq(what, "add"))
		return add(p, &f, ei);
	if (str_eq(what, "rules"))
		return save_rules(p, &f, ei);
	if (str_eq(what, "on") || str_eq(what, "off") ||
	    str_eq(what, "delete") || str_eq(what, "give"))
		return change(p, what, ei);
	return err_set(ei, ERR_ARG, "Choose what to do with the keyword.");
}
