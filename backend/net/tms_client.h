/* tms_client.h - the Booking API of Cisco TMS, both ways.  Pure; runs in net.
 * SOAP 1.1, document/literal, as in bookingservice.wsdl and
 * remotesetupservice.wsdl; what the programming guides of later versions add
 * is said where it is used.  Answers are hostile bytes. */
#ifndef TMS_CLIENT_H
#define TMS_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "backend/net/confer_proto.h"

struct msg_confer_meeting;
struct xml_writer;

/* The version that this code was written for (Booking API guide, API 22 of
 * TMS 15.11) and the first that has ClientSession as we use it (API 15). */
#define TMS_API_NEWEST 22
#define TMS_API_OLDEST 15

#define TMS_NS_BOOKING "http://tandberg.net/2004/02/tms/external/booking/"
#define TMS_NS_SETUP TMS_NS_BOOKING "remotesetup/"
/* Names us in bookings; with it and the key a meeting is found again. */
#define TMS_SOURCE "Calendar Connector"

enum err tms_encode(
    struct confer_request *out, const struct msg_confer_job *m) ERR_CHECK;
void tms_decode(const char *p, size_t n, const struct msg_confer_job *m,
    struct msg_confer_result *r);

/* "2027-03-18 08:00:00Z", and with a T as xs:dateTime. */
void tms_put_time(struct xml_writer *w, const char *name, int64_t s);
void tms_put_stamp(struct xml_writer *w, const char *name, int64_t s);
/* The inside of a Conference: of a series, of one of its meetings. */
void tms_put_meeting(struct xml_writer *w, const struct msg_confer_meeting *c,
    const char *subject, int64_t start_s, int64_t end_s);

/* "SaveConference"; "" for an op that TMS does not know. */
const char *tms_op_name(uint32_t op);
/* Row of failure.def for an error code of the guide's table. */
const char *tms_failure(const char *code);

#endif
