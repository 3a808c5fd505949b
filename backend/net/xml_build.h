/* xml_build.h - the Expat side of xml.h: handlers that grow one tree.
 * Only xml.c and xml_stream.c include this. */
#ifndef XML_BUILD_H
#define XML_BUILD_H

#include <expat.h>
#include <stddef.h>

#include "common/buf.h"
#include "common/err.h"

struct xml_block;
struct xml_node;

struct xml_doc {
	struct xml_node *root;
	struct xml_block *blocks; /* newest first */
	size_t used; /* bytes of all blocks */
	unsigned nodes;
};

struct xml_build {
	XML_Parser parser;
	struct xml_doc *doc; /* being built, owned */
	struct xml_node *open; /* innermost open element */
	struct xml_node ***link; /* where the next sibling goes, by depth */
	struct buf text; /* of all open elements, one after another */
	unsigned depth;
	enum err fault; /* why a handler stopped the parser */
	bool stop_at_end; /* stop the parser behind the root's end */
	bool done; /* the root has ended */
};

/* Two steps: a parser that was reset needs its handlers again. */
enum err xml_build_open(struct xml_build *b) ERR_CHECK;
enum err xml_build_begin(struct xml_build *b) ERR_CHECK;
struct xml_doc *xml_build_take(struct xml_build *b);
void xml_build_close(struct xml_build *b);
/* What went wrong, after XML_Parse() failed. */
enum err
xml_build_fault(const struct xml_build *b, struct errinfo *ei) ERR_CHECK;

#endif
