/* bound_form.h - a kind of bound.h as a form: its fields, and its secret, which
 * goes from the request into a sealed box and is asked for again where it was
 * entered for something else.  calconn-web. */
#ifndef BOUND_FORM_H
#define BOUND_FORM_H

#include "common/err.h"

struct bound;
struct form;
struct page;

void bound_form_fill(struct form *f, const struct bound *b);
/* What was typed, into b; what is wrong stands beside its field.  The secret
 * is sealed only where nothing is. */
enum err bound_form_take(struct page *p, struct form *f, struct bound *b,
    struct errinfo *ei) ERR_CHECK;

#endif
