/* view.h - what a template can see: a tree of names and text.
 * calconn-web.  The only way from the pages to ClearSilver.  Names are
 * constants of this program, never data; rows are numbered. */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct _hdf;
struct render;

/* A node; passed by value.  Owned by the tree, gone with the request. */
struct view {
	struct _hdf *node;
	bool *failed; /* set when memory is out: the page is not sent */
};

/* NULL is shown as "". */
void view_str(struct view v, const char *name, const char *value);
void view_int(struct view v, const char *name, int64_t value);
void view_flag(struct view v, const char *name, bool value);
void view_fmt(struct view v, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
struct view view_sub(struct view v, const char *name);
struct view view_row(struct view list, size_t i);
/* "2026-11-22 08:01:59" in local time, or `never` where s is 0. */
void view_time(struct view v, const char *name, int64_t s, const char *never);
/* Anything that a template cannot show otherwise than as text: bytes that
 * are not UTF-8 and control characters become U+FFFD, but tabs and the ends
 * of lines, which are LF. */
void view_raw(struct view v, const char *name, const char *value, size_t n);

#endif
