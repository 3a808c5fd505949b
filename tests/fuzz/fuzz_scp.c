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
one_entry(struct msg_scp_result *r, char *line, bool *redirected)
{
	char *k[VALUES_MAX], *b[VALUES_MAX];
	struct scp_entry e = {"CN=x", k, 0, b, 0};
	char *half = strchr(line, ';');

	if (half != NULL) {
		*half++ = '\0';
		e.bindings_n = split(half, '|', b);
	}
	e.keywords_n = split(line, '|', k);
	(void)!scp_take(r, &e, "lab.example", "Vienna", redirected);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct msg_scp_result r = {0};
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	bool redirected = false;
	char *text = try_strndup((const char *)data, size), *line, *end;
	size_t i;

	for (line = text; line != NULL; line = end) {
		if ((end = strchr(line, '\n')) != NULL)
			*end++ = '\0';
		one_entry(&r, line, &redirected);
	}
	scp_finish(&r, redirected);
	for (i = 1; i < r.urls_n; i++)
		if (r.urls[i].priority < r.urls[i - 1].priority)
			fatal("not in the order of priority");
	if (redirected && r.pointers.n > 0 && r.urls_n > 0)
		fatal("URLs beside a pointer for our own domain");
	if (ipc_build(&b, IPC_SCP_DONE, 1, &r) == ERR_TOOBIG)
		fatal("what was found does not fit");
	buf_clear(&b);
	msg_scp_result_free(&r);
	mem_free(text);
	return 0;
}
