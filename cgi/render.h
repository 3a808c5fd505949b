/* render.h - templates: read once at start, kept parsed, rendered to text.
 * calconn-web.  Escape mode html is forced before anything is parsed.  A
 * page is sent whole or not at all. */
#ifndef RENDER_H
#define RENDER_H

#include "cgi/view.h"
#include "common/err.h"

struct buf;
struct render; /* opaque */

#define RENDER_TEMPLATES_MAX 128
#define RENDER_KEPT_MAX 8
#define RENDER_FILE_MAX 131072 /* bytes of one template */

/* Reads every *.cs of the folder and parses those named in `pages` (ended
 * by NULL).  A missing page or include refuses the start. */
enum err render_open(struct render **out, const char *dir,
    const char *const *pages, struct errinfo *ei) ERR_CHECK;
void render_close(struct render *r);

/* "S": what all requests share, filled once after the start. */
struct view render_shared(struct render *r);
/* "P": emptied here for a new request. */
struct view render_page(struct render *r);
/* "C.NAME": rows that outlive the request, for lists that are long and
 * rarely change.  Emptied here, and *is_fresh false, unless it was filled
 * under this stamp (never 0): then there is nothing to do.  It holds what
 * all signed-in readers of that page may see, nothing of one session. */
struct view
render_kept(struct render *r, const char *name, uint64_t stamp, bool *is_fresh);
/* Nothing is kept of a request that failed half way. */
void render_forget(struct render *r);
/* Replaces out's content.  ERR_NOTFOUND: no such page. */
enum err render_run(struct render *r, const char *page, struct buf *out,
    struct errinfo *ei) ERR_CHECK;

#endif
