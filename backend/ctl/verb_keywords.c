/* verb_keywords.c - what people may type into the location of a meeting. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/keywords.h"
#include "common/store_keyword.h"

int
verb_keywords_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct keyword_set set;
	enum err e;
	size_t i;

	if ((e = store_keyword_list(c->store, &set, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "keywords");
	for (i = 0; i < set.n; i++) {
		out_row(&c->out);
		out_str(&c->out, "word", "KEYWORD", set.v[i].word);
		out_flag(&c->out, "enabled", "ON", set.v[i].enabled);
	}
	out_rows_end(&c->out, "There is no keyword.");
	return EXIT_DONE;
}

static int
put(struct ctl *c, bool enabled, bool is_new)
{
	char word[KEYWORD_WORD_MAX + 1];
	struct errinfo ei = {ERR_OK, ""};
	struct keyword_set set;
	bool found = is_new;
	enum err e;
	size_t i;

	if ((e = keyword_word(word, c->words[0], &ei)) != ERR_OK ||
	    (e = store_keyword_list(c->store, &set, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	for (i = 0; i < set.n; i++)
		found |= strcmp(set.v[i].word, word) == 0;
	e = found ? store_keyword_put(c->store, &c->actor, word, enabled, &ei)
		  : err_set(&ei, ERR_NOTFOUND, "There is no such keyword.");
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_keywords_add(struct ctl *c)
{
	return put(c, true, true);
}

int
verb_keywords_enable(struct ctl *c)
{
	return put(c, true, false);
}

int
verb_keywords_disable(struct ctl *c)
{
	return put(c, false, false);
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
