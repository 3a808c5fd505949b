/* keyword_alarm.c - see keyword_alarm.h. */
#include "backend/engine/keyword_alarm.h"

#include <string.h>

#include "backend/engine/alarm.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "common/buf.h"
#include "common/confer.h"
#include "common/keywords.h"
#include "common/store_decision.h"
#include "common/str.h"

#define WORDS_TEXT_MAX 2048 /* bytes: all words and commas between */

/* One more word; each once. */
static enum err
add(struct buf *out, const char *word)
{
	return buf_putf(out, "%s%s", out->len > 0 ? ", " : "", word);
}

/* Words that are on and ask for a service of this type, and those that people
 * made ask for it by a modifier. */
static enum err
asking(struct buf *out, const struct keyword_set *words,
    const struct decision_words *asked, const char *type)
{
	enum err e = ERR_OK;
	struct keyword k;
	size_t i;

	for (i = 0; i < words->n && e == ERR_OK; i++) {
		const struct keyword_row *r = &words->v[i];

		if (r->enabled && str_eq(keyword_action_service(r->mode), type))
			e = add(out, r->word);
	}
	for (i = 0; i < asked->n && e == ERR_OK; i++) {
		const char *word = asked->v[i].word;

		if (keyword_find(words, word, strlen(word), &k) &&
		    str_eq(keyword_action_service(k.mode), type))
			e = add(out, word);
	}
	return e;
}

void
keyword_alarm_check(struct engine *en, const struct keyword_set *words)
{
	struct decision_words asked;
	const struct confer_type *t;
	struct errinfo ei;
	char detail[2400];
	size_t i;

	if (store_decision_words(en->store, &asked, &ei) != ERR_OK)
		asked.n = 0;
	for (i = 0; (t = confer_type_at(i)) != NULL; i++) {
		struct buf b = BUF_INIT(WORDS_TEXT_MAX);

		if (conf_service_by_type(en->confs, t->type) != NULL ||
		    asking(&b, words, &asked, t->type) != ERR_OK ||
		    b.len == 0) {
			alarm_lower(en, ALARM_KEYWORD_SERVICE, t->label);
		} else {
			text_fit(detail, sizeof(detail),
			    "No service of type %s is configured, and these "
			    "keywords ask for one: %s.",
			    t->label, buf_str(&b));
			alarm_raise(en, ALARM_KEYWORD_SERVICE, t->label,
			    buf_str(&b), detail);
		}
		buf_clear(&b);
	}
}
