/* join_details.h - what an administrator chose for the details in
 * invitations, and which language a meeting gets.  Plain data; pure. */
#ifndef JOIN_DETAILS_H
#define JOIN_DETAILS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/join_block.h"

#define JOIN_TEXT_MAX 1024 /* characters of a header, and of a footer */
#define JOIN_LANGUAGES_MAX 24
#define JOIN_CODE_MAX 8 /* bytes of a language's code, with its NUL */

struct join_text {
	char language[JOIN_CODE_MAX];
	char *header, *footer;
	char *source; /* a template, NULL or "" none: join_template.h */
};

/* What room systems read beside the body. */
struct join_room {
	bool conference, capabilities; /* are written */
	bool conference_dial, capabilities_dial; /* the address alone */
	char set[37]; /* GUID of the property set */
};

struct join_details {
	struct join_room room;
	struct join_style style; /* texts and language: join_details_style() */
	char *toll, *toll_free, *global_url, *ivr_address;
	char language[JOIN_CODE_MAX]; /* of all meetings, or "meeting" */
	char fallback[JOIN_CODE_MAX];
	struct join_text text[JOIN_LANGUAGES_MAX];
	size_t text_n;
};

void join_details_clear(struct join_details *d);
/* culture: item:Culture, "" where it is not known.  The text of the language
 * counts, else that of the fallback.  out borrows from d. */
void join_details_style(
    const struct join_details *d, const char *culture, struct join_style *out);
/* A header or footer as it was typed; makes lines end in LF.  ERR_ARG: too
 * long, no text, or with a line that marks the details. */
enum err
join_text_check(char **out, const char *typed, struct errinfo *ei) ERR_CHECK;

#endif
