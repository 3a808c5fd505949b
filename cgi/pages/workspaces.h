/* workspaces.h - what the pages of workspaces share.  calconn-web. */
#ifndef PAGES_WORKSPACES_H
#define PAGES_WORKSPACES_H

#include "cgi/page.h"

#define WORKSPACES_PATH "/workspaces"

struct bound;
struct workspace_state;

/* cls, icon, word; reason, detail, todo, next, sent, read, on. */
void workspace_state_view(const struct page *p, struct view v,
    const struct bound *w, const struct workspace_state *st);
/* Starts a test, and leads to its page; also where it could not start. */
enum err
workspace_test_go(struct page *p, const char *id, struct errinfo *ei) ERR_CHECK;

#endif
