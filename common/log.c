#include "common/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/str.h"

/* The log is the only mutable global (STYLE 6.2). */
static const char *log_program = "calconn";
static int log_fd = STDERR_FILENO;

static const struct {
	const char *name, *what;
} modules[] = {
#define LOG_MODULE(name, what) {name, what},
#include "common/log_module.def"
#undef LOG_MODULE
};

#define MODULES_N (sizeof(modules) / sizeof(modules[0]))

/* One more than the level, 0: as at the start. */
static unsigned char limits[MODULES_N];
static enum log_level all_limit = LOG_L_INFO;

/* Room at the end of a line for its Level and the newline. */
#define TAIL_MAX 32

static const char *const level_names[LOG_L__MAX] = {
    [LOG_L_FATAL] = "FATAL",
    [LOG_L_ERROR] = "ERROR",
    [LOG_L_WARN] = "WARN",
    [LOG_L_INFO] = "INFO",
    [LOG_L_DEBUG] = "DEBUG",
    [LOG_L_TRACE] = "TRACE",
};

struct line {
	char text[LOG_LINE_MAX];
	size_t n;
	bool full; /* something was cut: nothing more is added */
};

void
log_open(const char *program, int fd)
{
	log_program = program;
	log_fd = fd;
}

void
log_set_level(enum log_level l)
{
	memset(limits, 0, sizeof(limits));
	all_limit = l;
}

bool
log_set_module_level(const char *module, enum log_level l)
{
	size_t i;

	for (i = 0; i < MODULES_N; i++)
		if (str_eq(module, modules[i].name)) {
			limits[i] = (unsigned char)(l + 1);
			return true;
		}
	return false;
}

/* The most that it or a module above it logs. */
enum log_level
log_level(const char *module)
{
	enum log_level most = LOG_L_FATAL, l;
	bool found = false;
	size_t i, n;

	for (i = 0; i < MODULES_N; i++) {
		n = strlen(modules[i].name);
		if (strncmp(module, modules[i].name, n) != 0 ||
		    (module[n] != '\0' && module[n] != '.'))
			continue;
		l = limits[i] != 0 ? (enum log_level)(limits[i] - 1)
				   : all_limit;
		found = true;
		if (l > most)
			most = l;
	}
	return found ? most : all_limit;
}

const char *
log_module(unsigned i, const char **what)
{
	if (i >= MODULES_N)
		return NULL;
	if (what != NULL)
		*what = modules[i].what;
	return modules[i].name;
}

const char *
log_level_name(enum log_level l)
{
	return (unsigned)l < LOG_L__MAX ? level_names[l] : "UNKNOWN";
}

/* After the first thing that does not fit, nothing does. */
static bool
fits(struct line *l, size_t n)
{
	if (l->full || l->n + n > sizeof(l->text) - TAIL_MAX)
		l->full = true;
	return !l->full;
}

/* All of s or nothing. */
static void
put(struct line *l, const char *s, size_t n)
{
	if (!fits(l, n))
		return;
	memcpy(l->text + l->n, s, n);
	l->n += n;
}

/* A value can be anything a peer sent: it can neither end the quotes nor
 * the line, nor move a terminal's cursor. */
static void
put_escaped(struct line *l, const char *s)
{
	char esc[8];
	size_t n;

	for (; *s != '\0'; s += n) {
		unsigned char u = (unsigned char)*s;

		n = str_utf8_len(s);
		if (n == 0) {
			n = 1;
			(void)snprintf(esc, sizeof(esc), "\\x%02x", u);
			put(l, esc, 4);
		} else if (u == '"' || u == '\\') {
			esc[0] = '\\';
			esc[1] = *s;
			put(l, esc, 2);
		} else if (u < 0x20 || u == 0x7f) {
			(void)snprintf(esc, sizeof(esc), "\\x%02x", u);
			put(l, esc, 4);
		} else if (u == 0xc2 && (unsigned char)s[1] < 0xa0) {
			/* C1, which some terminals obey. */
			(void)snprintf(
			    esc, sizeof(esc), "\\u%04x", (unsigned char)s[1]);
			put(l, esc, 6);
		} else {
			put(l, s, n);
		}
	}
}

/* A pair that does not fit is cut, but its quotes are closed. */
static void
put_pair(struct line *l, const char *name, const char *value)
{
	if (!fits(l, strlen(name) + strlen(" =\"")))
		return;
	put(l, " ", 1);
	put(l, name, strlen(name));
	put(l, "=\"", 2);
	put_escaped(l, value);
	l->text[l->n++] = '"';
}

static void
write_line(const char *p, size_t n)
{
	/* A log that cannot be written has nowhere to say so. */
	while (write(log_fd, p, n) < 0 && errno == EINTR)
		;
}

void
log_kv(enum log_level l, const char *module, const char *event, ...)
{
	char when[CLOCK_TEXT_MAX];
	struct line line;
	const char *name, *value;
	int n, saved = errno;
	va_list ap;

	if (l > log_level(module))
		return;
	line.full = false;
	clock_iso_ms(clock_wall_ms(), when);
	n = snprintf(line.text, sizeof(line.text) / 2, "%s %.64s[%ld]:", when,
	    log_program, (long)getpid());
	line.n = n < 0 ? 0 : (size_t)n;
	put_pair(&line, "Event", event);
	put_pair(&line, "Module", module);
	va_start(ap, event);
	while ((name = va_arg(ap, const char *)) != NULL) {
		value = va_arg(ap, const char *);
		if (value != NULL)
			put_pair(&line, name, value);
	}
	va_end(ap);
	n = snprintf(line.text + line.n, sizeof(line.text) - line.n,
	    " Level=\"%s\"\n", log_level_name(l));
	if (n > 0)
		line.n += (size_t)n;
	write_line(line.text, line.n);
	errno = saved;
}
