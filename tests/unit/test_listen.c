/* listen.c: sockets that others connect to. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "backend/manager/listen.h"

static char dir[] = "/tmp/test_listen.XXXXXX";
static char path[64];

static int
connect_to(const char *p)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), rc;

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", p);
	rc = connect(fd, (const struct sockaddr *)&sa, sizeof(sa));
	close(fd);
	return rc;
}

static void
listens_for_its_group(void **state)
{
	const struct group *g = getgrgid(getgid());
	char name[64];
	struct stat st;
	int fd = -1;

	(void)state;
	if (g == NULL)
		skip();
	snprintf(name, sizeof(name), "%s", g->gr_name);
	assert_int_equal(
	    listen_unix(&fd, path, name, LISTEN_ALONE, NULL), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(st.st_gid, getgid());
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(connect_to(path), 0);
	close(fd);
	unlink(path);
}

static void
replaces_what_a_killed_one_left(void **state)
{
	int fd = -1;

	(void)state;
	assert_int_equal(
	    listen_unix(&fd, path, "", LISTEN_ALONE, NULL), ERR_OK);
	close(fd); /* the path stays */
	assert_int_equal(connect_to(path), -1);
	assert_true(listen_left_since(path) > 0);
	assert_int_equal(
	    listen_unix(&fd, path, "", LISTEN_ALONE, NULL), ERR_OK);
	assert_int_equal(connect_to(path), 0);
	close(fd);
	unlink(path);
}

static void
leaves_a_living_one_alone(void **state)
{
	struct errinfo ei;
	int fd = -1, second = -1;

	(void)state;
	assert_int_equal(
	    listen_unix(&fd, path, "", LISTEN_ALONE, NULL), ERR_OK);
	assert_int_equal(
	    listen_unix(&second, path, "", LISTEN_ALONE, &ei), ERR_EXISTS);
	assert_non_null(strstr(ei.text, "runs already"));
	assert_int_equal(second, -1);
	assert_int_equal(connect_to(path), 0);
	close(fd);
	unlink(path);
}

static void
takes_the_place_of_a_living_one(void **state)
{
	int fd = -1, second = -1;

	(void)state;
	assert_int_equal(
	    listen_unix(&fd, path, "", LISTEN_ALONE, NULL), ERR_OK);
	assert_int_equal(
	    listen_unix(&second, path, "", LISTEN_INSTEAD, NULL), ERR_OK);
	close(fd);
	assert_int_equal(connect_to(path), 0); /* the second one */
	close(second);
	unlink(path);
}

static void
never_removes_a_file(void **state)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	(void)state;
	assert_true(listen_left_since(path) == 0);
	close(fd);
	assert_int_equal(
	    listen_unix(&fd, path, "", LISTEN_ALONE, NULL), ERR_EXISTS);
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
	assert_true(listen_left_since(path) == 0);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_int_equal(
	    listen_unix(&fd, path, "", LISTEN_ALONE, NULL), ERR_EXISTS);
	unlink(path);
}

static void
says_what_is_wrong(void **state)
{
	char longer[200];
	struct errinfo ei;
	int fd = -1;

	(void)state;
	memset(longer, 'a', sizeof(longer));
	longer[0] = '/';
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(
	    listen_unix(&fd, longer, "", LISTEN_ALONE, &ei), ERR_TOOBIG);
	assert_int_equal(
	    listen_unix(&fd, "/nowhere/at/all", "", LISTEN_ALONE, &ei),
	    ERR_SYS);
	assert_int_equal(
	    listen_unix(&fd, path, "no-such-group", LISTEN_ALONE, &ei),
	    ERR_NOTFOUND);
	assert_non_null(strstr(ei.text, "no-such-group"));
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(listens_for_its_group),
	    cmocka_unit_test(replaces_what_a_killed_one_left),
	    cmocka_unit_test(leaves_a_living_one_alone),
	    cmocka_unit_test(takes_the_place_of_a_living_one),
	    cmocka_unit_test(never_removes_a_file),
	    cmocka_unit_test(says_what_is_wrong),
	};
	int rc;

	if (mkdtemp(dir) == NULL)
		return 1;
	snprintf(path, sizeof(path), "%s/s", dir);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return rc;
}
