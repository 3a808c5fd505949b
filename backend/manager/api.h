/* api.h - the control socket: web workers and calconnctl.  manager only.
 * Owns the clients.  Who they are the kernel says; what they say is
 * hostile.  Requests to the manager are answered here, those to the engine
 * are passed on. */
#ifndef API_H
#define API_H

#include <stdint.h>

#include <stdbool.h>

#include "common/err.h"
#include "common/ipc.h"

struct api; /* opaque */
struct manager;

#define API_CLIENTS_MAX 128
#define API_IDLE_MS 600000u /* then a client is put out */
#define API_HOLD_MS 300000u /* of a change of the version */
#define API_HELLO_MS 5000u /* until its hello */

/* Takes over the listening socket. */
enum err api_new(struct api **out, struct manager *m, int listen_fd,
    struct errinfo *ei) ERR_CHECK;
void api_close(struct api *a); /* clients too; the loop then ends it */
void api_free(struct api *a); /* after the loop has ended */

/* Answers of the engine, by the id that the manager had given out. */
enum err api_relay(struct api *a, const struct ipc_frame *f) ERR_CHECK;
void api_answer(struct api *a, enum ipc_type t, uint64_t id, const void *msg);
/* There is no engine any more that could answer. */
void api_engine_gone(struct api *a);
/* A client keeps the programs from running (MANAGER_HOLD), and is told so
 * now that they have ended.  The manager ends when it goes. */
bool api_is_held(struct api *a);
void api_let_go(struct api *a); /* it is no longer waited for */

#endif
