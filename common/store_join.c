/* store_join.c - see store_join.h. */
#include "common/store_join.h"

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

static enum err
put(struct store *s, const struct store_actor *who, const char *language,
    const char *header, const char *footer, struct errinfo *ei)
{
	struct join_details d;
	const char *was_header = "", *was_footer = "";
	struct sql q;
	size_t i;
	enum err e;

	if ((e = store_join_get(s, &d, ei)) != ERR_OK)
		goto out;
	for (i = 0; i < d.text_n; i++)
		if (str_eq(d.text[i].language, language)) {
			was_header = d.text[i].header;
			was_footer = d.text[i].footer;
		}
	if (str_eq(was_header, header) && str_eq(was_footer, footer))
		goto out;
	if ((e = sql_open(&q, s, SQL_JOIN_TEXT_PUT, ei)) != ERR_OK)
		goto out;
	sql_text(&q, language);
	sql_text(&q, header);
	sql_text(&q, footer);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK && !str_eq(was_header, header))
		e = store_change_log(s, who, "join details", language, "header",
		    was_header, header, ei);
	if (e == ERR_OK && !str_eq(was_footer, footer))
		e = store_change_log(s, who, "join details", language, "footer",
		    was_footer, footer, ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
out:
	join_details_clear(&d);
	return e;
}

enum err
store_join_put(struct store *s, const struct store_actor *who,
    const char *language, const char *header, const char *footer,
    struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put(s, who, language, header, footer, ei);
	return store_tx_end(s, e, ei);
}

static enum err
put_template(struct store *s, const struct store_actor *who,
    const char *language, const char *source, struct errinfo *ei)
{
	struct join_details d;
	const char *was = "";
	struct sql q;
	size_t i;
	enum err e;

	if ((e = store_join_get(s, &d, ei)) != ERR_OK)
		goto out;
	for (i = 0; i < d.text_n; i++)
		if (str_eq(d.text[i].language, language))
			was = d.text[i].source;
	if (str_eq(was, source))
		goto out;
	if ((e = sql_open(&q, s, SQL_JOIN_TEMPLATE_PUT, ei)) != ERR_OK)
		goto out;
	sql_text(&q, language);
	sql_text(&q, source);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	if (e == ERR_OK)
		e = store_change_log(s, who, "join details", language,
		    "template", was, source, ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
out:
	join_details_clear(&d);
	return e;
}

enum err
store_join_template_put(struct store *s, const struct store_actor *who,
    const char *language, const char *source, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = put_template(s, who, language, source, ei);
	return store_tx_end(s, e, ei);
}
