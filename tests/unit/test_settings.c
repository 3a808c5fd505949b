#include "tests/harness/test.h"

#include "common/settings.h"
#include "common/str.h"

static void
test_table(void **state)
{
	const struct setting *s, *t;
	struct errinfo ei;
	size_t i, k;

	(void)state;
	for (i = 0; (s = setting_at(i)) != NULL; i++) {
		assert_ptr_equal(setting_find(s->record, s->key), s);
		assert_true(strlen(s->label) > 0);
		assert_true(strlen(s->help) > 10);
		/* A sentence, and no second one with the same key. */
		assert_int_equal(s->help[strlen(s->help) - 1], '.');
		for (k = 0; k < i; k++) {
			t = setting_at(k);
			assert_false(str_eq(s->key, t->key) &&
				     str_eq(s->record, t->record));
		}
		/* A default is a value. */
		assert_ok(setting_check(s, s->def, &ei));
		assert_int_equal(s->kind == SETTING_CHOICE, s->choices != NULL);
	}
	assert_true(i > 20);
	assert_null(setting_find("exchange", "nothing"));
	assert_null(setting_find("nothing", "account"));
}

static void
test_walk(void **state)
{
	const struct setting *s = NULL;
	size_t n = 0;

	(void)state;
	while ((s = setting_next("user", s)) != NULL) {
		assert_string_equal(s->record, "user");
		n++;
	}
	assert_true(n >= 6);
	assert_null(setting_next("nothing", NULL));
}

static void
test_choices(void **state)
{
	const struct setting *s = setting_find("exchange", "type");
	char word[16], little[3];

	(void)state;
	assert_non_null(s);
	assert_true(setting_choice(s, 0, word, sizeof(word)));
	assert_string_equal(word, "onprem");
	assert_true(setting_choice(s, 1, word, sizeof(word)));
	assert_string_equal(word, "office365");
	assert_false(setting_choice(s, 2, word, sizeof(word)));
	assert_false(setting_choice(s, 0, little, sizeof(little)));
	assert_false(setting_choice(
	    setting_find("exchange", "account"), 0, word, sizeof(word)));
}

static void
test_check(void **state)
{
	static const struct {
		const char *record, *key, *value, *says; /* NULL: fits */
	} rows[] = {
	    {"exchange", "account", "svc@lab.example", NULL},
	    {"exchange", "account", "LAB\\svc", NULL},
	    {"exchange", "account", "svc", "DOMAIN\\name"},
	    {"exchange", "account", "", NULL},
	    {"exchange", "password", "a b\xc3\xb6", NULL},
	    {"exchange", "password", "a\nb", "control character"},
	    {"exchange", "display_name", "Exchange Lab", NULL},
	    {"exchange", "display_name", "a\nb", "control character"},
	    {"exchange", "display_name", "<script>alert(1)</script>", NULL},
	    {"exchange", "type", "onprem", NULL},
	    {"exchange", "type", "office365", NULL},
	    {"exchange", "type", "onprem|office365",
		"Choose one of: onprem or office365."},
	    {"exchange", "type", "", "Choose one of"},
	    {"exchange", "type", "Onprem", "Choose one of"},
	    {"exchange", "tls_verify", "yes", NULL},
	    {"exchange", "tls_verify", "no", NULL},
	    {"exchange", "tls_verify", "on", "yes or no"},
	    {"exchange", "tls_verify", "", "yes or no"},
	    {"exchange", "email", "yuki.tanaka@tokyo,example.test",
		"There is a comma in the domain. Write the address as "
		"yuki.tanaka@tokyo.example.test."},
	    {"exchange", "address", "192.0.2.1", NULL},
	    {"exchange", "address", "https://mail.lab.example/",
		"without https://"},
	    {"exchange", "ad_domain", "lab.example", NULL},
	    {"exchange", "ad_domain", "lab", "no dot"},
	    {"exchange", "ad_site", "Default-First-Site-Name", NULL},
	    {"exchange", "ad_site", "a site", "letters, digits"},
	    {"user", "room_link", "https://site.webex.com/meet/alice", NULL},
	    {"user", "room_link", "http://site.webex.com/", "https://"},
	    {"user", "room_video", "alice@site.webex.com", NULL},
	    {"user", "room_video", "alice", "no @"},
	    {"user", "room_number", "123456789012345678901234567890123",
		"33 bytes long. At most 32"},
	};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		const struct setting *s =
		    setting_find(rows[i].record, rows[i].key);
		enum err e;

		assert_non_null(s);
		ei.text[0] = '\0';
		e = setting_check(s, rows[i].value, &ei);
		if (rows[i].says == NULL) {
			assert_string_equal(ei.text, "");
			assert_ok(e);
		} else {
			assert_int_not_equal(e, ERR_OK);
			assert_contains(ei.text, rows[i].says);
		}
	}
}

static void
test_bool(void **state)
{
	bool b = false;

	(void)state;
	assert_ok(setting_bool("yes", &b));
	assert_true(b);
	assert_ok(setting_bool("no", &b));
	assert_false(b);
	assert_err(setting_bool("Yes", &b), ERR_ARG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_walk),
	    cmocka_unit_test(test_choices),
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_bool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
