#include "tests/harness/test.h"

#include "backend/net/md4.h"
#include "backend/net/ntlm.h"
#include "common/buf.h"
#include "common/str.h"

static void
assert_hex(const void *p, size_t n, const char *want)
{
	char text[512];

	assert_true(n * 2 < sizeof(text));
	hex_encode(p, n, text);
	assert_string_equal(text, want);
}

/* RFC 1320, A.5. */
static void
test_md4(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"", "31d6cfe0d16ae931b73c59d7e0c089c0"},
	    {"a", "bde52cb31de33e46245e05fbdbd6fb24"},
	    {"abc", "a448017aaf21d8525fc10ae87aa6729d"},
	    {"message digest", "d9130a8164549fe818874806e1c7014b"},
	    {"abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"},
	    {"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		"043f8582f241db351ce627e153e7f0e4"},
	    {"1234567890123456789012345678901234567890123456789012345678901234"
	     "5678901234567890",
		"e33b4ddc9c38f2199c3e7b164fcc0536"},
	};
	unsigned char out[MD4_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		md4(rows[i].text, strlen(rows[i].text), out);
		assert_hex(out, sizeof(out), rows[i].want);
	}
}

/* [MS-NLMP] 4.2.1 and 4.2.4: user User of Domain, password Password, the
 * server Server, time zero, all bytes of the client's nonce aa. */
#define NONCE "\x01\x23\x45\x67\x89\xab\xcd\xef"
#define CLIENT "\xaa\xaa\xaa\xaa\xaa\xaa\xaa\xaa"
#define PAIRS                \
	"\x02\x00\x0c\x00"   \
	"D\0o\0m\0a\0i\0n\0" \
	"\x01\x00\x0c\x00"   \
	"S\0e\0r\0v\0e\0r\0" \
	"\0\0\0\0"
#define PAIRS_LEN 36

static void
test_spec_keys(void **state)
{
	static const char temp[] = "\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0" CLIENT
				   "\0\0\0\0" PAIRS "\0\0\0\0";
	unsigned char key[NTLM_KEY_LEN], proof[NTLM_KEY_LEN];

	(void)state;
	assert_ok(ntlm_owf_v2(key, "User", "Domain", "Password"));
	assert_hex(key, sizeof(key), "0c868a403bfd7a93a3001ef22ef02e3f");
	assert_ok(ntlm_proof(
	    proof, key, (const unsigned char *)NONCE, temp, sizeof(temp) - 1));
	assert_hex(proof, sizeof(proof), "68cd0ab851e51c96aabc927bebef6a1c");
	assert_ok(
	    ntlm_proof(proof, key, (const unsigned char *)NONCE, CLIENT, 8));
	assert_hex(proof, sizeof(proof), "86c35097ac9cec102554764a57cccc19");
}

/* The user's name counts in upper case, also beyond ASCII; the domain's as
 * it is written. */
static void
test_upper_case(void **state)
{
	unsigned char a[NTLM_KEY_LEN], b[NTLM_KEY_LEN];

	(void)state;
	assert_ok(ntlm_owf_v2(a, "\xc3\xb6mer", "D", "p"));
	assert_ok(ntlm_owf_v2(b, "\xc3\x96MER", "D", "p"));
	assert_memory_equal(a, b, sizeof(a));
	assert_ok(ntlm_owf_v2(b, "\xc3\x96MER", "d", "p"));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_ok(ntlm_owf_v2(a, "x\xf0\x9f\x98\x80", "", "\xf0\x9f\x98\x80"));
	assert_err(ntlm_owf_v2(a, "x", "", "\xff"), ERR_ARG);
}

/* MD5 of the structure of RFC 2744 3.11 in the form of RFC 4121;
 * computed with Python's hashlib. */
static void
test_binding(void **state)
{
	unsigned char out[NTLM_KEY_LEN];

	(void)state;
	assert_ok(ntlm_binding(out, "tls-server-end-point:abc", 24));
	assert_hex(out, sizeof(out), "feb0fffbc725957540b287e8c838dfd9");
}

struct message {
	unsigned char p[512];
	size_t n;
};

/* As 4.2.4.3 has it, with the AV pairs of before or others. */
static struct message
challenge(const char *pairs, size_t pairs_len)
{
	static const unsigned char head[] =
	    "NTLMSSP\0\x02\0\0\0\x0c\0\x0c\0\x38\0\0\0\x33\x82\x8a\xe2" NONCE
	    "\0\0\0\0\0\0\0\0\0\0\0\0\x44\0\0\0\x06\0\x70\x17\0\0\0\x0f"
	    "S\0e\0r\0v\0e\0r\0";
	struct message m;

	memset(&m, 0, sizeof(m));
	m.n = sizeof(head) - 1;
	memcpy(m.p, head, m.n);
	m.p[40] = m.p[42] = (unsigned char)pairs_len;
	memcpy(m.p + m.n, pairs, pairs_len);
	m.n += pairs_len;
	return m;
}

static void
test_challenge(void **state)
{
	struct message m = challenge(PAIRS, PAIRS_LEN);
	struct ntlm_challenge c;
	size_t n;

	(void)state;
	assert_ok(ntlm_challenge_parse(&c, m.p, m.n));
	assert_int_equal(c.flags, 0xe28a8233);
	assert_memory_equal(c.nonce, NONCE, 8);
	assert_true(ntlm_challenge_is_v2(&c));
	assert_int_equal(c.info_len, PAIRS_LEN);
	assert_false(c.has_time);
	/* Cut anywhere, it is none, or one without the pairs. */
	for (n = 0; n < m.n; n++)
		if (ntlm_challenge_parse(&c, m.p, n) == ERR_OK)
			assert_false(ntlm_challenge_is_v2(&c));
	m = challenge("\x07\x00\x08\x00\x01\0\0\0\x02\0\0\0\0\0\0\0", 16);
	assert_ok(ntlm_challenge_parse(&c, m.p, m.n));
	assert_true(c.has_time);
	assert_true(c.time == 0x200000001u);
	/* No end; a pair that is longer than the list; not Unicode. */
	m = challenge(PAIRS, PAIRS_LEN - 4);
	assert_err(ntlm_challenge_parse(&c, m.p, m.n), ERR_PROTO);
	m = challenge("\x02\0\xff\0\0\0\0\0", 8);
	assert_err(ntlm_challenge_parse(&c, m.p, m.n), ERR_PROTO);
	m = challenge(PAIRS, PAIRS_LEN);
	m.p[20] &= 0xfe;
	assert_err(ntlm_challenge_parse(&c, m.p, m.n), ERR_PROTO);
	/* A server of before version 2 has no pairs. */
	m = challenge(PAIRS, PAIRS_LEN);
	m.p[22] &= 0x7f;
	assert_ok(ntlm_challenge_parse(&c, m.p, m.n));
	assert_false(ntlm_challenge_is_v2(&c));
}

static void
test_negotiate(void **state)
{
	struct buf b = BUF_INIT(NTLM_MESSAGE_MAX);

	(void)state;
	assert_ok(ntlm_negotiate(&b));
	assert_hex(b.p, b.len,
	    "4e544c4d5353500001000000058288220000000000000000"
	    "00000000000000000a0063450000000f");
	buf_clear(&b);
}

static struct ntlm_answer
answer(const struct buf *negotiate, const struct message *m)
{
	struct ntlm_answer a = {
	    .account = "Domain\\User",
	    .password = "Password",
	    .spn = "HTTP/x",
	    .negotiate = negotiate->p,
	    .negotiate_len = negotiate->len,
	    .challenge = m->p,
	    .challenge_len = m->n,
	};

	memcpy(a.nonce, CLIENT, 8);
	memset(a.binding, 0xbb, sizeof(a.binding));
	return a;
}

static const unsigned char *
field(const struct buf *b, size_t at, size_t *len)
{
	const unsigned char *p = (const unsigned char *)b->p + at;
	size_t where = (size_t)p[4] | (size_t)p[5] << 8;

	*len = (size_t)p[0] | (size_t)p[1] << 8;
	assert_true(where + *len <= b->len);
	return (const unsigned char *)b->p + where;
}

/* The server's pairs come first and as they were, ours behind them. */
static void
test_authenticate(void **state)
{
	static const char ours[] =
	    "\x0a\0\x10\0\xbb\xbb\xbb\xbb\xbb\xbb\xbb\xbb"
	    "\xbb\xbb\xbb\xbb\xbb\xbb\xbb\xbb"
	    "\x09\0\x0c\0H\0T\0T\0P\0/\0x\0\0\0\0\0";
	struct message m = challenge(PAIRS, PAIRS_LEN);
	struct buf one = BUF_INIT(NTLM_MESSAGE_MAX);
	struct buf b = BUF_INIT(NTLM_MESSAGE_MAX);
	unsigned char key[NTLM_KEY_LEN], proof[NTLM_KEY_LEN];
	struct ntlm_answer a;
	const unsigned char *p;
	size_t n;

	(void)state;
	assert_ok(ntlm_negotiate(&one));
	a = answer(&one, &m);
	assert_ok(ntlm_authenticate(&b, &a));
	p = field(&b, 28, &n);
	assert_hex(p, n, "44006f006d00610069006e00");
	p = field(&b, 36, &n);
	assert_hex(p, n, "5500730065007200");
	p = field(&b, 12, &n);
	assert_hex(p, n, "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
	p = field(&b, 20, &n);
	assert_true(n > 44 + PAIRS_LEN - 4 + sizeof(ours) - 1);
	assert_memory_equal(p + 44, PAIRS, PAIRS_LEN - 4);
	assert_memory_equal(p + 44 + PAIRS_LEN - 4, ours, sizeof(ours) - 1);
	assert_ok(ntlm_owf_v2(key, "User", "Domain", "Password"));
	assert_ok(ntlm_proof(
	    proof, key, (const unsigned char *)NONCE, p + 16, n - 16));
	assert_memory_equal(proof, p, sizeof(proof));
	/* Without a time of the server there is no integrity code. */
	assert_hex(b.p + 72, 16, "00000000000000000000000000000000");
	buf_clear(&b);
	buf_clear(&one);
}

static void
test_authenticate_with_time(void **state)
{
	/* A flag of the server stays, what it says of us does not. */
	static const char pairs[] =
	    "\x0a\0\x10\0XXXXXXXXXXXXXXXX\x06\0\x04\0\x01\0\0\0"
	    "\x07\x00\x08\x00\x01\0\0\0\x02\0\0\0\0\0\0\0";
	struct message m = challenge(pairs, sizeof(pairs) - 1);
	struct buf one = BUF_INIT(NTLM_MESSAGE_MAX);
	struct buf b = BUF_INIT(NTLM_MESSAGE_MAX);
	struct ntlm_answer a;
	const unsigned char *p;
	char text[64], first[33];
	size_t n;

	(void)state;
	assert_ok(ntlm_negotiate(&one));
	a = answer(&one, &m);
	a.account = "user@domain.example";
	assert_ok(ntlm_authenticate(&b, &a));
	p = field(&b, 28, &n);
	assert_int_equal(n, 0);
	p = field(&b, 12, &n);
	assert_int_equal(n, 24);
	assert_hex(p, 8, "0000000000000000");
	p = field(&b, 20, &n);
	assert_hex(p + 24, 8, "0100000002000000");
	hex_encode(p + 44, 28, text);
	assert_string_equal(
	    text, "07000800010000000200000006000400030000000a001000bbbbbbbb");
	assert_null(memchr(p, 'X', n));
	/* The integrity code is over the messages before it as well. */
	hex_encode((const unsigned char *)b.p + 72, 16, first);
	assert_string_not_equal(first, "00000000000000000000000000000000");
	one.p[39] = 14;
	a.negotiate = one.p;
	assert_ok(ntlm_authenticate(&b, &a));
	hex_encode((const unsigned char *)b.p + 72, 16, text);
	assert_string_not_equal(first, text);
	buf_clear(&b);
	buf_clear(&one);
}

static enum err
all_of_it(void *arg)
{
	struct message m = challenge(PAIRS, PAIRS_LEN);
	struct buf one = BUF_INIT(NTLM_MESSAGE_MAX);
	struct buf b = BUF_INIT(NTLM_MESSAGE_MAX);
	struct ntlm_answer a;
	enum err e;

	(void)arg;
	if ((e = ntlm_negotiate(&one)) == ERR_OK) {
		a = answer(&one, &m);
		e = ntlm_authenticate(&b, &a);
	}
	buf_clear(&b);
	buf_clear(&one);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(all_of_it, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_md4),
	    cmocka_unit_test(test_spec_keys),
	    cmocka_unit_test(test_upper_case),
	    cmocka_unit_test(test_binding),
	    cmocka_unit_test(test_challenge),
	    cmocka_unit_test(test_negotiate),
	    cmocka_unit_test(test_authenticate),
	    cmocka_unit_test(test_authenticate_with_time),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
