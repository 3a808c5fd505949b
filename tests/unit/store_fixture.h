/* store_fixture.h - for the tests of libstore: a directory with an empty
 * pair of databases, opened as the administrator's side and the engine's. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "common/err.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/store_user.h"

struct fixture {
	char dir[64], config[96], state[96];
	struct store *admin, *engine;
	struct errinfo ei;
};

extern const struct store_actor tester; /* "root" from "192.0.2.1" */

int fixture_up(void **state); /* only the directory */
int fixture_up_admin(void **state); /* and the administrator's side */
int fixture_up_both(void **state);
int fixture_down(void **state);

#define assert_ok(f, call) assert_ok_(f, call, #call, __FILE__, __LINE__)
void assert_ok_(struct fixture *f, enum err e, const char *call,
    const char *file, int line);

/* A record that passes every check; id is random. */
void fixture_exchange(struct exchange *x, const char *display_name);
void fixture_set(struct exchange *x, const char *key, const char *value);
/* Gives x a box for what it says now.  The bytes stand for a sealed box. */
void fixture_seal(struct exchange *x, const char *bytes);
void fixture_user(struct user *u, const char *address, const char *name);
/* As the engine would: a row for this mailbox. */
void fixture_mailbox(struct fixture *f, const char *address, const char *state);
uint64_t fixture_revision(struct fixture *f);
/* Runs SQL on a database file by a connection of its own. */
void fixture_sql(const char *path, const char *sql);
/* The first column of the first row, for the caller to free by mem_free. */
char *fixture_ask(const char *path, const char *sql);

#endif
