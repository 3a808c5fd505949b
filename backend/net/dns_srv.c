/* dns_srv.c - see dns_srv.h. */
#include "config.h"

#include "backend/net/dns_srv.h"

#include <arpa/nameser.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/str.h"
#include "common/valid.h"

#define ANSWER_MAX 16384
#define SRV_FIXED 6 /* priority, weight, port */
/* resolv.conf(5) knows no shorter time-out; whoever knew earlier was told. */
#define SILENCE_MS 1000

const char *
dns_failure(int said, uint64_t took_ms)
{
	if (said == EAI_NODATA)
		return "dns-no-address";
	if (said == EAI_NONAME)
		return "dns-not-found";
	return took_ms >= SILENCE_MS ? "dns-timeout" : "dns-failed";
}

static int
by_rank(const void *a, const void *b)
{
	const struct dns_srv *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->host, y->host);
}

static void
take(const ns_msg *m, const ns_rr *rr, struct dns_srv *out, size_t *n)
{
	const unsigned char *p = ns_rr_rdata(*rr);
	struct dns_srv s = {0};
	char host[NS_MAXDNAME];

	if (ns_rr_type(*rr) != ns_t_srv || ns_rr_class(*rr) != ns_c_in ||
	    ns_rr_rdlen(*rr) <= SRV_FIXED || *n >= DNS_SRV_MAX)
		return;
	s.priority = (uint16_t)ns_get16(p);
	s.weight = (uint16_t)ns_get16(p + 2);
	s.port = (uint16_t)ns_get16(p + 4);
	if (ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m), p + SRV_FIXED,
		host, sizeof(host)) < 0)
		return;
	str_lower(host);
	/* A root as target says that the service is not there. */
	if (s.port == 0 || valid_host(host, NULL) != ERR_OK ||
	    !str_copy(s.host, sizeof(s.host), host))
		return;
	out[(*n)++] = s;
}

enum err
dns_srv_parse(const unsigned char *msg, size_t len,
    struct dns_srv out[DNS_SRV_MAX], size_t *n)
{
	ns_msg m;
	ns_rr rr;
	int i, count;

	*n = 0;
	if (len > INT_MAX || ns_initparse(msg, (int)len, &m) != 0)
		return ERR_PROTO;
	count = ns_msg_count(m, ns_s_an);
	for (i = 0; i < count; i++) {
		if (ns_parserr(&m, ns_s_an, i, &rr) != 0)
			return ERR_PROTO;
		take(&m, &rr, out, n);
	}
	if (*n == 0)
		return ERR_NOTFOUND;
	qsort(out, *n, sizeof(*out), by_rank);
	return ERR_OK;
}

/* RFC 2782, "Weight": those of weight 0 come first in the row, a number up to
 * the sum of the weights says which is taken, and so on with the rest. */
static void
shuffle_equals(struct dns_srv *v, size_t n, dns_chance_fn chance, void *arg)
{
	struct dns_srv taken;
	uint32_t sum, pick;
	size_t i;

	/* They came heaviest first. */
	for (i = 0; i < n / 2; i++) {
		taken = v[i];
		v[i] = v[n - 1 - i];
		v[n - 1 - i] = taken;
	}
	for (; n > 1; v++, n--) {
		for (sum = 0, i = 0; i < n; i++)
			sum += v[i].weight;
		pick = chance(arg, sum + 1);
		for (sum = 0, i = 0; i < n - 1; i++)
			if ((sum += v[i].weight) >= pick)
				break;
		taken = v[i];
		memmove(v + 1, v, i * sizeof(*v));
		v[0] = taken;
	}
}

void
dns_srv_shuffle(struct dns_srv *v, size_t n, dns_chance_fn chance, void *arg)
{
	size_t from, to;

	for (from = 0; from < n; from = to) {
		for (to = from + 1;
		     to < n && v[to].priority == v[from].priority; to++)
			;
		shuffle_equals(v + from, to - from, chance, arg);
	}
}

/* At most 16 weights of 65535: the bias of the remainder is below 1 in 4000. */
static uint32_t
by_chance(void *arg, uint32_t below)
{
	uint32_t n = 0;

	(void)arg;
	if (getrandom(&n, sizeof(n), 0) != (ssize_t)sizeof(n))
		return 0;
	return n % below;
}

enum err
dns_srv_lookup(const char *name, struct dns_srv out[DNS_SRV_MAX], size_t *n,
    struct errinfo *ei)
{
	unsigned char answer[ANSWER_MAX];
	struct __res_state st;
	int len, why;
	enum err e;

	memset(&st, 0, sizeof(st));
	if (res_ninit(&st) != 0)
		return err_set(ei, ERR_DNS, "the resolver does not start");
	st.retrans = DNS_SRV_WAIT_S;
	st.retry = DNS_SRV_TRIES;
	len = res_nquery(
	    &st, name, ns_c_in, ns_t_srv, answer, (int)sizeof(answer));
	why = st.res_h_errno;
	res_nclose(&st);
	if (len < 0 && (why == HOST_NOT_FOUND || why == NO_DATA))
		return err_set(ei, ERR_NOTFOUND, "%s: no such record", name);
	if (len < 0)
		return err_set(ei, ERR_DNS, "%s: no DNS server answered", name);
	if (len > (int)sizeof(answer))
		len = (int)sizeof(answer);
	e = dns_srv_parse(answer, (size_t)len, out, n);
	if (e != ERR_OK)
		return err_set(
		    ei, e, "%s: no usable record in the answer", name);
	dns_srv_shuffle(out, *n, by_chance, NULL);
	return ERR_OK;
}
