/* err.h - error classes and the text that travels with them.
 * Every program.  Owns nothing, blocks on nothing. */
#ifndef ERR_H
#define ERR_H

#include <stdarg.h>
#include <stdbool.h>

/* A class that a caller can act on.  Each row of the table in err.c says
 * for its class: name, HTTP status of a page, whether a retry can help. */
enum err {
	ERR_OK = 0,
	ERR_ARG, /* the caller's input is wrong */
	ERR_NOTFOUND, /* no such record, job, user */
	ERR_EXISTS, /* a unique name is taken */
	ERR_DENIED, /* the role or the peer may not do this */
	ERR_AUTH, /* credentials were refused */
	ERR_BOUND, /* a sealed box is bound to something else */
	ERR_TRUST, /* a certificate or a redirect is not trusted */
	ERR_DNS, /* a name does not resolve */
	ERR_CONNECT, /* nothing answers at the address */
	ERR_TIMEOUT, /* no answer in time */
	ERR_THROTTLED, /* the peer asks to come back later */
	ERR_PROTO, /* the answer is not what the protocol says */
	ERR_TOOBIG, /* over a named limit */
	ERR_CONFLICT, /* somebody else changed it meanwhile */
	ERR_STORE, /* SQLite or the disk failed */
	ERR_SYS, /* a system call failed */
	ERR_NOMEM,
	ERR_GONE, /* the program that had the job has died */
	ERR_CANCELLED,
	ERR_BUSY, /* a limit of concurrent work is reached */
	ERR_UNSUPPORTED,
	ERR__MAX
};

#define ERRINFO_MAX 512 /* bytes of text, NUL included */

/* What a person reads.  Set where the cause is known; callers add context
 * with errinfo_context() and never reword.  Fixed size, no heap; never
 * holds a secret. */
struct errinfo {
	enum err code;
	char text[ERRINFO_MAX];
};

#define ERR_CHECK __attribute__((warn_unused_result))

/* Fills ei (NULL is fine) and returns `code`, so that a function can end
 * with `return err_set(ei, ERR_X, "...")`. */
enum err err_set(struct errinfo *ei, enum err code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Puts "context: " before the text that is there. */
void errinfo_context(struct errinfo *ei, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *err_name(enum err code); /* "ERR_AUTH" */
const char *err_default_text(enum err code); /* one plain sentence */
int err_http_status(enum err code); /* 200, 404, 409, 500 ... */
bool err_can_retry(enum err code);

#endif
