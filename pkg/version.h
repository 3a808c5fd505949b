/* version.h - version numbers such as 1.12.3: two to four numbers, compared
 * one by one.  They name folders, so nothing else is let in. */
#ifndef VERSION_H
#define VERSION_H

#include <stdbool.h>

#define VERSION_MAX 32 /* bytes of the text, NUL included */

bool version_is_valid(const char *s);
/* As strcmp(); both are valid. */
int version_cmp(const char *a, const char *b);

#endif
