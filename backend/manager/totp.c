/* totp.c - see totp.h. */
#include "config.h"

#include "backend/manager/totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <string.h>

#include "backend/manager/unseal.h"
#include "common/factor.h"
#include "common/seal.h"
#include "common/secret.h"

/* Each step's code is made and compared, whether one fitted already or not:
 * the time tells nothing. */
static enum err
find_step(const struct secret *key, const char *code, int64_t now_s,
    uint64_t *step, struct errinfo *ei)
{
	char want[FACTOR_DIGITS + 1];
	bool found = false;
	int d;

	for (d = -FACTOR_DRIFT; d <= FACTOR_DRIFT; d++) {
		int64_t at = now_s + (int64_t)d * FACTOR_STEP_S;

		if (at < 0 ||
		    oath_totp_generate(secret_peek(key), key->len, (time_t)at,
			FACTOR_STEP_S, 0, FACTOR_DIGITS, want) != OATH_OK)
			return err_set(
			    ei, ERR_NOMEM, "the code could not be computed");
		if (sodium_memcmp(want, code, FACTOR_DIGITS) == 0) {
			*step = (uint64_t)at / FACTOR_STEP_S;
			found = true;
		}
	}
	sodium_memzero(want, sizeof(want));
	return found ? ERR_OK : err_set(ei, ERR_AUTH, "The code is wrong.");
}

enum err
totp_check(const struct unseal *u, const char *account, const char *code,
    const unsigned char *box, size_t n, int64_t now_s, uint64_t *step,
    struct errinfo *ei)
{
	char binding[SEAL_BINDING_MAX];
	struct secret key = SECRET_INIT;
	enum err e;

	if (strlen(code) != FACTOR_DIGITS ||
	    strspn(code, "0123456789") != FACTOR_DIGITS)
		return err_set(ei, ERR_AUTH, "The code is wrong.");
	if ((e = factor_binding(account, binding, ei)) != ERR_OK ||
	    (e = unseal_open(u, binding, box, n, &key, ei)) != ERR_OK)
		goto out;
	if (key.len != FACTOR_KEY_LEN)
		e = err_set(ei, ERR_BOUND, "the box holds no key for codes");
	else
		e = find_step(&key, code, now_s, step, ei);
out:
	secret_clear(&key);
	return e;
}
