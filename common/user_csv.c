/* user_csv.c - reads and writes the file; libcsv finds the cells. */
#include "common/user_csv.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/alloc.h"
#include "common/buf.h"

#define CELL_MAX 4096 /* bytes of one cell */
#define ROWS_STEP 256

/* The fields, with the titles that give them; the first one is ours.  The
 * last of Control Hub's for "enabled" was seen in one published sample. */
static const struct column {
	const char *key;
	const char *titles[6];
} columns[] = {
    {"address", {"Email Address", "address", "Email", "User ID/Email",
		    "User ID/Email (Required)"}},
    {"name", {"Name", "Display Name"}},
    {"enabled", {"Enabled", "Hybrid Calendar (Exchange)",
		    "Hybrid Calendar Service (Exchange)"}},
    {"room_link", {"Personal Room link", "room_link"}},
    {"room_number", {"Meeting number", "room_number"}},
    {"room_video", {"Video address", "room_video"}},
    {"language", {"Language", "preferredLanguage"}},
};

/* In our own files, and not for reading back. */
static const char *const told[] = {"State", "Reason"};

#define COLUMNS_N (sizeof columns / sizeof columns[0])
#define TOLD_N (sizeof told / sizeof told[0])
#define NO_COLUMN SIZE_MAX

_Static_assert(COLUMNS_N <= USER_CSV_FIELDS_MAX, "a row has no room");

struct reader {
	struct user_csv *c;
	size_t place[USER_CSV_COLUMNS_MAX]; /* of each column of the file */
	size_t line, row_line; /* read now; where the row began */
	bool has_head, row_open;
	struct user_csv_row row;
	size_t rows_max;
	struct errinfo *ei;
	enum err e;
};

const char *
user_csv_key(size_t place)
{
	return place < COLUMNS_N ? columns[place].key : NULL;
}

const char *
user_csv_title(size_t place)
{
	return place < COLUMNS_N ? columns[place].titles[0] : NULL;
}

/* Behind any apostrophes, so that one can be added and taken away. */
static bool
is_formula(const char *s)
{
	while (*s == '\'')
		s++;
	return *s != '\0' && strchr("=+-@\t\r", *s) != NULL;
}

static size_t
place_of(const char *title)
{
	size_t i, k;

	for (i = 0; i < COLUMNS_N; i++) {
		if (strcasecmp(columns[i].key, title) == 0)
			return i;
		for (k = 0; k < sizeof columns[0].titles / sizeof(char *); k++)
			if (columns[i].titles[k] != NULL &&
			    strcasecmp(columns[i].titles[k], title) == 0)
				return i;
	}
	return NO_COLUMN;
}

static bool
is_told(const char *title)
{
	size_t i;

	for (i = 0; i < TOLD_N; i++)
		if (strcasecmp(told[i], title) == 0)
			return true;
	return false;
}

static void
fail(struct reader *r, enum err e, const char *text)
{
	if (r->e == ERR_OK)
		r->e = err_set(r->ei, e, "Line %zu: %s", r->row_line, text);
}

static void
take_title(struct reader *r, const char *title, size_t n)
{
	size_t at;

	if (n >= USER_CSV_COLUMNS_MAX) {
		fail(r, ERR_TOOBIG, "there are more than 256 columns.");
		return;
	}
	at = place_of(title);
	r->place[n] = at;
	if (at == NO_COLUMN) {
		if (!is_told(title) && title[0] != '\0' &&
		    strlist_add(&r->c->ignored, title) != ERR_OK)
			fail(r, ERR_NOMEM, "no memory.");
	} else if (r->c->has[at]) {
		r->e = err_set(r->ei, ERR_PROTO,
		    "Two columns give the field \"%s\". Leave one of them.",
		    columns[at].titles[0]);
	} else {
		r->c->has[at] = true;
	}
}

static void
take_value(struct reader *r, const char *value, size_t n)
{
	size_t at = n < USER_CSV_COLUMNS_MAX ? r->place[n] : NO_COLUMN;

	if (n >= r->c->columns_n || at == NO_COLUMN)
		return;
	if (value[0] == '\'' && is_formula(value))
		value++;
	if ((r->row.value[at] = try_strdup(value)) == NULL)
		fail(r, ERR_NOMEM, "no memory.");
}

static void
on_cell(void *data, size_t len, void *arg)
{
	struct reader *r = arg;
	const char *s = data == NULL ? "" : data;
	size_t n = r->row.cells_n++;

	if (r->e != ERR_OK)
		return;
	if (len > CELL_MAX) {
		fail(r, ERR_TOOBIG, "a cell is longer than 4096 bytes.");
		return;
	}
	if (memchr(s, '\0', len) != NULL || !str_is_utf8(s, len)) {
		fail(r, ERR_PROTO,
		    "this is not UTF-8 text. Save the file as \"CSV UTF-8\".");
		return;
	}
	if (r->has_head)
		take_value(r, s, n);
	else
		take_title(r, s, n);
}

static void
row_clear(struct user_csv_row *row)
{
	size_t i;

	for (i = 0; i < USER_CSV_FIELDS_MAX; i++)
		mem_free(row->value[i]);
	memset(row, 0, sizeof *row);
}

static void
keep_row(struct reader *r)
{
	struct user_csv *c = r->c;
	size_t want = r->rows_max + r->rows_max / 2 + ROWS_STEP;
	void *v;

	if (c->n == USER_CSV_ROWS_MAX) {
		fail(r, ERR_TOOBIG, "there are more than 100000 rows.");
		return;
	}
	if (c->n == r->rows_max) {
		v = try_realloc(c->v, want * sizeof *c->v);
		if (v == NULL) {
			fail(r, ERR_NOMEM, "no memory.");
			return;
		}
		c->v = v;
		r->rows_max = want;
	}
	r->row.line = r->row_line;
	c->v[c->n++] = r->row;
	memset(&r->row, 0, sizeof r->row);
}

static void
on_row(int end, void *arg)
{
	struct reader *r = arg;

	(void)end;
	r->row_open = false;
	if (r->e != ERR_OK)
		return;
	if (r->has_head) {
		keep_row(r);
	} else {
		r->has_head = true;
		r->c->columns_n = r->row.cells_n;
		if (!r->c->has[0])
			r->e = err_set(r->ei, ERR_PROTO,
			    "The first line names no column \"%s\".",
			    columns[0].titles[0]);
	}
	row_clear(&r->row);
}

/* What separates the cells: the first of the three in the first line. */
static unsigned char
separator(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && text[i] != '\n'; i++)
		if (strchr(",;\t", text[i]) != NULL && text[i] != '\0')
			return (unsigned char)text[i];
	return ',';
}

static bool
is_blank(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r' && s[i] != '\n')
			return false;
	return true;
}

/* Line by line, so that each row knows where it began. */
static void
feed(struct reader *r, struct csv_parser *p, const char *text, size_t len)
{
	const char *nl;
	size_t n;

	while (len > 0 && r->e == ERR_OK) {
		nl = memchr(text, '\n', len);
		n = nl == NULL ? len : (size_t)(nl - text) + 1;
		r->line++;
		/* libcsv passes empty lines over. */
		if (!r->row_open && !is_blank(text, n)) {
			r->row_line = r->line;
			r->row_open = true;
		}
		if (csv_parse(p, text, n, on_cell, on_row, r) != n)
			fail(r,
			    csv_error(p) == CSV_EPARSE ? ERR_PROTO : ERR_NOMEM,
			    "a quote stands where none may.");
		text += n;
		len -= n;
	}
	if (r->e == ERR_OK && csv_fini(p, on_cell, on_row, r) != 0)
		fail(r, ERR_PROTO, "a quote is opened and never closed.");
}

enum err
user_csv_parse(
    struct user_csv *out, const char *text, size_t len, struct errinfo *ei)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct user_csv c = {.n = 0};
	struct reader r = {.c = &c, .ei = ei, .e = ERR_OK, .row_line = 1};
	struct csv_parser p;

	if (len > USER_CSV_MAX)
		return err_set(
		    ei, ERR_TOOBIG, "The file is larger than 16 MiB.");
	if (len >= 3 && memcmp(text, mark, 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (csv_init(&p, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
		return err_set(ei, ERR_NOMEM, "No memory.");
	csv_set_delim(&p, separator(text, len));
	feed(&r, &p, text, len);
	csv_free(&p);
	row_clear(&r.row);
	if (r.e == ERR_OK && !r.has_head)
		r.e = err_set(ei, ERR_PROTO, "The file is empty.");
	if (r.e != ERR_OK) {
		user_csv_clear(&c);
		return r.e;
	}
	*out = c;
	return ERR_OK;
}

void
user_csv_clear(struct user_csv *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		row_clear(&c->v[i]);
	mem_free(c->v);
	strlist_clear(&c->ignored);
	memset(c, 0, sizeof *c);
}

static enum err
put_cell(struct buf *out, const char *s, const char *after)
{
	enum err e = buf_putc(out, '"');

	if (e == ERR_OK && is_formula(s))
		e = buf_putc(out, '\'');
	for (; e == ERR_OK && *s != '\0'; s++)
		e = *s == '"' ? buf_puts(out, "\"\"") : buf_putc(out, *s);
	if (e == ERR_OK)
		e = buf_putc(out, '"');
	return e == ERR_OK ? buf_puts(out, after) : e;
}

enum err
user_csv_put_head(struct buf *out)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; e == ERR_OK && i < COLUMNS_N; i++)
		e = put_cell(out, columns[i].titles[0], ",");
	for (i = 0; e == ERR_OK && i < TOLD_N; i++)
		e = put_cell(out, told[i], i + 1 < TOLD_N ? "," : "\r\n");
	return e;
}

enum err
user_csv_put(struct buf *out, const struct user *u)
{
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; e == ERR_OK && i < COLUMNS_N; i++)
		e = put_cell(out, user_get(u, columns[i].key), ",");
	if (e == ERR_OK)
		e = put_cell(out, u->state, ",");
	return e == ERR_OK ? put_cell(out, u->reason, "\r\n") : e;
}
