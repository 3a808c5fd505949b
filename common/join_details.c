#include "common/join_details.h"

#include <string.h>

#include "common/alloc.h"
#include "common/i18n.h"
#include "common/str.h"

void
join_details_clear(struct join_details *d)
{
	size_t i;

	mem_free(d->toll);
	mem_free(d->toll_free);
	mem_free(d->global_url);
	mem_free(d->ivr_address);
	for (i = 0; i < d->text_n; i++) {
		mem_free(d->text[i].header);
		mem_free(d->text[i].footer);
		mem_free(d->text[i].source);
	}
	memset(d, 0, sizeof(*d));
}

static const struct join_text *
find(const struct join_details *d, const char *code)
{
	size_t i;

	for (i = 0; i < d->text_n; i++)
		if (str_eq(d->text[i].language, code))
			return &d->text[i];
	return NULL;
}

static bool
is_given(const char *s)
{
	return s != NULL && *s != '\0';
}

void
join_details_style(
    const struct join_details *d, const char *culture, struct join_style *out)
{
	const struct join_text *own, *other = find(d, d->fallback);

	*out = d->style;
	out->lang = NULL;
	if (!i18n_find(d->language, &out->lang) &&
	    !i18n_for_culture(culture, &out->lang))
		(void)i18n_find(d->fallback, &out->lang);
	own = find(d, i18n_code(out->lang));
	out->header = own != NULL && *own->header != '\0' ? own->header
		      : other != NULL                     ? other->header
							  : "";
	out->footer = own != NULL && *own->footer != '\0' ? own->footer
		      : other != NULL                     ? other->footer
							  : "";
	out->source = own != NULL && is_given(own->source) ? own->source
		      : other != NULL                      ? other->source
							   : "";
	out->toll = d->toll;
	out->toll_free = d->toll_free;
	out->global_url = d->global_url;
	out->ivr_address = d->ivr_address;
}

enum err
join_text_check(char **out, const char *typed, struct errinfo *ei)
{
	char *text, *to;
	const char *p;
	size_t n;

	if (!str_is_utf8(typed, strlen(typed)))
		return err_set(ei, ERR_ARG, "This is not text in UTF-8.");
	if ((text = try_strdup(typed)) == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is out.");
	for (to = text, p = typed; *p != '\0'; p++)
		if (*p != '\r')
			*to++ = *p;
		else if (p[1] != '\n')
			*to++ = '\n';
	*to = '\0';
	n = str_utf8_count(text);
	for (p = text; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 && *p != '\n' && *p != '\t') {
			mem_free(text);
			return err_set(ei, ERR_ARG,
			    "Only plain text can stand here: there is a "
			    "control character in it.");
		}
	if (n > JOIN_TEXT_MAX) {
		mem_free(text);
		return err_set(ei, ERR_ARG,
		    "This has %zu characters; %d is the most.", n,
		    JOIN_TEXT_MAX);
	}
	/* A block is found again by its guards: none may stand inside. */
	if (strstr(text, "Do not delete or change any of the") != NULL) {
		mem_free(text);
		return err_set(ei, ERR_ARG,
		    "\"Do not delete or change any of the\" marks the join "
		    "details and cannot be part of the text.");
	}
	*out = text;
	return ERR_OK;
}
