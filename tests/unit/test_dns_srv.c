#include "tests/harness/test.h"

#include <netdb.h>

#include "backend/net/dns_srv.h"

#define NAME                  \
	"\x04_tcp\x03lab\x07" \
	"example\x00"
#define NAME_LEN 18
#define QUESTION NAME "\x00\x21\x00\x01"

struct message {
	unsigned char p[4096];
	size_t n;
	unsigned answers;
};

static void
put(struct message *m, const void *p, size_t n)
{
	memcpy(m->p + m->n, p, n);
	m->n += n;
}

static void
begin(struct message *m)
{
	static const unsigned char head[12] = {
	    0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0};

	m->n = 0;
	m->answers = 0;
	put(m, head, sizeof(head));
	put(m, QUESTION, NAME_LEN + 4);
}

/* target: labels with their lengths, the root included. */
static void
answer(struct message *m, unsigned type, unsigned priority, unsigned weight,
    unsigned port, const char *target, size_t target_len)
{
	unsigned char fixed[] = {0xC0, 12, 0, (unsigned char)type, 0, 1, 0, 0,
	    0, 60, 0, (unsigned char)(6 + target_len), 0,
	    (unsigned char)priority, 0, (unsigned char)weight,
	    (unsigned char)(port >> 8), (unsigned char)port};

	put(m, fixed, sizeof(fixed));
	put(m, target, target_len);
	m->p[7] = (unsigned char)++m->answers;
}

#define SRV(m, priority, weight, port, target) \
	answer(m, 33, priority, weight, port, target, sizeof(target))

static void
test_failure(void **state)
{
	(void)state;
	assert_string_equal(dns_failure(EAI_NONAME, 5), "dns-not-found");
	assert_string_equal(dns_failure(EAI_NODATA, 5), "dns-no-address");
	assert_string_equal(dns_failure(EAI_AGAIN, 5), "dns-failed");
	assert_string_equal(dns_failure(EAI_FAIL, 999), "dns-failed");
	assert_string_equal(dns_failure(EAI_AGAIN, 1000), "dns-timeout");
}

static void
test_order(void **state)
{
	struct dns_srv out[DNS_SRV_MAX];
	struct message m;
	size_t n = 0;

	(void)state;
	begin(&m);
	SRV(&m, 10, 0, 389,
	    "\x03"
	    "dc4\x03lab\x07"
	    "example");
	SRV(&m, 0, 100, 389,
	    "\x03"
	    "dc2\x03lab\x07"
	    "example");
	SRV(&m, 0, 200, 3268,
	    "\x03"
	    "DC1\x03LAB\x07"
	    "Example");
	SRV(&m, 0, 100, 389,
	    "\x03"
	    "dc3\x03lab\x07"
	    "example");
	assert_ok(dns_srv_parse(m.p, m.n, out, &n));
	assert_int_equal(n, 4);
	assert_string_equal(out[0].host, "dc1.lab.example");
	assert_int_equal(out[0].port, 3268);
	assert_string_equal(out[1].host, "dc2.lab.example");
	assert_string_equal(out[2].host, "dc3.lab.example");
	assert_string_equal(out[3].host, "dc4.lab.example");
	assert_int_equal(out[3].priority, 10);
}

struct dice {
	uint32_t next, below[8];
	size_t n;
};

static uint32_t throw(void *arg, uint32_t below)
{
	struct dice *d = arg;

	if (d->n < 8)
		d->below[d->n++] = below;
	return d->next % below;
}

/* Of one priority, each comes first as often as its weight says. */
static void
test_weights(void **state)
{
	static const struct dns_srv rows[] = {
	    {"w3.example", 389, 0, 3},
	    {"w1.example", 389, 0, 1},
	    {"w0.example", 389, 0, 0},
	    {"late.example", 389, 9, 65535},
	};
	unsigned first[3] = {0, 0, 0};
	struct dns_srv v[4];
	struct dice d;
	uint32_t i;

	(void)state;
	for (i = 0; i <= 4; i++) {
		memset(&d, 0, sizeof(d));
		d.next = i;
		memcpy(v, rows, sizeof(v));
		dns_srv_shuffle(v, 4, throw, &d);
		first[v[0].weight == 3 ? 2 : v[0].weight]++;
		assert_string_equal(v[3].host, "late.example");
		assert_int_equal(d.below[0], 5); /* 0 to the sum */
		assert_int_equal(d.n, 2);
		assert_int_equal(v[0].weight + v[1].weight + v[2].weight, 4);
	}
	assert_int_equal(first[0], 1);
	assert_int_equal(first[1], 1);
	assert_int_equal(first[2], 3);
	dns_srv_shuffle(v, 0, throw, &d);
}

static void
test_unusable(void **state)
{
	struct dns_srv out[DNS_SRV_MAX];
	struct message m;
	size_t n = 0;

	(void)state;
	begin(&m);
	assert_err(dns_srv_parse(m.p, m.n, out, &n), ERR_NOTFOUND);
	SRV(&m, 0, 0, 389, ""); /* the root: not there */
	SRV(&m, 0, 0, 0,
	    "\x02"
	    "dc\x03lab"); /* no port */
	SRV(&m, 0, 0, 389,
	    "\x05"
	    "d c\"x\x03lab");
	SRV(&m, 0, 0, 389,
	    "\x03"
	    "a\nb\x03lab");
	answer(&m, 1, 0, 0, 389,
	    "\x02"
	    "dc\x03lab",
	    8); /* another type */
	assert_err(dns_srv_parse(m.p, m.n, out, &n), ERR_NOTFOUND);
	assert_int_equal(n, 0);
}

static void
test_cut_off(void **state)
{
	struct dns_srv out[DNS_SRV_MAX];
	struct message m;
	unsigned char *exact;
	size_t n = 0, len;

	(void)state;
	begin(&m);
	SRV(&m, 0, 0, 389,
	    "\x03"
	    "dc1\x03lab\x07"
	    "example");
	SRV(&m, 1, 0, 389,
	    "\x03"
	    "dc2\x03lab\x07"
	    "example");
	for (len = 0; len < m.n; len++) {
		/* Exactly as many bytes, for the sanitizers. */
		exact = malloc(len + 1);
		assert_non_null(exact);
		memcpy(exact, m.p, len);
		assert_int_not_equal(
		    dns_srv_parse(exact, len, out, &n), ERR_OK);
		free(exact);
	}
}

static void
test_many(void **state)
{
	struct dns_srv out[DNS_SRV_MAX];
	struct message m;
	size_t n = 0;
	unsigned i;

	(void)state;
	begin(&m);
	for (i = 0; i < 3 * DNS_SRV_MAX; i++)
		SRV(&m, i, 0, 389,
		    "\x03"
		    "dc1\x03lab\x07"
		    "example");
	assert_ok(dns_srv_parse(m.p, m.n, out, &n));
	assert_int_equal(n, DNS_SRV_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_failure),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_weights),
	    cmocka_unit_test(test_unusable),
	    cmocka_unit_test(test_cut_off),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
