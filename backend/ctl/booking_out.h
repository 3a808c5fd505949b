/* booking_out.h - fields about the booking of a meeting, in the row of a list
 * that is being written.  calconnctl. */
#ifndef BOOKING_OUT_H
#define BOOKING_OUT_H

struct ctl;
struct meeting;

/* Service, number, state, last answer; empty where it is not booked. */
void booking_out(struct ctl *c, const struct meeting *m);
/* The name of a service; "" for no id. */
void booking_out_service(struct ctl *c, const char *confer_id);

#endif
