/* render.c - the template engine behind one small door. */
#include <ClearSilver.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cgi/render.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"

#define RENDER_PATH_MAX 240 /* ClearSilver cuts longer ones */

struct file {
	char *name; /* "layout.cs" */
	char *text;
};

struct parsed {
	const char *name; /* borrowed from the caller of render_open */
	CSPARSE *parse;
};

struct kept {
	const char *name; /* static text */
	uint64_t stamp;
};

struct render {
	HDF *hdf; /* one tree for all pages */
	struct file files[RENDER_TEMPLATES_MAX];
	size_t files_n;
	struct parsed pages[RENDER_TEMPLATES_MAX];
	size_t pages_n;
	struct kept kept[RENDER_KEPT_MAX];
	size_t kept_n;
	bool failed; /* the view of this request is not whole */
};

static enum err
from_neoerr(struct errinfo *ei, const char *what, NEOERR *ne)
{
	enum err e;
	STRING s;

	string_init(&s);
	nerr_error_string(ne, &s);
	e = err_set(ei, ERR_SYS, "%s: %s", what, s.buf == NULL ? "" : s.buf);
	nerr_ignore(&ne);
	string_clear(&s);
	return e;
}

/* ClearSilver frees what it gets here.  It takes "not found" for an empty
 * file: a missing one has to be another error. */
static NEOERR *
load_file(void *ctx, HDF *hdf, const char *filename, char **contents)
{
	const struct render *r = ctx;
	size_t i;

	(void)hdf;
	for (i = 0; i < r->files_n; i++)
		if (strcmp(r->files[i].name, filename) == 0) {
			size_t n = strlen(r->files[i].text) + 1;

			/* ClearSilver frees it with free(). */
			*contents = try_alloc(n);
			if (*contents == NULL)
				return nerr_raise(NERR_NOMEM, "no memory");
			memcpy(*contents, r->files[i].text, n);
			return STATUS_OK;
		}
	return nerr_raise(NERR_IO, "no template %s", filename);
}

static enum err
read_file(
    struct render *r, const char *dir, const char *name, struct errinfo *ei)
{
	struct buf b = BUF_INIT(RENDER_FILE_MAX);
	char path[RENDER_PATH_MAX];
	enum err e;

	if (r->files_n == RENDER_TEMPLATES_MAX)
		return err_set(ei, ERR_TOOBIG, "%s holds over %d templates",
		    dir, RENDER_TEMPLATES_MAX);
	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    (int)sizeof(path))
		return err_set(
		    ei, ERR_TOOBIG, "%s: the path is too long", name);
	if ((e = file_slurp(path, &b, ei)) != ERR_OK)
		goto out;
	if (b.len == 0 || !str_is_utf8(b.p, b.len)) {
		e = err_set(ei, ERR_ARG, "%s is empty or not UTF-8", path);
		goto out;
	}
	r->files[r->files_n].name = xstrdup(name);
	r->files[r->files_n].text = buf_take(&b);
	r->files_n++;
out:
	buf_clear(&b);
	return e;
}

static enum err
read_dir(struct render *r, const char *dir, struct errinfo *ei)
{
	enum err e = ERR_OK;
	struct dirent *d;
	DIR *dp;

	if ((dp = opendir(dir)) == NULL)
		return err_set(ei, ERR_SYS, "%s cannot be read", dir);
	while (e == ERR_OK && (d = readdir(dp)) != NULL)
		if (str_has_suffix_nocase(d->d_name, ".cs"))
			e = read_file(r, dir, d->d_name, ei);
	(void)closedir(dp);
	return e;
}

static enum err
parse_page(struct render *r, const char *name, struct errinfo *ei)
{
	char file[RENDER_PATH_MAX];
	struct parsed *p = &r->pages[r->pages_n];
	NEOERR *ne;

	(void)snprintf(file, sizeof(file), "%s.cs", name);
	if ((ne = cs_init(&p->parse, r->hdf)) != STATUS_OK)
		return from_neoerr(ei, name, ne);
	p->name = name;
	r->pages_n++;
	cs_register_fileload(p->parse, r, load_file);
	if ((ne = cgi_register_strfuncs(p->parse)) != STATUS_OK ||
	    (ne = cs_parse_file(p->parse, file)) != STATUS_OK)
		return from_neoerr(ei, name, ne);
	return ERR_OK;
}

static bool
has_page(const struct render *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->pages_n; i++)
		if (strcmp(r->pages[i].name, name) == 0)
			return true;
	return false;
}

enum err
render_open(struct render **out, const char *dir, const char *const *pages,
    struct errinfo *ei)
{
	struct render *r = xalloc(sizeof(*r));
	NEOERR *ne;
	enum err e;

	if ((ne = nerr_init()) != STATUS_OK ||
	    (ne = hdf_init(&r->hdf)) != STATUS_OK ||
	    /* Before cs_init, or it is ignored without a word. */
	    (ne = hdf_set_value(r->hdf, "Config.VarEscapeMode", "html")) !=
		STATUS_OK) {
		e = from_neoerr(ei, "templates", ne);
		goto out;
	}
	if ((e = read_dir(r, dir, ei)) != ERR_OK)
		goto out;
	for (; *pages != NULL; pages++) {
		if (has_page(r, *pages))
			continue;
		if (r->pages_n == RENDER_TEMPLATES_MAX) {
			e = err_set(ei, ERR_TOOBIG, "over %d pages",
			    RENDER_TEMPLATES_MAX);
			goto out;
		}
		if ((e = parse_page(r, *pages, ei)) != ERR_OK)
			goto out;
	}
	*out = r;
	r = NULL;
out:
	render_close(r);
	return e;
}

void
render_close(struct render *r)
{
	size_t i;

	if (r == NULL)
		return;
	for (i = 0; i < r->pages_n; i++)
		cs_destroy(&r->pages[i].parse);
	for (i = 0; i < r->files_n; i++) {
		mem_free(r->files[i].name);
		mem_free(r->files[i].text);
	}
	if (r->hdf != NULL)
		hdf_destroy(&r->hdf);
	mem_free(r);
}

static struct view
top(struct render *r, const char *name)
{
	struct view root = {r->hdf, &r->failed};

	return view_sub(root, name);
}

struct view
render_shared(struct render *r)
{
	return top(r, "S");
}

struct view
render_page(struct render *r)
{
	NEOERR *ne = hdf_remove_tree(r->hdf, "P");

	nerr_ignore(&ne);
	r->failed = false;
	return top(r, "P");
}

struct view
render_kept(struct render *r, const char *name, uint64_t stamp, bool *is_fresh)
{
	struct view list = top(r, "C");
	size_t i;

	*is_fresh = false;
	for (i = 0; i < r->kept_n; i++)
		if (strcmp(r->kept[i].name, name) == 0)
			break;
	if (i == RENDER_KEPT_MAX)
		fatal("render: over %d kept lists", RENDER_KEPT_MAX);
	if (i == r->kept_n) {
		r->kept[i].name = name;
		r->kept[i].stamp = 0;
		r->kept_n++;
	}
	*is_fresh = stamp != 0 && r->kept[i].stamp == stamp;
	if (!*is_fresh) {
		NEOERR *ne = hdf_remove_tree(list.node, name);

		nerr_ignore(&ne);
	}
	r->kept[i].stamp = stamp;
	return view_sub(list, name);
}

void
render_forget(struct render *r)
{
	size_t i;

	for (i = 0; i < r->kept_n; i++)
		r->kept[i].stamp = 0;
}

/* Called some thousand times a page, with a few bytes each time. */
static NEOERR *
collect(void *ctx, char *s)
{
	struct buf *b = ctx;
	size_t n = strlen(s);

	if (b->cap - b->len > n) {
		memcpy(b->p + b->len, s, n + 1);
		b->len += n;
		return STATUS_OK;
	}
	if (buf_put(b, s, n) != ERR_OK)
		return nerr_raise(NERR_NOMEM, "the page is too large");
	return STATUS_OK;
}

enum err
render_run(
    struct render *r, const char *page, struct buf *out, struct errinfo *ei)
{
	NEOERR *ne;
	size_t i;

	buf_reset(out);
	if (r->failed) {
		render_forget(r);
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	}
	for (i = 0; i < r->pages_n; i++)
		if (strcmp(r->pages[i].name, page) == 0) {
			ne = cs_render(r->pages[i].parse, out, collect);
			if (ne != STATUS_OK) {
				buf_reset(out);
				return from_neoerr(ei, page, ne);
			}
			return ERR_OK;
		}
	return err_set(ei, ERR_NOTFOUND, "There is no page %s.", page);
}
