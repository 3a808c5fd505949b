/* fuzz_xml.c - the XML layer: a document as a whole, and the same bytes as a
 * stream, cut anywhere.  A document that is accepted as a whole is the one
 * that the stream hands out. */
#include <stdint.h>
#include <string.h>

#include "backend/net/xml.h"
#include "common/alloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	const struct xml_node *whole;
	unsigned docs;
};

static unsigned
count(const struct xml_node *n, unsigned depth)
{
	unsigned sum = 0;

	if (depth > XML_DEPTH_MAX)
		fatal("a tree deeper than the limit");
	for (; n != NULL; n = n->next) {
		if (strlen(n->text) != n->text_len)
			fatal("a text that is not as long as it says");
		sum += 1 + count(n->child, depth + 1);
		if (n->parent == NULL)
			break;
	}
	return sum;
}

static enum err
on_doc(void *arg, const struct xml_doc *d)
{
	struct seen *s = arg;

	s->docs++;
	if (s->whole != NULL && s->docs == 1 &&
	    (strcmp(s->whole->name, xml_root(d)->name) != 0 ||
		strcmp(s->whole->text, xml_root(d)->text) != 0 ||
		count(s->whole, 0) != count(xml_root(d), 0)))
		fatal("the stream gives another document");
	return ERR_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct xml_stream *x = NULL;
	struct xml_doc *d = NULL;
	struct seen s = {NULL, 0};
	size_t i, step;

	if (xml_parse(&d, p, size, NULL) == ERR_OK) {
		if (count(xml_root(d), 0) > XML_NODES_MAX)
			fatal("more nodes than the limit");
		/* What was scrubbed is only read as a whole. */
		if (memchr(p, '#', size) == NULL &&
		    memchr(p, '\0', size) == NULL)
			s.whole = xml_root(d);
	}
	step = size > 0 ? 1 + data[size - 1] % 64 : 1;
	if (xml_stream_new(&x, 1u << 20, on_doc, &s) == ERR_OK) {
		for (i = 0; i < size; i += step)
			if (xml_stream_feed(x, p + i,
				size - i < step ? size - i : step,
				NULL) != ERR_OK)
				break;
		(void)!xml_stream_end(x, NULL);
	}
	xml_stream_free(x);
	xml_doc_free(d);
	return 0;
}
