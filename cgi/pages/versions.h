/* versions.h - the part of a connector's page that is about versions. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include "common/err.h"

struct page;

/* Fills P.ver. */
enum err versions_view(struct page *p, struct errinfo *ei) ERR_CHECK;

#endif
