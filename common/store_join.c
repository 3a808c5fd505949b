/* store_join.c - see store_join.h. */
#include "common/store_join.h"

#include <stddef.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/join_details.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

/* A setting or its default; owned. */
static enum err
get(struct store *s, const char *key, char **out, struct errinfo *ei)
{
	const struct setting *row = setting_find("system", key);
	enum err e;

	if ((e = store_setting_get(s, key, out, ei)) != ERR_OK)
		return e;
	if (**out == '\0' && row != NULL) {
		mem_free(*out);
		*out = xstrdup(row->def);
	}
	return ERR_OK;
}

static enum err
get_code(struct store *s, const char *key, char *out, struct errinfo *ei)
{
	char *v = NULL;
	enum err e;

	if ((e = get(s, key, &v, ei)) == ERR_OK)
		(void)str_copy(out, JOIN_CODE_MAX, v);
	mem_free(v);
	return e;
}

static enum err
get_flags(struct store *s, struct join_style *st, struct errinfo *ei)
{
	const struct {
		const char *key;
		bool *to;
	} flags[] = {{"jd_phone", &st->phone}, {"jd_global", &st->global},
	    {"jd_restrictions", &st->restrictions}, {"jd_video", &st->video},
	    {"jd_ivr", &st->ivr}, {"jd_skype", &st->skype}};
	size_t i;
	enum err e;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		char *v = NULL;

		if ((e = get(s, flags[i].key, &v, ei)) != ERR_OK)
			return e;
		*flags[i].to = str_eq(v, "yes");
		mem_free(v);
	}
	return ERR_OK;
}

static enum err
get_room(struct store *s, struct join_room *r, struct errinfo *ei)
{
	const struct {
		const char *key, *yes;
		bool *to;
	} flags[] = {{"jd_room_conference", "yes", &r->conference},
	    {"jd_room_capabilities", "yes", &r->capabilities},
	    {"jd_room_conference_shape", "dial", &r->conference_dial},
	    {"jd_room_capabilities_shape", "dial", &r->capabilities_dial}};
	char *v = NULL;
	size_t i;
	enum err e;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if ((e = get(s, flags[i].key, &v, ei)) != ERR_OK)
			return e;
		*flags[i].to = str_eq(v, flags[i].yes);
		mem_free(v);
		v = NULL;
	}
	if ((e = get(s, "jd_room_set", &v, ei)) == ERR_OK)
		(void)str_copy(r->set, sizeof(r->set), v);
	mem_free(v);
	return e;
}

static enum err
get_texts(struct store *s, struct join_details *d, struct errinfo *ei)
{
	struct sql q;
	bool row;
	enum err e;

	if ((e = sql_open(&q, s, SQL_JOIN_TEXT_LIST, ei)) != ERR_OK)
		return e;
	while ((e = sql_next(&q, &row)) == ERR_OK && row &&
	       d->text_n < JOIN_LANGUAGES_MAX) {
		struct join_text *t = &d->text[d->text_n++];

		sql_col_copy(&q, t->language, sizeof(t->language));
		t->header = sql_col_dup(&q);
		t->footer = sql_col_dup(&q);
		t->source = sql_col_dup(&q);
	}
	sql_close(&q);
	return e;
}

enum err
store_join_get(struct store *s, struct join_details *out, struct errinfo *ei)
{
	enum err e;

	memset(out, 0, sizeof(*out));
	if ((e = get_flags(s, &out->style, ei)) != ERR_OK ||
	    (e = get_room(s, &out->room, ei)) != ERR_OK ||
	    (e = get(s, "jd_toll", &out->toll, ei)) != ERR_OK ||
	    (e = get(s, "jd_toll_free", &out->toll_free, ei)) != ERR_OK ||
	    (e = get(s, "jd_global_url", &out->global_url, ei)) != ERR_OK ||
	    (e = get(s, "jd_ivr_address", &out->ivr_address, ei)) != ERR_OK ||
	    (e = get_code(s, "jd_language", out->language, ei)) != ERR_OK ||
	    (e = get_code(s, "jd_fallback", out->fallback, ei)) != ERR_OK)
		return e;
	return get_texts(s, out, ei);
}

/* What one statement writes: a text by the name that the log gives it. */
struct part {
	const char *name;
	const char *text;
	size_t at; /* in struct join_text */
};

static const char *
was_of(const struct join_details *d, const char *language, size_t at)
{
	size_t i;

	for (i = 0; i < d->text_n; i++)
		if (str_eq(d->text[i].language, language))
			return *(char *const *)((const char *)&d->text[i] + at);
	return "";
}

static enum err
write_parts(struct store *s, const struct store_actor *who, enum sql_id put,
    const char *language, const struct part *v, size_t n, struct errinfo *ei)
{
	struct sql q;
	size_t i;
	enum err e;

	if ((e = sql_open(&q, s, put, ei)) != ERR_OK)
		return e;
	sql_text(&q, language);
	for (i = 0; i < n; i++)
		sql_text(&q, v[i].text);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e;
}

static enum err
put_parts(struct store *s, const struct store_actor *who, enum sql_id put,
    const char *language, const struct part *v, size_t n, struct errinfo *ei)
{
	struct join_details d;
	const char *was;
	size_t i, changed = 0;
	enum err e;

	e = store_join_get(s, &d, ei);
	for (i = 0; e == ERR_OK && i < n; i++) {
		was = was_of(&d, language, v[i].at);
		if (str_eq(was, v[i].text))
			continue;
		changed++;
		e = store_change_log(s, who, "join details", language,
		    v[i].name, was, v[i].text, ei);
	}
	if (e == ERR_OK && changed > 0 &&
	    (e = write_parts(s, who, put, language, v, n, ei)) == ERR_OK)
		e = store_change_revision(s, ei);
	join_details_clear(&d);
	return e;
}

static enum err
put(struct store *s, const struct store_actor *who, enum sql_id id,
    const char *language, const struct part *v, size_t n, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_parts(s, who, id, language, v, n, ei);
	return store_tx_end(s, e, ei);
}

enum err
store_join_put(struct store *s, const struct store_actor *who,
    const char *language, const char *header, const char *footer,
    struct errinfo *ei)
{
	const struct part v[] = {
	    {"header", header, offsetof(struct join_text, header)},
	    {"footer", footer, offsetof(struct join_text, footer)},
	};

	return put(s, who, SQL_JOIN_TEXT_PUT, language, v,
	    sizeof(v) / sizeof(v[0]), ei);
}

enum err
store_join_template_put(struct store *s, const struct store_actor *who,
    const char *language, const char *source, struct errinfo *ei)
{
	const struct part v = {
	    "template", source, offsetof(struct join_text, source)};

	return put(s, who, SQL_JOIN_TEMPLATE_PUT, language, &v, 1, ei);
}
