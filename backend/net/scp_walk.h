/* scp_walk.h - the search for service connection points: from server to
 * server until one answers, and along pointers from forest to forest.
 * Runs in net, in a worker thread that it blocks until its deadline. */
#ifndef SCP_WALK_H
#define SCP_WALK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct ca_store;
struct cred;
struct ldap_link;
struct msg_scp_job;
struct msg_scp_result;

#define SCP_HOPS_MAX 10 /* directories that pointers lead through */
#define SCP_SERVER_MS 6000 /* for one server */

/* What is asked of the directory where it is not service connection points:
 * `search` is called for the server that was signed in at, perhaps of several
 * in turn, and begins anew each time; it says in r->ev what went wrong.  No
 * pointer is followed. */
struct scp_instead {
	enum err (*search)(
	    void *arg, struct ldap_link *l, struct msg_scp_result *r);
	void *arg;
	uint32_t server_ms; /* for one server */
};

struct scp_walk {
	const struct msg_scp_job *job;
	const struct cred *cred;
	struct ca_store *ca;
	bool allow_loopback;
	uint64_t deadline_ms; /* clock_mono_ms() */
	const atomic_bool *cancelled;
	struct msg_scp_result *r; /* its trail has room: scp_trail.h */
	const struct scp_instead *instead; /* NULL: connection points */
};

/* All it has to say is in the result. */
void scp_walk_run(const struct scp_walk *w);

#endif
