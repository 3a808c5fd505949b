/* body.c - see body.h. */
#include <fcgiapp.h>
#include <stdio.h>
#include <string.h>

#include "cgi/body.h"
#include "common/secret.h"

/* The library keeps what it read from the web server in a heap buffer and
 * frees that without wiping it. */
size_t
body_take(struct body *b, char *to, size_t room)
{
	FCGX_Stream *in = b->in;
	size_t n;

	if (room > b->left)
		room = (size_t)b->left;
	if (room == 0)
		return 0;
	if (in->rdNext == in->stop) {
		int c = FCGX_GetChar(in);

		if (c == EOF)
			return 0;
		if (FCGX_UnGetChar(c, in) == EOF) {
			*to = (char)c;
			b->left--;
			return 1;
		}
	}
	n = (size_t)(in->stop - in->rdNext);
	if (n > room)
		n = room;
	memcpy(to, in->rdNext, n);
	mem_wipe(in->rdNext, n);
	in->rdNext += n;
	b->left -= n;
	return n;
}

void
body_drain(struct body *b, uint64_t max)
{
	char waste[4096];
	uint64_t total = 0;
	size_t n;

	while (total < max && (n = body_take(b, waste, sizeof(waste))) > 0)
		total += n;
	mem_wipe(waste, sizeof(waste));
}
