/* body_splice.c with bodies as mail programs write them: the join details
 * where they belong, every other byte as it was, a second pass the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backend/engine/body_splice.h"
#include "common/meeting_rules.h"
#include "tests/harness/body_make.h"

#define BODIES 500
#define SIZE_MAX_TRIED 6000 /* valgrind reads them too */

static const struct meeting_room room_a = {
    "https://example.webex.com/meet/alice", "123 456", "alice@example.com",
    NULL, false};
static const struct meeting_room room_b = {
    "https://example.webex.com/meet/bob", "", "", NULL, false};

static enum splice
splice(struct buf *out, const struct body_made *m, const struct buf *in,
    const struct meeting_room *room)
{
	enum splice what;
	struct errinfo ei;

	buf_reset(out);
	assert_int_equal(
	    body_splice(out, &what, in->p, in->len, m->is_html, room, &ei),
	    ERR_OK);
	return what;
}

static void
assert_kept(const struct body_made *m, const struct buf *out)
{
	size_t tail = m->b.len - m->place;

	assert_true(out->len > m->b.len);
	assert_memory_equal(out->p, m->b.p, m->place);
	assert_memory_equal(out->p + out->len - tail, m->b.p + m->place, tail);
}

static void
keeps_all_other_bytes(void **state)
{
	struct buf one = BUF_INIT(BODY_MAKE_MAX), two = BUF_INIT(BODY_MAKE_MAX);
	struct body_made m = {.b = BUF_INIT(BODY_MAKE_MAX)};
	unsigned i;

	(void)state;
	for (i = 0; i < BODIES; i++) {
		body_make(&m, i, body_make_size(i) % SIZE_MAX_TRIED);
		assert_int_equal(
		    splice(&one, &m, &m.b, &room_a), SPLICE_INSERTED);
		assert_kept(&m, &one);
		assert_int_equal(
		    splice(&two, &m, &one, &room_a), SPLICE_UNCHANGED);
		assert_int_equal(
		    splice(&two, &m, &one, &room_b), SPLICE_REPLACED);
		assert_kept(&m, &two);
		assert_non_null(strstr(two.p, room_b.link));
		assert_null(strstr(two.p, room_a.link));
	}
	buf_clear(&one);
	buf_clear(&two);
	buf_clear(&m.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_all_other_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
