/* store.c - opens and closes a store. */
#include <string.h>

#include "common/alloc.h"
#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_sql.h"

enum err
store_open(struct store **out, enum store_role role, const char *config_path,
    const char *state_path, struct errinfo *ei)
{
	struct store *s = xalloc(sizeof *s);
	enum err e;

	s->role = role;
	s->config_path = xstrdup(config_path);
	s->state_path = xstrdup(state_path);
	if (role == STORE_READER) {
		if ((e = store_conn_ro(s, ei)) == ERR_OK) {
			*out = s;
			s = NULL;
		}
		goto out;
	}
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

static enum err
version(struct store *s, enum sql_id id, int64_t *out, struct errinfo *ei)
{
	struct sql q;
	enum err e;

	if ((e = sql_open(&q, s, id, ei)) != ERR_OK)
		return e;
	if ((e = sql_one(&q, "")) == ERR_OK)
		*out = sql_col_int(&q);
	sql_close(&q);
	return e;
}

enum err
store_stamp(struct store *s, uint64_t *out, struct errinfo *ei)
{
	struct store_seen now = {0};
	enum err e;

	if ((e = version(s, SQL_CONFIG_VERSION, &now.config, ei)) != ERR_OK)
		return e;
	if (s->ro.has_state &&
	    (e = version(s, SQL_STATE_VERSION, &now.state, ei)) != ERR_OK)
		return e;
	now.opened = s->ro_opened;
	if (now.opened != s->seen.opened || now.config != s->seen.config ||
	    now.state != s->seen.state) {
		now.stamp = s->seen.stamp + 1;
		s->seen = now;
	}
	*out = s->seen.stamp;
	return ERR_OK;
}
