/* reauth.c - see reauth.h. */
#include <string.h>

#include "cgi/auth.h"
#include "cgi/form.h"
#include "cgi/page.h"
#include "cgi/reauth.h"
#include "common/secret.h"

void
reauth_add(struct form *f, const char *label)
{
	form_add(f, REAUTH_KEY, label, REAUTH_PASSWORD_MAX, true);
}

bool
reauth_is_typed(struct form *f, const struct secret *current)
{
	if (current->len > 0)
		return true;
	form_error(f, REAUTH_KEY, "Type the password that you have now.");
	return false;
}

enum err
reauth_check(struct page *p, struct form *f, const struct secret *current,
    struct errinfo *ei)
{
	struct admin a;
	int64_t until_s = 0;
	enum err e;

	memset(&a, 0, sizeof(a));
	if (!reauth_is_typed(f, current))
		return ERR_OK;
	if ((e = store_admin_find(
		 p->web->store, p->session.admin_name, &a, ei)) != ERR_OK)
		goto out;
	e = auth_check(p->web->store, &a, current, p->req->address, p->now_s,
	    &until_s, ei);
	if (e == ERR_AUTH || e == ERR_THROTTLED) {
		form_error(f, REAUTH_KEY,
		    e == ERR_AUTH && until_s <= p->now_s
			? "This is not the password that you have now."
			: "There were too many failed attempts. Wait some "
			  "minutes.");
		e = ERR_OK;
	}
out:
	admin_clear(&a);
	return e;
}

enum err
reauth_take(struct page *p, struct form *f, struct errinfo *ei)
{
	struct secret current = SECRET_INIT;
	enum err e;

	e = form_secret(f, REAUTH_KEY, p->req, &current);
	if (e == ERR_OK)
		e = reauth_check(p, f, &current, ei);
	else if (e == ERR_ARG)
		e = ERR_OK; /* the form has the error */
	secret_clear(&current);
	return e;
}
