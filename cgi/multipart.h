/* multipart.h - reads a form that carries a file (RFC 7578, RFC 2046
 * section 5.1), as a browser sends it.  calconn-web.
 * The fields come first and are kept; the file is the last part and passes
 * through in pieces, so that its size needs no memory.  All bytes are
 * hostile: what no browser sends is refused - a preamble, padding, folded
 * headers, escapes, bytes after the end.  The name of the file is read over
 * and never used.  Knows no socket: the bytes come from a function. */
#ifndef MULTIPART_H
#define MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

#include "cgi/req.h"
#include "common/err.h"

#define MULTIPART_BOUNDARY_MAX 70 /* bytes; RFC 2046 section 5.1.1 */
#define MULTIPART_HEAD_MAX 2048 /* bytes of the headers of a part */
#define MULTIPART_FIELDS_MAX 16384 /* bytes of all fields, with names */
#define MULTIPART_WINDOW 32768 /* bytes that are looked at together */

/* At most room bytes to `to`; 0 at the end. */
typedef size_t (*multipart_read_fn)(void *arg, char *to, size_t room);

/* May hold a password until multipart_clear(). */
struct multipart {
	multipart_read_fn read;
	void *arg;
	char delim[MULTIPART_BOUNDARY_MAX + 5]; /* CR LF "--" boundary */
	size_t delim_len;
	char block[MULTIPART_FIELDS_MAX]; /* the fields point into it */
	size_t block_len;
	char window[MULTIPART_WINDOW];
	size_t at, len; /* what of the window was not yet taken */
	char file[REQ_NAME_MAX + 1]; /* the field of the file; "" : none */
	bool ended;
};

bool multipart_is(const char *content_type);
/* Reads up to the first byte of the file.  ERR_ARG: it is no such form;
 * ERR_TOOBIG: a limit of these is passed. */
enum err multipart_begin(struct multipart *m, const char *content_type,
    multipart_read_fn read, void *arg, struct req_fields *f,
    struct errinfo *ei) ERR_CHECK;
/* The file has not one byte: none was chosen. */
bool multipart_is_empty(struct multipart *m);
/* The next bytes of the file; *n is 0 when it has ended, and the form with
 * it, as it should. */
enum err multipart_file(struct multipart *m, char *to, size_t room, size_t *n,
    struct errinfo *ei) ERR_CHECK;
void multipart_clear(struct multipart *m); /* wipes */

#endif
