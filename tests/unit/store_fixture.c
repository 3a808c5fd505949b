#include "tests/unit/store_fixture.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/store_state.h"
#include "common/str.h"

const struct store_actor tester = {"root", "192.0.2.1"};

int
fixture_up(void **state)
{
	struct fixture *f = xalloc(sizeof *f);
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof f->dir, "%.40s/store-XXXXXX",
	    tmp == NULL || strlen(tmp) > 40 ? "/tmp" : tmp);
	if (mkdtemp(f->dir) == NULL)
		return -1;
	snprintf(f->config, sizeof f->config, "%s/config.db", f->dir);
	snprintf(f->state, sizeof f->state, "%s/state.db", f->dir);
	*state = f;
	return 0;
}

int
fixture_up_admin(void **state)
{
	struct fixture *f;

	if (fixture_up(state) != 0)
		return -1;
	f = *state;
	return store_open(&f->admin, STORE_ADMIN, f->config, f->state,
		   &f->ei) == ERR_OK
		   ? 0
		   : -1;
}

int
fixture_up_both(void **state)
{
	struct fixture *f;

	if (fixture_up_admin(state) != 0)
		return -1;
	f = *state;
	return store_open(&f->engine, STORE_ENGINE, f->config, f->state,
		   &f->ei) == ERR_OK
		   ? 0
		   : -1;
}

int
fixture_down(void **state)
{
	struct fixture *f = *state;
	char path[400];
	struct dirent *d;
	DIR *dir;

	clock_fake(0, 0);
	alloc_fail_after(0);
	store_close(f->engine);
	store_close(f->admin);
	if ((dir = opendir(f->dir)) == NULL)
		return -1;
	while ((d = readdir(dir)) != NULL) {
		snprintf(path, sizeof path, "%s/%s", f->dir, d->d_name);
		unlink(path);
	}
	closedir(dir);
	rmdir(f->dir);
	mem_free(f);
	return 0;
}

void
assert_ok_(
    struct fixture *f, enum err e, const char *call, const char *file, int line)
{
	if (e == ERR_OK)
		return;
	print_error("%s: %s: %s\n", call, err_name(e),
	    f->ei.code == e ? f->ei.text : "");
	_fail(file, line);
}

void
fixture_set(struct exchange *x, const char *key, const char *value)
{
	assert_int_equal(exchange_set(x, key, value, NULL), ERR_OK);
}

void
fixture_exchange(struct exchange *x, const char *display_name)
{
	char id[33];

	exchange_init(x);
	str_random_hex(id, 16);
	mem_free(x->id);
	x->id = xstrdup(id);
	fixture_set(x, "display_name", display_name);
	fixture_set(x, "account", "svc-ews@lab.example");
	fixture_set(x, "ad_domain", "lab.example");
	fixture_set(x, "email", "alice@lab.example");
}

void
fixture_seal(struct exchange *x, const char *bytes)
{
	char binding[SEAL_BINDING_MAX];

	assert_int_equal(
	    exchange_binding(x, binding, sizeof binding, NULL), ERR_OK);
	mem_free(x->bound_to);
	mem_free(x->box.p);
	x->bound_to = xstrdup(binding);
	x->box.n = strlen(bytes);
	x->box.p = (unsigned char *)xstrdup(bytes);
}

void
fixture_user(struct user *u, const char *address, const char *name)
{
	user_init(u);
	assert_int_equal(user_set(u, "address", address, NULL), ERR_OK);
	assert_int_equal(user_set(u, "name", name, NULL), ERR_OK);
	u->enabled = true;
}

void
fixture_mailbox(struct fixture *f, const char *address, const char *state)
{
	char a[300], s[32], none[] = "", why[] = "because";
	struct mailbox m = {0};

	str_copy(a, sizeof a, address);
	str_copy(s, sizeof s, state);
	m.address = a;
	m.state = s;
	m.reason = why;
	m.failure = m.exchange_id = m.ews_url = m.sync_state = none;
	m.since_s = 1000;
	m.decorated_n = 7;
	assert_ok(f, store_mailbox_put(f->engine, &m, &f->ei));
}

uint64_t
fixture_revision(struct fixture *f)
{
	uint64_t rev = 0;

	assert_ok(f, store_revision(f->admin, &rev, &f->ei));
	return rev;
}

void
fixture_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	sqlite3_close(db);
}

char *
fixture_ask(const char *path, const char *sql)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	const char *text;
	char *out = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) == SQLITE_ROW) {
		text = (const char *)sqlite3_column_text(st, 0);
		out = xstrdup(text == NULL ? "" : text);
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return out;
}
