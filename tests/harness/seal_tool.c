/* seal_tool.c - keys and boxes for tests.
 *   seal_tool keys PK SK             makes both files
 *   seal_tool box PK BINDING OUT     seals standard input's line; OUT gets
 *                                    the binding, a NUL and the box */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "common/seal.h"
#include "common/secret.h"
#include "common/str.h"

static int
box(char **argv, struct errinfo *ei)
{
	static unsigned char out[SEAL_BOX_MAX];
	unsigned char pk[SEAL_PK_LEN];
	struct secret s = SECRET_INIT;
	size_t n = 0;
	FILE *f;

	if (seal_pk_load(argv[2], pk, ei) != ERR_OK ||
	    secret_read_fd(&s, 0, ei) != ERR_OK ||
	    seal_box(pk, argv[3], &s, out, &n, ei) != ERR_OK)
		return 1;
	secret_clear(&s);
	if ((f = fopen(argv[4], "w")) == NULL)
		return 1;
	fwrite(argv[3], 1, strlen(argv[3]) + 1, f);
	fwrite(out, 1, n, f);
	return fclose(f) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct errinfo ei = {ERR_OK, ""};
	int rc = 2;

	if (argc == 4 && str_eq(argv[1], "keys"))
		rc = seal_keys_write(argv[2], argv[3], &ei) == ERR_OK ? 0 : 1;
	else if (argc == 5 && str_eq(argv[1], "box"))
		rc = box(argv, &ei);
	if (rc != 0)
		fprintf(stderr, "seal_tool: %s\n", ei.text);
	return rc;
}
