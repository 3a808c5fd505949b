/* alarm_kind.h - the table of alarms, alarm.def: what each means.
 * Runs anywhere; read only.  Raised and lowered in the engine, alarm.h. */
#ifndef ALARM_KIND_H
#define ALARM_KIND_H

#include <stdint.h>

enum alarm_id {
#define ALARM(name, number, severity, touches, title, so, todo, page, label) \
	ALARM_##name,
#include "common/alarm.def"
#undef ALARM
	ALARM__MAX
};

enum alarm_touches {
	TOUCHES_NOBODY,
	TOUCHES_ALL,
	TOUCHES_RECORD,
	TOUCHES_OWN,
	TOUCHES_HOST
};

struct alarm_kind {
	int number;
	const char *severity;
	enum alarm_touches touches;
	const char *title; /* a heading, without a full stop */
	const char *consequence, *todo; /* whole sentences */
	const char *page, *page_name; /* path and words of the link, or "" */
};

const struct alarm_kind *alarm_kind(enum alarm_id id); /* never NULL */
/* ALARM__MAX where no alarm has the number. */
enum alarm_id alarm_id_of(int64_t number);
/* Never NULL: a number that is not in the table (of a newer version) has
 * nothing to say. */
const struct alarm_kind *alarm_kind_of(int64_t number);

#endif
