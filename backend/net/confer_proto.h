/* confer_proto.h - one type of conferencing service, as net speaks with it:
 * a request is encoded, sent by job_confer.c, and its answer decoded.  Pure,
 * but for the sending.  A type is a row in job_confer.c and a file like
 * tms_client.c. */
#ifndef CONFER_PROTO_H
#define CONFER_PROTO_H

#include <stddef.h>

#include "common/err.h"
#include "common/str.h"

struct buf;
struct msg_confer_job;
struct msg_confer_result;

#define CONFER_URL_MAX 2048

struct confer_request {
	char url[CONFER_URL_MAX + 1];
	struct strlist headers; /* "Name: value" */
	struct buf *body;
};

struct confer_proto {
	const char *type; /* of confer_type.def */
	/* ERR_UNSUPPORTED: this type knows no such op. */
	enum err (*encode)(
	    struct confer_request *out, const struct msg_confer_job *m);
	/* Fills *r; what is wrong goes to r->ev. */
	void (*decode)(const char *p, size_t n, const struct msg_confer_job *m,
	    struct msg_confer_result *r);
};

extern const struct confer_proto confer_proto_tms;

#endif
