/* log_orders.c: what the manager says about a daemon's log. */
#include "tests/harness/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "backend/core/log_orders.h"
#include "common/ipc.h"
#include "common/log.h"

#define NET "hybridservices.c_cal.net"
#define ALARMS "hybridservices.c_cal.alarms"

static void
order(const char *module, const char *level)
{
	struct msg_log_levels m;

	memset(&m, 0, sizeof(m));
	if (module != NULL) {
		m.levels = xcalloc(1, sizeof(*m.levels));
		m.levels_n = 1;
		m.levels[0].module = xstrdup(module);
		m.levels[0].level = xstrdup(level);
	}
	log_orders_levels(&m);
	msg_log_levels_free(&m);
}

/* Each order is all that holds: what it does not name is at INFO again. */
static void
test_levels(void **state)
{
	(void)state;
	order(NET, "TRACE");
	assert_int_equal(log_level(NET), LOG_L_TRACE);
	assert_int_equal(log_level(ALARMS), LOG_L_INFO);
	order(ALARMS, "DEBUG");
	assert_int_equal(log_level(NET), LOG_L_INFO);
	assert_int_equal(log_level(ALARMS), LOG_L_DEBUG);
	order(NULL, NULL);
	assert_int_equal(log_level(ALARMS), LOG_L_INFO);
}

/* Of a manager of another version: the rest of its order holds. */
static void
test_unknown(void **state)
{
	(void)state;
	order(NET, "LOUD");
	assert_int_equal(log_level(NET), LOG_L_INFO);
	order("hybridservices.no.such", "DEBUG");
	assert_int_equal(log_level(NET), LOG_L_INFO);
}

static void
test_another_file(void **state)
{
	char path[] = "/tmp/log_orders.XXXXXX", text[16] = "";
	int fd = mkstemp(path), was = dup(STDERR_FILENO), mine = dup(fd);
	ssize_t n;

	(void)state;
	assert_true(fd >= 0 && was >= 0 && mine >= 0);
	(void)unlink(path);
	log_orders_file(-1); /* nothing to change to */
	log_orders_file(fd);
	n = write(STDERR_FILENO, "a line\n", 7);
	(void)dup2(was, STDERR_FILENO);
	(void)close(was);
	assert_int_equal(n, 7);
	assert_int_equal(fcntl(fd, F_GETFD), -1); /* it kept no second one */
	assert_int_equal(pread(mine, text, sizeof(text), 0), 7);
	assert_string_equal(text, "a line\n");
	(void)close(mine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_another_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
