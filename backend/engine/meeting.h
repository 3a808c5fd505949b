/* meeting.h - what is done about one meeting: read it, decide, write the
 * join details, remember the verdict and why.
 * Engine; on the loop. */
#ifndef MEETING_H
#define MEETING_H

struct mbox;
struct work;

/* Begins; ends with work_settle() or work_delay(). */
void meeting_look(struct work *w);
/* Frees what it held while the meeting was being booked. */
void meeting_let_go(struct work *w);
/* The person has a Personal Room now: what waited for it becomes due. */
void meeting_room_given(struct mbox *m);

#endif
