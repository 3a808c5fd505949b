#include "backend/engine/discover_int.h"

#include <string.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "common/ipc.h"
#include "common/str.h"

static bool
is_http(const struct discover *d)
{
	return d->way == WAY_HTTP;
}

static void
source_of(const struct discover *d, char *out, size_t size)
{
	text_fit(out, size,
	    is_http(d) ? "http://autodiscover.%s/autodiscover/autodiscover.xml"
		       : "_autodiscover._tcp.%s",
	    plan_domain(d->email));
}

/* Each address is a step of its own below the hint's.  True: somebody has to
 * decide about v->host. */
static bool
follow(struct discover *d, unsigned parent, const char *url,
    struct plan_verdict *v)
{
	char title[DISCOVER_TITLE_MAX];

	plan_hinted(d->plan, d->way, url, v);
	text_fit(title, sizeof(title), "It leads to %s", url);
	d->step = steps_begin(d->steps, parent, title);
	switch (v->what) {
	case ANSWER_REDIRECT:
		steps_end(d->steps, d->step, STEP_OK,
		    "The host is trusted. It is asked next.");
		return false;
	case ANSWER_KNOWN:
		steps_end(d->steps, d->step, STEP_OK,
		    "This address was asked already.");
		return false;
	case ANSWER_FOUND:
	case ANSWER_FAILED:
	case ANSWER_STOPPED:
		break;
	}
	steps_fail(d->steps, d->step, STEP_WARNING, v->failure,
	    plan_domain(d->email), v->target);
	discover_note_failed(d);
	return str_eq(v->failure, "redirect-untrusted");
}

static void
on_hint(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;
	struct msg_hint_result *m = t == IPC_HINT_DONE ? msg : NULL;
	struct plan_verdict v, first = {0};
	char from[VALID_URL_MAX + 1], target[VALID_URL_MAX + 1] = "";
	unsigned parent = d->step, undecided = 0;
	char host[TRUST_PATTERN_MAX] = "";
	size_t i;

	d->call = NULL;
	if (m == NULL || ev->code != ERR_OK) {
		steps_outcome(d->steps, d->step, STEP_WARNING, ev, "");
		discover_note_failed(d);
		discover_go_on(d);
		return;
	}
	steps_evidence(d->steps, parent, ev);
	steps_end(d->steps, parent, STEP_OK,
	    "A hint only: nothing proves that it comes from the domain.");
	for (i = 0; i < m->urls.n; i++) {
		if (!follow(d, parent, m->urls.v[i], &v) || undecided != 0)
			continue;
		undecided = d->step;
		first = v;
		(void)str_copy(target, sizeof(target), v.target);
		(void)str_copy(host, sizeof(host), v.host);
	}
	if (*host == '\0') {
		discover_go_on(d);
		return;
	}
	/* The plan's texts may have changed since. */
	first.target = target;
	first.host = host;
	d->step = undecided;
	source_of(d, from, sizeof(from));
	discover_look_at(d, &first, is_http(d) ? "http" : "srv", from);
}

void
discover_hint(struct discover *d, const struct plan_step *st)
{
	char title[DISCOVER_TITLE_MAX], from[200];

	d->way = st->way;
	source_of(d, from, sizeof(from));
	text_fit(title, sizeof(title),
	    is_http(d) ? "Plain HTTP redirect: %s" : "DNS SRV: %s", from);
	d->step = steps_begin(d->steps, 0, title);
	d->call = src_hint(d->r, is_http(d) ? IPC_HTTP_HINT : IPC_SRV_HINT,
	    plan_domain(d->email), on_hint, d);
}
