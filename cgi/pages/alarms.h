/* alarms.h - rows of an alarm table, for more than one page. */
#ifndef ALARMS_H
#define ALARMS_H

#include <stddef.h>

#include "cgi/view.h"
#include "common/err.h"

struct alarm;
struct alarm_list;
struct page;

/* P.alarms: at most so many of them.  P.alarms_more: how many are left. */
enum err alarms_view(struct page *p, const struct alarm_list *l, size_t most,
    struct errinfo *ei) ERR_CHECK;
/* Everything of one; the users it touches are counted. */
enum err alarm_view(struct page *p, struct view row, const struct alarm *a,
    struct errinfo *ei) ERR_CHECK;

#endif
