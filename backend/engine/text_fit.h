/* text_fit.h - sentences for people, put together in a place of fixed size:
 * what is too long is cut between characters, never within one.
 * Engine.  Pure. */
#ifndef TEXT_FIT_H
#define TEXT_FIT_H

#include <stddef.h>

/* Always NUL-terminated. */
void text_fit(char *out, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
