/* room_rule.c - see room_rule.h. */
#include "common/room_rule.h"

#include <string.h>

#include "common/buf.h"
#include "common/str.h"
#include "common/valid.h"

#define PART_MAX 320 /* bytes of an address */
#define SAMPLE "ren\xc3\xa9.o'neil+x@mail.example.org"

static enum err
put_part(struct buf *out, const char *p, size_t n, bool is_link)
{
	char part[PART_MAX];

	if (n >= sizeof(part))
		return ERR_TOOBIG;
	memcpy(part, p, n);
	part[n] = '\0';
	return is_link ? url_encode(out, part) : buf_puts(out, part);
}

/* One {name}; *used: bytes of the pattern that it took. */
static enum err
put_name(struct buf *out, const char *pattern, const char *address,
    bool is_link, size_t *used, struct errinfo *ei)
{
	const char *at = strchr(address, '@');
	const char *names[] = {"{local}", "{domain}", "{address}"};
	const char *from[3], *end = address + strlen(address);
	size_t len[3], i;

	if (at == NULL)
		return err_set(ei, ERR_ARG, "This is no mailbox address.");
	from[0] = from[2] = address;
	from[1] = at + 1;
	len[0] = (size_t)(at - address);
	len[1] = (size_t)(end - from[1]);
	len[2] = (size_t)(end - address);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!str_has_prefix(pattern, names[i]))
			continue;
		*used = strlen(names[i]);
		return put_part(out, from[i], len[i], is_link);
	}
	return err_set(ei, ERR_ARG,
	    "Between { and } only local, domain or address can stand.");
}

enum err
room_rule_expand(struct buf *out, const char *pattern, const char *address,
    bool is_link, struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t used = 0;

	while (*pattern != '\0' && e == ERR_OK) {
		if (*pattern == '{') {
			e = put_name(out, pattern, address, is_link, &used, ei);
			pattern += e == ERR_OK ? used : 0;
		} else {
			e = buf_putc(out, *pattern++);
		}
	}
	return e;
}

enum err
room_rule_check(const char *pattern, bool is_link, struct errinfo *ei)
{
	struct buf out = BUF_INIT(ROOM_RULE_MAX);
	enum err e;

	if (strstr(pattern, "{local}") == NULL &&
	    strstr(pattern, "{address}") == NULL)
		return err_set(ei, ERR_ARG,
		    "Everybody would have the same room. Put {local} or "
		    "{address} where the person's name belongs.");
	/* An address as a video address may hold it: ASCII. */
	e = room_rule_expand(
	    &out, pattern, is_link ? SAMPLE : "ada@example.org", is_link, ei);
	if (e == ERR_OK)
		e = is_link ? valid_https_url(buf_str(&out), ei)
			    : valid_video_address(buf_str(&out), ei);
	buf_clear(&out);
	return e;
}
