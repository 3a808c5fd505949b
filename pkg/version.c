/* version.c - see version.h. */
#include "config.h"

#include "pkg/version.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MIN 2
#define PARTS_MAX 4
#define DIGITS_MAX 6 /* of a part: any sum of them fits a long */

bool
version_is_valid(const char *s)
{
	size_t parts = 0, digits;

	if (strlen(s) >= VERSION_MAX)
		return false;
	for (;; s++) {
		digits = strspn(s, "0123456789");
		if (digits == 0 || digits > DIGITS_MAX ||
		    (digits > 1 && s[0] == '0'))
			return false; /* one spelling a version */
		parts++;
		s += digits;
		if (*s == '\0')
			return parts >= PARTS_MIN && parts <= PARTS_MAX;
		if (*s != '.')
			return false;
	}
}

int
version_cmp(const char *a, const char *b)
{
	char *end;
	long x, y;

	while (*a != '\0' || *b != '\0') {
		x = y = -1; /* 1.2 is before 1.2.0 */
		if (*a != '\0') {
			x = strtol(a, &end, 10);
			a = *end == '.' ? end + 1 : end;
		}
		if (*b != '\0') {
			y = strtol(b, &end, 10);
			b = *end == '.' ? end + 1 : end;
		}
		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}
