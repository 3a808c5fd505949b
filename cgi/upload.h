/* upload.h - a file that a browser sends: a bundle, on its way to
 * calconn-pkg, or one of spool.h.
 * calconn-web.  Two files in one folder, whose names nobody outside chooses:
 * the part that is being written, locked by who writes it, and the one that
 * is whole and waits.  One upload of a name at a time; what was left by one
 * that did not come to its end is gone with the next.  Nothing here looks
 * into the file: that is for who reads it. */
#ifndef UPLOAD_H
#define UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct multipart;

#define UPLOAD_WAITS_S 600 /* then nobody comes for it any more */
#define UPLOAD_HASH_MAX 65 /* SHA-256 in hex, with NUL */
#define UPLOAD_NAME_MAX 48 /* of a file in the folder, with NUL */

/* What is sent. */
struct upload_as {
	char part[UPLOAD_NAME_MAX], whole[UPLOAD_NAME_MAX];
	const char *what; /* in a sentence: "bundle" */
	uint64_t max; /* bytes */
	unsigned mode; /* of the file */
};

extern const struct upload_as upload_bundle;

struct upload {
	struct upload_as as;
	int dir, fd; /* -1: closed */
	uint64_t len; /* bytes so far */
	bool whole;
};

/* folder: upload_dir of calconn.conf.  ERR_BUSY: another one is coming in. */
enum err upload_begin(struct upload *u, const struct upload_as *as,
    const char *folder, struct errinfo *ei) ERR_CHECK;
/* ERR_TOOBIG: more than as->max; ERR_STORE: the disk is full. */
enum err upload_put(
    struct upload *u, const void *p, size_t n, struct errinfo *ei) ERR_CHECK;
/* All of the form's file; hex: SHA-256 of it. */
enum err upload_copy(struct upload *u, struct multipart *m,
    char hex[UPLOAD_HASH_MAX], struct errinfo *ei) ERR_CHECK;
/* On the disk, under the name of one that is whole. */
enum err upload_finish(struct upload *u, struct errinfo *ei) ERR_CHECK;
/* Closes; one that is not whole is removed. */
void upload_end(struct upload *u);

/* A whole bundle waits, or is being installed: it came less than
 * UPLOAD_WAITS_S ago. */
bool upload_waits(const char *folder, int64_t now_s);
/* One that nobody was told about, or that is no longer needed. */
void upload_forget(const struct upload_as *as, const char *folder);
/* Removes a part that nobody writes any more. */
void upload_sweep(const struct upload_as *as, const char *folder);

#endif
