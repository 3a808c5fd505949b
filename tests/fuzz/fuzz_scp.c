/* fuzz_scp.c - what a directory publishes.  Each line of the input is an
 * entry: keywords by "|", a ";", bindings by "|". */
#include <stdint.h>
#include <string.h>

#include "backend/net/scp_rules.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"

#define VALUES_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
split(char *s, char sep, char **v)
{
	size_t n = 0;
	char *end;

	while (n < VALUES_MAX) {
		v[n++] = s;
		if ((end = strchr(s, sep)) == NULL)
			break;
		*end = '\0';
		s = end + 1;
	}
	return n;
}

static void
one_entry(struct scp_found *f, char *line)
{
	char *k[VALUES_MAX], *b[VALUES_MAX];
	struct scp_entry e = {"CN=x", k, 0, b, 0};
	char *half = strchr(line, ';');

	if (half != NULL) {
		*half++ = '\0';
		e.bindings_n = split(half, '|', b);
	}
	e.keywords_n = split(line, '|', k);
	(void)!scp_take(f, &e, "lab.example", "Vienna");
}

static void
check_pointers(const struct scp_found *f)
{
	char host[SCP_HOST_MAX];
	uint16_t port;
	size_t i;

	for (i = 0; i < f->pointers_n; i++)
		if (scp_pointer_host(f->pointers[i].url, host, &port) &&
		    strpbrk(host, "/@?# :") != NULL)
			fatal("a pointer to what is no host");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scp_found *f = xalloc(sizeof(*f));
	struct msg_scp_result r = {0};
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	char *text = try_strndup((const char *)data, size), *line, *end;
	bool ours;
	size_t i;

	for (line = text; line != NULL; line = end) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		one_entry(f, line);
	}
	scp_finish(f);
	ours = scp_goes_on(f) == SCP_PTR_OURS;
	check_pointers(f);
	r.trail = xalloc(sizeof(*r.trail));
	r.trail_n = 1;
	scp_tell(f, "Vienna", r.trail);
	scp_give(f, &r);
	for (i = 1; i < r.urls_n; i++)
		if (r.urls[i].priority < r.urls[i - 1].priority)
			fatal("not in the order of priority");
	if (ours && r.urls_n > 0)
		fatal("URLs beside a pointer for our own domain");
	if (ipc_build(&b, IPC_SCP_DONE, 1, &r) != ERR_OK)
		fatal("what was found does not fit");
	buf_clear(&b);
	msg_scp_result_free(&r);
	scp_found_clear(f);
	mem_free(f);
	mem_free(text);
	return 0;
}
