/* alarms.h - rows of an alarm table, for more than one page. */
#ifndef ALARMS_H
#define ALARMS_H

#include "cgi/view.h"

struct alarm_list;

void alarms_view(struct view list, const struct alarm_list *l);

#endif
