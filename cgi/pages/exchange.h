/* exchange.h - what the pages of Microsoft Exchange Configuration share.
 * calconn-web. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "cgi/page.h"

struct exchange;
struct exchange_brief;
struct exchange_draft;
struct msg_report;

/* A draft is seen, changed and stored by who types it; for all others it is
 * not there (ERR_NOTFOUND). */
enum err exchange_own_draft(struct page *p, const char *draft_id,
    struct exchange_draft *out, struct errinfo *ei) ERR_CHECK;
/* A draft is of who types it, and so is what its test found: for all others
 * it is not there (ERR_NOTFOUND). */
enum err exchange_report_own(const struct page *p, const struct msg_report *r,
    struct errinfo *ei) ERR_CHECK;
/* Starts the test of a stored draft and goes to its page, whether or not
 * the engine could be reached: the page says what to do then.  Where another
 * test of the session runs, the answer is the page that offers to cancel
 * that one. */
enum err exchange_start_test(
    struct page *p, struct exchange_draft *d, struct errinfo *ei) ERR_CHECK;
/* "ok warn err tested off new": does it work? */
const char *exchange_state(const struct exchange_brief *x);
/* The same for the next account of a record. */
enum err exchange_test_next(struct page *p, const struct exchange *x,
    const char *next_id, struct errinfo *ei) ERR_CHECK;
/* The other test of this session, which the form names, makes room. */
enum err exchange_cancel_other(struct page *p, struct errinfo *ei) ERR_CHECK;
/* "set 41 days ago"; nothing where no password is stored. */
void exchange_age_view(
    struct view v, const char *name, int64_t set_s, int64_t now_s);
/* Parts of the page of tests. */
void exchange_test_draft_view(struct page *p, const struct exchange_draft *d);
void exchange_test_record_view(struct page *p, const struct exchange *x);
void exchange_test_buttons(struct page *p, bool is_running, bool has_draft);
void exchange_no_answer(struct page *p, enum err e, const struct errinfo *ei);
/* past.N.(mailbox who at state...): the newest report of each mailbox. */
enum err exchange_past_view(
    struct page *p, const char *record_id, struct errinfo *ei) ERR_CHECK;
/* The report as nested steps: (state...), steps.N... */
void exchange_report_view(struct view v, const struct msg_report *r);
/* The page of a test that is no Exchange record's: its report as it comes;
 * not_started is said where there is no such test. */
void
test_report_show(struct page *p, const char *job_id, const char *not_started);

#endif
