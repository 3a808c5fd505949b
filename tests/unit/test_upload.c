#include "tests/unit/web_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgi/upload.h"
#include "pkg/bundle.h"

#define PAGE "/connectors/calendar/install"
#define SHA_OF_A_BUNDLE \
	"cd98c950d629c66548537b4ecd68dab3e8cf59974ba6e40df5a1a7354b39db5f"
#define B "--b\r\nContent-Disposition: form-data; name="

static int
up(void **state)
{
	struct web_fixture *w;
	char at[512];

	if (web_up_boss(state) != 0)
		return -1;
	w = *state;
	web_admin(w, "eve", ROLE_READ_ONLY, false);
	(void)snprintf(at, sizeof(at), "%s/versions", w->conf.bundle_root);
	if (mkdir(w->conf.upload_dir, 0700) != 0 ||
	    mkdir(w->conf.bundle_root, 0755) != 0 || mkdir(at, 0755) != 0)
		return -1;
	(void)snprintf(w->content_type, sizeof(w->content_type),
	    "multipart/form-data; boundary=b");
	return 0;
}

static bool
is_there(const struct web_fixture *w, const char *name)
{
	char at[512];

	(void)snprintf(at, sizeof(at), "%s/%s", w->conf.upload_dir, name);
	return access(at, F_OK) == 0;
}

static bool
is_empty(const struct web_fixture *w)
{
	return !is_there(w, "bundle.part") && !is_there(w, "bundle.tlp");
}

static void
send(struct web_fixture *w, const char *password, const char *file)
{
	char body[4096];
	int n;

	n = snprintf(body, sizeof(body),
	    B "\"csrf\"\r\n\r\n%s\r\n" B "\"current\"\r\n\r\n%s\r\n" B
	      "\"bundle\"; filename=\"../../x\"\r\n\r\n%s\r\n--b--\r\n",
	    w->csrf, password, file);
	assert_true(n > 0 && n < (int)sizeof(body));
	web_ask(w, "POST", PAGE, body, (size_t)n);
}

static void
test_folder(void **state)
{
	struct web_fixture *w = *state;
	struct upload a, b;
	char at[512];

	assert_ok(w->store,
	    upload_begin(&a, &upload_bundle, w->conf.upload_dir, NULL));
	assert_ok(w->store, upload_put(&a, "abc", 3, NULL));
	/* One at a time, and nobody takes the part away from it. */
	assert_int_equal(
	    upload_begin(&b, &upload_bundle, w->conf.upload_dir, NULL),
	    ERR_BUSY);
	upload_sweep(&upload_bundle, w->conf.upload_dir);
	assert_true(is_there(w, "bundle.part"));
	assert_ok(w->store, upload_finish(&a, NULL));
	upload_end(&a);
	assert_false(is_there(w, "bundle.part"));
	assert_true(upload_waits(w->conf.upload_dir, time(NULL)));
	assert_false(
	    upload_waits(w->conf.upload_dir, time(NULL) + UPLOAD_WAITS_S + 9));
	upload_forget(&upload_bundle, w->conf.upload_dir);
	assert_true(is_empty(w));
	/* One that is not whole leaves nothing. */
	assert_ok(w->store,
	    upload_begin(&a, &upload_bundle, w->conf.upload_dir, NULL));
	upload_end(&a);
	assert_true(is_empty(w));
	/* What a killed worker left is no part of the next. */
	(void)snprintf(at, sizeof(at), "%s/bundle.part", w->conf.upload_dir);
	(void)close(open(at, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(truncate(at, 1000), 0);
	assert_ok(w->store,
	    upload_begin(&a, &upload_bundle, w->conf.upload_dir, NULL));
	assert_ok(w->store, upload_put(&a, "abc", 3, NULL));
	assert_ok(w->store, upload_finish(&a, NULL));
	assert_int_equal(lseek(a.fd, 0, SEEK_END), 3);
	upload_end(&a);
	(void)close(open(at, O_CREAT | O_WRONLY, 0600));
	upload_sweep(&upload_bundle, w->conf.upload_dir);
	assert_false(is_there(w, "bundle.part"));
	/* A link in its place is not followed. */
	assert_int_equal(symlink("../seal", at), 0);
	assert_int_not_equal(
	    upload_begin(&a, &upload_bundle, w->conf.upload_dir, NULL), ERR_OK);
}

static void
test_limit(void **state)
{
	struct web_fixture *w = *state;
	static const char most[65536];
	struct errinfo ei = {ERR_OK, ""};
	struct upload u;

	assert_ok(w->store,
	    upload_begin(&u, &upload_bundle, w->conf.upload_dir, NULL));
	while (u.len < BUNDLE_MAX)
		assert_ok(w->store, upload_put(&u, most, sizeof(most), NULL));
	assert_int_equal(upload_put(&u, most, 1, &ei), ERR_TOOBIG);
	assert_non_null(strstr(ei.text, "64 MiB"));
	upload_end(&u);
	assert_true(is_empty(w));
}

static void
test_form(void **state)
{
	struct web_fixture *w = *state;

	web_get(w, PAGE);
	assert_int_equal(w->status, 200);
	assert_has(w, "enctype=\"multipart/form-data\"");
	assert_has(w, "at most 64 MiB");
	/* Who may not do it is not asked. */
	web_session(w, "eve");
	web_get(w, PAGE);
	assert_int_equal(w->status, 403);
	send(w, WEB_PASSWORD, "x");
	assert_int_equal(w->status, 403);
	assert_true(is_empty(w));
}

static void
test_refused(void **state)
{
	struct web_fixture *w = *state;

	send(w, "wrong", "x");
	assert_int_equal(w->status, 422);
	assert_has(w, "This is not the password that you have now.");
	assert_lacks(w, "wrong");
	send(w, "", "x");
	assert_has(w, "Type the password that you have now.");
	send(w, WEB_PASSWORD, "");
	assert_int_equal(w->status, 422);
	assert_has(w, "Choose the file of a bundle.");
	send(w, "", "");
	assert_has(w, "Choose the file of a bundle.");
	assert_has(w, "Type the password that you have now.");
	assert_true(is_empty(w));
	/* Without the token nothing is read, nor from another site. */
	w->csrf[0] ^= 1;
	send(w, WEB_PASSWORD, "x");
	assert_int_equal(w->status, 403);
	w->csrf[0] ^= 1;
	(void)snprintf(w->origin, sizeof(w->origin), "https://evil.example");
	send(w, WEB_PASSWORD, "x");
	assert_int_equal(w->status, 403);
	assert_true(is_empty(w));
}

/* Whole and good: there is no manager here that could be told. */
static void
test_received(void **state)
{
	struct web_fixture *w = *state;
	size_t i;

	send(w, WEB_PASSWORD, "a bundle");
	assert_int_equal(w->status, 503);
	assert_true(is_empty(w));
	web_logged(w, "boss", "version/bundle",
	    "sent to be installed: 8 bytes, SHA-256 " SHA_OF_A_BUNDLE);
	for (i = 0; i < w->passed_len; i++) /* where the password passed */
		assert_int_equal(w->passed[i], 0);
}

static void
test_busy(void **state)
{
	struct web_fixture *w = *state;
	struct upload u;
	FILE *f;
	char at[512];

	assert_ok(w->store,
	    upload_begin(&u, &upload_bundle, w->conf.upload_dir, NULL));
	send(w, WEB_PASSWORD, "x");
	assert_int_equal(w->status, 422);
	assert_has(w, "Another bundle is being sent at this moment.");
	upload_end(&u);
	(void)snprintf(at, sizeof(at), "%s.request", w->conf.control_socket);
	f = fopen(at, "w");
	assert_non_null(f);
	(void)fclose(f);
	send(w, WEB_PASSWORD, "x");
	assert_int_equal(w->status, 422);
	assert_has(w, "The version is being changed already.");
	web_get(w, "/connectors/calendar");
	assert_int_equal(w->status, 200);
	assert_true(is_empty(w));
}

/* A form with a file for a page that takes none; a broken one. */
static void
test_elsewhere(void **state)
{
	struct web_fixture *w = *state;
	char body[1024];
	int n;

	n = snprintf(body, sizeof(body),
	    B "\"csrf\"\r\n\r\n%s\r\n" B
	      "\"file\"; filename=\"x\"\r\n\r\nx\r\n--b--\r\n",
	    w->csrf);
	web_ask(w, "POST", "/users", body, (size_t)n);
	assert_int_equal(w->status, 415);
	web_ask(w, "POST", PAGE, body, (size_t)n);
	assert_int_equal(w->status, 422);
	assert_has(w, "Choose the file of a bundle.");
	web_ask(w, "POST", PAGE, body, (size_t)n - 4);
	assert_int_equal(w->status, 422);
	web_ask(w, "POST", PAGE, body, 40);
	assert_int_equal(w->status, 400);
	assert_true(is_empty(w));
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, up, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_folder),
	    W(test_limit),
	    W(test_form),
	    W(test_refused),
	    W(test_received),
	    W(test_busy),
	    W(test_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
