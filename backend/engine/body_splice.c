#define _GNU_SOURCE
#include "backend/engine/body_splice.h"

#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "common/html_scan.h"
#include "common/join_block.h"
#include "common/meeting_rules.h"
#include "backend/engine/visible.h"
#include "common/buf.h"
#include "common/str.h"

#define BLOCK_MAX 131072 /* bytes of one block */
#define NESTING_MAX 64 /* of tags inside a block, as found in a body */

/* Part of a body, [at, end). */
struct range {
	size_t at, end;
	bool found;
};

/* -- finding -- */

/* Last `what` that ends at or before `limit`, at or behind `from`.  One may
 * begin with the dash that another ends with. */
static const char *
last_before(const char *from, const char *limit, const char *what)
{
	size_t n = strlen(what);
	const char *hit, *last = NULL;

	while (from < limit &&
	       (hit = memmem(from, (size_t)(limit - from), what, n)) != NULL) {
		last = hit;
		from = hit + n - 1;
	}
	return last;
}

/* Every end guard is paired with the nearest begin guard before it.
 * *same: one of the pairs holds exactly `want`.  *first: the first pair. */
static void
find_visible(const struct visible *v, const struct visible *want,
    struct range *first, bool *same)
{
	const char *limit = v->text + v->len, *from = v->text, *hit, *begin;
	size_t n = strlen(JOIN_GUARD_END), len;

	*same = false;
	while (from < limit && (hit = memmem(from, (size_t)(limit - from),
				    JOIN_GUARD_END, n)) != NULL) {
		begin = last_before(from, hit, JOIN_GUARD_BEGIN);
		/* Its last dash may be the first one of the next guard. */
		from = hit + n - 1;
		if (begin == NULL ||
		    (len = (size_t)(hit + n - begin)) > JOIN_BLOCK_VISIBLE_MAX)
			continue;
		if (len == want->len && memcmp(begin, want->text, len) == 0)
			*same = true;
		if (!first->found) {
			first->found = true;
			first->at = v->at[begin - v->text];
			first->end = v->end[from - v->text];
		}
	}
}

static bool
piece_is_mark(
    const struct html_scan *s, const struct html_piece *t, const char *mark)
{
	return t->kind == HTML_COMMENT && t->end - t->at == strlen(mark) &&
	       memcmp(s->p + t->at, mark, strlen(mark)) == 0;
}

/* The first pair of comments of ours. */
static void
find_marks(const char *body, size_t len, struct range *first)
{
	struct html_scan s;
	struct html_piece t;
	struct range open = {0, 0, false};

	html_scan_init(&s, body, len);
	while (html_scan_next(&s, &t)) {
		if (piece_is_mark(&s, &t, JOIN_MARK_BEGIN)) {
			open.found = true;
			open.at = t.at;
		} else if (open.found && piece_is_mark(&s, &t, JOIN_MARK_END)) {
			*first = open;
			first->end = t.end;
			return;
		}
	}
}

/* Does the whole of `outer` show nothing but what `inner` shows? */
static bool
shows_the_same(
    const struct visible *v, const struct range *outer, const struct range *in)
{
	size_t i;

	for (i = 0; i < v->len; i++) {
		if (v->at[i] < outer->at || v->end[i] > outer->end ||
		    v->text[i] == ' ')
			continue;
		if (v->at[i] < in->at || v->end[i] > in->end)
			return false;
	}
	return true;
}

struct tag {
	const char *name;
	size_t len;
};

struct tag_stack {
	struct tag v[NESTING_MAX];
	size_t n;
};

static bool
tag_push(struct tag_stack *st, const char *name, size_t len)
{
	if (st->n == NESTING_MAX)
		return false;
	st->v[st->n].name = name;
	st->v[st->n].len = len;
	st->n++;
	return true;
}

static bool
tag_is(const struct tag *t, const char *name, size_t len)
{
	return t->len == len && strncasecmp(t->name, name, len) == 0;
}

/* What is open and closed by the tags of a range, and the start tags right
 * before it. */
struct balance {
	struct tag_stack open, closed, before;
	size_t before_at[NESTING_MAX];
	size_t behind_end[NESTING_MAX + 1]; /* with so many of them taken in */
	size_t behind_n; /* end tags right behind it that close its own */
};

static bool
is_blank(const char *p, size_t at, size_t end)
{
	while (at < end && strchr(" \t\r\n", p[at]) != NULL)
		at++;
	return at == end;
}

static bool
count_before(struct balance *b, const char *body, const struct html_piece *t)
{
	if (t->kind == HTML_TEXT && is_blank(body, t->at, t->end))
		return true;
	if (t->kind != HTML_START ||
	    html_name_is_void(body + t->name, t->name_len) ||
	    b->before.n == NESTING_MAX) {
		b->before.n = 0;
		return true;
	}
	b->before_at[b->before.n] = t->at;
	return tag_push(&b->before, body + t->name, t->name_len);
}

static bool
count_inside(struct balance *b, const char *body, const struct html_piece *t)
{
	const char *name = body + t->name;
	struct tag_stack *open = &b->open;

	if (t->kind == HTML_START) {
		if (html_name_is_void(name, t->name_len))
			return true;
		/* <p> ends an open <p>. */
		if (open->n > 0 && tag_is(&open->v[open->n - 1], "p", 1) &&
		    t->name_len == 1 && (*name == 'p' || *name == 'P'))
			open->n--;
		return tag_push(open, name, t->name_len);
	}
	if (t->kind != HTML_END)
		return true;
	if (open->n == 0)
		return tag_push(&b->closed, name, t->name_len);
	open->n--;
	return tag_is(&open->v[open->n], name, t->name_len);
}

/* Do the open ones go on where the closed ones stopped? */
static bool
is_even(const struct balance *b, size_t skip)
{
	const struct tag *o, *c;
	size_t i, n = b->open.n;

	if (b->closed.n != n + skip)
		return false;
	for (i = 0; i < n; i++) {
		o = &b->open.v[i];
		c = &b->closed.v[skip + n - 1 - i];
		if (!tag_is(o, c->name, c->len))
			return false;
	}
	return true;
}

/* Takes in start tags right before the range, for end tags inside. */
static bool
widen_front(const struct balance *b, struct range *r)
{
	const struct tag *c, *f;
	size_t k;

	for (k = 0; !is_even(b, k); k++) {
		if (k == b->closed.n || k == b->before.n)
			return false;
		c = &b->closed.v[k];
		f = &b->before.v[b->before.n - 1 - k];
		if (!tag_is(f, c->name, c->len))
			return false;
	}
	if (k > 0)
		r->at = b->before_at[b->before.n - k];
	return true;
}

/* One piece that begins behind the range; false when nothing further can
 * be taken in. */
static bool
count_behind(struct balance *b, const char *body, const struct html_piece *t)
{
	const struct tag_stack *open = &b->open;

	if (t->kind == HTML_TEXT)
		return is_blank(body, t->at, t->end);
	if (t->kind != HTML_END || b->behind_n == open->n ||
	    !tag_is(&open->v[open->n - 1 - b->behind_n], body + t->name,
		t->name_len))
		return false;
	b->behind_end[++b->behind_n] = t->end;
	return true;
}

static bool
count_all(
    struct balance *b, const char *body, size_t len, const struct range *r)
{
	struct html_scan s;
	struct html_piece t;

	html_scan_init(&s, body, len);
	while (html_scan_next(&s, &t)) {
		bool is_text = t.kind == HTML_TEXT;

		if (t.at >= r->end) {
			if (!count_behind(b, body, &t))
				break;
			continue;
		}
		if ((t.at < r->at && t.end > r->at && !is_text) ||
		    (t.end > r->end && !is_text))
			return false;
		if (t.end <= r->at) {
			if (!count_before(b, body, &t))
				return false;
		} else if (t.at < r->at) {
			if (!is_blank(body, t.at, r->at))
				b->before.n = 0;
		} else if (!count_inside(b, body, &t)) {
			return false;
		}
		if (t.end > r->end && !is_blank(body, r->end, t.end))
			break;
	}
	return true;
}

/* Can the range be cut out without tearing elements apart?  It may grow by
 * tags that stand right beside it. */
static bool
can_cut(const char *body, size_t len, struct range *r)
{
	struct balance b = {.behind_n = 0};
	size_t open_n, k;

	b.behind_end[0] = r->end;
	if (!count_all(&b, body, len, r))
		return false;
	open_n = b.open.n;
	for (k = b.behind_n + 1; k-- > 0;) {
		b.open.n = open_n - k;
		if (widen_front(&b, r)) {
			r->end = b.behind_end[k];
			return true;
		}
	}
	return false;
}

/* -- writing -- */

static enum err
put_three(struct buf *out, const char *body, size_t len,
    const struct range *cut, const char *mid1, const char *mid2,
    const struct buf *block)
{
	enum err e;

	if ((e = buf_put(out, body, cut->at)) != ERR_OK ||
	    (e = buf_puts(out, mid1)) != ERR_OK ||
	    (e = buf_put(out, buf_str(block), block->len)) != ERR_OK ||
	    (e = buf_puts(out, mid2)) != ERR_OK)
		return e;
	return buf_put(out, body + cut->end, len - cut->end);
}

static enum err
insert_html(
    struct buf *out, const char *body, size_t len, const struct buf *block)
{
	struct html_scan s;
	struct html_piece t;
	struct range body_end = {0, 0, false}, html_end = {0, 0, false}, r;
	const char *closer = "";

	html_scan_init(&s, body, len);
	while (html_scan_next(&s, &t)) {
		if (t.kind != HTML_END)
			continue;
		if (html_piece_is(&s, &t, "body")) {
			body_end.at = t.at;
			body_end.found = true;
		} else if (html_piece_is(&s, &t, "html")) {
			html_end.at = t.at;
			html_end.found = true;
		}
	}
	if (body_end.found) {
		r = body_end;
	} else if (html_end.found) {
		r = html_end;
	} else {
		r.at = html_scan_open_end(&s);
		closer = html_scan_closer(&s);
	}
	r.end = r.at;
	return put_three(out, body, len, &r, closer, "\r\n", block);
}

static enum err
insert_text(
    struct buf *out, const char *body, size_t len, const struct buf *block)
{
	struct range r = {len, len, true};
	const char *gap = "\r\n\r\n";

	if (len == 0)
		gap = "";
	else if (body[len - 1] == '\n')
		gap = "\r\n";
	return put_three(out, body, len, &r, gap, "\r\n", block);
}

/* From the words to what was written around them.  False: nothing of ours is
 * there that could be taken out. */
static bool
find_all(const char *body, size_t len, bool is_html, const struct visible *v,
    struct range *words)
{
	struct range marks = {0, 0, false};

	if (is_html)
		find_marks(body, len, &marks);
	if (words->found && marks.found && marks.at <= words->at &&
	    marks.end >= words->end && shows_the_same(v, &marks, words) &&
	    can_cut(body, len, &marks))
		*words = marks;
	else if (!words->found && marks.found)
		*words = marks;
	return words->found && (!is_html || can_cut(body, len, words));
}

static enum err
write_out(struct buf *out, enum splice *what, const char *body, size_t len,
    bool is_html, const struct visible *v, struct range *words,
    const struct buf *block)
{
	if (find_all(body, len, is_html, v, words)) {
		*what = SPLICE_REPLACED;
		return put_three(out, body, len, words, "", "", block);
	}
	*what = SPLICE_INSERTED;
	return is_html ? insert_html(out, body, len, block)
		       : insert_text(out, body, len, block);
}

static bool
ends_with(const char *body, size_t end, const char *what)
{
	size_t n = strlen(what);

	return end >= n && memcmp(body + end - n, what, n) == 0;
}

enum err
body_cut(
    struct buf *out, bool *is_cut, const char *body, size_t len, bool is_html)
{
	struct visible have = VISIBLE_INIT, none = VISIBLE_INIT;
	struct range r = {0, 0, false};
	bool same;
	enum err e;

	*is_cut = false;
	if ((e = visible_make(&have, body, len, is_html)) != ERR_OK)
		goto out;
	find_visible(&have, &none, &r, &same);
	if (!find_all(body, len, is_html, &have, &r))
		goto out;
	if (r.end < len && body[r.end] == '\r')
		r.end++;
	if (r.end < len && body[r.end] == '\n')
		r.end++;
	if (!is_html && ends_with(body, r.at, "\r\n\r\n"))
		r.at -= 2;
	if ((e = buf_put(out, body, r.at)) == ERR_OK)
		e = buf_put(out, body + r.end, len - r.end);
	*is_cut = e == ERR_OK;
out:
	visible_clear(&have);
	return e;
}

enum err
body_splice(struct buf *out, enum splice *what, const char *body, size_t len,
    bool is_html, const struct meeting_room *room, struct errinfo *ei)
{
	static const struct join_style plain = {.video = true};

	return body_splice_styled(
	    out, what, body, len, is_html, room, &plain, ei);
}

enum err
body_block_id(
    char out[BODY_BLOCK_ID_LEN + 1], const char *body, size_t len, bool is_html)
{
	struct visible have = VISIBLE_INIT, none = VISIBLE_INIT;
	unsigned char sum[crypto_hash_sha256_BYTES];
	struct range words = {0, 0, false};
	size_t from = 0, end;
	enum err e;
	bool same;

	out[0] = '\0';
	if ((e = visible_make(&have, body, len, is_html)) == ERR_OK) {
		find_visible(&have, &none, &words, &same);
		while (from < have.len && have.at[from] < words.at)
			from++;
		for (end = from; end < have.len && have.end[end] <= words.end;
		     end++)
			;
		if (words.found) {
			crypto_hash_sha256(sum,
			    (const unsigned char *)have.text + from,
			    end - from);
			hex_encode(sum, sizeof(sum), out);
		}
	}
	visible_clear(&have);
	return e;
}

enum err
body_splice_styled(struct buf *out, enum splice *what, const char *body,
    size_t len, bool is_html, const struct meeting_room *room,
    const struct join_style *style, struct errinfo *ei)
{
	struct buf block = BUF_INIT(BLOCK_MAX);
	struct visible have = VISIBLE_INIT, want = VISIBLE_INIT;
	struct range words = {0, 0, false};
	bool same;
	enum err e;

	if ((e = join_block_put_styled(&block, room, style, is_html)) !=
		ERR_OK ||
	    (e = visible_make(&want, buf_str(&block), block.len, is_html)) !=
		ERR_OK ||
	    (e = visible_make(&have, body, len, is_html)) != ERR_OK)
		goto out;
	find_visible(&have, &want, &words, &same);
	if (same)
		*what = SPLICE_UNCHANGED;
	else
		e = write_out(
		    out, what, body, len, is_html, &have, &words, &block);
out:
	visible_clear(&have);
	visible_clear(&want);
	buf_clear(&block);
	if (e != ERR_OK)
		return err_set(ei, e,
		    e == ERR_TOOBIG
			? "The body leaves no room for the join details."
			: "No memory for the body.");
	return ERR_OK;
}
