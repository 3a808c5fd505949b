/* keyword_alarm.c - see keyword_alarm.h. */
#include "backend/engine/keyword_alarm.h"

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/text_fit.h"
#include "common/buf.h"
#include "common/keywords.h"
#include "common/store_confer.h"
#include "common/str.h"

#define WORDS_TEXT_MAX 1024 /* bytes: all words and commas between */

static bool
is_configured(const struct confer_list *services, const struct confer_type *t)
{
	size_t i;

	for (i = 0; i < services->n; i++)
		if (services->v[i].type == t)
			return true;
	return false;
}

/* Words that are on and ask for a service of this type. */
static enum err
asking(struct buf *out, const struct keyword_set *words, const char *type)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < words->n && e == ERR_OK; i++) {
		const struct keyword_row *r = &words->v[i];

		if (r->enabled && str_eq(keyword_action_service(r->mode), type))
			e = buf_putf(
			    out, "%s%s", out->len > 0 ? ", " : "", r->word);
	}
	return e;
}

void
keyword_alarm_check(struct engine *en, const struct keyword_set *words,
    const struct confer_list *services)
{
	const struct confer_type *t;
	char detail[1200];
	size_t i;

	for (i = 0; (t = confer_type_at(i)) != NULL; i++) {
		struct buf b = BUF_INIT(WORDS_TEXT_MAX);

		if (is_configured(services, t) ||
		    asking(&b, words, t->type) != ERR_OK || b.len == 0) {
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
