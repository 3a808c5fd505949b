/* store_copy.h - copies of both databases, for another version of the
 * programs to run with.  Whoever has them open may go on meanwhile: each
 * copy is one moment of its database. */
#ifndef STORE_COPY_H
#define STORE_COPY_H

#include <stdint.h>

#include "common/err.h"

struct store_paths {
	const char *config, *state; /* borrowed */
};

/* Makes both, migrates them and looks whether they are whole.  What is not
 * there is begun anew.  Neither copy may exist. */
enum err store_copy(const struct store_paths *from,
    const struct store_paths *to, struct errinfo *ei) ERR_CHECK;
/* The newest entry of the configuration log in another config.db, which is
 * only read; 0: none. */
enum err store_copy_last_change(
    const char *config, int64_t *id, struct errinfo *ei) ERR_CHECK;

#endif
