/* body.h - the bytes of a request's body, as they come from the web server.
 * calconn-web.  They may hold a password: each byte is overwritten where the
 * FastCGI library keeps it, as soon as it is taken. */
#ifndef BODY_H
#define BODY_H

#include <stddef.h>
#include <stdint.h>

struct FCGX_Stream;

struct body {
	struct FCGX_Stream *in; /* borrowed */
	uint64_t left; /* bytes that are still of this body */
};

/* At most `room` bytes; 0 at the end. */
size_t body_take(struct body *b, char *to, size_t room);
/* A body that is not wanted is read all the same, so that the web server
 * can finish sending and then read the answer; at most so many bytes. */
void body_drain(struct body *b, uint64_t max);

#endif
