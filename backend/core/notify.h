/* notify.h - tells systemd how we do: READY=1 when we serve, WATCHDOG=1 with
 * each sign of life, STOPPING=1 (the plain protocol of sd_notify(3)).  Does
 * nothing where nobody asked for it.  All programs; never waits. */
#ifndef NOTIFY_H
#define NOTIFY_H

/* Connects to $NOTIFY_SOCKET and removes it from the environment: before the
 * filter on system calls. */
void notify_open(void);
void notify_say(const char *state);

#endif
