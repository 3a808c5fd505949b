/* manifest.h - what a bundle says of itself: a text of lines, one spelling a
 * content (manifest_print() of what was parsed gives the same bytes).
 * Distrusts every byte.  The format is in calconn-bundle(5). */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "pkg/version.h"

struct buf;
struct refusal;

#define MANIFEST_PRODUCT "calconn"
#define MANIFEST_MAX 1048576u /* bytes of the text */
#define MANIFEST_FILES_MAX 4096u
#define MANIFEST_PATH_MAX 200u /* bytes, NUL included */
#define MANIFEST_SIZE_MAX (512u * 1024 * 1024) /* bytes of all files */
#define MANIFEST_WORD_MAX 32u

struct manifest_file {
	char *path;
	uint32_t mode; /* 0644 or 0755 */
	uint64_t size;
	unsigned char sha256[32];
};

struct manifest {
	char name[MANIFEST_WORD_MAX];
	char version[VERSION_MAX];
	char arch[MANIFEST_WORD_MAX]; /* as dpkg calls it */
	uint32_t platform; /* least release of Debian */
	uint32_t config_schema, state_schema;
	uint64_t size; /* of all files */
	struct manifest_file *files; /* in the order of strcmp() */
	size_t files_n, files_cap;
};

enum err manifest_parse(struct manifest *m, const char *text, size_t n,
    struct refusal *why) ERR_CHECK;
enum err manifest_print(const struct manifest *m, struct buf *to) ERR_CHECK;
/* f is copied; m->size grows.  For building; in order. */
enum err manifest_add(struct manifest *m, const struct manifest_file *f,
    struct refusal *why) ERR_CHECK;
/* A relative path of plain names. */
enum err manifest_check_path(const char *path, struct refusal *why) ERR_CHECK;
/* NULL: not in the list. */
const struct manifest_file *
manifest_find(const struct manifest *m, const char *path);
void manifest_clear(struct manifest *m);

#endif
