/* conferencing.h - what the pages of Cisco Conferencing Services
 * Configuration share.  calconn-web. */
#ifndef PAGES_CONFERENCING_H
#define PAGES_CONFERENCING_H

#include "cgi/page.h"

/* P.bookings: what is booked with the service and not over; *n: how many. */
enum err conferencing_bookings(struct page *p, const char *confer_id, size_t *n,
    struct errinfo *ei) ERR_CHECK;

/* Starts a test, and leads to its page; also where it could not start. */
enum err conferencing_test_go(
    struct page *p, const char *confer_id, struct errinfo *ei) ERR_CHECK;

#endif
