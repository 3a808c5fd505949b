/* proxy.h - what the pages of the Connector Proxy share.  calconn-web. */
#ifndef PAGES_PROXY_H
#define PAGES_PROXY_H

#include "cgi/page.h"

/* Starts a test with CONNECT to this server and goes to its page. */
enum err proxy_test_go(struct page *p, const char *host, uint32_t port,
    struct errinfo *ei) ERR_CHECK;

#endif
