/* delivery.h - what the pages of alarm delivery share.  calconn-web. */
#ifndef PAGES_DELIVERY_H
#define PAGES_DELIVERY_H

#include "cgi/page.h"

/* Sends a test message and goes to its page. */
enum err delivery_test_go(
    struct page *p, const char *channel, struct errinfo *ei) ERR_CHECK;
const char *delivery_title(unsigned channel); /* "Mail" */

#endif
