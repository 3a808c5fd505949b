/* workspace_device.h - how a workspace's device is reached: its fields as the
 * messages to net have them.
 * Engine.  Pure. */
#ifndef WORKSPACE_DEVICE_H
#define WORKSPACE_DEVICE_H

#include <stdint.h>

struct bound;
struct msg_device_ctx;

#define DEVICE_TIMEOUT_MS 20000 /* that net is given */
#define DEVICE_CALL_MAX_MS 60000 /* two requests, and some more */

/* Fills a zeroed struct. */
void device_ctx_fill(
    struct msg_device_ctx *c, const struct bound *w, uint64_t cred_id);

#endif
