/* device_client.h - what is said to a Cisco room device, and what it answers.
 * Pure: bytes and structs, no socket.  Runs in net.  Answers are hostile.
 * Sources: xAPI reference guides of TC 7.3, CE 8.2 and CE 9.1 (xCommand
 * Bookings List and Clear, xStatus SystemUnit; "/getxml", "/putxml"); the
 * list that "/bookingsputxml" takes is that of the public emulator
 * acaeti/OBTP-emulator (MIT). */
#ifndef DEVICE_CLIENT_H
#define DEVICE_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;
struct msg_device_info;
struct msg_device_put;

#define DEVICE_URL_MAX 512 /* bytes */
#define DEVICE_LIST_MAX (1024u * 1024u) /* of what is sent */
#define DEVICE_ANSWER_MAX (1024u * 1024u) /* of one answer */

enum device_path { DEVICE_STATUS, DEVICE_COMMAND, DEVICE_BOOKINGS };

/* "https://HOST:PORT/..." */
enum err device_url(struct buf *out, const char *host, uint32_t port,
    enum device_path p) ERR_CHECK;
/* A whole list, which takes the place of the one that the device has; none:
 * it is cleared.  Of a private meeting no title goes in.  ERR_ARG: a meeting
 * has no end after its start. */
enum err
device_list_encode(struct buf *out, const struct msg_device_put *m) ERR_CHECK;
/* Asks for the list that the device has. */
enum err device_ask_encode(struct buf *out) ERR_CHECK;

/* product and version.  ERR_PROTO: it is no device that answers. */
enum err device_status_decode(struct msg_device_info *out, const char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
/* bookings_n.  ERR_DENIED: it says why not. */
enum err device_list_decode(struct msg_device_info *out, const char *p,
    size_t n, struct errinfo *ei) ERR_CHECK;
/* Did it take the list?  An empty answer is a yes.  ERR_DENIED: it says why
 * not; ERR_PROTO: it is no device that answers. */
enum err
device_took_decode(const char *p, size_t n, struct errinfo *ei) ERR_CHECK;

#endif
