#include "backend/engine/workspace_join.h"

#include <string.h>

#include "backend/engine/engine.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_workspace.h"
#include "common/str.h"
#include "common/video_find.h"

static const char *
bare(const char *s)
{
	static const char *const schemes[] = {"sip:", "sips:"};
	size_t i;

	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (str_has_prefix(s, schemes[i]))
			return s + strlen(schemes[i]);
	return s;
}

static bool
take(char dial[VIDEO_DIAL_MAX + 1], const char *s)
{
	if (s == NULL || !video_dial_ok(bare(s)))
		return false;
	return str_copy(dial, VIDEO_DIAL_MAX + 1, bare(s));
}

/* By the UID: a room may take the body off its copies. */
static bool
ours(struct engine *en, const char *uid, char dial[VIDEO_DIAL_MAX + 1])
{
	char mailbox[WORKSPACE_ADDRESS_MAX + 1];
	char video[WORKSPACE_ADDRESS_MAX + 1];
	const struct mbox *m;
	struct errinfo ei;
	enum err e;

	if (uid == NULL || *uid == '\0')
		return false;
	e = store_workspace_join(en->store, uid, mailbox, video, &ei);
	if (e != ERR_OK) {
		if (e != ERR_NOTFOUND)
			log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed",
			    "Detail", ei.text, NULL);
		return false;
	}
	if (video[0] != '\0')
		return take(dial, video);
	m = users_find(en->users, mailbox);
	return m != NULL && take(dial, m->room_video);
}

void
workspace_join(struct engine *en, const struct msg_ews_item *it,
    char dial[VIDEO_DIAL_MAX + 1])
{
	const char *location = it->location != NULL ? it->location : "";
	const char *body = it->body != NULL ? it->body : "";
	struct video_found f;

	dial[0] = '\0';
	if (ours(en, it->uid, dial))
		return;
	if (video_find(&f, location, strlen(location), body, strlen(body),
		it->body_is_html, NULL) != ERR_OK ||
	    !f.is_found || !take(dial, f.dial))
		dial[0] = '\0';
}
