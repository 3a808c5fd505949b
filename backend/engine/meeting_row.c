#include "backend/engine/meeting_row.h"

#include <string.h>

#include "backend/engine/engine.h"
#include "backend/engine/user_state.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/store_conn.h"
#include "common/store_decision.h"
#include "common/store_state.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".meetings"

#define TEXT_MAX 2048 /* of one field */

bool
meeting_row_get(struct mbox *m, const char *item_id, struct meeting *row)
{
	struct errinfo ei;
	enum err e;

	memset(row, 0, sizeof(*row));
	e = store_meeting_get(m->en->store, m->row.address, item_id, row, &ei);
	if (e == ERR_OK)
		return true;
	if (e != ERR_NOTFOUND)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Mailbox",
		    m->row.address, "Detail", ei.text, NULL);
	memset(row, 0, sizeof(*row));
	meeting_row_set(&row->mailbox, m->row.address);
	meeting_row_set(&row->item_id, item_id);
	return false;
}

bool
meeting_row_settled(struct mbox *m, const char *item_id, const char *change_key)
{
	struct meeting row;
	bool settled;

	if (*change_key == '\0')
		return false;
	settled = meeting_row_get(m, item_id, &row) && row.next_try_s == 0 &&
		  str_eq(row.change_key, change_key);
	meeting_clear(&row);
	return settled;
}

void
meeting_row_set(char **field, const char *text)
{
	char cut[TEXT_MAX + 1];

	(void)str_copy(cut, sizeof(cut), text != NULL ? text : "");
	mem_free(*field);
	*field = xstrdup(cut);
}

static enum err
put_all(struct store *s, const struct meeting *row, const char *rule,
    int64_t took_ms, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	if ((e = store_meeting_put(s, row, ei)) == ERR_OK)
		e = store_decision_add(s, row, rule, took_ms, ei);
	return store_tx_end(s, e, ei);
}

static bool
is_kept(struct mbox *m, enum err e, const struct errinfo *ei)
{
	if (e == ERR_OK)
		return true;
	log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Mailbox", m->row.address,
	    "Detail", ei->text, NULL);
	return false;
}

bool
meeting_row_put(struct mbox *m, struct meeting *row)
{
	struct errinfo ei;

	row->decided_ms = (int64_t)clock_wall_ms();
	return is_kept(m, store_meeting_put(m->en->store, row, &ei), &ei);
}

bool
meeting_row_decided(
    struct mbox *m, struct meeting *row, const char *rule, int64_t took_ms)
{
	struct errinfo ei;

	row->decided_ms = (int64_t)clock_wall_ms();
	return is_kept(m, put_all(m->en->store, row, rule, took_ms, &ei), &ei);
}
