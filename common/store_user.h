/* store_user.h - people, joined with what the engine knows of them. */
#ifndef STORE_USER_H
#define STORE_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/store_oof.h"

struct store;
struct store_actor;

struct user {
	int64_t id;
	char *address, *name;
	bool enabled;
	char *room_link, *room_number, *room_video;
	char *language; /* code, or "meeting" */
	/* "", "found" in the directory by the last run, or "gone" from it
	 * and disabled for that; no field that anybody types */
	char *directory;
	int64_t created_s, changed_s;
	char *changed_by;
	/* from state.db; "disabled", "pending" where there is no row */
	char *state, *failure, *reason;
	int64_t since_s, next_try_s, last_event_s, last_decorated_s;
	int64_t decorated_n;
	char *exchange_id;
	struct oof oof;
};

struct user_list {
	struct user *v;
	size_t n;
	size_t total; /* rows that match, before the page was cut */
};

void user_init(struct user *u);
void user_clear(struct user *u);
void user_list_clear(struct user_list *l);
const char *user_get(const struct user *u, const char *key);
enum err user_set(struct user *u, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
typedef void (*user_problem_fn)(void *arg, const char *key, const char *text);
size_t user_check(const struct user *u, user_problem_fn fn, void *arg);

/* find: "" or any part of address or name. state: "" or a state word. */
enum err store_user_list(struct store *s, const char *find, const char *state,
    size_t offset, size_t limit, struct user_list *out,
    struct errinfo *ei) ERR_CHECK;
enum err store_user_get(struct store *s, int64_t id, struct user *out,
    struct errinfo *ei) ERR_CHECK;
enum err store_user_find(struct store *s, const char *address, struct user *out,
    struct errinfo *ei) ERR_CHECK;
/* id 0 inserts and sets it; ERR_EXISTS where the address is taken. */
enum err store_user_put(struct store *s, const struct store_actor *who,
    struct user *u, struct errinfo *ei) ERR_CHECK;
/* The same for many: all of them or none, and one revision. */
enum err store_user_put_all(struct store *s, const struct store_actor *who,
    struct user *const *v, size_t n, struct errinfo *ei) ERR_CHECK;
enum err store_user_delete(struct store *s, const struct store_actor *who,
    int64_t id, struct errinfo *ei) ERR_CHECK;

struct user_counts {
	int64_t total, enabled, subscribed, pending, error;
};
enum err store_user_counts(
    struct store *s, struct user_counts *out, struct errinfo *ei) ERR_CHECK;

#endif
