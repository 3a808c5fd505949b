/* verb_rules.c - what would happen with a meeting, without touching any. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "common/buf.h"
#include "common/meeting_try.h"
#include "common/str.h"

/* What was typed; borrowed. */
struct typed {
	const char *location, *body, *body_file, *user;
	bool is_html;
};

static bool
take(struct ctl *c, struct typed *t)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->location = t->body = t->user = "";
	for (i = 0; i < c->args.keys.n; i++) {
		const char *key = c->args.keys.v[i];
		const char *value = c->args.values.v[i];

		if (str_eq(key, "location"))
			t->location = value;
		else if (str_eq(key, "body"))
			t->body = value;
		else if (str_eq(key, "body_file"))
			t->body_file = value;
		else if (str_eq(key, "user"))
			t->user = value;
		else if (str_eq(key, "html") &&
			 (str_eq(value, "yes") || str_eq(value, "no")))
			t->is_html = str_eq(value, "yes");
		else
			return false;
	}
	return true;
}

static void
print(struct out *o, const struct meeting_try *t)
{
	const struct video_found *f = &t->found;
	bool is = f->is_found;

	out_str(o, "says", "What would happen", meeting_try_says(t));
	out_str(o, "keyword", "Keyword that counts", t->keyword);
	out_flag(
	    o, "decorates", NULL, t->rule == RULE_DECORATE && t->user_enabled);
	out_str(o, "room_link", "Personal Room", t->link ? t->link : "");
	out_str(o, "room_video", NULL, t->video ? t->video : "");
	out_flag(o, "by_rule", NULL, t->by_rule);
	out_str(o, "video_service", "Video address of",
	    is ? video_service_name(f->service) : "");
	out_str(o, "video_place", "Found in",
	    !is                             ? ""
	    : f->place == VIDEO_IN_LOCATION ? "location"
					    : "body");
	out_str(o, "video_dial", "Room systems dial", f->dial);
	out_str(o, "video_url", "Link", f->url);
	out_str(o, "block", NULL, buf_str(&t->block));
	if (t->block.len > 0)
		out_text(o, "\n%s\n", buf_str(&t->block));
}

int
verb_rules_test(struct ctl *c)
{
	struct buf file = BUF_INIT(MEETING_TRY_BODY_MAX);
	struct errinfo ei = {ERR_OK, ""};
	struct meeting_try t;
	struct typed in;
	enum err e = ERR_OK;

	memset(&t, 0, sizeof(t));
	if (!take(c, &in))
		return ctl_refuse(c, EXIT_USAGE,
		    "rules test takes location, body or body_file, user, and "
		    "html=yes or html=no");
	if (in.body_file != NULL &&
	    (e = file_slurp(in.body_file, &file, &ei)) == ERR_OK)
		in.body = buf_str(&file);
	if (e == ERR_OK)
		e = meeting_try(&t, c->store, in.location, in.body,
		    in.body_file != NULL ? file.len : strlen(in.body),
		    in.is_html, in.user, &ei);
	if (e == ERR_OK)
		print(&c->out, &t);
	meeting_try_clear(&t);
	buf_clear(&file);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}
