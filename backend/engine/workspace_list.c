#include "backend/engine/workspace_list.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/bound.h"
#include "common/ipc.h"
#include "common/str.h"

#define NO_TITLE "Meeting"
#define ID_MASK UINT32_C(0x7fffffff)

static void
meeting_clear(struct room_meeting *m)
{
	mem_free(m->item_id);
	mem_free(m->change_key);
	mem_free(m->uid);
	mem_free(m->title);
	mem_free(m->organizer);
	mem_free(m->email);
	mem_free(m->dial);
}

void
room_meetings_clear(struct room_meetings *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		meeting_clear(&l->v[i]);
	mem_free(l->v);
	memset(l, 0, sizeof(*l));
}

static bool
dup(char **to, const char *s)
{
	char *copy = try_strdup(s != NULL ? s : "");

	if (copy == NULL)
		return false;
	mem_free(*to);
	*to = copy;
	return true;
}

enum err
room_meeting_set(struct room_meeting *m, const char *dial, const char *email)
{
	m->is_read = true;
	return dup(&m->dial, dial) && dup(&m->email, email) ? ERR_OK
							    : ERR_NOMEM;
}

static const char *
title_of(const struct msg_ews_view_item *it, bool shows_titles)
{
	const char *s = shows_titles ? it->subject : it->organizer;

	if (it->is_private)
		return "";
	return s == NULL || *s == '\0' ? NO_TITLE : s;
}

static enum err
take_one(struct room_meeting *m, const struct msg_ews_view_item *it,
    const struct room_meetings *was, bool shows_titles)
{
	const struct room_meeting *old;
	size_t i;

	m->start_s = it->start_s;
	m->end_s = it->end_s;
	m->is_private = it->is_private;
	if (!dup(&m->item_id, it->item_id) ||
	    !dup(&m->change_key, it->change_key) || !dup(&m->uid, it->uid) ||
	    !dup(&m->title, title_of(it, shows_titles)) ||
	    !dup(&m->organizer, it->organizer) || !dup(&m->email, "") ||
	    !dup(&m->dial, ""))
		return ERR_NOMEM;
	/* What has no id cannot be read. */
	m->is_read = m->item_id[0] == '\0';
	for (i = 0; i < was->n && !m->is_read; i++) {
		old = &was->v[i];
		if (old->is_read && str_eq(old->item_id, m->item_id) &&
		    str_eq(old->change_key, m->change_key))
			return room_meeting_set(m, old->dial, old->email);
	}
	return ERR_OK;
}

enum err
room_meetings_take(struct room_meetings *out, const struct msg_ews_view *r,
    const struct room_meetings *was, bool shows_titles, int64_t now_s)
{
	struct room_meetings l = {NULL, 0};
	enum err e = ERR_OK;
	size_t i;

	l.v = try_alloc(WORKSPACE_BOOKINGS_MAX * sizeof(*l.v));
	if (l.v == NULL)
		return ERR_NOMEM;
	for (i = 0; i < r->items_n && l.n < WORKSPACE_BOOKINGS_MAX; i++) {
		const struct msg_ews_view_item *it = &r->items[i];

		if (it->is_cancelled || it->end_s <= now_s ||
		    it->end_s <= it->start_s || it->start_s < 0)
			continue;
		e = take_one(&l.v[l.n++], it, was, shows_titles);
		if (e != ERR_OK) {
			room_meetings_clear(&l);
			return e;
		}
	}
	*out = l;
	return ERR_OK;
}

enum err
room_meetings_next(
    const struct room_meetings *l, size_t max, struct strlist *ids)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < l->n && ids->n < max && e == ERR_OK; i++)
		if (!l->v[i].is_read)
			e = strlist_add(ids, l->v[i].item_id);
	return e;
}

struct room_meeting *
room_meetings_find(struct room_meetings *l, const char *item_id)
{
	size_t i;

	for (i = 0; i < l->n; i++) /* a server may name one twice */
		if (!l->v[i].is_read && str_eq(l->v[i].item_id, item_id))
			return &l->v[i];
	return NULL;
}

/* -- for the device -- */

/* FNV-1a. */
static uint64_t
mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ b[i]) * UINT64_C(1099511628211);
	return h;
}

#define MIX_BEGIN UINT64_C(14695981039346656037)

static uint64_t
mix_text(uint64_t h, const char *s)
{
	return mix(h, s, strlen(s) + 1);
}

uint64_t
room_meetings_mark(const struct room_meetings *l)
{
	uint64_t h = MIX_BEGIN;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct room_meeting *m = &l->v[i];

		if (m->dial[0] == '\0')
			continue;
		h = mix_text(mix_text(h, m->uid), m->dial);
		h = mix_text(mix_text(h, m->title), m->organizer);
		h = mix_text(h, m->email);
		h = mix(h, &m->start_s, sizeof(m->start_s));
		h = mix(h, &m->end_s, sizeof(m->end_s));
		h = mix(h, &m->is_private, sizeof(m->is_private));
	}
	return h == 0 ? 1 : h;
}

/* The same for the same meeting, whatever comes before it. */
static uint32_t
number_of(const struct room_meeting *m)
{
	uint64_t h = mix_text(MIX_BEGIN, m->uid);

	h = mix(h, &m->start_s, sizeof(m->start_s));
	h = (h ^ h >> 32) & ID_MASK;
	return h == 0 ? 1 : (uint32_t)h;
}

static bool
is_taken(const struct msg_device_put *m, uint32_t number)
{
	size_t i;

	for (i = 0; i < m->bookings_n; i++)
		if (m->bookings[i].number_id == number)
			return true;
	return false;
}

static enum err
put_one(struct msg_device_put *out, const struct room_meeting *m)
{
	struct msg_device_booking b = {.start_s = m->start_s,
	    .end_s = m->end_s,
	    .is_private = m->is_private,
	    .number_id = number_of(m)};

	while (is_taken(out, b.number_id))
		b.number_id = b.number_id == ID_MASK ? 1 : b.number_id + 1;
	if (!dup(&b.title, m->title) || !dup(&b.organizer, m->organizer) ||
	    !dup(&b.email, m->email) || !dup(&b.dial, m->dial)) {
		msg_device_booking_free(&b);
		return ERR_NOMEM;
	}
	out->bookings[out->bookings_n++] = b;
	return ERR_OK;
}

enum err
room_meetings_message(struct msg_device_put *out, const struct room_meetings *l,
    const struct bound *w)
{
	uint64_t minutes = 0;
	enum err e = ERR_OK;
	size_t i;

	if (str_to_u64(bound_get(w, "window"), 60, &minutes) != ERR_OK)
		return ERR_ARG;
	out->window_s = (uint32_t)minutes * 60;
	if (l->n > 0 &&
	    (out->bookings = try_alloc(l->n * sizeof(*out->bookings))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < l->n && e == ERR_OK; i++)
		if (l->v[i].dial[0] != '\0')
			e = put_one(out, &l->v[i]);
	return e;
}

enum err
room_meetings_rows(
    struct workspace_bookings *out, const struct room_meetings *l)
{
	size_t i;

	out->n = 0;
	out->v = NULL;
	if (l->n == 0)
		return ERR_OK;
	if ((out->v = try_alloc(l->n * sizeof(*out->v))) == NULL)
		return ERR_NOMEM;
	for (i = 0; i < l->n; i++, out->n++) {
		const struct room_meeting *m = &l->v[i];

		out->v[i] = (struct workspace_booking){.title = m->title,
		    .organizer = m->organizer,
		    .number = m->dial,
		    .start_s = m->start_s,
		    .end_s = m->end_s,
		    .is_private = m->is_private};
	}
	return ERR_OK;
}
