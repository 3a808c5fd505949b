#include "common/conf.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/str.h"

#define CONF_VALUE_MAX 1024 /* bytes of one value */

enum key_kind {
	KEY_PATH,
	KEY_SOCKET,
	KEY_TEXT,
	KEY_NAME,
	KEY_ORIGIN,
	KEY_U32,
	KEY_BOOL
};

struct conf_key {
	const char *name;
	size_t off;
	enum key_kind kind;
	const char *def; /* NULL: the file must have it */
	uint32_t min, max;
};

#define AT(f) #f, offsetof(struct conf, f)

static const struct conf_key keys[] = {
    {AT(config_db), KEY_PATH, NULL, 0, 0},
    {AT(state_db), KEY_PATH, NULL, 0, 0},
    {AT(seal_pk), KEY_PATH, NULL, 0, 0},
    {AT(seal_sk), KEY_PATH, NULL, 0, 0},
    {AT(control_socket), KEY_SOCKET, NULL, 0, 0},
    {AT(fcgi_socket), KEY_SOCKET, NULL, 0, 0},
    {AT(fcgi_group), KEY_NAME, "", 0, 0},
    {AT(log_dir), KEY_PATH, NULL, 0, 0},
    {AT(activation_dir), KEY_TEXT, "", 0, 0},
    {AT(syslog_socket), KEY_SOCKET, "/dev/log", 0, 0},
    {AT(libexec_dir), KEY_PATH, CALCONN_LIBEXECDIR, 0, 0},
    {AT(templates_dir), KEY_PATH, CALCONN_PKGDATADIR "/templates", 0, 0},
    {AT(bundle_root), KEY_PATH, "/opt/calconn", 0, 0},
    {AT(bundle_keys), KEY_PATH, "/etc/calconn/bundle.pub", 0, 0},
    {AT(upload_dir), KEY_PATH, "/var/lib/calconn/upload", 0, 0},
    {AT(system_name), KEY_TEXT, "calconn", 0, 0},
    {AT(ui_origin), KEY_ORIGIN, NULL, 0, 0},
    {AT(web_workers), KEY_U32, "2", 1, 16},
    {AT(net_workers), KEY_U32, "1", 1, 8},
    {AT(heartbeat_max_s), KEY_U32, "30", 3, 3600},
    {AT(exchange_requests), KEY_U32, "24", 1, 100},
    {AT(start_rate), KEY_U32, "300", 1, 10000},
    {AT(catchup_days), KEY_U32, "31", 1, 3650},
    {AT(log_max_mib), KEY_U32, "16", 1, 1024},
    {AT(log_keep), KEY_U32, "9", 1, 99},
    {AT(log_days), KEY_U32, "30", 1, 3650},
    {AT(lab_loopback), KEY_BOOL, "no", 0, 0},
    {AT(user_web), KEY_NAME, "", 0, 0},
    {AT(user_engine), KEY_NAME, "", 0, 0},
    {AT(user_net), KEY_NAME, "", 0, 0},
    {AT(user_manager), KEY_NAME, "", 0, 0},
    {AT(group_store), KEY_NAME, "", 0, 0},
};

#define KEYS_N (sizeof(keys) / sizeof(keys[0]))

static char **
text_of(struct conf *c, const struct conf_key *k)
{
	return (char **)(void *)((char *)c + k->off);
}

static enum err
set_text(
    struct conf *c, const struct conf_key *k, const char *v, struct errinfo *ei)
{
	char **at = text_of(c, k);

	mem_free(*at);
	if ((*at = try_strdup(v)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	return ERR_OK;
}

/* No "." or ".." part: a path means the same whoever reads it. */
static enum err
check_path(const char *v, struct errinfo *ei)
{
	const char *p, *end;

	if (v[0] != '/')
		return err_set(ei, ERR_ARG, "the path must begin with /.");
	for (p = v; *p != '\0'; p = end) {
		size_t n;

		p += strspn(p, "/");
		end = p + (n = strcspn(p, "/"));
		if ((n == 1 && p[0] == '.') ||
		    (n == 2 && p[0] == '.' && p[1] == '.'))
			return err_set(ei, ERR_ARG,
			    "the path has a part \".\" or \"..\".");
	}
	return ERR_OK;
}

/* An origin as a browser sends it (RFC 6454 section 6.2). */
static enum err
check_origin(const char *v, struct errinfo *ei)
{
	const char *host = v + strlen("https://");

	if (!str_has_prefix(v, "https://") || *host == '\0')
		return err_set(
		    ei, ERR_ARG, "the origin must begin with https://.");
	if (host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.:[]")] !=
	    '\0')
		return err_set(ei, ERR_ARG,
		    "an origin is https://host or https://host:port in small "
		    "letters, with nothing behind.");
	return ERR_OK;
}

static enum err
check_name(const char *v, struct errinfo *ei)
{
	if (v[strspn(v, "abcdefghijklmnopqrstuvwxyz"
			"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")] != '\0' ||
	    v[0] == '-')
		return err_set(
		    ei, ERR_ARG, "this is not the name of a user or a group.");
	return ERR_OK;
}

static enum err
set_value(
    struct conf *c, const struct conf_key *k, const char *v, struct errinfo *ei)
{
	void *at = (char *)c + k->off;
	uint64_t number;
	enum err e = ERR_OK;

	switch (k->kind) {
	case KEY_SOCKET:
		if (strlen(v) >= sizeof(((struct sockaddr_un *)0)->sun_path))
			return err_set(ei, ERR_TOOBIG,
			    "the path of a socket has at most %zu bytes.",
			    sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
		e = check_path(v, ei);
		break;
	case KEY_PATH:
		e = check_path(v, ei);
		break;
	case KEY_ORIGIN:
		e = check_origin(v, ei);
		break;
	case KEY_NAME:
		e = check_name(v, ei);
		break;
	case KEY_U32:
		if (str_to_u64(v, k->max, &number) != ERR_OK || number < k->min)
			return err_set(ei, ERR_ARG,
			    "this is a number from %u to %u.", k->min, k->max);
		*(uint32_t *)at = (uint32_t)number;
		return ERR_OK;
	case KEY_BOOL:
		if (!str_eq(v, "yes") && !str_eq(v, "no"))
			return err_set(ei, ERR_ARG, "this is yes or no.");
		*(bool *)at = str_eq(v, "yes");
		return ERR_OK;
	case KEY_TEXT:
	default:
		break;
	}
	return e == ERR_OK ? set_text(c, k, v, ei) : e;
}

static enum err
set_line(struct conf *c, char *line, bool seen[KEYS_N], struct errinfo *ei)
{
	char *eq, *key, *value;
	size_t i;
	enum err e;

	line = str_trim(line);
	if (*line == '\0' || *line == '#')
		return ERR_OK;
	if ((eq = strchr(line, '=')) == NULL)
		return err_set(ei, ERR_ARG, "there is no \"=\" in the line.");
	*eq = '\0';
	key = str_trim(line);
	value = str_trim(eq + 1);
	for (i = 0; i < KEYS_N && !str_eq(keys[i].name, key); i++)
		;
	if (i == KEYS_N)
		return err_set(
		    ei, ERR_ARG, "\"%.64s\" is not a known key.", key);
	if (seen[i])
		return err_set(ei, ERR_ARG, "\"%s\" is set twice.", key);
	seen[i] = true;
	if (strlen(value) > CONF_VALUE_MAX)
		e = err_set(ei, ERR_TOOBIG, "at most %d bytes are allowed.",
		    CONF_VALUE_MAX);
	else if (str_has_control(value))
		e = err_set(ei, ERR_ARG, "there is a control character.");
	else
		e = set_value(c, &keys[i], value, ei);
	if (e != ERR_OK)
		errinfo_context(ei, "%s", keys[i].name);
	return e;
}

/* What the file did not set. */
static enum err
set_defaults(struct conf *c, const bool seen[KEYS_N], struct errinfo *ei)
{
	size_t i;
	enum err e;

	for (i = 0; i < KEYS_N; i++) {
		if (seen[i])
			continue;
		if (keys[i].def == NULL)
			return err_set(
			    ei, ERR_ARG, "\"%s\" is missing.", keys[i].name);
		if ((e = set_value(c, &keys[i], keys[i].def, ei)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
conf_parse(struct conf *c, const char *text, size_t n, struct errinfo *ei)
{
	struct conf new = {0};
	bool seen[KEYS_N] = {false};
	char *copy = NULL, *line, *next;
	unsigned number = 0;
	enum err e = ERR_OK;

	if (n > CONF_MAX)
		return err_set(ei, ERR_TOOBIG, "more than %d bytes.", CONF_MAX);
	if (!str_is_utf8(text, n))
		return err_set(ei, ERR_ARG, "the text is not UTF-8.");
	if ((copy = try_strndup(text, n)) == NULL) {
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
		goto out;
	}
	for (line = copy; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		number++;
		if ((e = set_line(&new, line, seen, ei)) != ERR_OK) {
			errinfo_context(ei, "line %u", number);
			goto out;
		}
	}
	if ((e = set_defaults(&new, seen, ei)) != ERR_OK)
		goto out;
	*c = new;
	memset(&new, 0, sizeof(new));
out:
	conf_clear(&new);
	mem_free(copy);
	return e;
}

enum err
conf_load(struct conf *c, const char *path, struct errinfo *ei)
{
	struct buf b = BUF_INIT(CONF_MAX);
	struct conf new = {0};
	char absolute[PATH_MAX];
	enum err e;

	if (realpath(path, absolute) == NULL)
		return err_set(ei, errno == ENOENT ? ERR_NOTFOUND : ERR_SYS,
		    "Cannot open %s: %s", path, strerror(errno));
	if ((e = file_slurp(absolute, &b, ei)) != ERR_OK)
		goto out;
	if ((e = conf_parse(&new, buf_str(&b), b.len, ei)) != ERR_OK) {
		errinfo_context(ei, "%s", path);
		goto out;
	}
	if ((new.path = try_strdup(absolute)) == NULL) {
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
		goto out;
	}
	*c = new;
	memset(&new, 0, sizeof(new));
out:
	conf_clear(&new);
	buf_clear(&b);
	return e;
}

void
conf_clear(struct conf *c)
{
	size_t i;

	for (i = 0; i < KEYS_N; i++)
		if (keys[i].kind != KEY_U32 && keys[i].kind != KEY_BOOL)
			mem_free(*text_of(c, &keys[i]));
	mem_free(c->path);
	memset(c, 0, sizeof(*c));
}
