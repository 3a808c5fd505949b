/* fuzz_multipart.c - a form with a file.  The first byte says how many bytes
 * come at once; the type ends with the first line. */
#include <stdint.h>
#include <string.h>

#include "cgi/multipart.h"
#include "common/alloc.h"
#include "common/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct source {
	const uint8_t *p;
	size_t n, chunk;
};

static size_t
give(void *arg, char *to, size_t room)
{
	struct source *s = arg;
	size_t n = s->n < s->chunk ? s->n : s->chunk;

	if (room == 0)
		fatal("nothing is asked for");
	if (n > room)
		n = room;
	memcpy(to, s->p, n);
	s->p += n;
	s->n -= n;
	return n;
}

static void
check_fields(const struct multipart *m, const struct req_fields *f)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct req_field *x = &f->v[i];

		if (x->name < m->block || x->value < x->name ||
		    x->value + x->len >= m->block + sizeof(m->block) ||
		    x->value[x->len] != '\0')
			fatal("a value is not in the block");
		if (!req_is_name(x->name, strlen(x->name)))
			fatal("a name is none");
		if (!x->bad && strlen(x->value) != x->len)
			fatal("bad bytes are not marked");
		if (req_field(f, x->name) != x)
			fatal("a field is there twice");
	}
}

static void
take_file(struct multipart *m, size_t size)
{
	char piece[61];
	size_t n, total = 0;

	while (multipart_file(m, piece, sizeof(piece), &n, NULL) == ERR_OK &&
	       n > 0) {
		total += n;
		if (n > sizeof(piece) || total > size)
			fatal("more came out than in");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct multipart *m = xalloc(sizeof(*m));
	struct req_fields *f = xalloc(sizeof(*f));
	struct source s = {data, size, 1};
	const uint8_t *eol;
	char *type = NULL;

	if (size > 1 && (eol = memchr(data + 1, '\n', size - 1)) != NULL) {
		s.chunk = 1 + data[0];
		type = try_strndup(
		    (const char *)data + 1, (size_t)(eol - data - 1));
		s.p = eol + 1;
		s.n = size - (size_t)(eol + 1 - data);
		if (type != NULL &&
		    multipart_begin(m, type, give, &s, f, NULL) == ERR_OK) {
			check_fields(m, f);
			take_file(m, size);
		}
		multipart_clear(m);
	}
	mem_free(type);
	mem_free(f);
	mem_free(m);
	return 0;
}
