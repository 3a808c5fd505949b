#include "tests/harness/test.h"

#include <unistd.h>

#include "common/buf.h"
#include "common/conf.h"

#define WHOLE                                             \
	"config_db = /var/lib/calconn/config/config.db\n" \
	"state_db=/var/lib/calconn/state/state.db\n"      \
	"seal_pk = /etc/calconn/seal.pk\n"                \
	"seal_sk = /etc/calconn/seal.sk\n"                \
	"control_socket = /run/calconn/control.sock\n"    \
	"fcgi_socket = /run/calconn/fcgi.sock\n"          \
	"log_dir = /var/log/calconn\n"                    \
	"ui_origin = https://calconn.example:8443\n"

static enum err
parse(struct conf *c, const char *text, struct errinfo *ei)
{
	return conf_parse(c, text, strlen(text), ei);
}

static void
test_whole(void **state)
{
	struct conf c = {0};
	struct errinfo ei;

	(void)state;
	assert_ok(parse(&c,
	    "# a comment\n\n  # another\n" WHOLE
	    "  web_workers =   16 \r\nnet_workers=8\nlab_loopback = yes\n"
	    "system_name = B\xc3\xbcro = 1\nfcgi_group=www-data\n"
	    "user_web = calconn-web",
	    &ei));
	assert_string_equal(c.config_db, "/var/lib/calconn/config/config.db");
	assert_string_equal(c.state_db, "/var/lib/calconn/state/state.db");
	assert_string_equal(c.ui_origin, "https://calconn.example:8443");
	assert_string_equal(c.system_name, "B\xc3\xbcro = 1");
	assert_string_equal(c.fcgi_group, "www-data");
	assert_string_equal(c.user_web, "calconn-web");
	assert_int_equal(c.web_workers, 16);
	assert_int_equal(c.net_workers, 8);
	assert_true(c.lab_loopback);
	conf_clear(&c);
	assert_null(c.config_db);
}

static void
test_defaults(void **state)
{
	struct conf c = {0};

	(void)state;
	assert_ok(parse(&c, WHOLE, NULL));
	assert_int_equal(c.web_workers, 2);
	assert_int_equal(c.net_workers, 1);
	assert_false(c.lab_loopback);
	assert_string_equal(c.user_engine, "");
	assert_string_equal(c.group_store, "");
	assert_string_equal(c.system_name, "calconn");
	assert_int_equal(c.templates_dir[0], '/');
	assert_int_equal(c.libexec_dir[0], '/');
	conf_clear(&c);
	conf_clear(&c);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
	    {"", "\"config_db\" is missing"},
	    {"config_db\n", "line 1: there is no \"=\""},
	    {"\n\nnonsense = 1\n", "line 3: \"nonsense\" is not a known key"},
	    {"path = /x\n", "\"path\" is not a known key"},
	    {"= /x\n", "\"\" is not a known key"},
	    {"config_db = var/x\n", "line 1: config_db: the path must begin"},
	    {"config_db =\n", "config_db: the path must begin"},
	    {"config_db = /a/../b\n", "a part \".\" or \"..\""},
	    {"config_db = /a/.\n", "a part \".\" or \"..\""},
	    {"config_db = /a\tb\x01\n", "control character"},
	    {"log_dir = /a\nlog_dir = /a\n",
		"line 2: \"log_dir\" is set twice"},
	    {"web_workers = 0\n", "web_workers: this is a number from 1 to 16"},
	    {"web_workers = 17\n", "a number from 1 to 16"},
	    {"web_workers = two\n", "a number from 1 to 16"},
	    {"web_workers = -1\n", "a number from 1 to 16"},
	    {"net_workers = 9\n", "a number from 1 to 8"},
	    {"lab_loopback = true\n", "yes or no"},
	    {"ui_origin = http://a.b\n", "must begin with https://"},
	    {"ui_origin = https://\n", "must begin with https://"},
	    {"ui_origin = https://a.b/\n", "with nothing behind"},
	    {"ui_origin = https://A.b\n", "in small letters"},
	    {"ui_origin = https://u@a.b\n", "with nothing behind"},
	    {"user_web = a b\n", "not the name of a user"},
	    {"user_web = -a\n", "not the name of a user"},
	    {"group_store = a:b\n", "not the name of a user"},
	    {"control_socket = /run/"
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
		"at most 107 bytes"},
	    {"config_db = /\xff\n", "not UTF-8"},
	};
	struct conf c = {0};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		assert_int_not_equal(parse(&c, rows[i].text, &ei), ERR_OK);
		assert_contains(ei.text, rows[i].says);
		assert_null(c.config_db);
	}
	assert_err(conf_parse(&c, "a\0b", 3, &ei), ERR_ARG);
}

/* Each line that has no default is needed. */
static void
test_each_is_needed(void **state)
{
	const char *skip;

	(void)state;
	for (skip = WHOLE; *skip != '\0'; skip = strchr(skip, '\n') + 1) {
		struct buf b = BUF_INIT(CONF_MAX);
		struct conf c = {0};
		const char *rest = strchr(skip, '\n') + 1;
		const char *all = WHOLE;
		struct errinfo ei;
		char key[64];

		assert_ok(buf_put(&b, all, strlen(all) - strlen(skip)));
		assert_ok(buf_puts(&b, rest));
		(void)snprintf(key, sizeof(key), "\"%.*s\" is missing",
		    (int)strcspn(skip, " ="), skip);
		assert_err(parse(&c, buf_str(&b), &ei), ERR_ARG);
		assert_contains(ei.text, key);
		buf_clear(&b);
	}
}

static void
test_load(void **state)
{
	char dir[TEST_DIR_MAX], path[TEST_DIR_MAX + 16];
	static char big[CONF_MAX + 1];
	struct conf c = {0};
	struct errinfo ei;

	(void)state;
	tmp_dir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/c.conf", dir);
	assert_err(conf_load(&c, path, &ei), ERR_NOTFOUND);
	tmp_file(path, WHOLE, strlen(WHOLE));
	assert_int_equal(chdir(dir), 0);
	assert_ok(conf_load(&c, "c.conf", &ei));
	assert_int_equal(c.path[0], '/');
	assert_int_equal(access(c.path, R_OK), 0);
	conf_clear(&c);
	tmp_file(path, "x\n", 2);
	assert_err(conf_load(&c, path, &ei), ERR_ARG);
	assert_contains(ei.text, "c.conf: line 1: ");
	memset(big, '\n', sizeof(big));
	tmp_file(path, big, sizeof(big));
	assert_err(conf_load(&c, path, &ei), ERR_TOOBIG);
	assert_int_equal(chdir("/"), 0);
	tmp_dir_remove(dir);
}

static enum err
parse_whole(void *arg)
{
	struct conf c = {0};
	enum err e =
	    parse(&c, WHOLE "net_workers = 3\nlab_loopback = no\n", NULL);

	(void)arg;
	conf_clear(&c);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(parse_whole, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_each_is_needed),
	    cmocka_unit_test(test_load),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
