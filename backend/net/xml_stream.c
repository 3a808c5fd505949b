/* xml_stream.c - see xml.h: documents one behind another in a stream.
 * They are told apart by parsing, not by looking for text: any prefix, any
 * cut between two chunks, an XML declaration before each or none. */
#include "config.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "backend/net/xml.h"
#include "backend/net/xml_build.h"
#include "common/alloc.h"

struct xml_stream {
	struct xml_build b;
	xml_doc_fn fn;
	void *arg;
	size_t doc_max;
	size_t fed; /* bytes of the document that is open */
	bool in_doc; /* a byte of it was seen */
	bool clean; /* the parser is fresh */
	enum err end; /* the stream is over: why */
};

#define FEED_MAX 65536 /* bytes given to Expat at once */

enum err
xml_stream_new(
    struct xml_stream **out, size_t doc_max, xml_doc_fn fn, void *arg)
{
	struct xml_stream *s = try_alloc(sizeof(*s));
	enum err e;

	if (s == NULL)
		return ERR_NOMEM;
	if ((e = xml_build_open(&s->b)) != ERR_OK) {
		mem_free(s);
		return e;
	}
	s->b.stop_at_end = true;
	s->fn = fn;
	s->arg = arg;
	s->doc_max = doc_max;
	s->clean = true;
	*out = s;
	return ERR_OK;
}

void
xml_stream_free(struct xml_stream *s)
{
	if (s == NULL)
		return;
	xml_build_close(&s->b);
	mem_free(s);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum err
begin_doc(struct xml_stream *s, struct errinfo *ei)
{
	enum err e;

	if (!s->clean && !XML_ParserReset(s->b.parser, NULL))
		return err_set(ei, ERR_NOMEM, "memory is out");
	if ((e = xml_build_begin(&s->b)) != ERR_OK)
		return err_set(ei, e, "memory is out");
	s->clean = false;
	s->in_doc = true;
	s->fed = 0;
	return ERR_OK;
}

/* Gives up to n bytes to the open document; *took says how many of them
 * belonged to it. */
static enum err
feed_doc(struct xml_stream *s, const char *p, size_t n, size_t *took,
    struct errinfo *ei)
{
	XML_Parser x = s->b.parser;
	size_t end;
	enum err e;

	if (n > FEED_MAX)
		n = FEED_MAX;
	if (s->fed + n > s->doc_max + FEED_MAX)
		return err_set(ei, ERR_TOOBIG, "a notification is too large");
	*took = n;
	if (XML_Parse(x, p, (int)n, XML_FALSE) == XML_STATUS_OK) {
		s->fed += n;
		return ERR_OK;
	}
	if (!s->b.done || s->b.fault != ERR_OK)
		return xml_build_fault(&s->b, ei);
	/* The handler stopped at the root's end tag: what lies behind it in
	 * this chunk is of the next document. */
	end = (size_t)XML_GetCurrentByteIndex(x) +
	      (size_t)XML_GetCurrentByteCount(x);
	if (end < s->fed || end - s->fed > n)
		return err_set(ei, ERR_PROTO, "the end was not found");
	*took = end - s->fed;
	s->in_doc = false;
	e = s->fn(s->arg, s->b.doc);
	if (e != ERR_OK)
		return err_set(ei, e, "the stream was ended");
	return ERR_OK;
}

enum err
xml_stream_feed(
    struct xml_stream *s, const char *p, size_t n, struct errinfo *ei)
{
	size_t took = 0;
	enum err e;

	if (s->end != ERR_OK)
		return err_set(ei, s->end, "the stream is over");
	while (n > 0) {
		if (!s->in_doc && is_space(*p)) {
			p++;
			n--;
			continue;
		}
		e = s->in_doc ? ERR_OK : begin_doc(s, ei);
		if (e == ERR_OK)
			e = feed_doc(s, p, n, &took, ei);
		if (e != ERR_OK) {
			s->end = e;
			return e;
		}
		p += took;
		n -= took;
	}
	return ERR_OK;
}

enum err
xml_stream_end(struct xml_stream *s, struct errinfo *ei)
{
	if (s->end != ERR_OK)
		return err_set(ei, s->end, "the stream is over");
	if (s->in_doc)
		return err_set(ei, ERR_PROTO, "the stream ended in the middle");
	return ERR_OK;
}
