#include "tests/harness/test.h"

#include "common/buf.h"
#include "pkg/manifest.h"
#include "pkg/refuse.h"
#include "pkg/version.h"

#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HEAD_OF(product, version, n, size)                     \
	"calconn-bundle 1\nname " product "\nversion " version \
	"\narchitecture amd64\nplatform 12\nconfig-schema 2\n" \
	"state-schema 3\nfiles " n "\nsize " size "\n"
#define HEAD(n, size) HEAD_OF("calconn", "1.2.3", n, size)

static void
test_round_trip(void **state)
{
	static const char text[] = HEAD("2", "7") "file 0644 0 " SHA " b\n"
						  "file 0755 7 " SHA " bin/a\n";
	struct buf b = BUF_INIT(4096);
	struct manifest m;

	(void)state;
	assert_ok(manifest_parse(&m, text, strlen(text), NULL));
	assert_string_equal(m.version, "1.2.3");
	assert_int_equal(m.platform, 12);
	assert_int_equal(m.state_schema, 3);
	assert_int_equal(m.size, 7);
	assert_int_equal(m.files[1].mode, 0755);
	assert_non_null(manifest_find(&m, "b"));
	assert_null(manifest_find(&m, "bin"));
	assert_ok(manifest_print(&m, &b));
	assert_string_equal(buf_str(&b), text);
	buf_clear(&b);
	manifest_clear(&m);
}

static const struct {
	const char *text;
	enum refuse want;
} bad[] = {
    {"", REFUSE_BAD_MANIFEST},
    {"calconn-bundle 2\n", REFUSE_BAD_MANIFEST},
    {HEAD("0", "0"), REFUSE_BAD_MANIFEST},
    {HEAD("1", "0") "file 0644 0 " SHA " b", REFUSE_BAD_MANIFEST},
    {HEAD("2", "0") "file 0644 0 " SHA " b\n", REFUSE_BAD_MANIFEST},
    {HEAD("1", "0") "file 0644 00 " SHA " b\n", REFUSE_BAD_MANIFEST},
    {HEAD("1", "0") "file 644 0 " SHA " b\n", REFUSE_BAD_MANIFEST},
    {HEAD("1", "0") "file 0644 0 " SHA "\n", REFUSE_BAD_MANIFEST},
    {HEAD("1", "0") "file 0644 0 00 b\n", REFUSE_BAD_MANIFEST},
    {HEAD("1", "0") "link 0644 0 " SHA " b\n", REFUSE_BAD_MANIFEST},
    {HEAD_OF("calconn", "1", "1", "0") "file 0644 0 " SHA " b\n",
	REFUSE_BAD_MANIFEST},
    {HEAD_OF("calconn", "../1", "1", "0") "file 0644 0 " SHA " b\n",
	REFUSE_BAD_MANIFEST},
    {HEAD_OF("Calconn", "1.2", "1", "0") "file 0644 0 " SHA " b\n",
	REFUSE_BAD_MANIFEST},
    {HEAD("1", "1") "file 0644 0 " SHA " b\n", REFUSE_BOMB},
    {HEAD("1", "536870913") "file 0644 536870913 " SHA " b\n",
	REFUSE_BAD_MANIFEST},
    {HEAD("2", "2") "file 0644 1 " SHA " b\nfile 0644 536870912 " SHA " c\n",
	REFUSE_TOO_BIG},
    {HEAD("1", "0") "file 4755 0 " SHA " b\n", REFUSE_SPECIAL_MODE},
    {HEAD("1", "0") "file 0777 0 " SHA " b\n", REFUSE_SPECIAL_MODE},
    {HEAD("1", "0") "file 0644 0 " SHA " /b\n", REFUSE_ABSOLUTE_PATH},
    {HEAD("1", "0") "file 0644 0 " SHA " ../b\n", REFUSE_PATH_TRAVERSAL},
    {HEAD("1", "0") "file 0644 0 " SHA " a/../b\n", REFUSE_PATH_TRAVERSAL},
    {HEAD("1", "0") "file 0644 0 " SHA " a/.\n", REFUSE_PATH_TRAVERSAL},
    {HEAD("1", "0") "file 0644 0 " SHA " a//b\n", REFUSE_BAD_NAME},
    {HEAD("1", "0") "file 0644 0 " SHA " a/\n", REFUSE_BAD_NAME},
    {HEAD("1", "0") "file 0644 0 " SHA " a b\n", REFUSE_BAD_NAME},
    {HEAD("1", "0") "file 0644 0 " SHA " a\x1b[2Jb\n", REFUSE_BAD_NAME},
    {HEAD("1", "0") "file 0644 0 " SHA " a\\b\n", REFUSE_BAD_NAME},
    {HEAD("1", "0") "file 0644 0 " SHA " \xc3\xa4\n", REFUSE_BAD_NAME},
    {HEAD("2", "0") "file 0644 0 " SHA " b\nfile 0644 0 " SHA " b\n",
	REFUSE_DUPLICATE_NAME},
    {HEAD("2", "0") "file 0644 0 " SHA " b\nfile 0644 0 " SHA " a\n",
	REFUSE_BAD_MANIFEST},
    {HEAD("3", "0") "file 0644 0 " SHA " b\nfile 0644 0 " SHA
		    " b!\nfile 0644 0 " SHA " b/c\n",
	REFUSE_DUPLICATE_NAME},
};

static void
test_bad(void **state)
{
	struct refusal why;
	struct manifest m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(&why, 0, sizeof(why));
		assert_int_equal(
		    manifest_parse(&m, bad[i].text, strlen(bad[i].text), &why),
		    ERR_DENIED);
		if (why.reason != bad[i].want)
			fail_msg("%zu: %s, not %s", i, refuse_name(why.reason),
			    refuse_name(bad[i].want));
	}
}

static void
test_versions(void **state)
{
	static const char *const good[] = {"0.1", "1.2.3", "8.10.1.5263"};
	static const char *const wrong[] = {"", "1", "1.", ".1", "1..2", "1.x",
	    "01.2", "1.2.3.4.5", "1.2/3", "-1.2", "1.2 ", "1.0000001", "..",
	    "1.2.3-4"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(version_is_valid(good[i]));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(version_is_valid(wrong[i]));
	assert_int_equal(version_cmp("1.2.3", "1.2.3"), 0);
	assert_int_equal(version_cmp("1.9", "1.10"), -1);
	assert_int_equal(version_cmp("1.2", "1.2.0"), -1);
	assert_int_equal(version_cmp("2.0", "1.99.99"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
