/* logfile.c - see logfile.h. */
#include "config.h"

#include "backend/manager/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/conf.h"

#define LOG_PATH_MAX 4096u

enum err
logfile_open(
    int *out, const struct conf *c, const char *program, struct errinfo *ei)
{
	struct buf path = BUF_INIT(LOG_PATH_MAX);
	enum err e;
	int fd;

	if ((e = buf_putf(&path, "%s/%s.log", c->log_dir, program)) != ERR_OK) {
		(void)err_set(ei, e, "log_dir: %s", err_default_text(e));
		goto out;
	}
	fd = open(buf_str(&path),
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0) {
		e = err_set(
		    ei, ERR_SYS, "%s: %s", buf_str(&path), strerror(errno));
		goto out;
	}
	*out = fd;
out:
	buf_clear(&path);
	return e;
}

enum err
logfile_use(const struct conf *c, const char *program, struct errinfo *ei)
{
	enum err e;
	int fd;

	if ((e = logfile_open(&fd, c, program, ei)) != ERR_OK)
		return e;
	if (dup2(fd, 2) < 0)
		e = err_set(ei, ERR_SYS, "dup2: %s", strerror(errno));
	close(fd);
	return e;
}
