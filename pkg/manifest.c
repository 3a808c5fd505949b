/* manifest.c - see manifest.h. */
#include "config.h"

#include "pkg/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"
#include "pkg/refuse.h"

#define FIRST_LINE "calconn-bundle 1"
#define LINE_SHOWN 60
#define WORDS                                  \
	"abcdefghijklmnopqrstuvwxyz0123456789" \
	"-"

/* -- paths -- */

enum err
manifest_check_path(const char *path, struct refusal *why)
{
	const char *p;
	size_t n;

	for (p = path; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return refuse(why, REFUSE_BAD_NAME, "byte 0x%02x in it",
			    (unsigned char)*p);
	if (path[0] == '/')
		return refuse(
		    why, REFUSE_ABSOLUTE_PATH, "%.*s", LINE_SHOWN, path);
	if (strlen(path) >= MANIFEST_PATH_MAX)
		return refuse(why, REFUSE_BAD_NAME, "longer than %u bytes",
		    MANIFEST_PATH_MAX - 1);
	for (p = path;; p += n + 1) {
		n = strcspn(p, "/");
		if ((n == 1 && p[0] == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return refuse(why, REFUSE_PATH_TRAVERSAL, "%.*s",
			    LINE_SHOWN, path);
		if (n == 0)
			return refuse(
			    why, REFUSE_BAD_NAME, "an empty part in it");
		if (p[n] == '\0')
			return ERR_OK;
	}
}

static int
by_path(const void *a, const void *b)
{
	const struct manifest_file *x = a, *y = b;

	return strcmp(x->path, y->path);
}

const struct manifest_file *
manifest_find(const struct manifest *m, const char *path)
{
	struct manifest_file key = {.path = NULL};
	char copy[MANIFEST_PATH_MAX];

	if (m->files_n == 0 || !str_copy(copy, sizeof(copy), path))
		return NULL;
	key.path = copy;
	return bsearch(
	    &key, m->files, m->files_n, sizeof(m->files[0]), by_path);
}

/* A file cannot have files in it.  After all are there. */
static enum err
check_parents(const struct manifest *m, struct refusal *why)
{
	char parent[MANIFEST_PATH_MAX];
	size_t i;
	char *p;

	for (i = 0; i < m->files_n; i++) {
		(void)str_copy(parent, sizeof(parent), m->files[i].path);
		while ((p = strrchr(parent, '/')) != NULL) {
			*p = '\0';
			if (manifest_find(m, parent) != NULL)
				return refuse(why, REFUSE_DUPLICATE_NAME,
				    "%s is a file and a folder", parent);
		}
	}
	return ERR_OK;
}

/* -- files -- */

static enum err
grow(struct manifest *m, struct refusal *why)
{
	const size_t cap = m->files_cap == 0 ? 64 : m->files_cap * 2;
	struct manifest_file *v;

	if (m->files_n < m->files_cap)
		return ERR_OK;
	if (m->files_n >= MANIFEST_FILES_MAX)
		return refuse(why, REFUSE_TOO_BIG, "more than %u files",
		    MANIFEST_FILES_MAX);
	if ((v = try_realloc(m->files, cap * sizeof(*v))) == NULL)
		return err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
	m->files = v;
	m->files_cap = cap;
	return ERR_OK;
}

enum err
manifest_add(
    struct manifest *m, const struct manifest_file *f, struct refusal *why)
{
	struct manifest_file *to;
	enum err e;
	int order;

	if ((e = manifest_check_path(f->path, why)) != ERR_OK)
		return e;
	if (f->mode != 0644 && f->mode != 0755)
		return refuse(
		    why, REFUSE_SPECIAL_MODE, "%s: %04o", f->path, f->mode);
	if (f->size > MANIFEST_SIZE_MAX ||
	    m->size > MANIFEST_SIZE_MAX - f->size)
		return refuse(why, REFUSE_TOO_BIG, "more than %u MiB unpacked",
		    MANIFEST_SIZE_MAX / 1048576);
	if (m->files_n > 0) {
		order = strcmp(m->files[m->files_n - 1].path, f->path);
		if (order == 0)
			return refuse(
			    why, REFUSE_DUPLICATE_NAME, "%s", f->path);
		if (order > 0)
			return refuse(why, REFUSE_BAD_MANIFEST,
			    "%s is out of order", f->path);
	}
	if ((e = grow(m, why)) != ERR_OK)
		return e;
	to = &m->files[m->files_n];
	*to = *f;
	if ((to->path = try_strdup(f->path)) == NULL)
		return err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
	m->files_n++;
	m->size += f->size;
	return ERR_OK;
}

/* -- reading -- */

static enum err
bad_line(const char *line, struct refusal *why)
{
	char shown[LINE_SHOWN + 1];
	size_t i;

	(void)str_copy(shown, sizeof(shown), line);
	for (i = 0; shown[i] != '\0'; i++)
		if (shown[i] < ' ' || shown[i] > '~')
			shown[i] = '?';
	return refuse(why, REFUSE_BAD_MANIFEST, "\"%s\"", shown);
}

/* "key value": the value, or NULL.  *next: the line after it. */
static char *
value_of(char *line, const char *key)
{
	const size_t n = strlen(key);

	if (strncmp(line, key, n) != 0 || line[n] != ' ')
		return NULL;
	return line + n + 1;
}

/* Digits as a number is printed: no sign, no leading zero. */
static bool
number_of(const char *s, uint64_t max, uint64_t *out)
{
	if (s[0] == '0' && s[1] != '\0')
		return false;
	return str_to_u64(s, max, out) == ERR_OK;
}

static bool
word_of(const char *s, char *out, size_t size)
{
	return s[0] != '\0' && s[strspn(s, WORDS)] == '\0' &&
	       str_copy(out, size, s);
}

/* file MODE SIZE SHA256 PATH */
static enum err
parse_file(struct manifest *m, char *line, struct refusal *why)
{
	struct manifest_file f = {.path = NULL};
	char hex[sizeof(f.sha256) * 2 + 1];
	char *part[4] = {value_of(line, "file"), NULL, NULL, NULL};
	size_t i;

	for (i = 1; i < 4 && part[i - 1] != NULL; i++)
		if ((part[i] = strchr(part[i - 1], ' ')) != NULL)
			*part[i]++ = '\0';
	if (part[3] == NULL ||
	    !number_of(part[1], MANIFEST_SIZE_MAX, &f.size) ||
	    strlen(part[2]) != sizeof(hex) - 1 ||
	    hex_decode(part[2], f.sha256, sizeof(f.sha256)) != ERR_OK)
		return bad_line(line, why);
	hex_encode(f.sha256, sizeof(f.sha256), hex);
	if (!str_eq(hex, part[2]) || strlen(part[0]) != 4 ||
	    part[0][strspn(part[0], "01234567")] != '\0')
		return bad_line(line, why);
	f.mode = (uint32_t)strtoul(part[0], NULL, 8);
	f.path = part[3];
	return manifest_add(m, &f, why);
}

struct heads {
	uint64_t platform, config, state, files, size;
};

/* The lines before the files, in this order. */
static bool
parse_head(struct manifest *m, struct heads *h, unsigned i, char *line)
{
	static const char *const keys[] = {"name", "version", "architecture",
	    "platform", "config-schema", "state-schema", "files", "size"};
	const char *v = value_of(line, keys[i]);

	if (v == NULL)
		return false;
	switch (i) {
	case 0:
		return word_of(v, m->name, sizeof(m->name));
	case 1:
		return version_is_valid(v) &&
		       str_copy(m->version, sizeof(m->version), v);
	case 2:
		return word_of(v, m->arch, sizeof(m->arch));
	case 3:
		return number_of(v, 9999, &h->platform);
	case 4:
		return number_of(v, 9999, &h->config);
	case 5:
		return number_of(v, 9999, &h->state);
	case 6:
		return number_of(v, MANIFEST_FILES_MAX, &h->files);
	default:
		return number_of(v, MANIFEST_SIZE_MAX, &h->size);
	}
}

static enum err
parse_lines(struct manifest *m, char *text, struct refusal *why)
{
	struct heads h = {0};
	unsigned number = 0;
	char *line, *next;
	enum err e;

	for (line = text; *line != '\0'; line = next, number++) {
		if ((next = strchr(line, '\n')) == NULL)
			return bad_line(line, why);
		*next++ = '\0';
		if (number == 0) {
			if (!str_eq(line, FIRST_LINE))
				return bad_line(line, why);
		} else if (number <= 8) {
			if (!parse_head(m, &h, number - 1, line))
				return bad_line(line, why);
		} else if ((e = parse_file(m, line, why)) != ERR_OK) {
			return e;
		}
	}
	if (number < 9 || m->files_n != h.files || m->files_n == 0)
		return refuse(why, REFUSE_BAD_MANIFEST,
		    "it does not have as many lines as it says");
	if (m->size != h.size)
		return refuse(why, REFUSE_BOMB, "the sizes do not add up");
	m->platform = (uint32_t)h.platform;
	m->config_schema = (uint32_t)h.config;
	m->state_schema = (uint32_t)h.state;
	return check_parents(m, why);
}

enum err
manifest_parse(
    struct manifest *m, const char *text, size_t n, struct refusal *why)
{
	struct manifest new = {.size = 0};
	char *copy;
	enum err e;

	if (n > MANIFEST_MAX)
		return refuse(why, REFUSE_TOO_BIG, "the list of files");
	if (memchr(text, '\0', n) != NULL)
		return refuse(why, REFUSE_BAD_NAME, "a zero byte");
	if ((copy = try_strndup(text, n)) == NULL)
		return err_set(refuse_ei(why), ERR_NOMEM, "%s",
		    err_default_text(ERR_NOMEM));
	if ((e = parse_lines(&new, copy, why)) != ERR_OK)
		goto out;
	*m = new;
	memset(&new, 0, sizeof(new));
out:
	manifest_clear(&new);
	mem_free(copy);
	return e;
}

/* -- writing -- */

enum err
manifest_print(const struct manifest *m, struct buf *to)
{
	char hex[sizeof(m->files[0].sha256) * 2 + 1];
	size_t i;
	enum err e;

	e = buf_putf(to,
	    FIRST_LINE "\nname %s\nversion %s\narchitecture %s\n"
		       "platform %u\nconfig-schema %u\nstate-schema %u\n"
		       "files %zu\nsize %llu\n",
	    m->name, m->version, m->arch, m->platform, m->config_schema,
	    m->state_schema, m->files_n, (unsigned long long)m->size);
	for (i = 0; i < m->files_n && e == ERR_OK; i++) {
		const struct manifest_file *f = &m->files[i];

		hex_encode(f->sha256, sizeof(f->sha256), hex);
		e = buf_putf(to, "file %04o %llu %s %s\n", f->mode,
		    (unsigned long long)f->size, hex, f->path);
	}
	return e;
}

void
manifest_clear(struct manifest *m)
{
	size_t i;

	for (i = 0; i < m->files_n; i++)
		mem_free(m->files[i].path);
	mem_free(m->files);
	memset(m, 0, sizeof(*m));
}
