/* store_admin.h - administrators, sessions, sign-in limits, settings,
 * connectors, trusted CAs, configuration log.  config.db. */
#ifndef STORE_ADMIN_H
#define STORE_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;
struct store_actor;

enum role {
	ROLE_NONE,
	ROLE_AUDITOR,
	ROLE_READ_ONLY,
	ROLE_READ_WRITE,
	ROLE__MAX
};
const char *role_name(enum role r); /* "read-write" ... */
enum role role_parse(const char *s); /* ROLE_NONE where unknown */

struct admin {
	int64_t id;
	char *name, *pwhash;
	enum role role;
	bool must_change, enabled;
	bool has_factor; /* read only; see store_factor.h */
	int64_t created_s, last_signin_s;
};
struct admin_list {
	struct admin *v;
	size_t n;
};
void admin_clear(struct admin *a);
void admin_list_clear(struct admin_list *l);
enum err store_admin_list(struct store *s, struct admin_list *out,
    struct errinfo *ei) ERR_CHECK; /* by name */
enum err store_admin_find(struct store *s, const char *name, struct admin *out,
    struct errinfo *ei) ERR_CHECK;
enum err
store_admin_count(struct store *s, int64_t *out, struct errinfo *ei) ERR_CHECK;
/* By name; without a pwhash the old one stays.  ERR_DENIED: it would leave
 * no read-write account that is enabled. */
enum err store_admin_put(struct store *s, const struct store_actor *who,
    const struct admin *a, struct errinfo *ei) ERR_CHECK;
/* With its sessions.  ERR_DENIED: as above. */
enum err store_admin_delete(struct store *s, const struct store_actor *who,
    const char *name, struct errinfo *ei) ERR_CHECK;
/* Also ends all the account's sessions but `keep` (32 bytes, or NULL). */
enum err store_admin_set_password(struct store *s,
    const struct store_actor *who, int64_t id, const char *pwhash,
    bool must_change, const unsigned char *keep, struct errinfo *ei) ERR_CHECK;

#define SESSION_HASH_LEN 32
#define SESSION_CSRF_LEN 32 /* hex digits */
struct session_row {
	unsigned char id_hash[SESSION_HASH_LEN];
	int64_t admin_id, created_s, last_s;
	char csrf[SESSION_CSRF_LEN + 1];
	char address[64];
	/* joined from admin */
	char admin_name[129];
	enum role role;
	bool must_change;
};
#define SESSION_IDLE_S 1800
#define SESSION_ABSOLUTE_S 28800
/* Within both time-outs?  A clock that went back ends nothing. */
bool session_is_live(const struct session_row *s, int64_t now_s);
/* Notes the sign-in with the account. */
enum err store_session_new(
    struct store *s, const struct session_row *r, struct errinfo *ei) ERR_CHECK;
/* ERR_NOTFOUND: none such, or its account is disabled. The caller judges
 * the time-outs. */
enum err store_session_get(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], struct session_row *out,
    struct errinfo *ei) ERR_CHECK;
enum err store_session_touch(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN], int64_t now_s,
    struct errinfo *ei) ERR_CHECK;
enum err store_session_delete(struct store *s,
    const unsigned char id_hash[SESSION_HASH_LEN],
    struct errinfo *ei) ERR_CHECK;
enum err store_session_end_others(struct store *s, int64_t admin_id,
    const unsigned char *keep, struct errinfo *ei) ERR_CHECK;
/* Of one account, or of all where admin_id is 0; the newest first. */
struct session_list {
	struct session_row *v;
	size_t n;
};
void session_list_clear(struct session_list *l);
enum err store_session_list(struct store *s, int64_t admin_id,
    struct session_list *out, struct errinfo *ei) ERR_CHECK;
enum err store_session_expire(struct store *s, int64_t idle_before_s,
    int64_t created_before_s, struct errinfo *ei) ERR_CHECK;

/* Sign-in limits: blocked_until of the subject (0: not blocked), one more
 * failure (returns the new blocked_until), or a success that clears it. */
enum err store_limit_get(struct store *s, const char *subject,
    int64_t *blocked_until_s, struct errinfo *ei) ERR_CHECK;
enum err store_limit_fail(struct store *s, const char *subject, int64_t now_s,
    int64_t *blocked_until_s, struct errinfo *ei) ERR_CHECK;
/* What keeps an account from signing in, from wherever: when the last of it
 * ends (0: nothing does); and an end to all of it. */
enum err store_limit_of_account(struct store *s, const char *name,
    int64_t *blocked_until_s, struct errinfo *ei) ERR_CHECK;
enum err store_limit_unlock(struct store *s, const struct store_actor *who,
    const char *name, struct errinfo *ei) ERR_CHECK;
/* A subject that is remembered until then: get tells it as blocked_until. */
enum err store_limit_know(struct store *s, const char *subject, int64_t until_s,
    struct errinfo *ei) ERR_CHECK;
enum err store_limit_clear(
    struct store *s, const char *subject, struct errinfo *ei) ERR_CHECK;

/* value is owned by the caller; "" where unset. */
enum err store_setting_get(struct store *s, const char *key, char **value,
    struct errinfo *ei) ERR_CHECK;
enum err store_setting_put(struct store *s, const struct store_actor *who,
    const char *key, const char *value, struct errinfo *ei) ERR_CHECK;
/* Several: all of them or none. */
enum err store_setting_put_all(struct store *s, const struct store_actor *who,
    const char *const *key, const char *const *value, size_t n,
    struct errinfo *ei) ERR_CHECK;

enum err store_connector_enabled(
    struct store *s, const char *name, bool *out, struct errinfo *ei) ERR_CHECK;
enum err store_connector_set(struct store *s, const struct store_actor *who,
    const char *name, bool enabled, struct errinfo *ei) ERR_CHECK;

struct config_log_row {
	int64_t id, at_s;
	char *who, *origin, *item, *old_value, *new_value;
};
struct config_log_list {
	struct config_log_row *v;
	size_t n;
};
void config_log_row_clear(struct config_log_row *r);
void config_log_list_clear(struct config_log_list *l);
/* What an administrator had done that is no value of config.db: a row with item
 * "KIND/NAME" and `what` as its new value.  The revision stays. */
enum err store_config_note(struct store *s, const struct store_actor *who,
    const char *kind, const char *name, const char *what,
    struct errinfo *ei) ERR_CHECK;
/* Newest first; see store_audit.h for whether they are what was written. */
enum err store_config_log(struct store *s, size_t offset, size_t limit,
    struct config_log_list *out, struct errinfo *ei) ERR_CHECK;
/* Those that hold `find` anywhere; "" : all. */
enum err store_config_log_find(struct store *s, const char *find, size_t offset,
    size_t limit, struct config_log_list *out, struct errinfo *ei) ERR_CHECK;

#endif
