/* store.c - opens and closes a store. */
#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"

enum err
store_open(struct store **out, enum store_role role, const char *config_path,
    const char *state_path, struct errinfo *ei)
{
	struct store *s = xalloc(sizeof *s);
	enum err e;

	s->role = role;
	s->config_path = xstrdup(config_path);
	s->state_path = xstrdup(state_path);
	if ((e = store_conn_rw(s, ei)) != ERR_OK)
		goto out;
	/* The other side's file may come later; one that is there and is
	 * not ours is refused now. */
	e = store_conn_ro(s, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		goto out;
	e = ERR_OK;
	*out = s;
	s = NULL;
out:
	store_close(s);
	return e;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_conn_close(&s->ro);
	store_conn_close(&s->rw);
	mem_free(s->config_path);
	mem_free(s->state_path);
	mem_free(s);
}
