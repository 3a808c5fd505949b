/* seed_ipc.c - writes one good frame of each message to a directory, as the
 * first of the corpus of fuzz_ipc:
 *   seed_ipc tests/fuzz/corpus/ipc */
#include <stdio.h>

#include "common/buf.h"
#include "common/ipc.h"
#include "tests/harness/ipc_random.h"

#define TEXT_CAP 12 /* short texts: the shape is what counts */

static int
write_frame(const char *dir, enum ipc_type t, uint64_t *seed)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	void *m = xalloc(ipc_struct_size(t));
	char path[4096];
	FILE *f = NULL;
	int rc = 1;

	ipc_random_fill(ipc_layout(t), m, seed, TEXT_CAP);
	(void)snprintf(path, sizeof(path), "%s/good-%s", dir, ipc_name(t));
	if (ipc_build(&b, t, 7, m) != ERR_OK)
		fprintf(stderr, "%s is too large\n", ipc_name(t));
	else if ((f = fopen(path, "wb")) == NULL ||
		 fwrite(b.p, 1, b.len, f) != b.len)
		perror(path);
	else
		rc = 0;
	if (f != NULL && fclose(f) != 0)
		rc = 1;
	ipc_free(t, m);
	mem_free(m);
	buf_clear(&b);
	return rc;
}

int
main(int argc, char **argv)
{
	uint64_t seed = 20261122;
	int t, rc = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: seed_ipc DIRECTORY\n");
		return 2;
	}
	for (t = IPC_T_NONE + 1; t < IPC_T__MAX; t++)
		rc |= write_frame(argv[1], (enum ipc_type)t, &seed);
	return rc;
}
