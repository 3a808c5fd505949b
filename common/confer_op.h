/* confer_op.h - what the engine asks a conferencing service for, whatever its
 * type: the op of struct msg_confer_job.  Answers: struct msg_confer_result.
 * Engine and net. */
#ifndef CONFER_OP_H
#define CONFER_OP_H

enum confer_op {
	CONFER_ALIVE, /* yes: it is that service, and we are signed in */
	CONFER_RIGHTS, /* yes: may book for others */
	CONFER_VERSION, /* api: the newest that it speaks */
	CONFER_LICENCE, /* no fault: it may be booked with */
	CONFER_ROOMS, /* count and names of the rooms that it sees */
	CONFER_ZONES, /* names: time zones of its users, each once */
	CONFER_FIND, /* remote_id of meeting.key, "" : it has none */
	CONFER_BOOK, /* makes or changes the meeting of meeting.key: to ask
		      * twice books once */
	CONFER_CANCEL, /* ends the meeting of meeting.remote_id; one that is
			* not there any more is done */
	CONFER_SITE, /* yes: the service knows the site that is configured */
	CONFER_READ, /* what the service holds of meeting.remote_id now, judged
		      * by meeting; answers as CONFER_BOOK does */
	CONFER_ROOM, /* link: the Personal Room of the test account */
	CONFER_OP__MAX
};

#endif
