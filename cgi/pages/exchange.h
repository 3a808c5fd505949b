/* exchange.h - what the pages of Microsoft Exchange Configuration share.
 * calconn-web. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "cgi/page.h"

struct exchange_brief;
struct exchange_draft;
struct msg_report;

/* A draft is seen, changed and stored by who types it; for all others it is
 * not there (ERR_NOTFOUND). */
enum err exchange_own_draft(struct page *p, const char *draft_id,
    struct exchange_draft *out, struct errinfo *ei) ERR_CHECK;
/* Starts the test of a stored draft and goes to its page, whether or not
 * the engine could be reached: the page says what to do then. */
enum err exchange_start_test(
    struct page *p, struct exchange_draft *d, struct errinfo *ei) ERR_CHECK;
/* "ok warn err tested off new": does it work? */
const char *exchange_state(const struct exchange_brief *x);
/* The report as nested steps: report.(state...), report.steps.N... */
void exchange_report_view(struct view v, const struct msg_report *r);

#endif
