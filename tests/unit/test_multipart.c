#include "tests/harness/test.h"

#include "cgi/multipart.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"

#define TYPE "multipart/form-data; boundary="
#define NAME(n) "Content-Disposition: form-data; name=\"" n "\""
#define FILE_NAME(n) NAME(n) "; filename=\"x.tlp\""
#define PASSWORD "--b\r\n" NAME("current") "\r\n\r\nsecret\r\n"
#define BUNDLE               \
	"--b\r\n" FILE_NAME( \
	    "bundle") "\r\n" \
		      "Content-Type: application/octet-stream\r\n\r\n"
#define END "\r\n--b--\r\n"

struct source {
	const char *p;
	size_t n, chunk;
};

static size_t
give(void *arg, char *to, size_t room)
{
	struct source *s = arg;
	size_t n = s->n < s->chunk ? s->n : s->chunk;

	if (n > room)
		n = room;
	memcpy(to, s->p, n);
	s->p += n;
	s->n -= n;
	return n;
}

struct got {
	enum err e;
	char file[4096]; /* the first bytes of it */
	uint64_t file_len;
	char text[512]; /* name=value, of the fields */
	char file_field[65];
};

static void
run(struct got *g, const char *type, const char *body, size_t n, size_t chunk)
{
	struct multipart *m = xalloc(sizeof(*m));
	struct req_fields *f = xalloc(sizeof(*f));
	struct source s = {body, n, chunk};
	char piece[97];
	size_t i, k;

	memset(g, 0, sizeof(*g));
	g->e = multipart_begin(m, type, give, &s, f, NULL);
	for (i = 0; g->e == ERR_OK && i < f->n; i++)
		(void)snprintf(g->text + strlen(g->text),
		    sizeof(g->text) - strlen(g->text), "%s=%s%s,", f->v[i].name,
		    f->v[i].value, f->v[i].bad ? "!" : "");
	if (g->e == ERR_OK)
		(void)str_copy(g->file_field, sizeof(g->file_field), m->file);
	do {
		k = 0;
		if (g->e == ERR_OK)
			g->e =
			    multipart_file(m, piece, sizeof(piece), &k, NULL);
		if (g->file_len + k < sizeof(g->file))
			memcpy(g->file + g->file_len, piece, k);
		g->file_len += k;
	} while (g->e == ERR_OK && k > 0);
	multipart_clear(m);
	/* Nothing that was typed stays. */
	for (i = 0; i < sizeof(*m); i++)
		assert_int_equal(((char *)m)[i], 0);
	mem_free(f);
	mem_free(m);
}

#define T(s) s, sizeof(s) - 1

static const struct {
	const char *type, *body;
	size_t n;
	enum err want;
	const char *fields, *file_field, *file;
} rows[] = {
    {TYPE "b", T(PASSWORD BUNDLE "abc" END), ERR_OK, "current=secret,",
	"bundle", "abc"},
    {TYPE "b", T(BUNDLE "abc\r\n--b--"), ERR_OK, "", "bundle", "abc"},
    {TYPE "b", T(BUNDLE END), ERR_OK, "", "bundle", ""},
    {TYPE "b", T(PASSWORD "--b--\r\n"), ERR_OK, "current=secret,", "", ""},
    {TYPE "b", T("--b--\r\n"), ERR_OK, "", "", ""},
    /* What looks like a boundary and is none. */
    {TYPE "b", T(BUNDLE "\r\n--a\r\n-b\r\n--\r\n\r\r\n--" END), ERR_OK, "",
	"bundle", "\r\n--a\r\n-b\r\n--\r\n\r\r\n--"},
    {TYPE "----WebKitFormBoundaryAb1",
	T("------WebKitFormBoundaryAb1\r\n" FILE_NAME(
	    "bundle") "\r\n\r\nx\r\n"
		      "------WebKitFormBoundaryAb1--\r\n"),
	ERR_OK, "", "bundle", "x"},
    {TYPE "b",
	T("--b\r\nX-Other: 1\r\ncontent-disposition:"
	  " form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n"),
	ERR_OK, "a=1,", "", ""},
    /* NUL in a value is marked, in a name it is refused. */
    {TYPE "b", T("--b\r\n" NAME("a") "\r\n\r\nx\0y" END), ERR_OK, "a=x!,", "",
	""},
    {TYPE "b", T("--b\r\n" NAME("a\0b") "\r\n\r\nx" END), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n" FILE_NAME("bundle\0.tlp") "\r\n\r\nx" END), ERR_ARG,
	"", "", ""},
    {TYPE "b", T("--b\r\n" NAME("bundle") "; filename=\"x\0y\"\r\n\r\nx" END),
	ERR_ARG, "", "", ""},
    /* Names that no page uses. */
    {TYPE "b", T("--b\r\n" NAME("../x") "\r\n\r\nx" END), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n" NAME("") "\r\n\r\nx" END), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n" FILE_NAME("A") "\r\n\r\nx" END), ERR_ARG, "", "",
	""},
    {TYPE "b", T(PASSWORD PASSWORD "--b--\r\n"), ERR_ARG, "", "", ""},
    /* Boundaries. */
    {TYPE "", T(BUNDLE "abc" END), ERR_ARG, "", "", ""},
    {TYPE "b; charset=utf-8", T(BUNDLE "abc" END), ERR_ARG, "", "", ""},
    {TYPE "\"b\"", T(BUNDLE "abc" END), ERR_ARG, "", "", ""},
    {"multipart/form-data", T(BUNDLE "abc" END), ERR_ARG, "", "", ""},
    {"multipart/form-data;boundary=b", T(BUNDLE "abc" END), ERR_ARG, "", "",
	""},
    {TYPE "bb", T(BUNDLE "abc" END), ERR_ARG, "", "", ""},
    {TYPE "b", T("--bb\r\n" FILE_NAME("bundle") "\r\n\r\nx" END), ERR_ARG, "",
	"", ""},
    {TYPE "b", T("hello\r\n" BUNDLE "abc" END), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b \r\n" FILE_NAME("bundle") "\r\n\r\nx" END), ERR_ARG, "",
	"", ""},
    {TYPE "b", T("--b\n" FILE_NAME("bundle") "\n\nx\n--b--\n"), ERR_ARG, "", "",
	""},
    /* Cut short. */
    {TYPE "b", T(""), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b"), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n"), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "\r\n"), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "\r\n\r\nx"), ERR_ARG, "", "", ""},
    {TYPE "b", T(BUNDLE "abc"), ERR_ARG, "", "bundle", "abc"},
    {TYPE "b", T(BUNDLE "abc\r\n--b"), ERR_ARG, "", "bundle", "abc"},
    {TYPE "b", T(BUNDLE "abc\r\n--b-"), ERR_ARG, "", "bundle", "abc"},
    /* Something behind. */
    {TYPE "b", T(BUNDLE "abc" END "x"), ERR_ARG, "", "", ""},
    {TYPE "b", T(BUNDLE "abc\r\n--b--x"), ERR_ARG, "", "", ""},
    {TYPE "b", T(BUNDLE "abc\r\n--b\r\n" NAME("a") "\r\n\r\n1" END), ERR_ARG,
	"", "", ""},
    {TYPE "b", T(BUNDLE "a\r\n" BUNDLE "b" END), ERR_ARG, "", "", ""},
    /* Headers. */
    {TYPE "b", T("--b\r\n\r\n\r\nx" END), ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\nContent-Type: text/plain\r\n\r\nx" END), ERR_ARG, "",
	"", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "\r\n" NAME("b") "\r\n\r\nx" END), ERR_ARG,
	"", "", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "\r\n folded\r\n\r\nx" END), ERR_ARG, "",
	"", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "; name=\"b\"\r\n\r\nx" END), ERR_ARG, "",
	"", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "; filename*=UTF-8''x\r\n\r\nx" END),
	ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\n" NAME("a") "; filename=\"x\\\"y\"\r\n\r\nx" END),
	ERR_ARG, "", "", ""},
    {TYPE "b", T("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx" END),
	ERR_ARG, "", "", ""},
    {TYPE "b",
	T("--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx" END),
	ERR_ARG, "", "", ""},
};

static void
test_rows(void **state)
{
	static const size_t chunks[] = {1, 2, 3, 7, 64, 100000};
	struct got g;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (k = 0; k < sizeof(chunks) / sizeof(chunks[0]); k++) {
			run(&g, rows[i].type, rows[i].body, rows[i].n,
			    chunks[k]);
			if (g.e != rows[i].want)
				print_error("row %zu by %zu\n", i, chunks[k]);
			assert_int_equal(g.e, rows[i].want);
			if (g.e != ERR_OK)
				continue;
			assert_string_equal(g.text, rows[i].fields);
			assert_string_equal(g.file_field, rows[i].file_field);
			assert_int_equal(g.file_len, strlen(rows[i].file));
			assert_memory_equal(g.file, rows[i].file, g.file_len);
		}
}

/* A file larger than the window, full of what a boundary begins with. */
static void
test_large(void **state)
{
	static const char unit[] = "\r\n--\r\n--\r";
	struct buf b = BUF_INIT(1 << 22);
	struct got g;
	size_t i, chunk;

	(void)state;
	assert_ok(buf_puts(&b, BUNDLE));
	for (i = 0; i < 100000; i++)
		assert_ok(buf_put(&b, unit, sizeof(unit) - 1));
	assert_ok(buf_puts(&b, END));
	for (chunk = 8191; chunk <= 8193; chunk++) {
		run(&g, TYPE "b", b.p, b.len, chunk);
		assert_int_equal(g.e, ERR_OK);
		assert_int_equal(g.file_len, 100000 * (sizeof(unit) - 1));
	}
	buf_clear(&b);
}

/* Each limit: as much as it allows, and one byte more. */
static void
limit(size_t fill, enum err want, const char *before, const char *after)
{
	struct buf b = BUF_INIT(1 << 20);
	struct got g;
	size_t i;

	assert_ok(buf_puts(&b, before));
	for (i = 0; i < fill; i++)
		assert_ok(buf_putc(&b, 'x'));
	assert_ok(buf_puts(&b, after));
	run(&g, TYPE "b", b.p, b.len, 1000);
	assert_int_equal(g.e, want);
	buf_clear(&b);
}

static void
test_limits(void **state)
{
	static const char line[] = NAME("a") "\r\nX: ";
	char type[sizeof(TYPE) + MULTIPART_BOUNDARY_MAX + 1] = TYPE;
	struct got g;
	size_t n = MULTIPART_HEAD_MAX - (sizeof(line) - 1);

	(void)state;
	limit(n, ERR_OK, "--b\r\n" NAME("a") "\r\nX: ", "\r\n\r\nv" END);
	limit(
	    n + 1, ERR_TOOBIG, "--b\r\n" NAME("a") "\r\nX: ", "\r\n\r\nv" END);
	/* One that never ends, whatever its size. */
	limit(900000, ERR_TOOBIG, "--b\r\n" NAME("a") "\r\nX: ", "");
	n = MULTIPART_FIELDS_MAX - sizeof("a") - 1;
	limit(n, ERR_OK, "--b\r\n" NAME("a") "\r\n\r\n", END);
	limit(n + 1, ERR_TOOBIG, "--b\r\n" NAME("a") "\r\n\r\n", END);
	limit(REQ_NAME_MAX, ERR_OK,
	    "--b\r\nContent-Disposition: form-data; name=\"",
	    "\"; filename=\"\"\r\n\r\n" END);
	limit(REQ_NAME_MAX + 1, ERR_ARG,
	    "--b\r\nContent-Disposition: form-data; name=\"",
	    "\"; filename=\"\"\r\n\r\n" END);
	memset(type + sizeof(TYPE) - 1, 'b', MULTIPART_BOUNDARY_MAX + 1);
	type[sizeof(type) - 1] = '\0';
	run(&g, type, "--", 2, 1);
	assert_int_equal(g.e, ERR_ARG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
