/* confer_room.c - which system stands for a room's mailbox; see confer.h. */
#include <string.h>
#include <strings.h>

#include "common/confer.h"
#include "common/str.h"
#include "common/valid.h"

#define ENTRY_MAX 280 /* bytes of "MAILBOX=ID" */

/* The next entry of the list, trimmed; false at its end.  An entry that is
 * too long comes out empty. */
static bool
next_entry(const char **at, char *out, size_t size)
{
	const char *p = *at;
	size_t n;

	p += strspn(p, ", \t");
	if (*p == '\0')
		return false;
	n = strcspn(p, ",");
	*at = p + n;
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (n >= size)
		n = 0;
	memcpy(out, p, n);
	out[n] = '\0';
	return true;
}

/* Cuts the entry at its "="; 0: it is none. */
static uint32_t
split(char *entry)
{
	char *eq = strchr(entry, '=');
	uint64_t id = 0;

	if (eq == NULL)
		return 0;
	*eq = '\0';
	if (str_to_u64(str_trim(eq + 1), INT32_MAX, &id) != ERR_OK)
		return 0;
	while (eq > entry && (eq[-1] == ' ' || eq[-1] == '\t'))
		*--eq = '\0';
	return (uint32_t)id;
}

enum err
confer_rooms_check(const char *map, struct errinfo *ei)
{
	char entry[ENTRY_MAX];

	while (next_entry(&map, entry, sizeof(entry)))
		if (split(entry) == 0 || valid_email(entry, NULL) != ERR_OK)
			return err_set(ei, ERR_ARG,
			    "Write MAILBOX=NUMBER for each room, with commas "
			    "between, such as room1@example.com=12.");
	return ERR_OK;
}

uint32_t
confer_room(const char *map, const char *mailbox)
{
	char entry[ENTRY_MAX];
	uint32_t id;

	while (next_entry(&map, entry, sizeof(entry)))
		if ((id = split(entry)) != 0 && strcasecmp(entry, mailbox) == 0)
			return id;
	return 0;
}
