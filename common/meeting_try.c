/* meeting_try.c - see meeting_try.h. */
#include "common/meeting_try.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/room_rule.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_join.h"
#include "common/store_keyword.h"
#include "common/store_user.h"
#include "common/str.h"

#define BLOCK_MAX 131072 /* bytes */

static enum err
by_rule(struct store *s, const char *setting, const char *address, bool is_link,
    char **out, struct errinfo *ei)
{
	struct buf b = BUF_INIT(ROOM_RULE_MAX);
	char *pattern = NULL;
	enum err e;

	if ((e = store_setting_get(s, setting, &pattern, ei)) != ERR_OK)
		return e;
	/* As for the engine: a pattern that gives nothing gives none. */
	if (pattern[0] != '\0' &&
	    room_rule_expand(&b, pattern, address, is_link, NULL) == ERR_OK)
		*out = try_strdup(buf_str(&b));
	else
		*out = try_strdup("");
	mem_free(pattern);
	buf_clear(&b);
	return *out == NULL ? err_set(ei, ERR_NOMEM, "Memory is out.") : ERR_OK;
}

static enum err
take_room(struct meeting_try *t, struct store *s, const struct user *u,
    struct errinfo *ei)
{
	enum err e;

	t->user_known = true;
	t->user_enabled = u->enabled;
	if (u->room_link[0] != '\0') {
		t->link = try_strdup(u->room_link);
		t->video = try_strdup(u->room_video);
		return t->link == NULL || t->video == NULL
			   ? err_set(ei, ERR_NOMEM, "Memory is out.")
			   : ERR_OK;
	}
	e = by_rule(s, "room_rule_link", u->address, true, &t->link, ei);
	if (e == ERR_OK)
		e = by_rule(
		    s, "room_rule_video", u->address, false, &t->video, ei);
	t->by_rule = e == ERR_OK && t->link[0] != '\0';
	return e;
}

/* In the language of all meetings, else in the fallback language. */
static enum err
put_block(struct meeting_try *t, struct store *s,
    const struct meeting_room *room, struct errinfo *ei)
{
	struct join_details d;
	struct join_style style;
	enum err e;

	if ((e = store_join_get(s, &d, ei)) == ERR_OK) {
		join_details_style(&d, "", &style);
		e = join_block_put_styled(&t->block, room, &style, false);
	}
	join_details_clear(&d);
	return e;
}

static enum err
judge(struct meeting_try *t, struct store *s, const struct keyword_set *set,
    const char *location, const char *body, size_t body_len, bool is_html,
    const struct user *u, struct errinfo *ei)
{
	char organizer[] = "Organizer", *at = try_strdup(location);
	struct msg_ews_item item;
	const struct meeting_room room = {t->link != NULL ? t->link : "",
	    u != NULL && !t->by_rule ? u->room_number : "",
	    t->video != NULL ? t->video : "", NULL, false};
	struct keyword k;

	if (at == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is out.");
	/* The organizer's own copy of a meeting that is still to come. */
	memset(&item, 0, sizeof(item));
	item.location = at;
	item.my_response = organizer;
	item.end_s = 1;
	t->rule = meeting_rule(&item, set, &room, 0, &k);
	if (t->rule != RULE_NO_KEYWORD)
		snprintf(
		    t->keyword, sizeof(t->keyword), "%.*s", (int)k.len, k.at);
	mem_free(at);
	if (t->rule == RULE_DECORATE)
		return put_block(t, s, &room, ei);
	if (t->rule != RULE_NO_KEYWORD)
		return ERR_OK;
	return video_find(
	    &t->found, location, strlen(location), body, body_len, is_html, ei);
}

enum err
meeting_try(struct meeting_try *out, struct store *s, const char *location,
    const char *body, size_t body_len, bool is_html, const char *user,
    struct errinfo *ei)
{
	struct keyword_set set;
	struct user u;
	bool has_user = false;
	enum err e;

	memset(out, 0, sizeof(*out));
	out->block.max = BLOCK_MAX;
	if (strlen(location) > MEETING_TRY_LOCATION_MAX)
		return err_set(ei, ERR_ARG, "A location has %d bytes at most.",
		    MEETING_TRY_LOCATION_MAX);
	if (body_len > MEETING_TRY_BODY_MAX)
		return err_set(ei, ERR_ARG, "A body has %d bytes at most.",
		    MEETING_TRY_BODY_MAX);
	if (!str_is_utf8(location, strlen(location)) ||
	    !str_is_utf8(body, body_len))
		return err_set(ei, ERR_ARG, "This is not text in UTF-8.");
	memset(&u, 0, sizeof(u));
	if ((e = store_keyword_list(s, &set, ei)) != ERR_OK)
		goto out;
	out->user_given = user[0] != '\0';
	if (out->user_given) {
		e = store_user_find(s, user, &u, ei);
		has_user = e == ERR_OK;
		if (has_user)
			e = take_room(out, s, &u, ei);
		else if (e == ERR_NOTFOUND)
			e = ERR_OK;
	}
	if (e == ERR_OK)
		e = judge(out, s, &set, location, body, body_len, is_html,
		    has_user ? &u : NULL, ei);
out:
	user_clear(&u);
	return e;
}

void
meeting_try_clear(struct meeting_try *t)
{
	mem_free(t->link);
	mem_free(t->video);
	buf_clear(&t->block);
	memset(t, 0, sizeof(*t));
}

const char *
meeting_try_says(const struct meeting_try *t)
{
	if (t->user_given && !t->user_known)
		return "No user has this address: nobody looks at this "
		       "meeting.";
	if (t->user_known && !t->user_enabled)
		return "The user is not enabled: the meeting is left alone.";
	if (t->rule == RULE_NO_KEYWORD)
		return t->found.is_found
			   ? meeting_rule_why(RULE_VIDEO)
			   : "No keyword and no video address: the meeting is "
			     "left alone.";
	if (t->rule == RULE_NO_ROOM && !t->user_given)
		return "The organizer's Personal Room is written into the "
		       "invitation. Choose a user to see it.";
	if (t->rule == RULE_DECORATE)
		return "The details below are written into the invitation.";
	return meeting_rule_why(t->rule);
}
