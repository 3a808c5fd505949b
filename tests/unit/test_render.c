#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cgi/render.h"
#include "common/buf.h"

struct folder {
	char dir[64];
	struct render *r;
	struct buf out;
	struct errinfo ei;
};

static int
up(void **state)
{
	static struct folder f;

	memset(&f, 0, sizeof f);
	(void)snprintf(f.dir, sizeof f.dir, "/tmp/render-XXXXXX");
	f.out.max = 1 << 20;
	*state = &f;
	return mkdtemp(f.dir) == NULL ? -1 : 0;
}

static int
down(void **state)
{
	struct folder *f = *state;
	char cmd[128];
	static const char *const names[] = {"page.cs", "part.cs", "other.cs"};
	size_t i;

	render_close(f->r);
	buf_clear(&f->out);
	for (i = 0; i < 3; i++) {
		(void)snprintf(cmd, sizeof cmd, "%s/%s", f->dir, names[i]);
		(void)unlink(cmd);
	}
	return rmdir(f->dir);
}

static void
put(struct folder *f, const char *name, const char *text)
{
	char path[128];
	FILE *fp;

	(void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
	fp = fopen(path, "w");
	assert_non_null(fp);
	assert_true(fputs(text, fp) >= 0);
	assert_int_equal(fclose(fp), 0);
}

static enum err
open_page(struct folder *f)
{
	static const char *const pages[] = {"page", "page", NULL};

	return render_open(&f->r, f->dir, pages, &f->ei);
}

static const char *
run(struct folder *f)
{
	assert_int_equal(render_run(f->r, "page", &f->out, &f->ei), ERR_OK);
	return buf_str(&f->out);
}

/* Whatever a template does with a value, it comes out as text. */
static void
test_escapes(void **state)
{
	static const char hostile[] = "<script>\"'&";
	static const char safe[] = "&lt;script&gt;&quot;&#39;&amp;";
	struct folder *f = *state;
	struct view p;

	put(f, "page.cs",
	    "<?cs def:m(x) ?>[<?cs var:x ?>]<?cs /def ?>"
	    "<?cs var:P.v ?>|<?cs call:m(P.v) ?>|<?cs each:r = P.l ?>"
	    "<?cs var:r.v ?>;<?cs /each ?>|<?cs var:P.v + P.v ?>|"
	    "<?cs set:t = P.v ?><?cs var:t ?>|<?cs include:\"part.cs\" ?>");
	put(f, "part.cs", "<?cs var:P.v ?>");
	assert_int_equal(open_page(f), ERR_OK);
	p = render_page(f->r);
	view_str(p, "v", hostile);
	view_str(view_row(view_sub(p, "l"), 0), "v", hostile);
	view_str(view_row(view_sub(p, "l"), 1), "v", hostile);
	assert_null(strstr(run(f), "<script"));
	assert_true(strncmp(f->out.p, safe, strlen(safe)) == 0);
}

static void
test_links(void **state)
{
	struct folder *f = *state;
	struct view p;

	put(f, "page.cs", "<?cs var:url_validate(P.v) ?>");
	assert_int_equal(open_page(f), ERR_OK);
	p = render_page(f->r);
	view_str(p, "v", "javascript:alert(1)");
	assert_string_equal(run(f), "#");
	p = render_page(f->r);
	view_str(p, "v", "https://example.test/?a=1&b=2");
	assert_string_equal(run(f), "https://example.test/?a=1&amp;b=2");
}

static void
test_refuses_to_start(void **state)
{
	static const struct {
		const char *page, *part;
	} t[] = {
	    {"<?cs include:\"missing.cs\" ?>", NULL},
	    {"<?cs include:\"part.cs\" ?>", "<?cs include:\"gone.cs\" ?>"},
	    {"<?cs include:\"../page.cs\" ?>", NULL},
	    {"<?cs include:\"/etc/hostname\" ?>", NULL},
	    {"<?cs var:nofunction(P.x) ?>", NULL},
	    {"<?cs call:nomacro(P.x) ?>", NULL},
	    {"", NULL},
	    {"\xFF", NULL},
	};
	struct folder *f = *state;
	size_t i;

	assert_int_not_equal(open_page(f), ERR_OK); /* no page.cs */
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		put(f, "page.cs", t[i].page);
		if (t[i].part != NULL)
			put(f, "part.cs", t[i].part);
		assert_int_not_equal(open_page(f), ERR_OK);
		assert_null(f->r);
	}
}

/* Nothing of a request is left for the next one. */
static void
test_page_is_emptied(void **state)
{
	struct folder *f = *state;
	struct view p;

	put(f, "page.cs",
	    "<?cs var:S.s ?>,<?cs var:P.a ?>,<?cs var:P.b.c ?>,"
	    "<?cs each:r = P.l ?>x<?cs /each ?>");
	assert_int_equal(open_page(f), ERR_OK);
	view_str(render_shared(f->r), "s", "shared");
	p = render_page(f->r);
	view_str(p, "a", "1");
	view_str(view_sub(p, "b"), "c", "2");
	(void)view_row(view_sub(p, "l"), 0);
	assert_string_equal(run(f), "shared,1,2,x");
	(void)render_page(f->r);
	assert_string_equal(run(f), "shared,,,");
}

static void
test_kept(void **state)
{
	struct folder *f = *state;
	bool fresh;
	struct view k;

	put(f, "page.cs", "<?cs var:C.list.v ?>/<?cs var:C.other.v ?>");
	assert_int_equal(open_page(f), ERR_OK);
	(void)render_page(f->r);
	k = render_kept(f->r, "list", 7, &fresh);
	assert_false(fresh);
	view_str(k, "v", "one");
	assert_string_equal(run(f), "one/");
	(void)render_page(f->r);
	(void)render_kept(f->r, "list", 7, &fresh);
	assert_true(fresh);
	view_str(render_kept(f->r, "other", 7, &fresh), "v", "two");
	assert_false(fresh);
	assert_string_equal(run(f), "one/two");
	(void)render_kept(f->r, "list", 8, &fresh);
	assert_false(fresh);
	assert_string_equal(run(f), "/two");
	/* 0: what the store says is not known. */
	(void)render_kept(f->r, "list", 0, &fresh);
	assert_false(fresh);
	(void)render_kept(f->r, "list", 0, &fresh);
	assert_false(fresh);
	(void)render_kept(f->r, "other", 7, &fresh);
	assert_true(fresh);
	render_forget(f->r);
	(void)render_kept(f->r, "other", 7, &fresh);
	assert_false(fresh);
}

static void
test_values(void **state)
{
	struct folder *f = *state;
	struct view p;
	size_t i;

	put(f, "page.cs",
	    "<?cs var:P.i ?>,<?cs var:P.f ?>,<?cs if:P.t ?>t<?cs /if ?>"
	    "<?cs if:P.n ?>n<?cs /if ?>,<?cs var:P.raw ?>,"
	    "<?cs each:r = P.l ?><?cs var:r.v ?><?cs /each ?>");
	assert_int_equal(open_page(f), ERR_OK);
	p = render_page(f->r);
	view_int(p, "i", INT64_MIN);
	view_fmt(p, "f", "%d of %s", 3, "4");
	view_flag(p, "t", true);
	view_flag(p, "n", false);
	view_str(p, "null", NULL);
	view_raw(p, "raw", "a\0b\x01\xFF\xC3\xBC\x7f\tz", 10);
	for (i = 0; i < 1001; i++) {
		struct view row = view_row(view_sub(p, "l"), i);

		if (i % 500 == 0)
			view_fmt(row, "v", "%zu.", i);
	}
	assert_string_equal(run(f),
	    "-9223372036854775808,3 of 4,t,"
	    "a\xEF\xBF\xBD"
	    "b\xEF\xBF\xBD\xEF\xBF\xBD\xC3\xBC\xEF\xBF\xBD\tz,"
	    "0.500.1000.");
}

static void
test_too_large(void **state)
{
	struct folder *f = *state;
	struct view p;

	put(f, "page.cs", "<?cs var:P.v ?><?cs var:P.v ?>");
	assert_int_equal(open_page(f), ERR_OK);
	p = render_page(f->r);
	view_str(p, "v", "0123456789");
	f->out.max = 15;
	assert_int_not_equal(render_run(f->r, "page", &f->out, &f->ei), ERR_OK);
	assert_int_equal(f->out.len, 0); /* never half a page */
	f->out.max = 20;
	assert_string_equal(run(f), "01234567890123456789");
	assert_int_equal(
	    render_run(f->r, "nopage", &f->out, &f->ei), ERR_NOTFOUND);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, up, down)
	const struct CMUnitTest tests[] = {
	    T(test_escapes),
	    T(test_links),
	    T(test_refuses_to_start),
	    T(test_page_is_emptied),
	    T(test_kept),
	    T(test_values),
	    T(test_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
