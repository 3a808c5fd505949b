/* xml_build.c - see xml_build.h. */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "backend/net/xml.h"
#include "backend/net/xml_build.h"
#include "common/alloc.h"

#define NS_SEP '\n' /* no name and no sane URI holds it */
#define BLOCK_SIZE (32u * 1024u) /* smallest block of the arena */
#define TEXT_MAX (16u * 1024u * 1024u)

struct xml_block {
	struct xml_block *next;
	size_t cap, len;
	max_align_t data[];
};

static void *
mem_new(size_t n)
{
	return try_alloc(n);
}

static void *
mem_resize(void *p, size_t n)
{
	return try_realloc(p, n);
}

static const XML_Memory_Handling_Suite mem_suite = {
    mem_new, mem_resize, mem_free};

/* n zeroed bytes that live as long as the tree; NULL: a limit or memory. */
static void *
arena_get(struct xml_build *b, size_t n)
{
	struct xml_doc *d = b->doc;
	struct xml_block *k = d->blocks;
	void *p;

	n = (n + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
	if (k == NULL || k->cap - k->len < n) {
		size_t cap = n > BLOCK_SIZE ? n : BLOCK_SIZE;

		if (cap > XML_MEM_MAX - d->used) {
			b->fault = ERR_TOOBIG;
			return NULL;
		}
		if ((k = try_alloc(sizeof(*k) + cap)) == NULL) {
			b->fault = ERR_NOMEM;
			return NULL;
		}
		k->cap = cap;
		k->next = d->blocks;
		d->blocks = k;
		d->used += cap;
	}
	p = (char *)k->data + k->len;
	k->len += n;
	return p;
}

static const char *
arena_text(struct xml_build *b, const char *s, size_t n)
{
	char *p = arena_get(b, n + 1);

	if (p != NULL && n > 0)
		memcpy(p, s, n);
	return p;
}

void
xml_doc_free(struct xml_doc *d)
{
	struct xml_block *k, *next;

	if (d == NULL)
		return;
	for (k = d->blocks; k != NULL; k = next) {
		next = k->next;
		mem_free(k);
	}
	mem_free(d);
}

/* Stops Expat; fault was set by whoever found it. */
static void
give_up(struct xml_build *b, enum err fault)
{
	if (b->fault == ERR_OK)
		b->fault = fault;
	(void)XML_StopParser(b->parser, XML_FALSE);
}

/* "uri NS_SEP local" to its parts. */
static bool
split_name(
    struct xml_build *b, const char *full, const char **ns, const char **name)
{
	const char *sep = strrchr(full, NS_SEP);

	if (sep == NULL) {
		*ns = "";
		*name = arena_text(b, full, strlen(full));
	} else {
		/* Most elements share the namespace of their parent. */
		size_t n = (size_t)(sep - full);

		if (b->open != NULL && strlen(b->open->ns) == n &&
		    memcmp(b->open->ns, full, n) == 0)
			*ns = b->open->ns;
		else
			*ns = arena_text(b, full, n);
		*name = arena_text(b, sep + 1, strlen(sep + 1));
	}
	return *ns != NULL && *name != NULL;
}

static bool
add_attrs(struct xml_build *b, struct xml_node *n, const XML_Char **atts)
{
	struct xml_attr **tail = &n->attrs;
	unsigned count = 0;

	for (; atts[0] != NULL; atts += 2) {
		struct xml_attr *a = arena_get(b, sizeof(*a));
		const char *sep = strrchr(atts[0], NS_SEP);
		const char *name = sep == NULL ? atts[0] : sep + 1;

		if (++count > XML_ATTRS_MAX) {
			b->fault = ERR_TOOBIG;
			return false;
		}
		if (a == NULL ||
		    (a->name = arena_text(b, name, strlen(name))) == NULL ||
		    (a->value = arena_text(b, atts[1], strlen(atts[1]))) ==
			NULL)
			return false;
		*tail = a;
		tail = &a->next;
	}
	return true;
}

/* Where an open element's text begins is kept in text_len until it ends. */
static void XMLCALL
on_start(void *arg, const XML_Char *full, const XML_Char **atts)
{
	struct xml_build *b = arg;
	struct xml_node *n;

	if (b->fault != ERR_OK)
		return;
	if (b->depth >= XML_DEPTH_MAX || b->doc->nodes >= XML_NODES_MAX) {
		give_up(b, ERR_TOOBIG);
		return;
	}
	if ((n = arena_get(b, sizeof(*n))) == NULL ||
	    !split_name(b, full, &n->ns, &n->name) || !add_attrs(b, n, atts)) {
		give_up(b, ERR_NOMEM);
		return;
	}
	b->doc->nodes++;
	n->text = "";
	n->text_len = b->text.len;
	n->parent = b->open;
	*b->link[b->depth] = n;
	b->link[b->depth] = &n->next;
	b->depth++;
	b->link[b->depth] = &n->child;
	b->open = n;
}

static void XMLCALL
on_end(void *arg, const XML_Char *full)
{
	struct xml_build *b = arg;
	struct xml_node *n = b->open;
	size_t from;

	(void)full;
	if (b->fault != ERR_OK || n == NULL)
		return;
	from = n->text_len;
	n->text_len = b->text.len - from;
	if (n->text_len > 0) {
		n->text = arena_text(b, b->text.p + from, n->text_len);
		if (n->text == NULL) {
			give_up(b, ERR_NOMEM);
			return;
		}
		b->text.len = from;
		b->text.p[from] = '\0';
	}
	b->open = n->parent;
	b->depth--;
	if (b->depth == 0) {
		b->done = true;
		if (b->stop_at_end)
			(void)XML_StopParser(b->parser, XML_FALSE);
	}
}

static void XMLCALL
on_text(void *arg, const XML_Char *s, int len)
{
	struct xml_build *b = arg;
	enum err e;

	if (b->fault != ERR_OK || b->open == NULL || len <= 0)
		return;
	if ((e = buf_put(&b->text, s, (size_t)len)) != ERR_OK)
		give_up(b, e);
}

static void XMLCALL
on_doctype(void *arg, const XML_Char *name, const XML_Char *sysid,
    const XML_Char *pubid, int has_subset)
{
	struct xml_build *b = arg;

	(void)name;
	(void)sysid;
	(void)pubid;
	(void)has_subset;
	give_up(b, ERR_UNSUPPORTED);
}

enum err
xml_build_open(struct xml_build *b)
{
	static const XML_Char sep[2] = {NS_SEP, '\0'};

	memset(b, 0, sizeof(*b));
	b->text.max = TEXT_MAX;
	b->link = try_alloc((XML_DEPTH_MAX + 2) * sizeof(*b->link));
	if (b->link == NULL)
		return ERR_NOMEM;
	b->parser = XML_ParserCreate_MM(NULL, &mem_suite, sep);
	if (b->parser == NULL) {
		xml_build_close(b);
		return ERR_NOMEM;
	}
	return ERR_OK;
}

enum err
xml_build_begin(struct xml_build *b)
{
	xml_doc_free(b->doc);
	if ((b->doc = try_alloc(sizeof(*b->doc))) == NULL)
		return ERR_NOMEM;
	b->open = NULL;
	b->depth = 0;
	b->link[0] = &b->doc->root;
	b->fault = ERR_OK;
	b->done = false;
	buf_reset(&b->text);
	XML_SetUserData(b->parser, b);
	XML_SetElementHandler(b->parser, on_start, on_end);
	XML_SetCharacterDataHandler(b->parser, on_text);
	XML_SetStartDoctypeDeclHandler(b->parser, on_doctype);
#if HAVE_DECL_XML_SETREPARSEDEFERRALENABLED
	/* A notification must not wait for the next one.  Tokens are bounded
	 * by the ceilings of what is fed. */
	if (b->stop_at_end)
		(void)XML_SetReparseDeferralEnabled(b->parser, XML_FALSE);
#endif
	return ERR_OK;
}

struct xml_doc *
xml_build_take(struct xml_build *b)
{
	struct xml_doc *d = b->doc;

	b->doc = NULL;
	return d;
}

void
xml_build_close(struct xml_build *b)
{
	if (b->parser != NULL)
		XML_ParserFree(b->parser);
	xml_doc_free(b->doc);
	buf_clear(&b->text);
	mem_free(b->link);
	memset(b, 0, sizeof(*b));
}

enum err
xml_build_fault(const struct xml_build *b, struct errinfo *ei)
{
	enum XML_Error x = XML_GetErrorCode(b->parser);

	switch (b->fault) {
	case ERR_OK:
		break;
	case ERR_UNSUPPORTED:
		return err_set(ei, ERR_UNSUPPORTED,
		    "the answer holds a document type (DOCTYPE)");
	case ERR_TOOBIG:
		return err_set(ei, ERR_TOOBIG,
		    "the XML is deeper or larger than any real answer");
	default:
		return err_set(ei, b->fault, "memory is out");
	}
	if (x == XML_ERROR_NO_MEMORY)
		return err_set(ei, ERR_NOMEM, "memory is out");
	return err_set(ei, ERR_PROTO, "XML line %lu: %s",
	    (unsigned long)XML_GetCurrentLineNumber(b->parser),
	    XML_ErrorString(x));
}
