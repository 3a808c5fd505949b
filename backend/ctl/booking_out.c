/* booking_out.c - see booking_out.h. */
#include "backend/ctl/booking_out.h"

#include "backend/ctl/ctl.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/store_state.h"

void
booking_out_service(struct ctl *c, const char *confer_id)
{
	struct confer svc;
	struct errinfo ei;

	if (confer_id[0] == '\0') {
		out_str(&c->out, "service", "SERVICE", "");
	} else if (store_confer_get(c->store, confer_id, &svc, &ei) != ERR_OK) {
		out_str(&c->out, "service", "SERVICE", "(removed)");
	} else {
		out_str(&c->out, "service", "SERVICE", confer_name(&svc));
		confer_clear(&svc);
	}
}

void
booking_out(struct ctl *c, const struct meeting *m)
{
	struct booking b = {0};
	struct errinfo ei;
	bool is =
	    store_booking_get(c->store, m->mailbox, m->uid, &b, &ei) == ERR_OK;

	booking_out_service(c, is ? b.confer_id : "");
	out_str(&c->out, "booking_id", NULL, is ? b.external_id : "");
	out_str(&c->out, "booking", "BOOKING", is ? b.state : "");
	out_str(&c->out, "answer", "ANSWER", is ? b.failure : "");
	booking_clear(&b);
}
