#include "common/fingerprint.h"

#include <ctype.h>
#include <string.h>

bool
fingerprint_read(char out[FINGERPRINT_LEN + 1], const char *text)
{
	const bool has_colons = strchr(text, ':') != NULL;
	char made[FINGERPRINT_LEN + 1];
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (n >= FINGERPRINT_LEN)
			return false;
		if (n % 3 == 2) {
			made[n++] = ':';
			if (has_colons && *text++ != ':')
				return false;
		}
		if (!isxdigit((unsigned char)*text))
			return false;
		made[n++] = (char)toupper((unsigned char)*text);
	}
	if (n != FINGERPRINT_LEN)
		return false;
	made[n] = '\0';
	memcpy(out, made, sizeof(made));
	return true;
}
