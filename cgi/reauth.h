/* reauth.h - asks for the password of who is signed in once more, before
 * accounts, keys, versions and restores.  calconn-web. */
#ifndef REAUTH_H
#define REAUTH_H

#include <stdbool.h>

#include "common/err.h"

struct form;
struct page;
struct secret;

#define REAUTH_KEY "current" /* the field */
#define REAUTH_PASSWORD_MAX 1024 /* bytes */

/* Adds the field to a form. */
void reauth_add(struct form *f, const char *label);
/* Takes it from the request and checks it; what is wrong with it stands in
 * the form.  Failures count as failed sign-ins.  Anything but ERR_OK is a
 * fault of this system. */
enum err
reauth_take(struct page *p, struct form *f, struct errinfo *ei) ERR_CHECK;
/* Puts an error into the form where nothing was typed. */
bool reauth_is_typed(struct form *f, const struct secret *current);
/* As above, of a password that was read already. */
enum err reauth_check(struct page *p, struct form *f,
    const struct secret *current, struct errinfo *ei) ERR_CHECK;

#endif
