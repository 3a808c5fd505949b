/* fuzz_template.c - any template: it is refused with a place, or what comes
 * of it is text between guards without anything that could work.  Up to the
 * first 0xff the template, then a value. */
#include <stdint.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/join_block.h"
#include "common/join_clean.h"
#include "common/join_template.h"
#include "common/meeting_rules.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void
try(const char *source, const char *value, bool is_html)
{
	const struct meeting_room room = {.link = "https://x.example/a",
	    .number = value,
	    .video = "a@x.example"};
	struct join_style st = {.video = true,
	    .source = source,
	    .header = "",
	    .footer = "",
	    .subject = value,
	    .organizer = value};
	struct buf b = BUF_INIT(1 << 20);
	const char *p;

	if (join_block_put_styled(&b, &room, &st, is_html) != ERR_OK)
		fatal("no block");
	p = buf_str(&b);
	if (!str_is_utf8(p, b.len))
		fatal("no text comes of it");
	if (is_html &&
	    (count(p, JOIN_MARK_BEGIN) != 1 || count(p, JOIN_MARK_END) != 1))
		fatal("the markers are not whole");
	for (; *p != '\0'; p++)
		if (*p != '\r' && *p != '\n' && *p != '\t' &&
		    join_hidden(p) > 0)
			fatal("something that nobody sees");
	buf_clear(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *typed = try_alloc(size + 1), *source = NULL, *value;
	struct errinfo ei;

	if (typed == NULL)
		return 0;
	memcpy(typed, data, size);
	typed[size] = '\0';
	value = memchr(typed, 0xff, size);
	if (value != NULL)
		*value++ = '\0';
	else
		value = typed + size;
	if (strlen(value) > 512 || !str_is_utf8(value, strlen(value)))
		*value = '\0';
	if (join_template_check(&source, typed, &ei) == ERR_OK) {
		try(source, value, true);
		try(source, value, false);
	} else if (ei.text[0] == '\0') {
		fatal("refused, and nobody knows why");
	}
	mem_free(source);
	mem_free(typed);
	return 0;
}
