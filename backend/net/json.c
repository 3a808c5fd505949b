/* json.c - see json.h. */
#include "config.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

#include "backend/net/json.h"
#include "common/alloc.h"
#include "common/secret.h"
#include "common/str.h"

/* Nesting that is read; jansson itself would take 2048 levels. */
#define DEPTH_MAX 16
#define WIPE_MAX (16u * 1024u * 1024u) /* bytes of one piece of a tree */

/* Before jansson sees it: brackets outside of texts. */
static bool
is_deep(const char *p, size_t n)
{
	bool in_text = false;
	unsigned depth = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (in_text) {
			if (p[i] == '\\')
				i++;
			else if (p[i] == '"')
				in_text = false;
		} else if (p[i] == '"') {
			in_text = true;
		} else if (p[i] == '{' || p[i] == '[') {
			if (++depth > DEPTH_MAX)
				return true;
		} else if ((p[i] == '}' || p[i] == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

static enum err
take_one(const struct json_want *w, const json_t *v, struct errinfo *ei)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v);

	/* null stands for what is not there. */
	if (json_is_null(v))
		return ERR_OK;
	if (s == NULL || strlen(s) != n)
		return err_set(ei, ERR_PROTO, "%s is no text", w->name);
	if (n > w->max)
		return err_set(ei, ERR_TOOBIG, "%s is too long", w->name);
	if (*w->to != NULL)
		return err_set(ei, ERR_PROTO, "%s is there twice", w->name);
	if ((*w->to = try_strdup(s)) == NULL)
		return err_set(ei, ERR_NOMEM, "memory is out");
	return ERR_OK;
}

static enum err
take_all(json_t *root, const struct json_want *want, size_t want_n,
    struct errinfo *ei)
{
	const char *name;
	json_t *v;
	size_t i;
	enum err e;

	if (!json_is_object(root))
		return err_set(ei, ERR_PROTO, "the answer is no JSON object");
	json_object_foreach(
	    root, name, v) for (i = 0; i < want_n;
				i++) if (str_caseeq(name, want[i].name) &&
					 (e = take_one(&want[i], v, ei)) !=
					     ERR_OK) return e;
	return ERR_OK;
}

enum err
json_read(json_t **out, const char *p, size_t n, size_t max, struct errinfo *ei)
{
	json_error_t why;

	if (n > max)
		return err_set(ei, ERR_TOOBIG, "the JSON text is too long");
	if (is_deep(p, n))
		return err_set(ei, ERR_PROTO, "the JSON text is too deep");
	*out = json_loadb(p, n, JSON_REJECT_DUPLICATES, &why);
	/* The text of the error quotes the document. */
	return *out != NULL
		   ? ERR_OK
		   : err_set(ei, ERR_PROTO, "no JSON: line %d, column %d",
			 why.line, why.column);
}

/* In front of each piece stands how long it is. */
union head {
	size_t n;
	max_align_t align;
};

static void *
wipe_alloc(size_t n)
{
	union head *h;

	if (n > WIPE_MAX || (h = try_alloc(sizeof(*h) + n)) == NULL)
		return NULL;
	h->n = n;
	return h + 1;
}

static void
wipe_free(void *p)
{
	union head *h = p;

	if (p == NULL)
		return;
	h--;
	mem_wipe(h, sizeof(*h) + h->n);
	mem_free(h);
}

void
json_wipe_all(void)
{
	json_set_alloc_funcs(wipe_alloc, wipe_free);
}

enum err
json_take(const char *p, size_t n, const struct json_want *want, size_t want_n,
    struct errinfo *ei)
{
	json_t *root;
	size_t i;
	enum err e;

	if ((e = json_read(&root, p, n, JSON_TEXT_MAX, ei)) != ERR_OK)
		return e;
	e = take_all(root, want, want_n, ei);
	json_decref(root);
	for (i = 0; e != ERR_OK && i < want_n; i++) {
		mem_free(*want[i].to);
		*want[i].to = NULL;
	}
	return e;
}
