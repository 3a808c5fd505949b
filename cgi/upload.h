/* upload.h - a bundle that a browser sends, on its way to calconn-pkg.
 * calconn-web.  Two files in one folder, whose names are constants: the part
 * that is being written, locked by who writes it, and the bundle that is
 * whole and waits.  One upload at a time; what was left by one that did not
 * come to its end is gone with the next.  Nothing here looks into the file:
 * that is for who verifies it. */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define UPLOAD_WAITS_S 600 /* then nobody comes for it any more */

struct upload {
	int dir, fd; /* -1: closed */
	uint64_t len; /* bytes so far */
	bool whole;
};

/* folder: upload_dir of calconn.conf.  ERR_BUSY: another one is coming in. */
enum err upload_begin(
    struct upload *u, const char *folder, struct errinfo *ei) ERR_CHECK;
/* ERR_TOOBIG: more than a bundle may have; ERR_STORE: the disk is full. */
enum err upload_put(
    struct upload *u, const void *p, size_t n, struct errinfo *ei) ERR_CHECK;
/* On the disk, under the name that calconn-pkg knows. */
enum err upload_finish(struct upload *u, struct errinfo *ei) ERR_CHECK;
/* Closes; one that is not whole is removed. */
void upload_end(struct upload *u);

/* A whole one waits, or is being installed: it came less than
 * UPLOAD_WAITS_S ago. */
bool upload_waits(const char *folder, int64_t now_s);
/* One that nobody was told about. */
void upload_forget(const char *folder);
/* Removes a part that nobody writes any more. */
void upload_sweep(const char *folder);

#endif
