/* ipc_client.h - a blocking client of the control socket: web and ctl.
 * One request at a time, each with a deadline (STYLE 7.4: two seconds). */
#ifndef IPC_CLIENT_H
#define IPC_CLIENT_H

#include "common/err.h"
#include "common/ipc.h"

#define IPC_CLIENT_TIMEOUT_MS 2000

struct ipc_client; /* opaque */

/* Connects, says hello and checks the protocol. ERR_CONNECT: the manager
 * does not run. program: "calconn-web", "calconnctl". */
enum err ipc_client_open(struct ipc_client **out, const char *socket_path,
    const char *program, struct errinfo *ei) ERR_CHECK;
void ipc_client_close(struct ipc_client *c);
/* For each call from now on; IPC_CLIENT_TIMEOUT_MS until then. */
void ipc_client_set_timeout(struct ipc_client *c, unsigned ms);
/* Sends one message and waits for the answer of type `want`; *answer is
 * that row's struct, to be freed with its msg_X_free.  An ERROR answer
 * becomes its code and text.  After any other failure the connection is of
 * no more use, and each call ends in ERR_GONE. */
enum err ipc_client_call(struct ipc_client *c, enum ipc_type t, const void *msg,
    enum ipc_type want, void *answer, struct errinfo *ei) ERR_CHECK;

#endif
