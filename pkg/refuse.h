/* refuse.h - why a bundle is refused, for a program and for a person.
 * Owns nothing, blocks on nothing. */
#ifndef REFUSE_H
#define REFUSE_H

#include "common/err.h"

enum refuse {
	REFUSE_NONE,
#define REFUSE(id, name, text) REFUSE_##id,
#include "pkg/refuse.def"
#undef REFUSE
	REFUSE__MAX
};

/* reason is REFUSE_NONE where the system failed and not the bundle. */
struct refusal {
	enum refuse reason;
	struct errinfo ei;
};

/* Sets reason and text, "sentence (detail)", and returns ERR_DENIED.
 * w: NULL is fine. */
enum err refuse(struct refusal *w, enum refuse r, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), warn_unused_result));
/* A failed system call; errno says why, and a full disk is a refusal. */
enum err refuse_errno(struct refusal *w, const char *what) ERR_CHECK;
/* The place of another function's text. */
struct errinfo *refuse_ei(struct refusal *w);
const char *refuse_name(enum refuse r); /* "unsigned"; "" for none */
const char *refuse_text(enum refuse r);

#endif
