#include "common/alarm_kind.h"

static const struct alarm_kind table[ALARM__MAX] = {
#define ALARM(name, number, severity, touches, title, so, todo, page, label) \
	[ALARM_##name] = {number, severity, TOUCHES_##touches, title, so,    \
	    todo, page, label},
#include "common/alarm.def"
#undef ALARM
};

static const struct alarm_kind unknown = {
    0, "error", TOUCHES_NOBODY, "Alarm of another version", "", "", "", ""};

const struct alarm_kind *
alarm_kind(enum alarm_id id)
{
	return (unsigned)id < ALARM__MAX ? &table[id] : &unknown;
}

enum alarm_id
alarm_id_of(int64_t number)
{
	unsigned i;

	for (i = 0; i < ALARM__MAX; i++)
		if (table[i].number == number)
			return (enum alarm_id)i;
	return ALARM__MAX;
}

const struct alarm_kind *
alarm_kind_of(int64_t number)
{
	return alarm_kind(alarm_id_of(number));
}
