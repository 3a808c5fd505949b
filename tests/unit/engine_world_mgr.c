/* engine_world_mgr.c - the manager of a world: it opens every credential, and
 * keeps what the engine says. */
#include <sys/socket.h>

#include <stdio.h>
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/api.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"
#include "tests/unit/engine_world_int.h"

static void
mgr_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	struct world *w = arg;
	struct msg_cred_ref ref = {0};

	assert_int_equal(fd, -1);
	w->count[t]++;
	if (t == IPC_HEARTBEAT && !w->mgr_is_silent) {
		assert_int_equal(
		    ipc_conn_send(c, IPC_MANAGER_BEAT, 0, NULL, -1), ERR_OK);
	} else if (t == IPC_CRED_OPEN) {
		const struct msg_cred_open *m = msg;

		w->creds_opened++;
		(void)str_copy(
		    w->accounts[m->cred_id % WORLD_CREDS_MAX], 64, m->account);
		if (w->cred_answer != ERR_OK) {
			assert_int_equal(ipc_conn_error(c, id, w->cred_answer,
					     "as the test wants"),
			    ERR_OK);
			return;
		}
		ref.cred_id = m->cred_id;
		ref.net_id = m->net_id;
		assert_int_equal(
		    ipc_conn_send(c, IPC_CRED_OPENED, id, &ref, -1), ERR_OK);
	} else if (t == IPC_JOB_REPORT) {
		msg_report_free(&w->report);
		assert_int_equal(msg_report_copy(&w->report, msg), ERR_OK);
	} else if (t == IPC_JOB_STARTED) {
		const struct msg_job_started *m = msg;

		w->job_is_other = m->is_other;
		w->job_trees = m->trees;
		snprintf(w->job, sizeof(w->job), "%s", m->job_id);
	} else if (t == IPC_ERROR) {
		const struct msg_error_answer *m = msg;

		w->last_error = (enum err)m->code;
	} else if (t == IPC_CONFIG_RUNNING) {
		const struct msg_revision *m = msg;

		w->rev = m->rev;
	}
}

static void
mgr_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct world *w = arg;

	(void)c;
	(void)why;
	w->mgr = NULL;
}

static const struct ipc_conn_ops mgr_ops = {
    .on_frame = mgr_frame,
    .on_close = mgr_close,
    .accept_dirs =
	1u << IPC_DIR_E_TO_M | 1u << IPC_DIR_E_TO_C | 1u << IPC_DIR_ANY,
};

void
world_start(struct world *w)
{
	struct errinfo ei;
	unsigned i;
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sv),
	    0);
	assert_int_equal(ipc_conn_new(&w->mgr, &w->loop, sv[0],
			     "calconn-managerd", &mgr_ops, w, &ei),
	    ERR_OK);
	assert_int_equal(store_open(&w->en.store, STORE_ENGINE, w->f->config,
			     w->f->state, &ei),
	    ERR_OK);
	w->en.loop = &w->loop;
	w->en.conf = &w->conf;
	assert_int_equal(api_open(&w->en, sv[1], &ei), ERR_OK);
	assert_int_equal(engine_start(&w->en, &ei), ERR_OK);
	w->engine_runs = true;
	for (i = 0; i < WORLD_NETS_MAX; i++)
		if (w->nets[i].w != NULL)
			world_net_start(w, i);
}
