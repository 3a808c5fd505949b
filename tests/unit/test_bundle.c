/* test_bundle.c - each hostile bundle is made for real, signed with the
 * right key unless the signature is what is wrong with it, and refused with
 * the name of its fault before a byte of it is written. */
#include "config.h"

#include "tests/harness/test.h"

#include <archive_entry.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/payload.h"
#include "pkg/refuse.h"
#include "pkg/verify.h"
#include "tests/unit/bundle_fixture.h"

static struct sig_sk sk, other_sk;
static struct sig_keys keys, other_keys;

static const struct fixture_entry good[] = {
    {.path = "files/bin/a", .data = "hello", .mode = 0755},
    {.path = "files/share/b", .data = "world"},
    {.path = NULL},
};

/* What a host would say to the bytes. */
static enum err
judge(const struct buf *file, struct refusal *why)
{
	const struct verify_host host = {"test", 12};
	struct manifest m = {.size = 0};
	struct bundle b;
	int fd = fixture_fd(file);
	enum err e;

	memset(why, 0, sizeof(*why));
	if ((e = bundle_open(&b, fd, why)) == ERR_OK) {
		e = verify_bundle(&b, &keys, &m, NULL, why);
		if (e == ERR_OK)
			e = verify_fits(&m, &host, why);
		bundle_close(&b);
	}
	manifest_clear(&m);
	(void)close(fd);
	return e;
}

static void
make_good(struct buf *file)
{
	const struct fixture f = {.entries = good};

	fixture_make(file, &f, &sk);
}

static void
test_good(void **state)
{
	struct buf file = BUF_INIT(FIXTURE_MAX);
	struct refusal why;

	(void)state;
	make_good(&file);
	assert_ok(judge(&file, &why));
	buf_clear(&file);
}

#define ONE(...)                       \
	(const struct fixture_entry[]) \
	{                              \
		{__VA_ARGS__},         \
		{                      \
			.path = NULL   \
		}                      \
	}
#define TWO(first, ...)                \
	(const struct fixture_entry[]) \
	{                              \
		first, {__VA_ARGS__},  \
		{                      \
			.path = NULL   \
		}                      \
	}
#define A                                                        \
	{                                                        \
		.path = "files/bin/a", .data = "x", .mode = 0755 \
	}
#define SHA_X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
#define LISTS(n, size, lines) FIXTURE_HEAD "files " n "\nsize " size "\n" lines
#define LINE_A "file 0755 1 " SHA_X " bin/a\n"
#define HEAD_WITH(name, arch, platform)                                      \
	"calconn-bundle 1\nname " name "\nversion 0.2.0\narchitecture " arch \
	"\nplatform " platform "\nconfig-schema 1\nstate-schema 1\n"

static const struct {
	const char *name;
	enum refuse want;
	struct fixture f;
} hostile[] = {
    {"traversal, listed", REFUSE_PATH_TRAVERSAL,
	{.entries = ONE(.path = "files/../../etc/cron.d/x", .data = "x")}},
    {"traversal, not listed", REFUSE_PATH_TRAVERSAL,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = TWO(A, .path = "files/../x", .data = "x")}},
    {"absolute, listed", REFUSE_ABSOLUTE_PATH,
	{.entries = ONE(.path = "/etc/passwd", .data = "x")}},
    {"absolute, not listed", REFUSE_ABSOLUTE_PATH,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = TWO(A, .path = "files//etc/passwd", .data = "x")}},
    {"symbolic link", REFUSE_LINK,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .type = AE_IFLNK,
		.link = "/etc/passwd")}},
    {"hard link", REFUSE_LINK,
	{.entries = (const struct fixture_entry[]){A,
	     {.path = "files/bin/b", .hardlink = "files/bin/a"},
	     {.path = NULL}}}},
    {"character device", REFUSE_DEVICE,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .type = AE_IFCHR)}},
    {"block device", REFUSE_DEVICE,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .type = AE_IFBLK)}},
    {"pipe", REFUSE_DEVICE,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .type = AE_IFIFO)}},
    {"folder", REFUSE_NOT_LISTED,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin", .type = AE_IFDIR)}},
    {"setuid, listed", REFUSE_SPECIAL_MODE,
	{.entries = ONE(.path = "files/bin/a", .data = "x", .mode = 04755)}},
    {"setuid, not listed", REFUSE_SPECIAL_MODE,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .data = "x", .mode = 04755)}},
    {"setgid", REFUSE_SPECIAL_MODE,
	{.entries = ONE(.path = "files/bin/a", .data = "x", .mode = 02755)}},
    {"writable by all", REFUSE_SPECIAL_MODE,
	{.entries = ONE(.path = "files/bin/a", .data = "x", .mode = 0666)}},
    {"twice, listed", REFUSE_DUPLICATE_NAME,
	{.entries = TWO(A, .path = "files/bin/a", .data = "x", .mode = 0755)}},
    {"twice, not listed", REFUSE_DUPLICATE_NAME,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries =
		TWO(A, .path = "files/bin/a", .data = "y", .mode = 0755)}},
    {"control characters, listed", REFUSE_BAD_NAME,
	{.entries = ONE(.path = "files/a\x1b]0;x\x07", .data = "x")}},
    {"control characters, not listed", REFUSE_BAD_NAME,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = TWO(A, .path = "files/b\n", .data = "x")}},
    {"a long name", REFUSE_BAD_NAME,
	{.entries =
		ONE(.path = "files/0123456789012345678901234567890123456789"
			    "01234567890123456789012345678901234567890123456789"
			    "01234567890123456789012345678901234567890123456789"
			    "01234567890123456789012345678901234567890123456789"
			    "0123456789",
		    .data = "x")}},
    {"bomb: larger than listed", REFUSE_BOMB,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .mode = 0755,
		.zeros = 300u * 1024 * 1024)}},
    {"bomb: the sum", REFUSE_BOMB,
	{.manifest = LISTS("1", "2", LINE_A), .entries = ONE(.path = NULL)}},
    {"bomb: smaller than listed", REFUSE_BOMB,
	{.manifest = LISTS("1", "2", "file 0755 2 " SHA_X " bin/a\n"),
	    .entries = ONE(.path = "files/bin/a", .data = "x", .mode = 0755)}},
    {"bomb: more than fits any host", REFUSE_TOO_BIG,
	{.manifest = LISTS("2", "2",
	     "file 0644 536870912 " SHA_X " a\nfile 0644 1 " SHA_X " b\n"),
	    .entries = ONE(.path = NULL)}},
    {"other bytes than listed", REFUSE_BAD_DIGEST,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = ONE(.path = "files/bin/a", .data = "y", .mode = 0755)}},
    {"not listed", REFUSE_NOT_LISTED,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = TWO(A, .path = "files/c", .data = "x")}},
    {"out of the folder of files", REFUSE_NOT_LISTED,
	{.manifest = LISTS("1", "1", LINE_A),
	    .entries = TWO(A, .path = "c", .data = "x")}},
    {"missing", REFUSE_MISSING,
	{.manifest = LISTS("1", "1", LINE_A), .entries = ONE(.path = NULL)}},
    {"no manifest", REFUSE_BAD_MANIFEST,
	{.manifest = "", .entries = ONE(.path = "files/a", .data = "x")}},
    {"empty", REFUSE_BAD_MANIFEST,
	{.manifest = "", .entries = ONE(.path = NULL)}},
    {"another product", REFUSE_OTHER_PRODUCT,
	{.head = HEAD_WITH("other", "test", "12"), .entries = good}},
    {"wrong architecture", REFUSE_WRONG_ARCHITECTURE,
	{.head = HEAD_WITH("calconn", "vax", "12"), .entries = good}},
    {"older platform", REFUSE_OLDER_PLATFORM,
	{.head = HEAD_WITH("calconn", "test", "13"), .entries = good}},
    {"unsigned", REFUSE_UNSIGNED, {.entries = good, .unsigned_ = 1}},
};

static void
test_hostile(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct buf file = BUF_INIT(FIXTURE_MAX);
		struct refusal why;

		fixture_make(&file, &hostile[i].f, &sk);
		if (judge(&file, &why) != ERR_DENIED ||
		    why.reason != hostile[i].want)
			fail_msg("%s: %s, not %s (%s)", hostile[i].name,
			    refuse_name(why.reason),
			    refuse_name(hostile[i].want), why.ei.text);
		buf_clear(&file);
	}
}

/* -- what is around the content -- */

static void
expect(const struct buf *file, enum refuse want)
{
	struct refusal why;

	assert_int_equal(judge(file, &why), ERR_DENIED);
	if (why.reason != want)
		fail_msg("%s, not %s (%s)", refuse_name(why.reason),
		    refuse_name(want), why.ei.text);
}

static void
test_other_key(void **state)
{
	const struct fixture f = {.entries = good};
	struct sig_sk forged = other_sk;
	struct buf file = BUF_INIT(FIXTURE_MAX);

	(void)state;
	fixture_make(&file, &f, &other_sk);
	expect(&file, REFUSE_OTHER_KEY);
	/* The id of the right key, and the key of somebody else. */
	memcpy(forged.id, sk.id, sizeof(sk.id));
	buf_reset(&file);
	fixture_make(&file, &f, &forged);
	expect(&file, REFUSE_BAD_SIGNATURE);
	buf_clear(&file);
}

static void
test_bytes_added(void **state)
{
	struct buf file = BUF_INIT(FIXTURE_MAX);
	struct buf raw = BUF_INIT(FIXTURE_MAX);

	(void)state;
	make_good(&file);
	assert_ok(buf_put(&raw, file.p, file.len));
	assert_ok(buf_putc(&raw, 'x'));
	expect(&raw, REFUSE_BYTES_ADDED);
	/* A third member. */
	buf_reset(&raw);
	assert_ok(buf_put(&raw, file.p, file.len));
	assert_ok(buf_putf(&raw, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", "more/", 0,
	    0, 0, "644", 0));
	expect(&raw, REFUSE_BYTES_ADDED);
	buf_clear(&raw);
	buf_clear(&file);
}

static void
test_truncated(void **state)
{
	struct buf file = BUF_INIT(FIXTURE_MAX);
	struct refusal why;
	size_t n;

	(void)state;
	make_good(&file);
	n = file.len;
	file.len = n - 1;
	expect(&file, REFUSE_TRUNCATED);
	file.len = 100;
	expect(&file, REFUSE_TRUNCATED);
	/* Wherever it is cut. */
	for (file.len = 0; file.len < n; file.len++)
		assert_int_equal(judge(&file, &why), ERR_DENIED);
	file.len = n;
	assert_ok(judge(&file, &why));
	buf_clear(&file);
}

/* Each bit of the file is one that the signature is over, or that has only
 * one value. */
static void
test_any_bit(void **state)
{
	struct buf file = BUF_INIT(FIXTURE_MAX);
	struct refusal why;
	size_t i;
	unsigned bit;

	(void)state;
	make_good(&file);
	for (i = 0; i < file.len; i++) {
		for (bit = 0; bit < 8; bit++) {
			file.p[i] = (char)(file.p[i] ^ 1 << bit);
			if (judge(&file, &why) != ERR_DENIED)
				fail_msg("byte %zu bit %u may change", i, bit);
			file.p[i] = (char)(file.p[i] ^ 1 << bit);
		}
	}
	assert_ok(judge(&file, &why));
	buf_clear(&file);
}

/* minisign -S -l, which signs the file and no hash of it. */
static void
test_legacy(void **state)
{
	struct buf file = BUF_INIT(FIXTURE_MAX);
	char *at;

	(void)state;
	make_good(&file);
	at = memmem(file.p, file.len, "secret key\nRU", 13);
	assert_non_null(at);
	at[12] = 'W'; /* base64 of "Ed" for that of "ED" */
	expect(&file, REFUSE_LEGACY_SIGNATURE);
	buf_clear(&file);
}

static void
test_not_an_archive(void **state)
{
	static const char words[] = "no archive at all";
	struct buf file = BUF_INIT(FIXTURE_MAX);

	(void)state;
	assert_ok(buf_puts(&file, words));
	expect(&file, REFUSE_NOT_A_BUNDLE);
	buf_reset(&file);
	fixture_wrap(&file, words, sizeof(words), &sk, "test");
	expect(&file, REFUSE_BAD_MANIFEST);
	buf_clear(&file);
}

/* The signature is judged before the content is looked at. */
static void
test_signature_first(void **state)
{
	static const char words[] = "no archive at all";
	struct buf file = BUF_INIT(FIXTURE_MAX);

	(void)state;
	fixture_wrap(&file, words, sizeof(words), &other_sk, "test");
	expect(&file, REFUSE_OTHER_KEY);
	buf_clear(&file);
}

/* What was opened stays as it was, whatever becomes of the file. */
static void
test_same_bytes(void **state)
{
	struct buf file = BUF_INIT(FIXTURE_MAX);
	struct manifest m = {.size = 0};
	struct refusal why = {.reason = REFUSE_NONE};
	struct bundle b;
	int fd;

	(void)state;
	make_good(&file);
	fd = fixture_fd(&file);
	assert_ok(bundle_open(&b, fd, &why));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_ok(verify_bundle(&b, &keys, &m, NULL, &why));
	assert_int_equal(pwrite(b.fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(b.fd, 0), -1);
	manifest_clear(&m);
	bundle_close(&b);
	(void)close(fd);
	buf_clear(&file);
}

static int
setup(void **state)
{
	(void)state;
	fixture_key(&sk, &keys);
	fixture_key(&other_sk, &other_keys);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_other_key),
	    cmocka_unit_test(test_bytes_added),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_any_bit),
	    cmocka_unit_test(test_legacy),
	    cmocka_unit_test(test_not_an_archive),
	    cmocka_unit_test(test_signature_first),
	    cmocka_unit_test(test_same_bytes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
