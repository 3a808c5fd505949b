#include "tests/unit/web_fixture.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cgi/ctl_client.h"
#include "cgi/render.h"
#include "cgi/router.h"
#include "cgi/session.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/str.h"

#define ANSWER_MAX 8388608
#define ENV_N 12
#define ENV_LEN 9000

int
web_up(void **state)
{
	const char *names[RENDER_TEMPLATES_MAX] = {"error"};
	struct web_fixture *w;
	char path[400];
	size_t i, n = 1;

	if (sodium_init() < 0)
		return -1;
	w = xalloc(sizeof *w);
	if (fixture_up_both(&w->store_state) != 0)
		return -1;
	w->store = w->store_state;
	clock_fake(1000, (uint64_t)WEB_NOW * 1000);
	(void)snprintf(path, sizeof path, "%s/templates",
	    getenv("TOP_SRCDIR") != NULL ? getenv("TOP_SRCDIR") : ".");
	w->conf.templates_dir = xstrdup(path);
	(void)snprintf(path, sizeof(path), "%s/all", w->store->dir);
	w->conf.bundle_root = xstrdup(path);
	w->conf.log_dir = xstrdup(w->store->dir);
	(void)snprintf(path, sizeof(path), "%s/upload", w->store->dir);
	w->conf.upload_dir = xstrdup(path);
	(void)snprintf(path, sizeof(path), "%s/no-manager", w->store->dir);
	w->conf.control_socket = xstrdup(path);
	w->conf.system_name = xstrdup("calconn.example.test");
	w->conf.ui_origin = xstrdup(WEB_ORIGIN);
	w->web.conf = &w->conf;
	w->web.store = w->store->admin;
	(void)snprintf(path, sizeof path, "%s/no-manager", w->store->dir);
	w->web.ctl = ctl_client_new(path);
	for (i = 0; i < router_count() && n < RENDER_TEMPLATES_MAX - 1; i++)
		names[n++] = router_at(i)->template;
	if (seal_keypair(w->web.seal_pk, w->sk) != ERR_OK ||
	    render_open(&w->web.render, w->conf.templates_dir, names,
		&w->store->ei) != ERR_OK) {
		(void)fprintf(stderr, "%s\n", w->store->ei.text);
		return -1;
	}
	page_shared(&w->web, "1.2.3");
	resp_init(&w->resp);
	(void)str_copy(w->origin, sizeof w->origin, WEB_ORIGIN);
	(void)str_copy(w->content_type, sizeof w->content_type,
	    "application/x-www-form-urlencoded");
	w->chunk = 4096;
	*state = w;
	return 0;
}

int
web_up_boss(void **state)
{
	struct web_fixture *w;

	if (web_up(state) != 0)
		return -1;
	w = *state;
	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_session(w, "boss");
	return 0;
}

int
web_down(void **state)
{
	struct web_fixture *w = *state;
	int rc;

	render_close(w->web.render);
	ctl_client_free(w->web.ctl);
	resp_clear(&w->resp);
	conf_clear(&w->conf);
	mem_free(w->answer);
	mem_free(w->passed);
	rc = fixture_down(&w->store_state);
	mem_free(w);
	return rc;
}

void
web_admin(
    struct web_fixture *w, const char *name, enum role role, bool must_change)
{
	char hash[crypto_pwhash_STRBYTES];
	struct admin a = {0};

	assert_int_equal(
	    crypto_pwhash_str(hash, WEB_PASSWORD, strlen(WEB_PASSWORD),
		crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN),
	    0);
	a.name = (char *)name;
	a.pwhash = hash;
	a.role = role;
	a.enabled = true;
	a.must_change = must_change;
	assert_ok(w->store,
	    store_admin_put(w->store->admin, &tester, &a, &w->store->ei));
}

void
web_session(struct web_fixture *w, const char *name)
{
	unsigned char id[16];
	struct session_row row = {0};
	struct admin a = {0};
	char hex[33];

	assert_ok(w->store,
	    store_admin_find(w->store->admin, name, &a, &w->store->ei));
	randombytes_buf(id, sizeof id);
	hex_encode(id, sizeof id, hex);
	(void)crypto_hash_sha256(row.id_hash, id, sizeof id);
	str_random_hex(row.csrf, SESSION_CSRF_LEN / 2);
	row.admin_id = a.id;
	row.created_s = row.last_s = clock_wall_s();
	assert_ok(
	    w->store, store_session_new(w->store->admin, &row, &w->store->ei));
	(void)snprintf(
	    w->cookie, sizeof w->cookie, "%s=%s", SESSION_COOKIE, hex);
	(void)str_copy(w->csrf, sizeof w->csrf, row.csrf);
	admin_clear(&a);
}

struct source {
	unsigned char *p;
	size_t n, at, chunk;
};

static void
fill(FCGX_Stream *s)
{
	struct source *src = s->data;
	size_t n = src->n - src->at;

	if (n == 0) {
		s->isClosed = 1;
		return;
	}
	if (n > src->chunk)
		n = src->chunk;
	s->rdNext = s->stopUnget = src->p + src->at;
	s->stop = s->wrNext = s->rdNext + n;
	src->at += n;
}

/* The records of FastCGI that came, without their headers and padding. */
static char *
read_records(int fd)
{
	struct buf raw = BUF_INIT(ANSWER_MAX), out = BUF_INIT(ANSWER_MAX);
	unsigned char b[65536];
	ssize_t n;
	size_t at = 0;

	while ((n = read(fd, b, sizeof b)) > 0)
		assert_int_equal(buf_put(&raw, b, (size_t)n), ERR_OK);
	while (at + 8 <= raw.len) {
		const unsigned char *h = (unsigned char *)raw.p + at;
		size_t len = (size_t)h[4] << 8 | h[5];

		assert_int_equal(h[1], 6);
		assert_true(at + 8 + len + h[6] <= raw.len);
		assert_int_equal(buf_put(&out, h + 8, len), ERR_OK);
		at += 8 + len + h[6];
	}
	buf_clear(&raw);
	return buf_take(&out);
}

static void
answer(struct web_fixture *w, FCGX_Request *r)
{
	int sv[2], big = ANSWER_MAX;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sv), 0);
	(void)setsockopt(sv[0], SOL_SOCKET, SO_SNDBUF, &big, sizeof big);
	(void)fcntl(sv[1], F_SETFL, O_NONBLOCK);
	r->ipcFd = sv[0];
	r->requestId = 1;
	router_answer(&w->web, &w->req, &w->resp, r);
	mem_free(w->answer);
	w->answer = read_records(sv[1]);
	(void)close(sv[0]);
	(void)close(sv[1]);
	assert_int_equal(sscanf(w->answer, "Status: %d", &w->status), 1);
	w->body = strstr(w->answer, "\r\n\r\n");
	assert_non_null(w->body);
	w->body += 4;
}

void
web_ask(struct web_fixture *w, const char *method, const char *uri,
    const char *body, size_t n)
{
	static char env[ENV_N][ENV_LEN];
	char *envp[ENV_N + 1];
	struct source src = {NULL, n, 0, w->chunk};
	FCGX_Stream in;
	FCGX_Request r;
	int i = 0, k;

	mem_free(w->passed);
	w->passed = xcalloc(1, n + 1);
	w->passed_len = n;
	if (n > 0)
		memcpy(w->passed, body, n);
	src.p = w->passed;
	memset(&in, 0, sizeof in);
	in.isReader = 1;
	in.fillBuffProc = fill;
	in.data = &src;
	memset(&r, 0, sizeof r);
	r.in = &in;
	(void)snprintf(env[i++], ENV_LEN, "REQUEST_METHOD=%s", method);
	(void)snprintf(env[i++], ENV_LEN, "REQUEST_URI=%s", uri);
	(void)snprintf(env[i++], ENV_LEN, "CONTENT_LENGTH=%zu", n);
	(void)snprintf(env[i++], ENV_LEN, "REMOTE_ADDR=192.0.2.7");
	(void)snprintf(env[i++], ENV_LEN, "HTTP_COOKIE=%s", w->cookie);
	(void)snprintf(env[i++], ENV_LEN, "HTTP_ORIGIN=%s", w->origin);
	(void)snprintf(
	    env[i++], ENV_LEN, "HTTP_SEC_FETCH_SITE=%s", w->fetch_site);
	(void)snprintf(env[i++], ENV_LEN, "CONTENT_TYPE=%s", w->content_type);
	for (k = 0; k < i; k++)
		envp[k] = env[k];
	envp[i] = NULL;
	r.envp = envp;
	answer(w, &r);
}

void
web_get(struct web_fixture *w, const char *uri)
{
	web_ask(w, "GET", uri, "", 0);
}

void
web_post(struct web_fixture *w, const char *uri, const char *fields)
{
	struct buf b = BUF_INIT(ANSWER_MAX);

	assert_int_equal(buf_putf(&b, "csrf=%s%s%s", w->csrf,
			     fields[0] == '\0' ? "" : "&", fields),
	    ERR_OK);
	web_ask(w, "POST", uri, b.p, b.len);
	buf_clear(&b);
}

const char *
web_header(struct web_fixture *w, const char *name)
{
	static char value[2048];
	const char *p = w->answer;
	size_t n = strlen(name);

	for (; p < w->body - 2; p = strchr(p, '\n') + 1)
		if (strncmp(p, name, n) == 0 && p[n] == ':') {
			(void)snprintf(value, sizeof value, "%.*s",
			    (int)strcspn(p + n + 2, "\r"), p + n + 2);
			return value;
		}
	return "";
}

bool
web_has(const struct web_fixture *w, const char *text)
{
	return strstr(w->body, text) != NULL;
}

const char *
web_value(const struct web_fixture *w, const char *name)
{
	static char value[70000];
	char want[80];
	const char *p, *v, *end;

	(void)snprintf(want, sizeof want, " name=\"%s\"", name);
	if ((p = strstr(w->body, want)) == NULL ||
	    (v = strstr(p, " value=\"")) == NULL ||
	    (end = strchr(p, '>')) == NULL || v > end)
		return "";
	v += 8;
	(void)snprintf(value, sizeof value, "%.*s", (int)strcspn(v, "\""), v);
	return value;
}

void
assert_has_(const struct web_fixture *w, const char *text, const char *f, int l)
{
	if (!web_has(w, text)) {
		print_error(
		    "%s:%d: \"%s\" is not in:\n%s\n", f, l, text, w->answer);
		fail();
	}
}

void
assert_lacks_(
    const struct web_fixture *w, const char *text, const char *f, int l)
{
	if (web_has(w, text)) {
		print_error(
		    "%s:%d: \"%s\" is in:\n%s\n", f, l, text, w->answer);
		fail();
	}
}

void
web_logged(struct web_fixture *w, const char *who, const char *item,
    const char *new_value)
{
	struct config_log_list l = {NULL, 0};

	assert_ok(w->store,
	    store_config_log(w->store->admin, 0, 1, &l, &w->store->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].who, who);
	assert_string_equal(l.v[0].item, item);
	assert_string_equal(l.v[0].old_value, "");
	assert_string_equal(l.v[0].new_value, new_value);
	config_log_list_clear(&l);
}
