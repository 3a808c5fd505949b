/* query_mode.c - see query_mode.h. */
#include "common/query_mode.h"

#include <stddef.h>

#include "common/str.h"

/* Before there were three, "ldap" meant StartTLS: in a binding it still does,
 * so that no password has to be entered again for a new word. */
static const struct {
	const char *name, *bound;
} modes[QUERY__MAX] = {
    [QUERY_LDAP] = {"ldap", "sealed"},
    [QUERY_STARTTLS] = {"starttls", "ldap"},
    [QUERY_LDAPS] = {"ldaps", "ldaps"},
};

enum query_mode
query_mode_parse(const char *word)
{
	size_t i;

	for (i = 0; i < QUERY__MAX; i++)
		if (str_eq(word, modes[i].name))
			return (enum query_mode)i;
	return QUERY_LDAPS;
}

const char *
query_mode_name(enum query_mode m)
{
	return modes[m < QUERY__MAX ? m : QUERY_LDAPS].name;
}

const char *
query_mode_bound(enum query_mode m)
{
	return modes[m < QUERY__MAX ? m : QUERY_LDAPS].bound;
}
