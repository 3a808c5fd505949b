#include "tests/harness/test.h"

#include "common/buf.h"
#include "common/ipc.h"
#include "common/ipc_table.h"
#include "common/str.h"
#include "tests/harness/ipc_random.h"

#define ROUNDS 40
#define TEXT_CAP 3000
/* Every byte of a small message is cut; of a large one, so many places. */
#define CUTS 400

static void *
random_msg(enum ipc_type t, uint64_t *seed, size_t cap)
{
	const struct ipc_layout *l = ipc_layout(t);
	void *m = xalloc(l->size);

	ipc_random_fill(l, m, seed, cap);
	return m;
}

static void
drop(enum ipc_type t, void *m)
{
	ipc_free(t, m);
	mem_free(m);
}

/* A frame of random content that fits its row. */
static void
random_frame(enum ipc_type t, uint64_t *seed, struct buf *b)
{
	size_t cap = TEXT_CAP;

	for (;; cap /= 2) {
		void *m = random_msg(t, seed, cap);
		struct errinfo ei = {ERR_OK, ""};
		enum err e = ipc_build_why(b, t, rng_next(seed), m, &ei);

		drop(t, m);
		if (e == ERR_OK)
			return;
		/* Too much in all, never a field of its own. */
		assert_err(e, ERR_TOOBIG);
		assert_contains(ei.text, "at most");
		assert_int_equal(b->len, 0);
		assert_true(cap > 0);
	}
}

static void
test_table(void **state)
{
	int t;

	(void)state;
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++) {
		assert_true(strlen(ipc_name((enum ipc_type)t)) > 1);
		assert_in_range(
		    ipc_max((enum ipc_type)t), IPC_HEADER_LEN, IPC_FRAME_MAX);
		assert_in_range(
		    ipc_dir((enum ipc_type)t), IPC_DIR_ANY, IPC_DIR__MAX - 1);
	}
	assert_string_equal(ipc_name(IPC_EWS_ITEM), "EWS_ITEM");
	assert_int_equal(ipc_dir(IPC_CRED_GIVE), IPC_DIR_M_TO_N);
	assert_int_equal(ipc_max((enum ipc_type)12345), 0);
	assert_string_equal(ipc_name((enum ipc_type)12345), "NONE");
	assert_string_equal(ipc_name((enum ipc_type) - 1), "NONE");
	assert_true(str_has_prefix(ipc_proto, "calconn-ipc-1:"));
	assert_int_equal(strlen(ipc_proto), strlen("calconn-ipc-1:") + 32);
}

/* Build, parse, decode, build again: the same bytes.  And through a copy. */
static void
test_round_trip(void **state)
{
	uint64_t seed = 0x1234567;
	int t, round;

	(void)state;
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++)
		for (round = 0; round < ROUNDS; round++) {
			struct buf a = BUF_INIT(IPC_FRAME_MAX);
			struct buf b = BUF_INIT(IPC_FRAME_MAX);
			size_t size = ipc_struct_size((enum ipc_type)t);
			struct ipc_frame f;
			struct errinfo ei;
			void *m = xalloc(size);
			bool got;

			random_frame((enum ipc_type)t, &seed, &a);
			assert_ok(
			    ipc_parse((unsigned char *)a.p, a.len, &f, &got));
			assert_true(got);
			assert_int_equal(f.type, t);
			assert_int_equal(f.frame_len, a.len);
			memset(m, 0x5a, size);
			assert_ok(ipc_decode_why(
			    f.type, m, f.payload, f.payload_len, &ei));
			assert_ok(ipc_build(&b, f.type, f.id, m));
			assert_int_equal(a.len, b.len);
			assert_memory_equal(a.p, b.p, a.len);
			drop(f.type, m);
			buf_clear(&a);
			buf_clear(&b);
		}
}

static void
test_copy(void **state)
{
	uint64_t seed = 0xabcdef;
	int round;

	(void)state;
	for (round = 0; round < ROUNDS; round++) {
		struct buf a = BUF_INIT(IPC_FRAME_MAX);
		struct buf b = BUF_INIT(IPC_FRAME_MAX);
		struct msg_scp_result m = {0}, n;
		struct msg_cred_give c = {0}, d;

		ipc_random_fill(msg_scp_result_layout(), &m, &seed, 100);
		ipc_random_fill(msg_cred_give_layout(), &c, &seed, 100);
		assert_ok(msg_scp_result_copy(&n, &m));
		assert_ok(msg_cred_give_copy(&d, &c));
		assert_ok(msg_scp_result_encode(&m, &a));
		assert_ok(msg_cred_give_encode(&c, &a));
		msg_scp_result_free(&m);
		msg_cred_give_free(&c);
		assert_ok(msg_scp_result_encode(&n, &b));
		assert_ok(msg_cred_give_encode(&d, &b));
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.p, b.p, a.len);
		msg_scp_result_free(&n);
		msg_cred_give_free(&d);
		buf_clear(&a);
		buf_clear(&b);
	}
}

/* Zero is an empty message of every type; its texts come back as "". */
static void
test_empty(void **state)
{
	struct msg_ews_item item = {0};
	int t;

	(void)state;
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++) {
		struct buf b = BUF_INIT(IPC_FRAME_MAX);
		void *m = xalloc(ipc_struct_size((enum ipc_type)t));
		struct ipc_frame f;
		bool got;

		assert_ok(ipc_build(&b, (enum ipc_type)t, 1, m));
		assert_ok(ipc_parse((unsigned char *)b.p, b.len, &f, &got));
		assert_ok(ipc_decode(f.type, m, f.payload, f.payload_len));
		if (t == IPC_EWS_ITEM) {
			assert_string_equal(
			    ((struct msg_ews_item *)m)->body, "");
			assert_string_equal(
			    ((struct msg_ews_item *)m)->ev.url, "");
		}
		drop(f.type, m);
		buf_clear(&b);
	}
	msg_ews_item_free(&item);
}

/* A part of a message is never one: not the frame, not the payload. */
static void
test_truncated(void **state)
{
	uint64_t seed = 99;
	int t;

	(void)state;
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++) {
		struct buf b = BUF_INIT(IPC_FRAME_MAX);
		void *m = xalloc(ipc_struct_size((enum ipc_type)t));
		struct ipc_frame f;
		size_t n, step, payload_n;
		unsigned char *payload;
		bool got;

		random_frame((enum ipc_type)t, &seed, &b);
		step = b.len / CUTS + 1;
		for (n = 0; n < b.len; n += step) {
			assert_ok(ipc_parse((unsigned char *)b.p, n, &f, &got));
			assert_false(got);
		}
		assert_ok(ipc_parse((unsigned char *)b.p, b.len, &f, &got));
		payload_n = f.payload_len;
		for (n = 0; n < payload_n; n += step) {
			/* A block of its own, so that a read past it shows. */
			payload = xalloc(n);
			memcpy(payload, f.payload, n);
			assert_int_not_equal(
			    ipc_decode(f.type, m, payload, n), ERR_OK);
			mem_free(payload);
		}
		payload = xcalloc(payload_n + 1, 1);
		memcpy(payload, f.payload, payload_n);
		assert_err(
		    ipc_decode(f.type, m, payload, payload_n + 1), ERR_PROTO);
		mem_free(payload);
		mem_free(m);
		buf_clear(&b);
	}
}

static void
test_frames(void **state)
{
	static const struct {
		unsigned char b[16];
		size_t n;
		enum err want;
	} rows[] = {
	    {{0}, 0, ERR_OK},
	    {{12, 0, 0}, 3, ERR_OK},
	    {{11, 0, 0, 0}, 4, ERR_PROTO},
	    {{0, 0, 0, 0}, 4, ERR_PROTO},
	    {{0xff, 0xff, 0xff, 0xff}, 4, ERR_TOOBIG},
	    {{0xfc, 0xff, 0x7f, 0}, 4, ERR_OK},
	    {{0xfd, 0xff, 0x7f, 0}, 4, ERR_TOOBIG},
	    {{12, 0, 0, 0, 0, 0, 0, 0}, 8, ERR_PROTO},
	    {{12, 0, 0, 0, 0xff, 0xff, 0, 0}, 8, ERR_PROTO},
	    {{12, 0, 0, 0, IPC_T__MAX, 0, 0, 0}, 8, ERR_PROTO},
	    {{12, 0, 0, 0, IPC_STATUS_GET, 0, 0, 1}, 8, ERR_PROTO},
	    {{60, 0, 0, 0, IPC_STATUS_GET, 0, 0, 0}, 8, ERR_OK},
	    {{61, 0, 0, 0, IPC_STATUS_GET, 0, 0, 0}, 8, ERR_TOOBIG},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct ipc_frame f;
		bool got = true;

		assert_err(
		    ipc_parse(rows[i].b, rows[i].n, &f, &got), rows[i].want);
		assert_false(got);
	}
}

static void
test_two_frames(void **state)
{
	struct msg_revision rev = {42};
	struct msg_empty none;
	struct buf b = BUF_INIT(1000);
	struct ipc_frame f;
	bool got;

	(void)state;
	assert_ok(ipc_build(&b, IPC_CONFIG_CHANGED, UINT64_MAX, &rev));
	assert_ok(ipc_build(&b, IPC_OK, 2, &none));
	assert_ok(ipc_parse((unsigned char *)b.p, b.len, &f, &got));
	assert_true(got);
	assert_int_equal(f.type, IPC_CONFIG_CHANGED);
	assert_int_equal(f.id, UINT64_MAX);
	assert_int_equal(f.payload_len, 8);
	buf_consume(&b, f.frame_len);
	assert_ok(ipc_parse((unsigned char *)b.p, b.len, &f, &got));
	assert_true(got);
	assert_int_equal(f.type, IPC_OK);
	assert_int_equal(f.frame_len, IPC_HEADER_LEN);
	assert_int_equal(f.frame_len, b.len);
	buf_clear(&b);
}

/* A limit is a limit for who sends; the buffer stays as it was. */
static void
test_encode_refuses(void **state)
{
	static char big[600];
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	struct msg_error_answer m = {ERR_ARG, big};
	struct msg_cred_open c = {0};
	struct msg_report r = {0};
	struct errinfo ei;

	(void)state;
	assert_ok(buf_puts(&b, "before"));
	memset(big, 'a', 512);
	assert_ok(ipc_build_why(&b, IPC_ERROR, 1, &m, &ei));
	b.len = 6;
	big[512] = 'a';
	assert_err(ipc_build_why(&b, IPC_ERROR, 1, &m, &ei), ERR_TOOBIG);
	assert_contains(ei.text, "error_answer.text");
	memcpy(big, "\xff", 2);
	assert_err(ipc_build_why(&b, IPC_ERROR, 1, &m, &ei), ERR_ARG);
	assert_contains(ei.text, "error_answer.text");
	c.box.p = (unsigned char *)big;
	c.box.n = 8193;
	assert_err(ipc_build_why(&b, IPC_CRED_OPEN, 1, &c, &ei), ERR_TOOBIG);
	assert_contains(ei.text, "cred_open.box");
	r.steps_n = 257;
	assert_err(ipc_build_why(&b, IPC_JOB_REPORT, 1, &r, &ei), ERR_TOOBIG);
	assert_contains(ei.text, "report.steps");
	assert_int_equal(b.len, 6);
	assert_memory_equal(b.p, "before", 6);
	buf_clear(&b);
}

/* Each field within its limit, and all of them over the row's. */
static void
test_encode_refuses_row(void **state)
{
	static struct msg_step steps[256];
	static struct msg_kv evidence[64];
	static char big[4097];
	struct buf b = BUF_INIT(4 * IPC_FRAME_MAX);
	struct msg_report r = {.steps = steps, .steps_n = 256};
	struct errinfo ei;
	size_t i;

	(void)state;
	memset(big, 'a', 4096);
	for (i = 0; i < 64; i++)
		evidence[i].value = big;
	for (i = 0; i < 4; i++) {
		steps[i].evidence = evidence;
		steps[i].evidence_n = 64;
	}
	assert_ok(ipc_build_why(&b, IPC_JOB_REPORT, 1, &r, &ei));
	buf_reset(&b);
	for (; i < 16; i++) {
		steps[i].evidence = evidence;
		steps[i].evidence_n = 64;
	}
	assert_err(ipc_build_why(&b, IPC_JOB_REPORT, 1, &r, &ei), ERR_TOOBIG);
	assert_contains(ei.text, "JOB_REPORT: ");
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

/* Every field's own limit, and the row's, on the wire. */
static void
test_decode_refuses(void **state)
{
	static const struct {
		enum ipc_type t;
		const char *bytes;
		size_t n;
		enum err want;
		const char *says;
	} rows[] = {
	    {IPC_JOB_GET, "\x03\0\0\0abc", 7, ERR_OK, ""},
	    {IPC_JOB_GET, "\x02\0\0\0abc", 7, ERR_PROTO, "1 bytes too many"},
	    {IPC_JOB_GET, "\x04\0\0\0abc", 7, ERR_PROTO, "job_ref.job_id"},
	    {IPC_JOB_GET, "\x41\0\0\0abc", 7, ERR_TOOBIG, "job_ref.job_id"},
	    {IPC_JOB_GET, "\xff\xff\xff\xff", 4, ERR_TOOBIG, "job_id"},
	    {IPC_JOB_GET, "\x03\0\0\0a\0c", 7, ERR_PROTO, "not UTF-8"},
	    {IPC_JOB_GET,
		"\x03\0\0\0a\xff"
		"c",
		7, ERR_PROTO, "not UTF-8"},
	    {IPC_CONFIG_CHANGED, "\1\2\3\4\5\6\7", 7, ERR_PROTO,
		"revision.rev"},
	    {IPC_EWS_EVENTS, "\0\0\0\0", 4, ERR_OK, ""},
	    {IPC_EWS_EVENTS, "\1\4\0\0", 4, ERR_TOOBIG, "ews_events.events"},
	    {IPC_EWS_EVENTS, "\0\4\0\0", 4, ERR_PROTO, "ews_events.events"},
	    {IPC_EWS_EVENTS, "\xff\xff\xff\xff", 4, ERR_TOOBIG, "events"},
	};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		void *m = xalloc(ipc_struct_size(rows[i].t));

		ei.text[0] = '\0';
		assert_err(
		    ipc_decode_why(rows[i].t, m,
			(const unsigned char *)rows[i].bytes, rows[i].n, &ei),
		    rows[i].want);
		assert_contains(ei.text, rows[i].says);
		drop(rows[i].t, m);
	}
}

static void
test_flag(void **state)
{
	struct msg_net_config in = {0}, out;
	struct buf b = BUF_INIT(1000);
	size_t i;
	int bad = 0;

	(void)state;
	assert_ok(msg_net_config_encode(&in, &b));
	for (i = 0; i < b.len; i++) {
		b.p[i] = 2;
		if (msg_net_config_decode(&out, (unsigned char *)b.p, b.len) ==
		    ERR_OK)
			msg_net_config_free(&out);
		else
			bad++;
		b.p[i] = 0;
	}
	/* Three lengths of four bytes, and two flags. */
	assert_int_equal(bad, 14);
	buf_clear(&b);
}

/* Noise: any answer but a crash, and what is accepted encodes as it was. */
static void
test_noise(void **state)
{
	uint64_t seed = 4711;
	int t, round;

	(void)state;
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++)
		for (round = 0; round < 200; round++) {
			struct buf b = BUF_INIT(IPC_FRAME_MAX);
			struct buf again = BUF_INIT(IPC_FRAME_MAX);
			void *m = xalloc(ipc_struct_size((enum ipc_type)t));
			int k;

			random_frame((enum ipc_type)t, &seed, &b);
			for (k = 0; k < 3 && b.len > IPC_HEADER_LEN; k++)
				b.p[IPC_HEADER_LEN +
				    rng_next(&seed) %
					(b.len - IPC_HEADER_LEN)] =
				    (char)rng_next(&seed);
			if (ipc_decode((enum ipc_type)t, m,
				(unsigned char *)b.p + IPC_HEADER_LEN,
				b.len - IPC_HEADER_LEN) == ERR_OK) {
				assert_ok(
				    ipc_build(&again, (enum ipc_type)t, 0, m));
				assert_int_equal(again.len, b.len);
				assert_memory_equal(again.p + IPC_HEADER_LEN,
				    b.p + IPC_HEADER_LEN,
				    b.len - IPC_HEADER_LEN);
			}
			drop((enum ipc_type)t, m);
			buf_clear(&b);
			buf_clear(&again);
		}
}

static enum err
all_of(void *arg)
{
	enum ipc_type t = *(enum ipc_type *)arg;
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	const struct ipc_layout *l = ipc_layout(t);
	uint64_t seed = 77;
	struct ipc_frame f;
	void *m, *n;
	unsigned left;
	bool got;
	enum err e;

	/* Made without failures: only the codec is to meet them. */
	left = alloc_fail_after(0);
	m = random_msg(t, &seed, 50);
	n = xalloc(l->size);
	(void)alloc_fail_after(left);
	if ((e = ipc_build(&b, t, 1, m)) == ERR_OK &&
	    (e = ipc_parse((unsigned char *)b.p, b.len, &f, &got)) == ERR_OK)
		e = ipc_decode(t, n, f.payload, f.payload_len);
	ipc_free(t, n);
	drop(t, m);
	mem_free(n);
	buf_clear(&b);
	return e;
}

static enum err
copy_report(void *arg)
{
	struct msg_report r;
	enum err e;

	if ((e = msg_report_copy(&r, arg)) == ERR_OK)
		msg_report_free(&r);
	return e;
}

static void
test_oom(void **state)
{
	struct msg_report r = {0};
	uint64_t seed = 31;
	int t;

	(void)state;
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++) {
		enum ipc_type type = (enum ipc_type)t;

		oom_each(all_of, &type);
	}
	ipc_random_fill(msg_report_layout(), &r, &seed, 50);
	oom_each(copy_report, &r);
	msg_report_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_truncated),
	    cmocka_unit_test(test_frames),
	    cmocka_unit_test(test_two_frames),
	    cmocka_unit_test(test_encode_refuses),
	    cmocka_unit_test(test_encode_refuses_row),
	    cmocka_unit_test(test_decode_refuses),
	    cmocka_unit_test(test_flag),
	    cmocka_unit_test(test_noise),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
