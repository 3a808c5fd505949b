/* notify.c: what systemd is told, and that nobody waits for it. */
#include "tests/harness/test.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "backend/core/notify.h"

static char dir[] = "/tmp/calconn-notify-XXXXXX";

/* A socket that systemd would listen on; name: "@..." is abstract. */
static int
listen_at(const char *name)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const size_t n = strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && n < sizeof(sa.sun_path));
	memcpy(sa.sun_path, name, n);
	if (name[0] == '@')
		sa.sun_path[0] = '\0';
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&sa,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
	    0);
	return fd;
}

static void
assert_heard(int fd, const char *text)
{
	char got[64] = "";
	ssize_t n = recv(fd, got, sizeof(got) - 1, 0);

	assert_int_equal(n, strlen(text));
	assert_string_equal(got, text);
}

static void
open_at(const char *name)
{
	assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
	assert_int_equal(setenv("WATCHDOG_USEC", "60000000", 1), 0);
	assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0);
	notify_open();
	/* What a program starts is not to speak in its name. */
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
	assert_null(getenv("WATCHDOG_PID"));
}

static void
says_it_where_it_is_asked_to(void **state)
{
	char path[64], abstract[64];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/n", dir);
	fd = listen_at(path);
	open_at(path);
	notify_say("READY=1");
	notify_say("WATCHDOG=1");
	assert_heard(fd, "READY=1");
	assert_heard(fd, "WATCHDOG=1");
	close(fd);
	notify_say("STOPPING=1"); /* to nobody: no signal, no wait */
	unlink(path);
	(void)snprintf(
	    abstract, sizeof(abstract), "@calconn-notify-%ld", (long)getpid());
	fd = listen_at(abstract);
	open_at(abstract);
	notify_say("READY=1");
	assert_heard(fd, "READY=1");
	close(fd);
}

static void
never_waits(void **state)
{
	char path[64];
	unsigned i;
	int fd;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/full", dir);
	fd = listen_at(path);
	open_at(path);
	/* Far more than a queue of datagrams holds. */
	for (i = 0; i < 5000; i++)
		notify_say("WATCHDOG=1");
	assert_heard(fd, "WATCHDOG=1");
	close(fd);
	unlink(path);
}

static void
an_address_that_is_none(void **state)
{
	char longer[200];

	(void)state;
	memset(longer, 'a', sizeof(longer));
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	open_at(longer);
	notify_say("READY=1");
	open_at("");
	open_at("/");
	open_at("vsock:2:1");
	open_at("/nowhere/at/all");
	notify_say("READY=1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_address_that_is_none),
	    cmocka_unit_test(says_it_where_it_is_asked_to),
	    cmocka_unit_test(never_waits),
	};
	int rc;

	if (mkdtemp(dir) == NULL)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return rc;
}
