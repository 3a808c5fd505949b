/* fuzz_ews.c - answers of Exchange Web Services and of Autodiscover, as each
 * decoder reads them.  What comes out must fit its message. */
#include <stdint.h>

#include "backend/net/ews_autodisc.h"
#include "backend/net/ews_client.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_oof.h"
#include "backend/net/ews_view.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/recur.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_fit(enum ipc_type t, const void *msg)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	enum err e = ipc_build(&b, t, 1, msg);

	if (e != ERR_OK && e != ERR_NOMEM)
		fatal("%s: what was decoded does not fit", ipc_name(t));
	buf_clear(&b);
}

typedef void (*result_fn)(const char *p, size_t n, struct msg_ews_result *r);

static void
one_result(result_fn fn, enum ipc_type t, const char *p, size_t n)
{
	struct msg_ews_result r = {0};

	fn(p, n, &r);
	if (r.ev.code == (unsigned)ERR_OK && t == IPC_EWS_SUBSCRIBED &&
	    (r.id == NULL || *r.id == '\0'))
		fatal("a good answer without an id");
	must_fit(t, &r);
	msg_ews_result_free(&r);
}

/* A rule that was let through has days, or none; its text has an end. */
static void
series(const struct msg_ews_item *it)
{
	char rule[RECUR_RULE_MAX];
	struct recur_rest rest;
	enum err e;

	if (it->recur.kind == RECUR_NONE)
		return;
	if (recur_rest_of(&rest, &it->recur, it->start_s, it->end_s, 0) !=
	    ERR_OK)
		return;
	e = recur_rule_text(rule, sizeof rule, &it->recur, &rest);
	if (e != ERR_OK && e != ERR_UNSUPPORTED && e != ERR_NOMEM)
		fatal("a rule that has no text");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg_ews_sync_result sync = {0};
	struct msg_ews_item item = {0};
	struct msg_ews_oof oof = {0};
	struct msg_ews_items items = {0};
	struct msg_ews_view view = {0};
	struct msg_pox_result pox = {0};
	const char *p = (const char *)data;

	one_result(ews_probe_decode, IPC_EWS_PROBED, p, size);
	one_result(ews_calendar_decode, IPC_EWS_CALENDAR_IS, p, size);
	one_result(ews_subscribe_decode, IPC_EWS_SUBSCRIBED, p, size);
	one_result(ews_unsubscribe_decode, IPC_EWS_UNSUBSCRIBED, p, size);
	one_result(ews_update_decode, IPC_EWS_UPDATED, p, size);
	ews_sync_decode(p, size, &sync);
	must_fit(IPC_EWS_SYNCED, &sync);
	msg_ews_sync_result_free(&sync);
	ews_newest_decode(p, size, &sync);
	must_fit(IPC_EWS_NEWEST_ARE, &sync);
	msg_ews_sync_result_free(&sync);
	ews_get_decode(p, size, &item);
	if (item.ev.code == (unsigned)ERR_OK &&
	    (item.item_id == NULL || *item.item_id == '\0'))
		fatal("a good item without an id");
	must_fit(IPC_EWS_ITEM, &item);
	series(&item);
	msg_ews_item_free(&item);
	ews_view_decode(p, size, &view);
	must_fit(IPC_EWS_VIEW_IS, &view);
	msg_ews_view_free(&view);
	ews_oof_decode(p, size, &oof);
	if (oof.ev.code == (unsigned)ERR_OK &&
	    (oof.state == NULL || *oof.state == '\0'))
		fatal("a good answer without a state");
	must_fit(IPC_EWS_OOF_IS, &oof);
	msg_ews_oof_free(&oof);
	ews_gets_decode(p, size, &items);
	must_fit(IPC_EWS_ITEMS, &items);
	msg_ews_items_free(&items);
	pox_decode(p, size, &pox);
	must_fit(IPC_POX_DONE, &pox);
	msg_pox_result_free(&pox);
	return 0;
}
