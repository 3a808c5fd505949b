/* auth.c - checks passwords and counts failures. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cgi/auth.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/str.h"

/* RFC 9106 4: Argon2id; libsodium's interactive level, 64 MiB. */
#define OPS crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEM crypto_pwhash_MEMLIMIT_INTERACTIVE

/* Of a random password that nobody kept, with the parameters above: what
 * an unknown name is compared with. */
static const char nobody[crypto_pwhash_STRBYTES] =
    "$argon2id$v=19$m=65536,t=2,p=1$NXBuZ3l4cTRrMWh6d2J0YQ"
    "$0m2y8jW7m0N4kqv3iX1oP9dS6tUuE5cR2bAaLhGzYwQ";

#define SUBJECT_MAX 320

bool
auth_nobody_is_sound(void)
{
	/* 0: it parses, and its parameters are ours. */
	return crypto_pwhash_str_needs_rehash(nobody, OPS, MEM) == 0;
}

enum err
auth_hash(
    const struct secret *password, char out[AUTH_HASH_MAX], struct errinfo *ei)
{
	if (crypto_pwhash_str(
		out, secret_peek(password), password->len, OPS, MEM) != 0)
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	return ERR_OK;
}

/* Names differ in case only where they are the same account. */
static void
subjects(char account[SUBJECT_MAX], char from[SUBJECT_MAX], const char *name,
    const char *address)
{
	(void)snprintf(account, SUBJECT_MAX, "account:%.255s", name);
	str_lower(account);
	(void)snprintf(from, SUBJECT_MAX, "address:%.63s", address);
}

static enum err
check_limits(struct store *s, const char *account, const char *from,
    int64_t now_s, int64_t *until_s, struct errinfo *ei)
{
	int64_t a = 0, b = 0;
	enum err e;

	if ((e = store_limit_get(s, account, &a, ei)) != ERR_OK ||
	    (e = store_limit_get(s, from, &b, ei)) != ERR_OK)
		return e;
	*until_s = a > b ? a : b;
	if (*until_s > now_s)
		return err_set(
		    ei, ERR_THROTTLED, "There were too many failed attempts.");
	return ERR_OK;
}

static enum err
count_failure(struct store *s, const char *account, const char *from,
    int64_t now_s, int64_t *until_s, struct errinfo *ei)
{
	int64_t a = 0, b = 0;
	enum err e;

	if ((e = store_limit_fail(s, account, now_s, &a, ei)) != ERR_OK ||
	    (e = store_limit_fail(s, from, now_s, &b, ei)) != ERR_OK)
		return e;
	*until_s = a > b ? a : b;
	return err_set(ei, ERR_AUTH, "The name or the password is wrong.");
}

static enum err
verify(struct store *s, const char *name, const char *hash,
    const struct secret *password, const char *address, int64_t now_s,
    int64_t *until_s, struct errinfo *ei)
{
	char account[SUBJECT_MAX], from[SUBJECT_MAX];
	enum err e;
	bool ok;

	subjects(account, from, name, address);
	if ((e = check_limits(s, account, from, now_s, until_s, ei)) != ERR_OK)
		return e;
	ok = crypto_pwhash_str_verify(
		 hash, secret_peek(password), password->len) == 0;
	/* Its registers' worth of the password is on the stack now. */
	sodium_stackzero(65536);
	if (!ok)
		return count_failure(s, account, from, now_s, until_s, ei);
	return store_limit_clear(s, account, ei);
}

enum err
auth_check(struct store *s, const struct admin *a,
    const struct secret *password, const char *address, int64_t now_s,
    int64_t *until_s, struct errinfo *ei)
{
	return verify(
	    s, a->name, a->pwhash, password, address, now_s, until_s, ei);
}

static enum err
rehash(struct store *s, const struct admin *a, const struct secret *password,
    struct errinfo *ei)
{
	const struct store_actor self = {a->name, "sign-in"};
	char hash[AUTH_HASH_MAX];
	enum err e;

	if (crypto_pwhash_str_needs_rehash(a->pwhash, OPS, MEM) == 0)
		return ERR_OK;
	if ((e = auth_hash(password, hash, ei)) != ERR_OK)
		return e;
	return store_admin_set_password(
	    s, &self, a->id, hash, a->must_change, NULL, ei);
}

enum err
auth_sign_in(struct store *s, const char *name, const struct secret *password,
    const char *address, int64_t now_s, struct admin *out, int64_t *until_s,
    struct errinfo *ei)
{
	bool known = false;
	enum err e;

	memset(out, 0, sizeof(*out));
	*until_s = 0;
	e = store_admin_find(s, name, out, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	known = e == ERR_OK && out->enabled;
	e = verify(s, name, known ? out->pwhash : nobody, password, address,
	    now_s, until_s, ei);
	if (e == ERR_OK && !known)
		e = err_set(ei, ERR_AUTH, "The name or the password is wrong.");
	if (e == ERR_OK)
		e = rehash(s, out, password, ei);
	if (e != ERR_OK)
		admin_clear(out);
	return e;
}
