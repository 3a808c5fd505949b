/* logfile.h - the log files of all programs, log_dir/PROGRAM.log.  The
 * manager opens them, since the others have no right to. */
#ifndef LOGFILE_H
#define LOGFILE_H

#include "common/err.h"

struct conf;

/* Appends; readable for the group. */
enum err logfile_open(int *out, const struct conf *c, const char *program,
    struct errinfo *ei) ERR_CHECK;
/* Makes the program's file our descriptor 2. */
enum err logfile_use(
    const struct conf *c, const char *program, struct errinfo *ei) ERR_CHECK;

#endif
