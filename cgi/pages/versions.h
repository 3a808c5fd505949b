/* versions.h - the part of a connector's page that is about versions. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include <stdbool.h>

#include "common/err.h"

struct page;

/* Fills P.ver. */
enum err versions_view(struct page *p, struct errinfo *ei) ERR_CHECK;
/* *busy: the version is being changed, or is to be. */
enum err
versions_busy(struct page *p, bool *busy, struct errinfo *ei) ERR_CHECK;

#endif
