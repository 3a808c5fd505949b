/* store_backup.c, store_restore*.c, backup_file.c: out, and in again; and
 * what is refused. */
#include "tests/unit/store_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/backup_file.h"
#include "common/buf.h"
#include "common/store_admin.h"
#include "common/seal.h"
#include "common/store_backup.h"
#include "common/store_workspace.h"

static const unsigned char pk[BACKUP_PK_LEN] = {1, 2, 3};
#define BOX "bytes of a box"

static void
add_admin(struct fixture *f, const char *name)
{
	struct admin a;

	memset(&a, 0, sizeof(a));
	a.name = strdup(name);
	a.pwhash = strdup("$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA");
	a.role = ROLE_READ_WRITE;
	a.enabled = true;
	assert_ok(f, store_admin_put(f->admin, &tester, &a, &f->ei));
	admin_clear(&a);
}

static void
add_user(struct fixture *f, const char *address, const char *name)
{
	struct user u;

	fixture_user(&u, address, name);
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
}

static void
fill(struct fixture *f)
{
	struct exchange x;

	add_admin(f, "root");
	add_user(f, "a@lab.example", "Person A");
	fixture_exchange(&x, "Backup Exchange");
	fixture_seal(&x, BOX);
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	exchange_clear(&x);
}

static void
make(struct fixture *f, struct buf *b)
{
	assert_ok(
	    f, store_backup_make(f->admin, "host.lab.example", pk, b, &f->ei));
}

struct seen {
	size_t n;
	char text[2048];
};

static void
see(void *arg, const struct backup_change *x)
{
	struct seen *s = arg;
	size_t at = strlen(s->text);

	s->n++;
	(void)snprintf(s->text + at, sizeof(s->text) - at, "%s %s %s (%s)\n",
	    x->what, x->kind, x->name, x->fields);
}

static void
there_and_back(void **state)
{
	struct buf b = BUF_INIT(BACKUP_MAX), again = BUF_INIT(BACKUP_MAX);
	unsigned char box[BACKUP_BOX_MAX];
	struct fixture *f = *state;
	struct seen seen = {0, ""};
	struct backup *k = NULL;
	uint64_t before = 0, after = 0;
	struct user_list l;
	size_t n = 0;

	fill(f);
	make(f, &b);
	assert_ok(f, backup_read(&k, buf_str(&b), b.len, &f->ei));
	assert_string_equal(backup_info(k)->system, "host.lab.example");
	assert_int_equal(backup_info(k)->users_n, 1);
	assert_int_equal(backup_info(k)->boxes_n, 1);
	assert_memory_equal(backup_info(k)->pk, pk, sizeof(pk));
	assert_ok(f, backup_box(k, 0, box, &n, &f->ei));
	assert_int_equal(n, strlen(BOX));
	assert_memory_equal(box, BOX, n);
	assert_ok(f, backup_changes(k, f->admin, see, &seen, &f->ei));
	assert_string_equal(seen.text, "");

	add_user(f, "b@lab.example", "Person B");
	fixture_sql(f->config, "UPDATE user SET name = 'Other' WHERE address ="
			       " 'a@lab.example'");
	fixture_sql(f->config, "DELETE FROM exchange");
	assert_ok(f, backup_changes(k, f->admin, see, &seen, &f->ei));
	assert_non_null(strstr(seen.text, "change User a@lab.example (name)"));
	assert_non_null(strstr(seen.text, "remove User b@lab.example ()"));
	assert_non_null(
	    strstr(seen.text, "add Exchange record Backup Exchange ()"));
	assert_int_equal(seen.n, 3);

	assert_ok(f, store_revision(f->admin, &before, &f->ei));
	assert_ok(f, backup_apply(k, f->admin, &tester, &f->ei));
	assert_ok(f, store_revision(f->admin, &after, &f->ei));
	assert_true(after > before);
	assert_ok(f, store_user_list(f->admin, "", "", 0, 10, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].name, "Person A");
	user_list_clear(&l);
	memset(&seen, 0, sizeof(seen));
	assert_ok(f, backup_changes(k, f->admin, see, &seen, &f->ei));
	assert_int_equal(seen.n, 0);
	make(f, &again);
	assert_true(again.len > 1000);
	backup_free(k);
	buf_clear(&b);
	buf_clear(&again);
}

/* A workspace with its fields and its box. */
static void
workspaces_go_along(void **state)
{
	static const char *const fields[][2] = {{"display_name", "Board room"},
	    {"mailbox", "room1@lab.example"}, {"host", "device.lab.example"},
	    {"account", "admin"}, {"window", "7"}};
	struct buf b = BUF_INIT(BACKUP_MAX);
	char binding[SEAL_BINDING_MAX];
	struct fixture *f = *state;
	struct seen seen = {0, ""};
	struct backup *k = NULL;
	struct bound w, got;
	size_t i;

	add_admin(f, "root");
	workspace_init(&w);
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		assert_ok(f, bound_set(&w, fields[i][0], fields[i][1], &f->ei));
	assert_ok(f, bound_binding(&w, binding, sizeof(binding), &f->ei));
	assert_ok(f, bound_give_box(&w, (const unsigned char *)BOX, sizeof(BOX),
			 binding, &f->ei));
	assert_ok(f, store_workspace_put(f->admin, &tester, &w, &f->ei));
	make(f, &b);
	assert_ok(f, store_workspace_delete(f->admin, &tester, w.id, &f->ei));
	assert_ok(f, backup_read(&k, buf_str(&b), b.len, &f->ei));
	assert_int_equal(backup_info(k)->boxes_n, 1);
	assert_ok(f, backup_changes(k, f->admin, see, &seen, &f->ei));
	assert_non_null(strstr(seen.text, "add Workspace Board room ()"));
	assert_ok(f, backup_apply(k, f->admin, &tester, &f->ei));
	assert_ok(f, store_workspace_get(f->admin, w.id, &got, &f->ei));
	assert_true(bound_is_same(&w, &got));
	assert_string_equal(got.bound_to, binding);
	backup_free(k);
	buf_clear(&b);
	bound_clear(&w);
	bound_clear(&got);
}

static void
without_the_box(void **state)
{
	struct buf b = BUF_INIT(BACKUP_MAX);
	struct fixture *f = *state;
	struct backup *k = NULL;
	struct exchange x;

	fill(f);
	make(f, &b);
	assert_ok(f, backup_read(&k, buf_str(&b), b.len, &f->ei));
	assert_ok(f, backup_box_set(k, 0, "", 0, &f->ei));
	assert_ok(f, backup_apply(k, f->admin, &tester, &f->ei));
	assert_ok(
	    f, store_exchange_find(f->admin, "Backup Exchange", &x, &f->ei));
	assert_int_equal(x.box.n, 0);
	assert_string_equal(x.bound_to, "");
	exchange_clear(&x);
	backup_free(k);
	buf_clear(&b);
}

/* A frame around a body whose text was changed. */
static enum err
try_changed(
    struct fixture *f, const struct buf *b, const char *from, const char *to)
{
	struct buf body = BUF_INIT(BACKUP_MAX), file = BUF_INIT(BACKUP_MAX);
	struct backup *k = NULL;
	const char *p = NULL, *at;
	size_t n = 0;
	enum err e;

	assert_ok(f, backup_file_open(buf_str(b), b->len, &p, &n, &f->ei));
	at = strstr(p, from);
	if (at == NULL)
		fail_msg("no %s in %s", from, p);
	assert_ok(f, buf_put(&body, p, (size_t)(at - p)));
	assert_ok(f, buf_puts(&body, to));
	assert_ok(f, buf_puts(&body, at + strlen(from)));
	assert_ok(f, backup_file_frame(&file, &body, &f->ei));
	e = backup_read(&k, buf_str(&file), file.len, &f->ei);
	if (e != ERR_OK)
		assert_null(k);
	backup_free(k);
	buf_clear(&body);
	buf_clear(&file);
	return e;
}

static void
refused(void **state)
{
	static const struct {
		const char *from, *to;
		enum err e;
	} rows[] = {
	    {"\"system\"", "\"system\"", ERR_OK},
	    {"\"schema\":", "\"schema\":9", ERR_UNSUPPORTED},
	    {"\"schema\":", "\"schema\":-", ERR_PROTO},
	    {"\"seal_pk\"", "\"sealpk\"", ERR_PROTO},
	    {"\"user\": {", "\"user; DROP TABLE admin\": {", ERR_PROTO},
	    {"\"user\": {", "\"session\": {", ERR_PROTO},
	    {"\"user\": {", "\"admin\": {", ERR_PROTO},
	    {"\"address\"", "\"address\\\" FROM x\"", ERR_PROTO},
	    {"Person A", "Person \\u0007 A", ERR_PROTO},
	    {"Person A", "Person \\u0000 A", ERR_PROTO},
	    {"\"Person A\"", "[]", ERR_PROTO},
	    {"\"Person A\"", "1.5", ERR_PROTO},
	    {"\"Person A\"", "{\"b\":\"!\"}", ERR_PROTO},
	    {"\"Person A\"", "17", ERR_OK}, /* it is text to SQLite then */
	    {"\"read-write\"", "\"owner\"", ERR_PROTO},
	    {"\"read-write\"", "\"auditor\"", ERR_ARG},
	    {"$argon2id$", "$plain$", ERR_ARG},
	    {"\"a@lab.example\",", "", ERR_PROTO},
	    {"}}\n", "}", ERR_PROTO},
	};
	struct buf b = BUF_INIT(BACKUP_MAX);
	struct fixture *f = *state;
	struct backup *k = NULL;
	const char *body = NULL;
	char *copy;
	size_t i, n = 0;

	fill(f);
	make(f, &b);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum err e = try_changed(f, &b, rows[i].from, rows[i].to);

		if (e != rows[i].e)
			fail_msg("%s -> %s: %s, %s", rows[i].from, rows[i].to,
			    err_name(e), f->ei.text);
	}
	/* Cut anywhere, or longer. */
	for (i = 0; i < b.len; i += i < 200 ? 1 : 97)
		assert_int_equal(
		    backup_read(&k, buf_str(&b), i, &f->ei), ERR_PROTO);
	assert_ok(f, backup_file_open(buf_str(&b), b.len, &body, &n, &f->ei));
	assert_non_null(copy = malloc(b.len + 1));
	memcpy(copy, buf_str(&b), b.len);
	copy[b.len] = '\n';
	assert_int_equal(backup_read(&k, copy, b.len + 1, &f->ei), ERR_PROTO);
	assert_non_null(strstr(f->ei.text, "behind"));
	for (i = 0; i < b.len; i += i < 200 ? 1 : 97) {
		copy[i] = (char)(copy[i] ^ 4);
		assert_int_not_equal(
		    backup_read(&k, copy, b.len, &f->ei), ERR_OK);
		copy[i] = (char)(copy[i] ^ 4);
	}
	memcpy(copy, "calconn-backup 2\n", 17);
	assert_int_equal(backup_read(&k, copy, b.len, &f->ei), ERR_UNSUPPORTED);
	free(copy);
	buf_clear(&b);
}

/* Tables whose rows have a key of several columns. */
static void
keys_of_several(void **state)
{
	struct buf b = BUF_INIT(BACKUP_MAX);
	unsigned char box[BACKUP_BOX_MAX];
	struct fixture *f = *state;
	struct seen seen = {0, ""};
	struct backup *k = NULL;
	size_t n = 0;

	fill(f);
	fixture_sql(f->config, "UPDATE exchange SET box = x''");
	fixture_sql(f->config,
	    "INSERT INTO confer VALUES ('c1', 'webex', 'Webex', 1, 'x', 1);"
	    "INSERT INTO confer_value VALUES"
	    " ('c1', 'token', '', x'7432', 'b', 1),"
	    " ('c1', 'secret', '', x'7331', 'b', 1),"
	    " ('c1', 'site', 'a.example', x'', '', 0);"
	    "INSERT INTO delivery VALUES ('mail', x'', '', 0, 1, 'x', 1);"
	    "INSERT INTO delivery_field VALUES ('mail', 'to', 'a'),"
	    " ('mail', 'from', 'b'), ('mail', 'host', 'c')");
	make(f, &b);
	assert_ok(f, backup_read(&k, buf_str(&b), b.len, &f->ei));
	assert_ok(f, backup_changes(k, f->admin, see, &seen, &f->ei));
	assert_string_equal(seen.text, "");
	fixture_sql(f->config, "UPDATE delivery_field SET value = 'd' WHERE"
			       " key = 'from'");
	fixture_sql(f->config, "DELETE FROM confer_value WHERE key = 'site'");
	assert_ok(f, backup_changes(k, f->admin, see, &seen, &f->ei));
	assert_string_equal(seen.text,
	    "add Value of a conferencing service c1 site ()\n"
	    "change Value of Alarm Delivery mail from (value)\n");

	/* Each box stays with its row. */
	assert_int_equal(backup_info(k)->boxes_n, 2);
	assert_ok(f, backup_box(k, 0, box, &n, &f->ei));
	assert_int_equal(n, 2);
	assert_memory_equal(box, "s1", 2);
	assert_ok(f, backup_box_set(k, 0, "s3", 2, &f->ei));
	assert_ok(f, backup_box(k, 1, box, &n, &f->ei));
	assert_memory_equal(box, "t2", 2);
	assert_ok(f, backup_box_set(k, 1, "t4", 2, &f->ei));
	assert_ok(f, backup_box(k, 0, box, &n, &f->ei));
	assert_memory_equal(box, "s3", 2);
	assert_ok(f, backup_apply(k, f->admin, &tester, &f->ei));
	backup_free(k);
	b.len = 0;
	make(f, &b);
	assert_ok(f, backup_read(&k, buf_str(&b), b.len, &f->ei));
	assert_ok(f, backup_box(k, 0, box, &n, &f->ei));
	assert_memory_equal(box, "s3", 2);
	assert_ok(f, backup_box(k, 1, box, &n, &f->ei));
	assert_memory_equal(box, "t4", 2);
	backup_free(k);
	buf_clear(&b);
}

/* What is of this host stays: who is signed in is not in a backup. */
static void
nothing_of_this_host(void **state)
{
	struct buf b = BUF_INIT(BACKUP_MAX);
	struct fixture *f = *state;

	fill(f);
	make(f, &b);
	assert_null(strstr(buf_str(&b), "\"session\""));
	assert_null(strstr(buf_str(&b), "\"config_log\""));
	assert_null(strstr(buf_str(&b), "\"exchange_draft\""));
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		there_and_back, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		workspaces_go_along, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		without_the_box, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		refused, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		keys_of_several, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		nothing_of_this_host, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
