/* video_find.c, and what it is made of: is the right address found in real
 * looking texts, and none where there is none?  The texts are in
 * tests/data/address, with the source of each group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/html_flat.h"
#include "common/str.h"
#include "common/url_parts.h"
#include "common/url_unwrap.h"
#include "common/video_find.h"

#define FILE_MAX (4u * 1024u * 1024u)
#define LEAST 400 /* texts of each kind */
#define RIGHT_PERMILLE 995

struct score {
	unsigned n, right;
};

static void
load(struct buf *out, const char *name)
{
	char path[512];
	struct errinfo ei;

	snprintf(path, sizeof(path), "%s/tests/data/address/%s",
	    getenv("TOP_SRCDIR"), name);
	assert_int_equal(file_slurp(path, out, &ei), ERR_OK);
}

/* Cuts at tabs, in place; how many. */
static size_t
cut(char *line, char *field[4])
{
	size_t n = 0;

	while (n < 4) {
		field[n++] = line;
		if ((line = strchr(line, '\t')) == NULL)
			break;
		*line++ = '\0';
	}
	return n;
}

static size_t
unescape(char *s)
{
	char *to = s, *from = s;

	for (; *from != '\0'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		from++;
		*to++ = *from == 'n'   ? '\n'
			: *from == 'r' ? '\r'
			: *from == 's' ? ' '
			: *from == 't' ? '\t'
				       : *from;
	}
	*to = '\0';
	return (size_t)(to - s);
}

static void
find(struct video_found *f, const char *kind, const char *text, size_t len)
{
	bool is_location = *kind == 'L';
	struct errinfo ei;

	assert_int_equal(video_find(f, is_location ? text : "",
			     is_location ? len : 0, is_location ? "" : text,
			     is_location ? 0 : len, *kind == 'H', &ei),
	    ERR_OK);
}

static void
one_positive(char *field[4], size_t n, struct score *s)
{
	struct video_found f;
	size_t len;

	assert_int_equal(n, 4);
	len = unescape(field[3]);
	find(&f, field[0], field[3], len);
	s->n++;
	if (f.is_found && str_eq(video_service_id(f.service), field[1]) &&
	    str_eq(f.dial, str_eq(field[2], "-") ? "" : field[2])) {
		s->right++;
		return;
	}
	printf("missed: %s %s %s in %s; found %s %s\n", field[0], field[1],
	    field[2], field[3],
	    f.is_found ? video_service_id(f.service) : "nothing", f.dial);
}

static void
one_negative(char *field[4], size_t n, struct score *s)
{
	struct video_found f;
	size_t len;

	assert_int_equal(n, 2);
	len = unescape(field[1]);
	find(&f, field[0], field[1], len);
	s->n++;
	if (!f.is_found)
		s->right++;
	else
		printf("found %s %s %s in %s\n", video_service_id(f.service),
		    f.dial, f.url, field[1]);
}

static void
run(const char *file, void (*one)(char *[4], size_t, struct score *))
{
	struct buf b = BUF_INIT(FILE_MAX);
	struct score s = {0, 0};
	char *line, *next, *field[4];

	load(&b, file);
	for (line = b.p; *line != '\0'; line = next) {
		next = strchr(line, '\n');
		assert_non_null(next);
		*next++ = '\0';
		if (*line != '#')
			one(field, cut(line, field), &s);
	}
	printf("%s: %u of %u right (%.2f %%)\n", file, s.right, s.n,
	    100.0 * s.right / s.n);
	buf_clear(&b);
	assert_true(s.n >= LEAST);
	assert_true(s.right * 1000 >= s.n * RIGHT_PERMILLE);
}

static void
test_positive(void **state)
{
	(void)state;
	run("positive.txt", one_positive);
}

static void
test_negative(void **state)
{
	(void)state;
	run("negative.txt", one_negative);
}

/* The location counts before the body, and within each the first. */
static void
test_order(void **state)
{
	static const char body[] = "sip:body@example.com sip:x@example.com";
	struct video_found f;
	struct errinfo ei;

	(void)state;
	assert_int_equal(video_find(&f, "12345@company.com", 17, body,
			     sizeof(body) - 1, false, &ei),
	    ERR_OK);
	assert_string_equal(f.dial, "12345@company.com");
	assert_int_equal(f.place, VIDEO_IN_LOCATION);
	assert_int_equal(
	    video_find(&f, "Room 5", 6, body, sizeof(body) - 1, false, &ei),
	    ERR_OK);
	assert_string_equal(f.dial, "body@example.com");
	assert_int_equal(f.place, VIDEO_IN_BODY);
	/* A word without an end is no address, and what follows is read. */
	{
		struct buf b = BUF_INIT(100000);
		size_t i;

		for (i = 0; i < VIDEO_WORD_MAX; i++)
			assert_int_equal(buf_putc(&b, 'x'), ERR_OK);
		assert_int_equal(
		    buf_puts(&b, "sip:a@b.example sip:c@d.example"), ERR_OK);
		assert_int_equal(
		    video_find(&f, "", 0, b.p, b.len, false, &ei), ERR_OK);
		assert_string_equal(f.dial, "c@d.example");
		buf_clear(&b);
	}
}

static void
test_flat(void **state)
{
	static const char html[] =
	    "<p>a&amp;b<b>c</b>&#64;\xc2\xad"
	    "d</p><a class=x href='https://e.example/?x=1&amp;y=2'>f</a>"
	    "<a href=\"mailto:g@example.com\">g</a>\xe4\xbc\x9a"
	    "h<script>i</script><!-- j -->";
	struct buf b = BUF_INIT(sizeof(html));

	(void)state;
	assert_int_equal(html_flat(&b, html, sizeof(html) - 1, true), ERR_OK);
	assert_string_equal(
	    buf_str(&b), "\na&bc@d\n\nhttps://e.example/?x=1&y=2\nfg\x7fh");
	buf_clear(&b);
}

static void
test_parts(void **state)
{
	static const char *const bad[] = {"", "https://", "ftp://a.b/c",
	    "https://u@h.example/", "https://h_h.example/", "https:///x",
	    "https://a b/"};
	static const char url[] =
	    "HTTPS://H.Example.:8443/p/q?a=%41&amp;b=2#f?c=3";
	char v[16];
	struct url_parts u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(url_parts_split(&u, bad[i], strlen(bad[i])));
	assert_true(url_parts_split(&u, url, sizeof(url) - 1));
	assert_string_equal(u.host, "h.example");
	assert_int_equal(u.path.len, 4);
	assert_true(url_parts_param(&u, "a", v, sizeof(v)));
	assert_string_equal(v, "A");
	assert_true(url_parts_param(&u, "b", v, sizeof(v)));
	assert_true(url_parts_param(&u, "c", v, sizeof(v)));
	assert_string_equal(v, "3");
	assert_false(url_parts_param(&u, "d", v, sizeof(v)));
	assert_false(url_parts_param(&u, "a", v, 1));
	assert_false(url_percent_decode(v, sizeof(v), "a%0ab", 5));
	assert_true(url_percent_decode(v, sizeof(v), "a%4", 3));
	assert_string_equal(v, "a%4");
	assert_true(url_host_within("a.b.c", "b.c"));
	assert_true(url_host_within("b.c", "b.c"));
	assert_false(url_host_within("ab.c", "b.c"));
}

/* Gateways one behind the other are undone to a fixed depth. */
static void
test_unwrap(void **state)
{
	char out[URL_PARTS_MAX + 1], url[4096] = "https://a.example/", *p;
	size_t i;

	(void)state;
	for (i = 0; i < URL_UNWRAP_DEPTH + 1; i++) {
		char next[4096];
		struct buf b = BUF_INIT(sizeof(next));

		assert_int_equal(url_encode(&b, url), ERR_OK);
		snprintf(next, sizeof(next),
		    "https://x.safelinks.protection.outlook.com/?url=%s",
		    buf_str(&b));
		buf_clear(&b);
		memcpy(url, next, sizeof(url));
		assert_true(url_unwrap(out, sizeof(out), url, strlen(url)));
		p = strstr(out, "a.example");
		assert_non_null(p);
		assert_int_equal(
		    str_has_prefix(out, "https://a.example"), i < 5);
	}
	assert_false(url_unwrap(out, 5, url, strlen(url)));
	/* What comes out of a wrapper must be a link itself. */
	assert_false(url_unwrap(out, sizeof(out),
	    "https://www.google.com/url?q=javascript:alert(1)", 48));
}

static void
test_dial(void **state)
{
	static const char *const bad[] = {"", "a", "@b.com", "a@", "a@b",
	    "a@b.c", "a b@c.com", "a@b..com", "a@-b.com", "a@b-.com", "a@1.2.3",
	    "a@1.2.3.4.5", "a\"@b.com", "a<@b.com", "a@b.com/x", "a@b@c.com",
	    "a\xc3\xa9@b.com"};
	static const char *const good[] = {"a@b.com", "1@1.2.3.4",
	    "sips:a@b.com", "a.b-c_d+e@x-y.example.org", "a@xn--p1ai.xn--p1ai"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(video_dial_ok(bad[i]));
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(video_dial_ok(good[i]));
	assert_string_equal(video_service_name(VIDEO_ZOOM), "Zoom");
	for (i = 0; i < VIDEO__MAX; i++)
		assert_non_null(video_service_id((enum video_service)i));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_positive),
	    cmocka_unit_test(test_negative),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_flat),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_unwrap),
	    cmocka_unit_test(test_dial),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
