/* fault_paths.c - the main paths with each allocation and each system call
 * failed in turn: nothing crashes, hangs, leaks or is left half done.
 *   fault_paths [EVERY [PATH]]   only each EVERY-th of them, of one path
 * Allocations are the program's own (alloc.h); those of libraries do not fail.
 * Each try is a process of its own.  A build with sanitizers finds more. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "tests/harness/failing.h"
#include "tests/unit/engine_world.h"

#define TRY_MAX_S 40 /* of one try: then it hangs */
#define SOON_MS 1500 /* by itself; later it is started anew */
#define LATER_MS 20000

enum verdict { DONE, REFUSED, AGAIN, BAD };

/* What a try leaves for its judge. */
static struct {
	int reached; /* something failed */
	char why[200];
} * shared;

static struct fixture *store; /* of the path of the store */
static unsigned nth;
static bool is_alloc;

static void
arm(void)
{
	if (is_alloc)
		(void)alloc_fail_after(nth);
	else
		failing_arm(nth);
}

static void
disarm(void)
{
	shared->reached =
	    is_alloc ? alloc_fail_after(0) == 0 : failing_disarm();
}

static enum verdict
bad(const char *why)
{
	snprintf(shared->why, sizeof(shared->why), "%s", why);
	return BAD;
}

/* -- reading the settings -- */

static enum verdict
try_conf(void)
{
	struct errinfo ei = {ERR_OK, ""};
	struct conf c = {0};
	char path[128];
	FILE *f;
	enum err e;

	snprintf(path, sizeof(path), "%s/calconn.conf", store->dir);
	if ((f = fopen(path, "w")) == NULL)
		return bad("no file");
	fprintf(f,
	    "config_db = %s\nstate_db = %s\nseal_pk = /k\nseal_sk = /s\n"
	    "control_socket = /run/c\nfcgi_socket = /run/f\n"
	    "log_dir = /l\nui_origin = https://localhost\n",
	    store->config, store->state);
	fclose(f);
	arm();
	e = conf_load(&c, path, &ei);
	disarm();
	if (e == ERR_OK && (c.config_db == NULL || c.web_workers != 2))
		return bad("half the settings were taken for all");
	if (e != ERR_OK && (c.config_db != NULL || ei.text[0] == '\0'))
		return bad("refused without a reason, or only half");
	conf_clear(&c);
	return e == ERR_OK ? DONE : REFUSED;
}

/* -- a transaction of the store -- */

static void
address_of(char out[64])
{
	snprintf(out, 64, "u%u%s@" WORLD_MAIL, nth, is_alloc ? "a" : "s");
}

static enum verdict
try_store(void)
{
	struct store *s = NULL;
	struct errinfo ei = {ERR_OK, ""};
	struct user u;
	char address[64];
	enum err e;

	address_of(address);
	fixture_user(&u, address, "N");
	arm();
	e = store_open(&s, STORE_ADMIN, store->config, store->state, &ei);
	if (e == ERR_OK)
		e = store_user_put(s, &tester, &u, &ei);
	disarm();
	if (e != ERR_OK && ei.text[0] == '\0')
		return bad("refused without a reason");
	user_clear(&u);
	store_close(s);
	return e == ERR_OK ? DONE : REFUSED;
}

/* All of it or nothing, and nothing where that was said. */
static const char *
judge_store(enum verdict v)
{
	char address[64], text[200], *got;
	int n[2];
	size_t i;

	address_of(address);
	for (i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
		    "SELECT count(*) > 0 FROM %s LIKE '%%%s%%'",
		    i == 0 ? "user WHERE address" : "config_log WHERE item",
		    address);
		got = fixture_ask(store->config, text);
		n[i] = *got - '0';
		mem_free(got);
	}
	got = fixture_ask(store->config, "PRAGMA integrity_check");
	i = strcmp(got, "ok") == 0;
	mem_free(got);
	if (!i)
		return "the database is damaged";
	if (n[0] != n[1])
		return "a user without its line in the log, or the reverse";
	if (v == DONE && n[0] != 1)
		return "said to be stored, and is not";
	return NULL;
}

/* -- a change in a calendar -- */

static size_t item;

static void
wait_for_it(struct world *w, unsigned ms)
{
	const uint64_t end = clock_mono_ms() + ms;

	while (!world_decorated(w, item) && w->mgr != NULL &&
	       clock_mono_ms() < end)
		world_turn(w, 5);
}

static enum verdict
try_meeting(void)
{
	struct world *w = world_new(1);

	world_record(w, "Lab", NULL);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, world_alice_subscribed, "subscribed");
	world_turn(w, 100);
	arm();
	item = world_make(w, "alice", "@webex", "<p>x</p>");
	wait_for_it(w, SOON_MS);
	world_turn(w, 50);
	disarm();
	if (w->items[item].updates == 1) {
		world_free(w);
		return DONE;
	}
	world_kill_engine(w);
	world_start(w);
	wait_for_it(w, LATER_MS);
	world_turn(w, 100);
	if (w->items[item].updates != 1)
		return bad(w->items[item].updates == 0
			       ? "it is lost"
			       : "it was written twice");
	world_free(w);
	return AGAIN;
}

static const struct {
	const char *name;
	enum verdict (*run)(void);
	const char *(*judge)(enum verdict v);
} paths[] = {
    {"settings", try_conf, NULL},
    {"store", try_store, judge_store},
    {"meeting", try_meeting, NULL},
};

#ifdef HAVE_SANITIZERS
int __lsan_do_recoverable_leak_check(void);
const char *__asan_default_options(void);

/* A try that the test's own company ends leaves its things behind. */
const char *
__asan_default_options(void)
{
	return "leak_check_at_exit=0";
}

static enum verdict
look_for_leaks(enum verdict v)
{
	return v != BAD && __lsan_do_recoverable_leak_check() != 0
		   ? bad("something was not given back")
		   : v;
}
#else
static enum verdict
look_for_leaks(enum verdict v)
{
	return v;
}
#endif

/* Returns what became of it; exit codes beyond BAD are of the test's own
 * company, whose calls fail as well, or of memory that is out. */
static const char *
one(size_t path, int *code)
{
	int status;
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	fflush(NULL);
	if ((pid = fork()) == 0) {
		alarm(TRY_MAX_S);
		exit((int)look_for_leaks(paths[path].run()));
	}
	*code = -1;
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return "no process";
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		return "it hangs";
	if (WIFSIGNALED(status))
		return strsignal(WTERMSIG(status));
	*code = WEXITSTATUS(status);
	if (*code == BAD)
		return shared->why;
	if (*code > BAD && *code != 255)
		return "a sanitizer's finding";
	if (*code < BAD && paths[path].judge != NULL)
		return paths[path].judge((enum verdict) * code);
	return NULL;
}

static int
walk(size_t path, unsigned every)
{
	unsigned tries = 0, bad_n = 0, count[BAD + 2] = {0};
	const char *what;
	int code;

	for (nth = 1; nth < 100000; nth += every) {
		what = one(path, &code);
		if (what != NULL) {
			printf("not ok %s %s %u: %s\n", paths[path].name,
			    is_alloc ? "allocation" : "call", nth, what);
			bad_n++;
		} else if (!shared->reached && code != 255) {
			break;
		}
		tries++;
		if (code >= 0)
			count[code < BAD ? code : BAD + 1]++;
	}
	printf("%s %s: %u %ss failed; done all the same %u, refused %u, after "
	       "a new start %u, the test's own %u\n",
	    bad_n == 0 && tries > 0 ? "ok" : "not ok", paths[path].name, tries,
	    is_alloc ? "allocation" : "call", count[DONE], count[REFUSED],
	    count[AGAIN], count[BAD + 1]);
	return bad_n != 0 || tries == 0;
}

int
main(int argc, char **argv)
{
	unsigned every = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1;
	void *state = NULL;
	int rc = 0;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || fixture_up_admin(&state) != 0)
		return 2;
	store = state;
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (argc > 2 && strcmp(argv[2], paths[i].name) != 0)
			continue;
		is_alloc = true;
		rc |= walk(i, every == 0 ? 1 : every);
		is_alloc = false;
		rc |= walk(i, every == 0 ? 1 : every);
	}
	(void)fixture_down(&state);
	return rc;
}
