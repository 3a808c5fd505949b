/* password.h - a password from a descriptor, from standard input, or typed
 * with the echo off.  Never from an argument. */
#ifndef PASSWORD_H
#define PASSWORD_H

#include <stdbool.h>

#include "common/err.h"

struct ctl;
struct secret;

/* asked: it is needed, whether an option says so or not; then standard
 * input is read where no option names another place.  *given is false, and
 * out empty, where nobody offered one. */
enum err password_read(struct ctl *c, bool asked, const char *prompt,
    struct secret *out, bool *given, struct errinfo *ei) ERR_CHECK;

#endif
