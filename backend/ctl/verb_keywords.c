/* verb_keywords.c - what people may type into the location of a meeting. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/keywords.h"
#include "common/store_confer.h"
#include "common/store_decision.h"
#include "common/store_keyword.h"

/* The label of the type whose service is missing, or "". */
static const char *
missing(const struct confer_list *services, enum keyword_mode mode)
{
	const struct confer_type *t =
	    confer_type_find(keyword_action_service(mode));
	size_t i;

	for (i = 0; t != NULL && i < services->n; i++)
		if (services->v[i].type == t)
			return "";
	return t != NULL ? t->label : "";
}

int
verb_keywords_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct confer_list services = {NULL, 0};
	struct decision_words asked;
	struct keyword_set set;
	struct keyword k;
	enum err e;
	size_t i;

	if ((e = store_keyword_list(c->store, &set, &ei)) != ERR_OK ||
	    (e = store_decision_words(c->store, &asked, &ei)) != ERR_OK ||
	    (e = store_confer_list(c->store, &services, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "keywords");
	for (i = 0; i < set.n; i++) {
		out_row(&c->out);
		out_str(&c->out, "word", "KEYWORD", set.v[i].word);
		out_flag(&c->out, "enabled", "ON", set.v[i].enabled);
		out_str(&c->out, "action", "GIVES",
		    keyword_action_id(set.v[i].mode));
		out_str(&c->out, "missing_service", "MISSING SERVICE",
		    missing(&services, set.v[i].mode));
	}
	out_rows_end(&c->out, "There is no keyword.");
	out_rows(&c->out, "asked");
	for (i = 0; i < asked.n; i++) {
		if (!keyword_find(
			&set, asked.v[i].word, strlen(asked.v[i].word), &k) ||
		    missing(&services, k.mode)[0] == '\0')
			continue;
		out_row(&c->out);
		out_str(&c->out, "word", "ASKED FOR", asked.v[i].word);
		out_int(&c->out, "meetings", "MEETINGS", asked.v[i].n);
		out_str(&c->out, "missing_service", "MISSING SERVICE",
		    missing(&services, k.mode));
	}
	out_rows_end(&c->out, "");
	confer_list_clear(&services);
	return EXIT_DONE;
}

/* action=NAME, if given; the exit status, or 0. */
static int
take_action(struct ctl *c, enum keyword_mode *out)
{
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (strcmp(c->args.keys.v[i], "action") != 0 ||
		    !keyword_action_of(c->args.values.v[i], out))
			return ctl_refuse(c, EXIT_USAGE,
			    "a keyword takes action=myroom, space, onetime, "
			    "tms or cms");
	return 0;
}

enum what { ADD, ENABLE, DISABLE, SET };

static int
put(struct ctl *c, enum what what)
{
	struct keyword_row row = {"", true, KEYWORD_MYROOM};
	struct errinfo ei = {ERR_OK, ""};
	struct keyword_set set;
	bool found = what == ADD;
	enum err e;
	size_t i;
	int code;

	if ((e = keyword_word(row.word, c->words[0], &ei)) != ERR_OK ||
	    (e = store_keyword_list(c->store, &set, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	for (i = 0; i < set.n; i++)
		if (strcmp(set.v[i].word, row.word) == 0) {
			row = set.v[i];
			found = true;
		}
	if (what != SET)
		row.enabled = what != DISABLE;
	if ((code = take_action(c, &row.mode)) != 0)
		return code;
	e = found ? store_keyword_set(c->store, &c->actor, &row, &ei)
		  : err_set(&ei, ERR_NOTFOUND, "There is no such keyword.");
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_keywords_add(struct ctl *c)
{
	return put(c, ADD);
}

int
verb_keywords_set(struct ctl *c)
{
	return put(c, SET);
}

int
verb_keywords_enable(struct ctl *c)
{
	return put(c, ENABLE);
}

int
verb_keywords_disable(struct ctl *c)
{
	return put(c, DISABLE);
}

int
verb_keywords_delete(struct ctl *c)
{
	char word[KEYWORD_WORD_MAX + 1];
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = keyword_word(word, c->words[0], &ei);
	if (e == ERR_OK)
		e = store_keyword_delete(c->store, &c->actor, word, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
