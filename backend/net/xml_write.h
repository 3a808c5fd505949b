/* xml_write.h - XML text with every value escaped.  Pure; runs in net.
 * Errors stick: write on, and look at w->e at the end. */
#ifndef XML_WRITE_H
#define XML_WRITE_H

#include "common/err.h"

struct buf;

struct xml_writer {
	struct buf *out;
	enum err e; /* ERR_ARG: a character that XML 1.0 cannot carry */
};

#define XML_WRITER(buf)       \
	{                     \
		(buf), ERR_OK \
	}

void xml_put_raw(struct xml_writer *w, const char *markup);
void xml_put_text(struct xml_writer *w, const char *s);
/* ' name="escaped"' */
void xml_put_attr(struct xml_writer *w, const char *name, const char *s);
/* <name>escaped</name> */
void xml_put_elem(struct xml_writer *w, const char *name, const char *s);

#endif
