/* life_line.h - the manager's side of being supervised: notes to the
 * supervisor (watch.h), and a new supervisor when it dies. */
#ifndef LIFE_LINE_H
#define LIFE_LINE_H

#include "common/err.h"

struct life_line; /* opaque */
struct manager;

/* Takes over fd, our end of the socket to the supervisor, who is our
 * parent. */
enum err life_line_new(struct life_line **out, struct manager *m, int fd,
    struct errinfo *ei) ERR_CHECK;
void life_line_note(struct life_line *l, char note); /* NULL is fine */
void life_line_close(struct life_line *l); /* as uv_close */
void life_line_free(struct life_line *l); /* after the loop has ended */

#endif
