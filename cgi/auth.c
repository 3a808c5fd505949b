/* auth.c - checks passwords and counts failures. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cgi/auth.h"
#include "common/factor.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/store_factor.h"
#include "common/str.h"

/* RFC 9106 4: Argon2id; libsodium's interactive level, 64 MiB. */
#define OPS crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEM crypto_pwhash_MEMLIMIT_INTERACTIVE

/* Of a random password that nobody kept, with the parameters above: what
 * an unknown name is compared with. */
static const char nobody[crypto_pwhash_STRBYTES] =
    "$argon2id$v=19$m=65536,t=2,p=1$NXBuZ3l4cTRrMWh6d2J0YQ"
    "$0m2y8jW7m0N4kqv3iX1oP9dS6tUuE5cR2bAaLhGzYwQ";

#define SUBJECT_MAX 340
#define KNOWN_S (90 * 86400) /* a place without a sign-in is forgotten */

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

/* What failures are counted by: the account from one place, the place (empty:
 * whoever has a session is not kept up by what others behind the same address
 * guess), the account from everywhere.  And the places that it was signed in
 * from before: somebody who tries an account from everywhere does not keep its
 * owner out there. */
struct subjects {
	char pair[SUBJECT_MAX], place[SUBJECT_MAX], account[SUBJECT_MAX];
	char known[SUBJECT_MAX];
};

void
auth_place(char out[AUTH_PLACE_MAX], const char *address)
{
	struct in6_addr a;
	unsigned i;

	/* Who has one IPv6 address has the 2^64 beside it. */
	if (inet_pton(AF_INET6, address, &a) == 1 &&
	    !IN6_IS_ADDR_V4MAPPED(&a)) {
		for (i = 8; i < 16; i++)
			a.s6_addr[i] = 0;
		if (inet_ntop(AF_INET6, &a, out, AUTH_PLACE_MAX) != NULL)
			return;
	}
	(void)snprintf(
	    out, AUTH_PLACE_MAX, "%.*s", AUTH_PLACE_MAX - 1, address);
}

/* Names differ in case only where they are the same account. */
static void
subjects(struct subjects *s, const char *name, const char *address)
{
	char place[AUTH_PLACE_MAX], lower[256];

	auth_place(place, address);
	(void)snprintf(lower, sizeof(lower), "%.255s", name);
	str_lower(lower);
	(void)snprintf(s->pair, sizeof(s->pair), "pair:%s %s", place, lower);
	(void)snprintf(s->place, sizeof(s->place), "address:%s", place);
	(void)snprintf(s->account, sizeof(s->account), "account:%s", lower);
	(void)snprintf(s->known, sizeof(s->known), "known:%s %s", place, lower);
}

static enum err
place_limit(struct store *s, const struct subjects *by, int64_t *until_s,
    struct errinfo *ei)
{
	*until_s = 0;
	return by->place[0] == '\0'
		   ? ERR_OK
		   : store_limit_get(s, by->place, until_s, ei);
}

static enum err
place_fail(struct store *s, const struct subjects *by, int64_t now_s,
    int64_t *until_s, struct errinfo *ei)
{
	*until_s = 0;
	return by->place[0] == '\0'
		   ? ERR_OK
		   : store_limit_fail(s, by->place, now_s, until_s, ei);
}

static enum err
check_limits(struct store *s, const struct subjects *by, int64_t now_s,
    int64_t *until_s, struct errinfo *ei)
{
	int64_t pair = 0, place = 0, account = 0, known = 0;
	enum err e;

	if ((e = store_limit_get(s, by->pair, &pair, ei)) != ERR_OK ||
	    (e = place_limit(s, by, &place, ei)) != ERR_OK ||
	    (e = store_limit_get(s, by->account, &account, ei)) != ERR_OK ||
	    (e = store_limit_get(s, by->known, &known, ei)) != ERR_OK)
		return e;
	*until_s = pair > place ? pair : place;
	if (known <= now_s && account > *until_s)
		*until_s = account;
	if (*until_s > now_s)
		return err_set(
		    ei, ERR_THROTTLED, "There were too many failed attempts.");
	return ERR_OK;
}

static enum err
count_failure(struct store *s, const struct subjects *by, int64_t now_s,
    int64_t *until_s, struct errinfo *ei)
{
	int64_t pair = 0, place = 0, account = 0;
	enum err e;

	if ((e = store_limit_fail(s, by->pair, now_s, &pair, ei)) != ERR_OK ||
	    (e = place_fail(s, by, now_s, &place, ei)) != ERR_OK ||
	    (e = store_limit_fail(s, by->account, now_s, &account, ei)) !=
		ERR_OK)
		return e;
	*until_s = pair > place ? pair : place;
	if (account > *until_s)
		*until_s = account;
	return err_set(
	    ei, ERR_AUTH, "The name, the password or the code is wrong.");
}

static enum err
count_success(struct store *s, const struct subjects *by, int64_t now_s,
    struct errinfo *ei)
{
	enum err e;

	if ((e = store_limit_clear(s, by->pair, ei)) != ERR_OK ||
	    (e = store_limit_clear(s, by->account, ei)) != ERR_OK)
		return e;
	return store_limit_know(s, by->known, now_s + KNOWN_S, ei);
}

/* ERR_OK also for an account that has no second factor.  A code counts
 * once, also when two ask with it at the same moment. */
static enum err
check_code(struct store *s, const struct admin *a, const struct auth_code *code,
    struct errinfo *ei)
{
	char typed[FACTOR_CODE_MAX];
	struct factor f = {0};
	uint64_t step = 0;
	enum err e;

	factor_code(code->typed, typed);
	e = store_factor_get(s, a->id, &f, ei);
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK && typed[0] == '\0')
		e = err_set(ei, ERR_AUTH, "The code is missing.");
	if (e == ERR_OK)
		e = code->check(code->arg, a->name, typed, &f.box, &step, ei);
	if (e == ERR_OK)
		e = store_factor_use(s, a->id, step, ei);
	factor_clear(&f);
	return e;
}

/* known: NULL for a name that nobody has.  code: NULL where only the
 * password is asked for, of somebody with a session. */
static enum err
verify(struct store *s, const char *name, const struct admin *known,
    const struct secret *password, const struct auth_code *code,
    const char *address, int64_t now_s, int64_t *until_s, struct errinfo *ei)
{
	const char *hash = known == NULL ? nobody : known->pwhash;
	struct subjects by;
	enum err e;
	bool ok;

	subjects(&by, name, address);
	if (code == NULL)
		by.place[0] = '\0';
	if ((e = check_limits(s, &by, now_s, until_s, ei)) != ERR_OK)
		return e;
	ok = crypto_pwhash_str_verify(
		 hash, secret_peek(password), password->len) == 0;
	/* Its registers' worth of the password is on the stack now. */
	sodium_stackzero(65536);
	if (ok && known != NULL && code != NULL) {
		e = check_code(s, known, code, ei);
		/* Another fault is not the account's. */
		if (e != ERR_OK && e != ERR_AUTH)
			return e;
		ok = e == ERR_OK;
	}
	if (!ok)
		return count_failure(s, &by, now_s, until_s, ei);
	return count_success(s, &by, now_s, ei);
}

enum err
auth_check(struct store *s, const struct admin *a,
    const struct secret *password, const char *address, int64_t now_s,
    int64_t *until_s, struct errinfo *ei)
{
	return verify(
	    s, a->name, a, password, NULL, address, now_s, until_s, ei);
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
    const struct auth_code *code, const char *address, int64_t now_s,
    struct admin *out, int64_t *until_s, struct errinfo *ei)
{
	bool known = false;
	enum err e;

	memset(out, 0, sizeof(*out));
	*until_s = 0;
	e = store_admin_find(s, name, out, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	known = e == ERR_OK && out->enabled;
	e = verify(s, name, known ? out : NULL, password, code, address, now_s,
	    until_s, ei);
	if (e == ERR_OK && !known)
		e = err_set(ei, ERR_AUTH,
		    "The name, the password or the code is wrong.");
	if (e == ERR_OK)
		e = rehash(s, out, password, ei);
	if (e != ERR_OK)
		admin_clear(out);
	return e;
}
