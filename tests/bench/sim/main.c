/* sim - see sim.h.  usage: sim ADDRESS PORT PEM MAILBOXES [FIRST]
 * The mailboxes are m<FIRST>@bench.example and so many that follow.
 * Commands are read from standard input, one a line; each is answered with
 * one line of JSON.  Ends when standard input does. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/bench/sim/sim.h"

int
main(int argc, char **argv)
{
	uint64_t next_ms, beat_ms = 0;
	unsigned mailboxes, first;

	if (argc != 5 && argc != 6) {
		(void)fputs(
		    "usage: sim ADDRESS PORT PEM MAILBOXES [FIRST]\n", stderr);
		return 2;
	}
	(void)signal(SIGPIPE, SIG_IGN); /* who has gone is found by the write */
	mailboxes = (unsigned)strtoul(argv[4], NULL, 10);
	work_init(mailboxes);
	first = argc == 6 ? (unsigned)strtoul(argv[5], NULL, 10) : 0;
	ews_init(mailboxes, first);
	if (conn_listen(
		argv[1], (uint16_t)strtoul(argv[2], NULL, 10), argv[3]) != 0) {
		perror("sim: listen");
		return 1;
	}
	conn_watch(STDIN_FILENO, work_line);
	printf("{}\n");
	(void)fflush(stdout);
	for (;;) {
		next_ms = work_tick();
		if (clock_mono_ms() >= beat_ms) {
			ews_beat();
			conn_beat();
			beat_ms = clock_mono_ms() + 1000;
		}
		conn_run(next_ms);
	}
}
