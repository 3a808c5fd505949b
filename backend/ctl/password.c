/* password.c - reads passwords. */
#include "backend/ctl/password.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "common/secret.h"

/* For the handler: a signal at the prompt must not leave the terminal
 * without echo. */
static struct termios terminal;

static void
on_signal(int sig)
{
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &terminal);
	(void)signal(sig, SIG_DFL);
	(void)raise(sig);
}

static enum err
read_quietly(const char *prompt, struct secret *out, struct errinfo *ei)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction act, old[4];
	struct termios quiet;
	enum err e;
	size_t i;

	if (tcgetattr(STDIN_FILENO, &terminal) != 0)
		return err_set(ei, ERR_SYS, "The terminal cannot be asked.");
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_signal;
	for (i = 0; i < 4; i++)
		(void)sigaction(signals[i], &act, &old[i]);
	quiet = terminal;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	/* The prompt comes when typing is safe. */
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	(void)fputs(prompt, stderr);
	e = secret_read_fd(out, STDIN_FILENO, ei);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
	(void)fputc('\n', stderr);
	for (i = 0; i < 4; i++)
		(void)sigaction(signals[i], &old[i], NULL);
	return e;
}

enum err
password_read(struct ctl *c, bool asked, const char *prompt, struct secret *out,
    bool *given, struct errinfo *ei)
{
	bool stdin_is_taken = c->args.from != NULL && str_eq(c->args.from, "-");

	*given = false;
	if (!asked && (c->args.given & O_PASSWORD) == 0)
		return ERR_OK;
	*given = true;
	if (c->args.password_fd >= 0)
		return secret_read_fd(out, c->args.password_fd, ei);
	if (stdin_is_taken)
		return err_set(ei, ERR_ARG,
		    "--from - takes standard input; give the password by "
		    "--password-fd");
	if (isatty(STDIN_FILENO))
		return read_quietly(prompt, out, ei);
	return secret_read_fd(out, STDIN_FILENO, ei);
}
