/* pages.h - the handlers that routes.def names.  calconn-web. */
#ifndef PAGES_H
#define PAGES_H

#include "cgi/page.h"

#define ROUTE(method, path, fn, template, least, flags) \
	enum err fn(struct page *p, struct errinfo *ei) ERR_CHECK;
#include "cgi/routes.def"
#undef ROUTE

#endif
