/* store_confer_box.h - secrets of conferencing services that the service has
 * changed by itself, in state.db.  The engine's alone. */
#ifndef STORE_CONFER_BOX_H
#define STORE_CONFER_BOX_H

#include <stddef.h>

#include "common/err.h"
#include "common/ipc.h"

struct confer_field;
struct store;

/* In the place of what f holds, which it comes from. */
enum err store_confer_box_put(struct store *s, const char *confer_id,
    const struct confer_field *f, const struct bytes *box,
    struct errinfo *ei) ERR_CHECK;
/* The box to use for f: one that came after it, else a copy of its own; the
 * caller frees out->p.  Empty where there is none at all. */
enum err store_confer_box_get(struct store *s, const char *confer_id,
    const struct confer_field *f, struct bytes *out,
    struct errinfo *ei) ERR_CHECK;

#endif
