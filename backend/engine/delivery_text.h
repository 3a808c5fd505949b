/* delivery_text.h - what is sent when alarms are raised or lowered: as a
 * syslog line, as a mail, as JSON.
 * Engine.  Pure.  Details hold foreign text: each form escapes it. */
#ifndef DELIVERY_TEXT_H
#define DELIVERY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct alarm_event;
struct buf;
struct strlist;

#define DELIVERY_BATCH 50 /* events of one message */
#define DELIVERY_TEXT_MAX 500000 /* bytes of a mail or of JSON */
/* RFC 5424 6.1: 2048 is what a receiver should take. */
#define DELIVERY_UDP_MAX 2048
#define DELIVERY_SYSLOG_MAX 8000

struct delivery_text {
	const char *system; /* name of this host */
	const char *origin; /* of the pages, without "/" at its end */
	const char *id; /* of the message */
	int64_t now_s;
	const struct alarm_event *v; /* none: a test */
	size_t n;
	int64_t more; /* that follow in the next message */
};

/* RFC 5424, without framing.  Takes as many events as fit into max, at least
 * one (cut where it has to be): *taken. */
enum err delivery_syslog(const struct delivery_text *t, size_t max,
    struct buf *out, size_t *taken) ERR_CHECK;
/* RFC 5322, quoted-printable. */
enum err delivery_mail(const struct delivery_text *t, const char *from,
    const struct strlist *to, struct buf *out) ERR_CHECK;
/* {"system", "id", "sent", "test", "more", "events": [...]} */
enum err
delivery_json(const struct delivery_text *t, struct buf *out) ERR_CHECK;

#endif
