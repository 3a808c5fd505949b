/* admins.h - what the pages of Administrator accounts share. */
#ifndef PAGES_ADMINS_H
#define PAGES_ADMINS_H

#include "common/store_admin.h"

const char *admins_role_label(enum role r); /* "Read-write"; "" for none */

#endif
