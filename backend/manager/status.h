/* status.h - what STATUS_GET answers.  manager only. */
#ifndef STATUS_H
#define STATUS_H

#include "common/err.h"

struct manager;
struct msg_status;

/* Into a zeroed struct, to be freed with msg_status_free() in any case. */
enum err status_fill(struct msg_status *out, const struct manager *m) ERR_CHECK;

#endif
