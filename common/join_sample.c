/* join_sample.c - see join_sample.h. */
#include "common/join_sample.h"

#include "common/join_block.h"
#include "common/meeting_rules.h"

#define LONG_40 "abcdefghij-abcdefghij-abcdefghij-abcdefg"

static const struct sample {
	const char *name, *link, *number, *video, *subject, *organizer;
} samples[JOIN_SAMPLES_N] = {
    {"A Webex Personal Room", "https://example.webex.com/meet/alice",
	"123 456 789", "alice@example.webex.com", "Weekly",
	"alice@example.com"},
    {"A room of another vendor: only a link", "https://rooms.example.com/alice",
	"", "", "Weekly", "alice@example.com"},
    {"A subject from right to left", "https://example.webex.com/meet/dana",
	"123 456 789", "dana@example.webex.com",
	"\xd7\xa4\xd7\x92\xd7\x99\xd7\xa9\xd7\x94 "
	"\xd7\xa9\xd7\x91\xd7\x95\xd7\xa2\xd7\x99\xd7\xaa",
	"dana@example.com"},
    {"Long values", "https://example.webex.com/meet/" LONG_40 LONG_40 LONG_40,
	"1234567890123456789012345678901234567890",
	LONG_40 LONG_40 "@example.webex.com",
	"A subject " LONG_40 " " LONG_40 " " LONG_40 " " LONG_40,
	LONG_40 "@example.com"},
    {"Typed to do harm", "https://example.webex.com/meet/a?x=\"><b>&y='",
	"{{footer}}", "a\"onload=b@example.com",
	"<script>alert(1)</script> {{#link}}{{link}}{{/link}} # "
	"\xe2\x80\xae\x07turned\xe2\x80\xac " JOIN_GUARD_END,
	"o'neil&co@example.com"},
};

static const struct sample *
at(size_t i)
{
	return &samples[i < JOIN_SAMPLES_N ? i : 0];
}

const char *
join_sample_name(size_t i)
{
	return at(i)->name;
}

enum err
join_sample_put(
    struct buf *out, size_t i, const struct join_style *style, bool is_html)
{
	const struct sample *s = at(i);
	const struct meeting_room room = {
	    .link = s->link, .number = s->number, .video = s->video};
	struct join_style own = *style;

	own.subject = s->subject;
	own.organizer = s->organizer;
	return join_block_put_styled(out, &room, &own, is_html);
}
