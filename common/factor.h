/* factor.h - the second factor of administrators: time-based codes of
 * RFC 6238 (HMAC-SHA-1, 6 digits, steps of 30 s), as every authenticator
 * app makes them.  The key is a sealed box, as the passwords of servers
 * are: the pages make it and cannot read it back; the manager checks codes
 * with it. */
#ifndef FACTOR_H
#define FACTOR_H

#include "common/err.h"
#include "common/seal.h"

#define FACTOR_KEY_LEN 20 /* bytes; RFC 4226 4, R6 */
#define FACTOR_DIGITS 6
#define FACTOR_STEP_S 30
#define FACTOR_DRIFT 1 /* steps that a clock may be off, either way */

#define FACTOR_CODE_MAX 16 /* bytes typed; an app shows two groups */

/* What was typed, without spaces. */
void factor_code(const char *typed, char out[FACTOR_CODE_MAX]);
/* What a key is bound to: the account, and nothing else. */
enum err factor_binding(const char *account, char out[SEAL_BINDING_MAX],
    struct errinfo *ei) ERR_CHECK;

#endif
