/* xml.h - Expat made safe: bytes in, a small read-only tree out.
 * Runs in net.  Owns its memory, blocks on nothing, distrusts every byte:
 * no DOCTYPE, no entities but the five of XML, depth, nodes and memory
 * capped.  Namespaces are resolved, so any prefix will do. */
#ifndef XML_H
#define XML_H

#include <stddef.h>

#include "common/err.h"

struct xml_doc; /* opaque; owns all nodes */
struct xml_stream; /* opaque */

struct xml_attr {
	const char *name; /* without its namespace */
	const char *value;
	struct xml_attr *next;
};

struct xml_node {
	const char *ns; /* "" : none */
	const char *name; /* local part */
	const char *text; /* own character data, joined; never NULL */
	size_t text_len;
	struct xml_attr *attrs;
	struct xml_node *parent, *child, *next;
};

#define XML_DEPTH_MAX 64
#define XML_NODES_MAX 131072
#define XML_ATTRS_MAX 64 /* of one element */
#define XML_MEM_MAX (48u * 1024u * 1024u) /* of one tree */

/* ERR_PROTO: damaged or cut off.  ERR_UNSUPPORTED: a document type.
 * ERR_TOOBIG: over one of the limits above. */
enum err xml_parse(struct xml_doc **out, const char *p, size_t n,
    struct errinfo *ei) ERR_CHECK;
void xml_doc_free(struct xml_doc *d);
const struct xml_node *xml_root(const struct xml_doc *d);

/* First child of that local name; n may be NULL, name NULL means any. */
const struct xml_node *xml_child(const struct xml_node *n, const char *name);
/* The next one like it beside n. */
const struct xml_node *xml_next(const struct xml_node *n, const char *name);
/* "a/b/c": child by child, NULL when one is missing. */
const struct xml_node *xml_path(const struct xml_node *n, const char *path);
/* "" when n is NULL. */
const char *xml_text(const struct xml_node *n);
const char *xml_attr(const struct xml_node *n, const char *name);

/* A sequence of whole documents in one stream of bytes, as a server of
 * streaming notifications sends.  doc is borrowed, and valid only during the
 * call; what fn returns ends the stream unless it is ERR_OK. */
typedef enum err (*xml_doc_fn)(void *arg, const struct xml_doc *doc);
enum err xml_stream_new(struct xml_stream **out, size_t doc_max, xml_doc_fn fn,
    void *arg) ERR_CHECK;
enum err xml_stream_feed(struct xml_stream *s, const char *p, size_t n,
    struct errinfo *ei) ERR_CHECK;
/* At the end of the bytes: ERR_PROTO in the middle of a document. */
enum err xml_stream_end(struct xml_stream *s, struct errinfo *ei) ERR_CHECK;
void xml_stream_free(struct xml_stream *s);

#endif
