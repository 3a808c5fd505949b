/* log.h - structured log lines (STYLE 11.4):
 *   2026-11-22T06:01:59.123Z calconn-engine[123]: Event="X" ... Level="INFO"
 * `Event` first, `Level` last, foreign text escaped.  The only mutable
 * global of the programs.  A secret has no type that fits a log_kv value. */
#ifndef LOG_H
#define LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level {
	LOG_L_FATAL,
	LOG_L_ERROR,
	LOG_L_WARN,
	LOG_L_INFO,
	LOG_L_DEBUG,
	LOG_L_TRACE,
	LOG_L__MAX
};

/* program: kept, not copied.  fd: where lines go (2 by default); a line is
 * one write(2), at most LOG_LINE_MAX bytes. */
#define LOG_LINE_MAX 4096
void log_open(const char *program, int fd);
void log_set_level(enum log_level l); /* of all modules */
/* A module of log_module.def; false: there is none of this name. */
bool log_set_module_level(const char *module, enum log_level l);
enum log_level log_level(const char *module); /* what is logged of it */
/* Names and what they do, NULL past the end. */
const char *log_module(unsigned i, const char **what);
const char *log_level_name(enum log_level l);

/* module: "hybridservices.c_cal" or a sub-module such as ".ews"; event: a
 * stable documented name.  Then pairs of (const char *name, const char
 * *value), ended by NULL; a NULL value is skipped. */
void log_kv(enum log_level l, const char *module, const char *event, ...)
    __attribute__((sentinel));

#endif
