/* verb_access.c - the access password of the Experimental menu. */
#include <sodium.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/password.h"
#include "common/secret.h"
#include "common/store_access.h"
#include "common/valid.h"

int
verb_access_password(struct ctl *c)
{
	char hash[crypto_pwhash_STRBYTES] = "";
	struct secret typed = SECRET_INIT;
	struct errinfo ei = {ERR_OK, ""};
	bool given = false;
	enum err e;

	e = password_read(
	    c, true, "New access password: ", &typed, &given, &ei);
	if (e == ERR_OK && !given)
		e = err_set(&ei, ERR_ARG, "No password was given.");
	if (e == ERR_OK)
		e = valid_new_password(secret_peek(&typed), "", &ei);
	if (e == ERR_OK && crypto_pwhash_str(hash, secret_peek(&typed),
			       typed.len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
			       crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		e = err_set(&ei, ERR_NOMEM, "Memory is short.");
	if (e == ERR_OK)
		e = store_access_set(c->store, &c->actor, hash, &ei);
	secret_clear(&typed);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}
