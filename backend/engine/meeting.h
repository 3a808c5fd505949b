/* meeting.h - what is done about one meeting: read it, decide, write the
 * join details, remember the verdict and why.
 * Engine; on the loop. */
#ifndef MEETING_H
#define MEETING_H

struct mbox;
struct msg_evidence;
struct msg_ews_item;
struct record;
struct work;

/* Begins; ends with work_settle() or work_delay(). */
void meeting_look(struct work *w);
/* What one read has brought; it is NULL where ev says why not.  The evidence
 * was judged by meeting_saw() already. */
void meeting_read(
    struct work *w, const struct msg_evidence *ev, struct msg_ews_item *it);
/* A request about meetings has ended: what that says of the server. */
void meeting_saw(struct record *r, const struct msg_evidence *ev);
/* Frees what it held while the meeting was being booked. */
void meeting_let_go(struct work *w);
/* The person has a Personal Room now: what waited for it becomes due. */
void meeting_room_given(struct mbox *m);

#endif
