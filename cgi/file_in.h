/* file_in.h - the file of a page that shows what it would do before it does
 * it: chosen in the browser, kept from the page before, or pasted as text.
 * calconn-web.  A file is of any size that its kind may have; what is pasted
 * has the limit of a field. */
#ifndef FILE_IN_H
#define FILE_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "cgi/spool.h"
#include "common/buf.h"

struct form;
struct page;

#define FILE_IN_UPLOAD "upload" /* the field of a chosen file */
#define FILE_IN_KEPT "kept" /* the id of one that is kept */

struct file_in_as {
	enum spool_kind kind;
	const char *text; /* the field of what is pasted */
	const char *cut, *bad; /* errors of that: too long; no UTF-8 */
};

struct file_in {
	struct buf kept;
	const char *p; /* NULL: there is none, and the form says why */
	size_t n;
	const char *field; /* where an error in it belongs */
	char id[SPOOL_ID_MAX]; /* "" : it was pasted */
};

void file_in_fields(struct form *f, const struct file_in_as *as);
/* Fills P.kept, P.kept_kib and P.file_mib as well. */
enum err file_in_take(struct file_in *in, struct page *p, struct form *f,
    const struct file_in_as *as, struct errinfo *ei) ERR_CHECK;
void file_in_view(struct page *p, const struct file_in_as *as);
/* What was done with it is done: nothing is kept. */
void file_in_done(struct page *p, const struct file_in_as *as);
void file_in_clear(struct file_in *in); /* wipes */

#endif
