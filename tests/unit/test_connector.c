/* connector.c: the state of the connector in a word. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>

#include "backend/manager/connector.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"

static const struct {
	const char *word;
	enum err want;
} rows[] = {
    {"not-enabled", ERR_OK},
    {"starting", ERR_OK},
    {"running", ERR_OK},
    {"stopping", ERR_OK},
    {"stopped", ERR_OK},
    {"not-operational", ERR_OK},
    {"", ERR_PROTO},
    {"Running", ERR_PROTO},
    {"running\n", ERR_PROTO},
};

static void
only_known_words(void **state)
{
	struct connector c;
	char word[32], reason[] = "because";
	struct msg_engine_state m = {word, reason, 5};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		connector_init(&c);
		assert_string_equal(c.state, "starting");
		assert_true(str_copy(word, sizeof(word), rows[i].word));
		assert_int_equal(connector_report(&c, &m), rows[i].want);
		assert_string_equal(c.state,
		    rows[i].want == ERR_OK ? rows[i].word : "starting");
		assert_int_equal(c.rev_running, rows[i].want == ERR_OK ? 5 : 0);
	}
}

static void
since_is_of_the_word(void **state)
{
	struct connector c;

	(void)state;
	clock_fake(1000, 100000);
	connector_init(&c);
	clock_fake(2000, 200000);
	connector_set(&c, "running", "");
	assert_int_equal(c.since_s, 200);
	clock_fake(3000, 300000);
	connector_set(&c, "running", "another reason");
	assert_int_equal(c.since_s, 200);
	assert_string_equal(c.reason, "another reason");
	clock_fake(0, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_known_words),
	    cmocka_unit_test(since_is_of_the_word),
	};

	log_open("test", open("/dev/null", O_WRONLY));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
