/* args.c - reads the command line. */
#include "backend/ctl/args.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/secret.h"

#define NUMBER_MAX 1000000u

void
args_init(struct args *a)
{
	memset(a, 0, sizeof(*a));
	a->conf_path = CONF_DEFAULT_PATH;
	a->password_fd = -1;
	a->limit = 100;
	a->timeout_s = 300;
}

void
args_clear(struct args *a)
{
	strlist_clear(&a->words);
	strlist_clear(&a->keys);
	strlist_clear(&a->values);
	strlist_clear(&a->addresses);
}

/* An option with a value: where the text or the number goes. */
struct option {
	const char *name;
	enum args_option bit;
	const char **text;
	uint64_t *number;
	struct strlist *list; /* it may be given again */
};

static enum err
take_number(const char *name, const char *value, uint64_t max, uint64_t *out,
    struct errinfo *ei)
{
	if (str_to_u64(value, max, out) == ERR_OK)
		return ERR_OK;
	return err_set(ei, ERR_ARG, "%s takes a number from 0 to %llu", name,
	    (unsigned long long)max);
}

/* The value after an option or, as in --limit=5, within it. */
static const char *
value_of(const char *arg, const char *name, char **argv, int *i)
{
	size_t n = strlen(name);

	if (strncmp(arg, name, n) != 0)
		return NULL;
	if (arg[n] == '=')
		return arg + n + 1;
	if (arg[n] != '\0' || argv[*i + 1] == NULL)
		return NULL;
	(*i)++;
	return argv[*i];
}

static enum err
take_flag(struct args *a, const char *arg, bool *taken)
{
	*taken = true;
	if (str_eq(arg, "--json")) {
		a->json = true;
	} else if (str_eq(arg, "--help") || str_eq(arg, "-h")) {
		a->help = true;
	} else if (str_eq(arg, "--version")) {
		a->version = true;
	} else if (str_eq(arg, "--password-stdin")) {
		a->password_stdin = true;
		a->given |= O_PASSWORD;
	} else if (str_eq(arg, "--keep-disabled")) {
		a->keep_disabled = true;
		a->given |= O_KEEP;
	} else {
		*taken = false;
	}
	return ERR_OK;
}

static enum err
take_option(struct args *a, char **argv, int *i, struct errinfo *ei)
{
	const struct option rows[] = {
	    {"-c", 0, &a->conf_path, NULL, NULL},
	    {"--from", O_FIELDS, &a->from, NULL, NULL},
	    {"--address", O_ADDRESS, NULL, NULL, &a->addresses},
	    {"--state", O_STATE, &a->state, NULL, NULL},
	    {"--limit", O_LIMIT, NULL, &a->limit, NULL},
	    {"--offset", O_OFFSET, NULL, &a->offset, NULL},
	    {"--wait", O_WAIT, NULL, &a->wait_s, NULL},
	    {"--timeout", O_TIMEOUT, NULL, &a->timeout_s, NULL},
	};
	const char *arg = argv[*i], *value;
	uint64_t fd;
	size_t k;
	enum err e;

	for (k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
		if ((value = value_of(arg, rows[k].name, argv, i)) == NULL)
			continue;
		a->given |= rows[k].bit;
		if (rows[k].list != NULL)
			return strlist_add(rows[k].list, value);
		if (rows[k].text == NULL)
			return take_number(rows[k].name, value, NUMBER_MAX,
			    rows[k].number, ei);
		*rows[k].text = value;
		return ERR_OK;
	}
	if ((value = value_of(arg, "--password-fd", argv, i)) == NULL)
		return err_set(ei, ERR_ARG,
		    "%s is no option, or its value is missing", arg);
	a->given |= O_PASSWORD;
	if ((e = take_number("--password-fd", value, 1023, &fd, ei)) == ERR_OK)
		a->password_fd = (int)fd;
	return e;
}

enum err
args_parse(struct args *a, int argc, char **argv, struct errinfo *ei)
{
	bool taken, only_words = false;
	enum err e = ERR_OK;
	int i;

	for (i = 1; e == ERR_OK && i < argc; i++) {
		if (only_words || argv[i][0] != '-' || argv[i][1] == '\0') {
			if (strlist_add(&a->words, argv[i]) != ERR_OK)
				return err_set(ei, ERR_NOMEM, "%s",
				    err_default_text(ERR_NOMEM));
			continue;
		}
		if (str_eq(argv[i], "--")) {
			only_words = true;
			continue;
		}
		if ((e = take_flag(a, argv[i], &taken)) == ERR_OK && !taken)
			e = take_option(a, argv, &i, ei);
	}
	return e;
}

/* Arguments are in the list of processes, which every user can read, and in
 * the history of the shell; a file stays on the disk. */
static enum err
refuse_password(const char *key, struct errinfo *ei)
{
	if (!str_eq(key, "password"))
		return ERR_OK;
	return err_set(ei, ERR_ARG,
	    "password: A password is never an argument or in a file: other "
	    "users of this host could read it. Give it on standard input "
	    "(--password-stdin) or by --password-fd.");
}

static enum err
add_field(struct args *a, const char *key, size_t key_len, const char *value,
    struct errinfo *ei)
{
	enum err e;

	if ((e = strlist_addn(&a->keys, key, key_len)) != ERR_OK ||
	    (e = strlist_add(&a->values, value)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	if ((e = refuse_password(a->keys.v[a->keys.n - 1], ei)) == ERR_OK)
		return e;
	mem_wipe(a->values.v[a->values.n - 1], strlen(value));
	return ERR_ARG;
}

/* key=value, from `first` on; they leave the words. */
static enum err
take_fields(struct args *a, size_t first, struct errinfo *ei)
{
	enum err e = ERR_OK;
	const char *eq;
	size_t i;

	for (i = first; e == ERR_OK && i < a->words.n; i++) {
		if ((eq = strchr(a->words.v[i], '=')) == NULL ||
		    eq == a->words.v[i])
			return err_set(ei, ERR_ARG,
			    "\"%s\" is not of the form key=value",
			    a->words.v[i]);
		e = add_field(
		    a, a->words.v[i], (size_t)(eq - a->words.v[i]), eq + 1, ei);
	}
	while (a->words.n > first)
		mem_free(a->words.v[--a->words.n]);
	return e;
}

static enum err
add_json(struct args *a, const char *key, const json_t *v, struct errinfo *ei)
{
	char number[32];
	const char *text;

	if (json_is_string(v)) {
		text = json_string_value(v);
		if (strlen(text) != json_string_length(v))
			return err_set(
			    ei, ERR_ARG, "%s: there is a NUL in it", key);
	} else if (json_is_boolean(v)) {
		text = json_is_true(v) ? "yes" : "no";
	} else if (json_is_integer(v)) {
		(void)snprintf(number, sizeof(number), "%lld",
		    (long long)json_integer_value(v));
		text = number;
	} else {
		return err_set(
		    ei, ERR_ARG, "%s: neither text nor true or false", key);
	}
	return add_field(a, key, strlen(key), text, ei);
}

static enum err
from_json(struct args *a, const struct buf *b, struct errinfo *ei)
{
	json_error_t why;
	json_t *o, *v;
	const char *key;
	enum err e = ERR_OK;

	o = json_loadb(buf_str(b), b->len, JSON_REJECT_DUPLICATES, &why);
	if (o == NULL)
		return err_set(ei, ERR_ARG, "%s: line %d: %s", a->from,
		    why.line, why.text);
	if (!json_is_object(o))
		e = err_set(ei, ERR_ARG, "%s: not a JSON object", a->from);
	json_object_foreach(o, key, v)
	{
		if (e == ERR_OK && (e = add_json(a, key, v, ei)) != ERR_OK)
			errinfo_context(ei, "%s", a->from);
	}
	json_decref(o);
	return e;
}

static enum err
read_from(struct args *a, struct errinfo *ei)
{
	struct buf b = BUF_INIT(ARGS_FROM_MAX);
	bool is_stdin = str_eq(a->from, "-");
	enum err e;

	/* Before anything is read: which of the two would get it? */
	if (is_stdin && a->password_fd < 0 && (a->given & O_PASSWORD) != 0)
		return err_set(ei, ERR_ARG,
		    "--from - and --password-stdin both want standard input; "
		    "give the password by --password-fd");
	e = is_stdin ? fd_slurp(STDIN_FILENO, "standard input", &b, ei)
		     : file_slurp(a->from, &b, ei);
	if (e == ERR_OK)
		e = from_json(a, &b, ei);
	buf_wipe(&b);
	return e;
}

enum err
args_finish(
    struct args *a, const struct verb *v, size_t first, struct errinfo *ei)
{
	size_t n = a->words.n - first;
	unsigned extra = a->given & ~v->options;
	bool fields = (v->options & O_FIELDS) != 0;
	enum err e;

	if (extra != 0)
		return err_set(ei, ERR_ARG,
		    "an option was given that %s %s does not have", v->noun,
		    v->verb);
	if (n < v->least || (!fields && n > v->most))
		return err_set(ei, ERR_ARG, "usage: calconnctl %s%s%s %s",
		    v->noun, v->verb[0] == '\0' ? "" : " ", v->verb,
		    v->arguments);
	if (!fields)
		return ERR_OK;
	/* The file first: what is typed beside it counts more. */
	if (a->from != NULL && (e = read_from(a, ei)) != ERR_OK)
		return e;
	/* What may stand before them is no key=value. */
	for (n = v->least; n < v->most && first + n < a->words.n &&
			   strchr(a->words.v[first + n], '=') == NULL;
	     n++)
		;
	return take_fields(a, first + n, ei);
}
