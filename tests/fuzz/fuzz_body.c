/* fuzz_body.c - join details into any body: everything else stays byte for
 * byte, a second pass changes nothing, and a parser that nobody here wrote
 * sees the block as markup.  First byte: odd for HTML. */
#define _GNU_SOURCE
#include <stdint.h>
#include <string.h>

#include <gumbo.h>

#include "backend/engine/body_splice.h"
#include "common/keywords.h"
#include "common/meeting_rules.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"

#define OUT_MAX (4u * 1024u * 1024u)
#define PARSED_MAX 4096 /* gumbo needs far more than linear time */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct keyword_set set = {
    .v = {{"@webex", true, KEYWORD_DEFAULT}}, .n = 1};
static const struct meeting_room room_a = {
    "https://example.webex.com/meet/alice", "123 456", "a@example.com", NULL,
    false};
static const struct meeting_room room_b = {
    "https://example.webex.com/meet/bob", "", "", NULL, false};

static void
check_only_added(const char *body, size_t len, const struct buf *out)
{
	const char *o = buf_str(out);
	size_t head = 0, tail = 0;

	while (head < len && body[head] == o[head])
		head++;
	while (
	    tail < len - head && body[len - 1 - tail] == o[out->len - 1 - tail])
		tail++;
	if (out->len <= len || head + tail != len)
		fatal("a byte of the body was changed");
}

static bool
has_mark(const GumboNode *n)
{
	const GumboVector *v = NULL;
	unsigned i;

	if (n->type == GUMBO_NODE_COMMENT)
		return strstr(n->v.text.text, "calconn:join:begin") != NULL;
	if (n->type == GUMBO_NODE_DOCUMENT)
		v = &n->v.document.children;
	else if (n->type == GUMBO_NODE_ELEMENT)
		v = &n->v.element.children;
	for (i = 0; v != NULL && i < v->length; i++)
		if (has_mark(v->data[i]))
			return true;
	return false;
}

/* Inside these a parser reads by rules of their own, and drops tags. */
static bool
is_plain_html(const char *body, size_t len)
{
	static const char *const odd[] = {"<svg", "<math", "<select",
	    "<frameset", "<template", "<plaintext", "<noscript"};
	char *low = try_strndup(body, len);
	bool plain = true;
	size_t i;

	if (low == NULL)
		return false;
	str_lower(low);
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		plain = plain && strstr(low, odd[i]) == NULL;
	mem_free(low);
	return plain && str_is_utf8(body, len);
}

static void
check_parsed(const struct buf *html)
{
	GumboOutput *g;

	g = gumbo_parse_with_options(
	    &kGumboDefaultOptions, buf_str(html), html->len);
	if (!has_mark(g->document))
		fatal("the block is not markup");
	gumbo_destroy_output(&kGumboDefaultOptions, g);
}

static enum splice
splice(struct buf *out, const char *body, size_t len, bool is_html,
    const struct meeting_room *room)
{
	enum splice what;
	struct errinfo ei;

	buf_reset(out);
	if (body_splice(out, &what, body, len, is_html, room, &ei) != ERR_OK)
		fatal("%s", ei.text);
	return what;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf one = BUF_INIT(OUT_MAX), two = BUF_INIT(OUT_MAX);
	const char *body;
	struct keyword k;
	bool is_html;
	size_t len;

	if (size < 1)
		return 0;
	is_html = (data[0] & 1) != 0;
	body = (const char *)data + 1;
	len = size - 1;
	if (memchr(body, '\0', len) != NULL)
		return 0;
	if (keyword_find(&set, body, len, &k) &&
	    (k.at < body || k.at + k.len > body + len))
		fatal("a keyword outside the text");
	if (splice(&one, body, len, is_html, &room_a) == SPLICE_INSERTED) {
		check_only_added(body, len, &one);
		if (is_html && len <= PARSED_MAX && is_plain_html(body, len))
			check_parsed(&one);
	}
	if (one.len > 0) {
		if (splice(&two, buf_str(&one), one.len, is_html, &room_a) !=
		    SPLICE_UNCHANGED)
			fatal("a second pass changes something");
		if (splice(&two, buf_str(&one), one.len, is_html, &room_b) ==
		    SPLICE_UNCHANGED)
			fatal("another room changes nothing");
		if (splice(&one, buf_str(&two), two.len, is_html, &room_b) !=
		    SPLICE_UNCHANGED)
			fatal("another room changes something twice");
	}
	buf_clear(&one);
	buf_clear(&two);
	return 0;
}
