/* replay_main.c - runs a fuzz harness over files: those named on the command
 * line (a directory stands for the files in it), or the corpus of its name. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX (16u << 20)
#define PATH_LEN 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	size_t n;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	if ((data = malloc(FILE_MAX)) == NULL) {
		(void)fclose(f);
		return 1;
	}
	n = fread(data, 1, FILE_MAX, f);
	(void)fclose(f);
	/* Exactly n bytes, so that a sanitizer sees any read past them. */
	if (n > 0) {
		uint8_t *exact = realloc(data, n);

		if (exact != NULL)
			data = exact;
	}
	(void)LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

static int
run_path(const char *path, unsigned *n)
{
	struct dirent **names = NULL;
	struct stat st;
	int i, names_n, rc = 0;

	if (stat(path, &st) != 0) {
		perror(path);
		return 1;
	}
	if (!S_ISDIR(st.st_mode)) {
		(*n)++;
		return run_file(path);
	}
	if ((names_n = scandir(path, &names, NULL, alphasort)) < 0) {
		perror(path);
		return 1;
	}
	for (i = 0; i < names_n; i++) {
		char sub[PATH_LEN];

		if (names[i]->d_name[0] != '.') {
			(void)snprintf(
			    sub, sizeof(sub), "%s/%s", path, names[i]->d_name);
			rc |= run_path(sub, n);
		}
		free(names[i]);
	}
	free(names);
	return rc;
}

int
main(int argc, char **argv)
{
	unsigned n = 0;
	int i, rc = 0;

	if (argc > 1) {
		for (i = 1; i < argc; i++)
			rc |= run_path(argv[i], &n);
	} else {
		const char *top = getenv("TOP_SRCDIR");
		const char *name = strrchr(argv[0], '/');
		char dir[PATH_LEN];

		name = name == NULL ? argv[0] : name + 1;
		if (strncmp(name, "fuzz_", 5) == 0)
			name += 5;
		(void)snprintf(dir, sizeof(dir), "%s/tests/fuzz/corpus/%s",
		    top == NULL ? "." : top, name);
		rc = run_path(dir, &n);
	}
	/* An empty input is always a case. */
	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("%u inputs replayed\n", n);
	return rc != 0 || n == 0;
}
