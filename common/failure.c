#include "common/failure.h"

#include <stddef.h>
#include <string.h>

static const struct failure table[] = {
#define FAILURE(name, code, title, todo, command, alarm) \
	{name, code, title, todo, command, alarm},
#include "common/failure.def"
#undef FAILURE
};

#define TABLE_N (sizeof(table) / sizeof(table[0]))

const struct failure *
failure_at(unsigned i)
{
	return i < TABLE_N ? &table[i] : NULL;
}

const struct failure *
failure_find(const char *name)
{
	size_t i;

	for (i = 0; i < TABLE_N; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}
