/* ldap_seal.c: what comes instead of a sealed packet.  That sealed ones are
 * read and written the integration tests show, with a domain controller. */
#include "tests/harness/test.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/net/ldap_gss.h"
#include "backend/net/ldap_io.h"
#include "backend/net/ldap_seal.h"
#include "common/clock.h"

static const struct {
	const char *bytes;
	size_t n;
	ber_slen_t got; /* -1, or 0 at the end of the stream */
	int why;
} rows[] = {
    {"", 0, -1, EAGAIN},
    {"\0\0", 2, -1, EAGAIN},
    {"\0\0\0\x10garbage", 11, -1, EAGAIN}, /* the rest is to come */
    {"\0\0\0\0", 4, -1, EMSGSIZE},
    {"\0\x20\0\1", 4, -1, EMSGSIZE}, /* LDAP_GSS_PACKET_MAX and one */
    {"\xff\xff\xff\xff", 4, -1, EMSGSIZE},
    {"\0\0\0\7garbage", 11, -1, EBADMSG},
    /* an answer in the clear */
    {"0\x0c\x02\x01\x02\x65\x07\x0a\x01\0\4\0\4\0", 14, -1, EMSGSIZE},
};

static void
test_no_packet(void **state)
{
	atomic_bool cancelled;
	struct ldap_io io = {.where = {.cancelled = &cancelled}};
	struct ldap_seal s;
	char out[64];
	int fd[2];
	size_t i;

	(void)state;
	atomic_init(&cancelled, false);
	for (i = 0; i < N_OF(rows); i++) {
		memset(&s, 0, sizeof(s));
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
		io.fd = fd[0];
		s.io = &io;
		assert_int_equal(
		    write(fd[1], rows[i].bytes, rows[i].n), rows[i].n);
		assert_int_equal(
		    ldap_seal_recv(&s, GSS_C_NO_CONTEXT, out, sizeof(out)),
		    rows[i].got);
		assert_int_equal(errno, rows[i].why);
		assert_false(ldap_seal_has_data(&s));
		ldap_seal_clear(&s);
		close(fd[0]);
		close(fd[1]);
	}
}

/* Nothing goes out that could not be sealed. */
static void
test_nothing_in_the_clear(void **state)
{
	atomic_bool cancelled;
	struct ldap_io io = {.where = {.cancelled = &cancelled}};
	struct ldap_seal s = {.io = &io};
	char out[8];
	int fd[2];

	(void)state;
	atomic_init(&cancelled, false);
	io.where.deadline_ms = clock_mono_ms() + 1000;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	io.fd = fd[0];
	assert_int_equal(
	    ldap_seal_send(&s, GSS_C_NO_CONTEXT, "password", 8), -1);
	assert_int_equal(recv(fd[1], out, sizeof(out), MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	ldap_seal_clear(&s);
	close(fd[0]);
	close(fd[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_no_packet),
	    cmocka_unit_test(test_nothing_in_the_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
