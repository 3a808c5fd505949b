/* engine_world.h - the whole engine with a manager and net workers that a
 * test plays: real loop, real databases, real frames, and a little Exchange
 * behind the workers that keeps calendars and counts what is done to them.
 * Tests only. */
#ifndef ENGINE_WORLD_H
#define ENGINE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

#include "backend/engine/engine.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "tests/unit/store_fixture.h"

#define WORLD_ITEMS_MAX 700
#define WORLD_NETS_MAX 4
#define WORLD_SUBS_MAX 700
#define WORLD_WAITING_MAX 32
#define WORLD_CREDS_MAX 64
#define WORLD_STREAMS_MAX 8
#define WORLD_MAIL "lab.example"
#define WORLD_LINK "https://lab.webex.com/meet/alice"

struct world_item {
	char mailbox[64];
	unsigned version; /* its change key; 0: deleted */
	char location[64];
	char *body;
	const char *large; /* location, instead of the one above; or NULL */
	const char *uid, *subject, *kind; /* NULL: its id, "", Single */
	const char *organizer; /* NULL: its mailbox */
	bool is_private, is_cancelled, has_guests;
	int64_t end_s, series_end_s;
	unsigned updates; /* by the connector */
	unsigned updated_nth; /* the last of them, of all; from 1 */
	unsigned gets;
	bool told_guests; /* by the last update */
};

/* What a worker does with the next requests of a type. */
enum world_fault {
	FAULT_NONE,
	FAULT_DIE, /* the worker is gone, nothing was done */
	FAULT_DO_AND_DIE, /* it was done, the worker is gone */
	FAULT_SILENT, /* never answers */
	FAULT_ANSWER /* with the failure that is named */
};

struct world_sub {
	char id[64], mailbox[64], account[64]; /* that asked for it */
	char url[64];
	char anchor[64]; /* leads to the server that has it */
	bool live, was_heard; /* by a stream, once */
	size_t waiting[WORLD_WAITING_MAX], waiting_n; /* until it is */
};

struct world_stream {
	bool open;
	uint64_t id; /* of the request */
	char budget[64]; /* mailbox that it is charged to */
	struct world_net *net;
	struct strlist subs;
};

struct world_net {
	struct world *w;
	uint32_t id;
	struct ipc_conn *c; /* NULL: not running */
};

struct world {
	struct fixture *f; /* the databases */
	uv_loop_t loop;
	struct conf conf;
	struct engine en;
	bool engine_runs;
	struct ipc_conn *mgr;
	struct world_net nets[WORLD_NETS_MAX];

	struct world_item items[WORLD_ITEMS_MAX];
	size_t items_n;
	size_t log[WORLD_ITEMS_MAX * 8]; /* items in the order of changes */
	size_t log_n;
	unsigned updates_n; /* by the connector */
	struct world_sub subs[WORLD_SUBS_MAX];
	size_t subs_n;
	struct world_stream streams[WORLD_STREAMS_MAX];

	enum ipc_type fault_type;
	enum world_fault fault;
	unsigned fault_n; /* of the next requests */
	bool pox_is_absent; /* where no fault is due: nobody answers there */
	uint64_t silent_id; /* of the last that got no answer */
	struct world_net *silent_net;
	const char *failure; /* FAULT_ANSWER */
	const char *soap_code; /* of it, or NULL */
	enum world_fault batch_fault; /* of settings of more than one */
	unsigned batches;
	unsigned read_together_n; /* items in requests for several */
	const char *ews_url; /* that Autodiscover tells, or NULL */
	const char *knows_none; /* account whose Autodiscover knows few */
	bool use_scp; /* of records that are made */
	const char *auth_tried; /* in it, or NULL */
	enum err failure_code;
	uint32_t backoff_ms;
	enum ipc_type hold_type; /* held until world_release() */
	const char *exhausted; /* how such mailboxes begin, or NULL */
	const char *slow_host; /* part of an EWS address, or NULL */
	uint32_t slow_ms; /* that its requests take */
	TAILQ_HEAD(, world_held) held;
	unsigned held_n, refused_n; /* ever */
	bool respawn; /* a worker that died is started again */

	const char *oof; /* of everybody; NULL: "off" */
	int64_t oof_start_s, oof_end_s;
	const char *stream_code; /* of a stream that ends; NULL: none */
	bool no_events; /* streams are silent */
	enum err cred_answer; /* of the manager */
	bool mgr_is_silent; /* to heartbeats */
	const char *webex_scopes; /* granted, or NULL: not said */
	int64_t webex_left_s; /* of a refresh token, beyond the other */
	size_t asked_n; /* mailboxes in requests for settings */
	char accounts[WORLD_CREDS_MAX][64]; /* by credential */
	unsigned creds_opened, count[IPC_T__MAX];
	struct msg_report report; /* last JOB_REPORT */
	enum err last_error; /* last ERROR from the engine */
	uint64_t rev; /* last CONFIG_RUNNING */
	char job[64]; /* last JOB_STARTED */
	bool job_is_other;
	unsigned job_trees;
	/* What is read is as above, and then as the test wants it; or NULL. */
	void (*shape)(size_t item, struct msg_ews_item *r);
	/* Requests that the world does not know; a test answers them. */
	void (*other)(struct world_net *n, enum ipc_type t, uint64_t id,
	    const void *msg, bool fail);
};

struct world *world_new(unsigned nets);
void world_free(struct world *w);
/* config.db */
void world_record(struct world *w, const char *name, const char *host);
void world_user(struct world *w, const char *who, const char *link);
void world_enable(struct world *w, bool enabled);
void world_changed(struct world *w); /* tells the engine, and waits */

void world_start(struct world *w);
/* As kill -9 does: nothing is said to anybody. */
void world_kill_engine(struct world *w);
void world_kill_net(struct world *w, unsigned i);

/* Runs the loop until fn() says so; fails after some seconds. */
typedef bool (*world_fn)(struct world *w);
void world_until(struct world *w, world_fn fn, const char *what);
void world_turn(struct world *w, unsigned ms);
bool world_has_state(struct world *w, const char *who, const char *state);
/* What most tests wait for. */
bool world_alice_subscribed(struct world *w);
bool world_alice_failed(struct world *w);
bool world_all_decorated(struct world *w); /* and there is a meeting */

/* A person's doing. */
size_t world_make(
    struct world *w, const char *who, const char *location, const char *body);
void world_touch(struct world *w, size_t item);
bool world_decorated(const struct world *w, size_t item);
void world_end_streams(struct world *w, const char *failure, enum err e);
void world_forget_subs(struct world *w);
/* Answers a request after all that FAULT_SILENT has left without. */
void world_answer_late(struct world *w, const char *failure, enum err e);
/* Carries out what was held. */
void world_release(struct world *w);
void world_ask(struct world *w, enum ipc_type t, const void *msg);

#endif
