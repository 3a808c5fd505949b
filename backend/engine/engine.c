#include "backend/engine/engine.h"

#include "backend/engine/agenda.h"
#include "backend/engine/alarm.h"
#include "backend/engine/bound_call.h"
#include "backend/engine/ca_watch.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/creds.h"
#include "backend/engine/delivery.h"
#include "backend/engine/delivery_test.h"
#include "backend/engine/directory.h"
#include "backend/engine/disk_watch.h"
#include "backend/engine/health.h"
#include "backend/engine/jobs.h"
#include "backend/engine/manager_alarm.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/book.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/confer_test.h"
#include "backend/engine/oof.h"
#include "backend/engine/proxy_creds.h"
#include "backend/engine/proxy_test.h"
#include "backend/engine/redirects.h"
#include "backend/engine/stats.h"
#include "backend/engine/subs.h"
#include "backend/engine/timer.h"
#include "backend/engine/unsub.h"
#include "backend/engine/user_rate.h"
#include "backend/engine/users.h"
#include "backend/engine/version_watch.h"
#include "backend/engine/webex_keep.h"
#include "backend/engine/works.h"
#include "backend/engine/workspace_test.h"
#include "backend/engine/workspaces.h"
#include "common/store.h"

enum err
engine_start(struct engine *en, struct errinfo *ei)
{
	uint64_t rev;
	enum err e;

	en->alarms = alarms_new(en);
	en->manager = manager_alarm_new(en);
	en->cas = ca_watch_new(en);
	en->stats = stats_new(en);
	en->creds = creds_new();
	en->proxy = proxy_creds_new(en);
	en->webex = webex_keep_new(en);
	en->confs = conf_services_new(en);
	en->books = books_new(en);
	en->nets = net_pool_new(en);
	en->unsubs = unsubs_new(en);
	en->subs = subs_new(en);
	en->works = works_new(en);
	en->jobs = jobs_new(en);
	en->proxy_tests = proxy_tests_new(en);
	en->bound_calls = bound_calls_new(en);
	en->deliveries = deliveries_new(en);
	en->delivery_tests = delivery_tests_new(en);
	en->directory = directory_new(en);
	en->disks = disk_watch_new(en);
	en->versions = version_watch_new(en);
	en->rates = user_rates_new(en);
	en->confer_tests = confer_tests_new(en);
	en->redirects = redirects_new(en);
	en->agendas = agendas_new(en);
	en->oofs = oofs_new(en);
	en->workspaces = workspaces_new(en);
	en->workspace_tests = workspace_tests_new(en);
	en->users = users_new(en);
	en->config = config_new(en);
	en->health = health_new(en);
	/* Addresses that were found hold when nothing was decided anew. A
	 * store that cannot be read yet is read again later. */
	if (store_revision(en->store, &rev, ei) != ERR_OK)
		rev = 0;
	if ((e = users_load(en->users,
		 rev != 0 && rev == health_last_revision(en->health), ei)) !=
	    ERR_OK)
		return e;
	if ((e = oofs_load(en->oofs, ei)) != ERR_OK)
		return e;
	health_update(en);
	return ERR_OK;
}

void
engine_stop(struct engine *en)
{
	jobs_free(en->jobs);
	confer_tests_free(en->confer_tests);
	workspace_tests_free(en->workspace_tests);
	workspaces_free(en->workspaces);
	en->workspaces = NULL;
	proxy_tests_free(en->proxy_tests);
	delivery_tests_free(en->delivery_tests);
	deliveries_free(en->deliveries);
	en->deliveries = NULL;
	bound_calls_free(en->bound_calls);
	agendas_free(en->agendas);
	directory_free(en->directory);
	users_free(en->users);
	oofs_free(en->oofs);
	works_free(en->works);
	subs_free(en->subs);
	unsubs_free(en->unsubs);
	redirects_free(en->redirects);
	config_free(en->config);
	webex_keep_free(en->webex);
	en->webex = NULL;
	books_free(en->books);
	conf_services_free(en->confs);
	net_pool_free(en->nets); /* whose calls these end */
	proxy_creds_free(en->proxy);
	creds_free(en->creds);
	ca_watch_free(en->cas);
	stats_free(en->stats);
	health_free(en->health);
	disk_watch_free(en->disks);
	version_watch_free(en->versions);
	user_rates_free(en->rates);
	manager_alarm_free(en->manager);
	en->manager = NULL;
	alarms_free(en->alarms);
	timer_free(en->user_alarms);
	en->user_alarms = NULL;
}
