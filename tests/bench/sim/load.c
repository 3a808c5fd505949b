/* load - the base to compare with: a bare libcurl loop that reads and writes
 * meetings of sim, so many at a time, each over a connection that is kept.
 * usage: load URL CA FIRST COUNT LANES
 * Meetings FIRST to FIRST+COUNT-1 are decorated; prints how many requests that
 * took, and how long. */
#include "config.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/buf.h"

#define LANES_MAX 64
#define TEXT_MAX 1048576
#define SOAP                                                               \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<soap:Envelope "      \
	"xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" "        \
	"xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/"   \
	"messages\" xmlns:t=\"http://schemas.microsoft.com/exchange/"      \
	"services/2006/types\"><soap:Header><t:RequestServerVersion "      \
	"Version=\"Exchange2013\"/><t:ExchangeImpersonation>"              \
	"<t:ConnectingSID><t:SmtpAddress>m0@bench.example</t:SmtpAddress>" \
	"</t:ConnectingSID></t:ExchangeImpersonation></soap:Header>"       \
	"<soap:Body>"

struct lane {
	CURL *easy;
	struct buf out, in;
	unsigned long item;
	bool writes;
};

static unsigned long next_item, end_item, requests;

static double
now_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t
on_data(char *p, size_t size, size_t n, void *arg)
{
	struct lane *l = arg;

	(void)size;
	return buf_put(&l->in, p, n) == ERR_OK ? n : 0;
}

static void
put_read(struct buf *b, unsigned long item)
{
	if (buf_putf(b,
		SOAP "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly"
		     "</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId "
		     "Id=\"i%lu\"/></m:ItemIds></m:GetItem></soap:Body>"
		     "</soap:Envelope>",
		item) != ERR_OK)
		fatal("load: out of room");
}

static void
put_write(struct buf *b, unsigned long item, unsigned long key)
{
	if (buf_putf(b,
		SOAP "<m:UpdateItem ConflictResolution=\"NeverOverwrite\">"
		     "<m:ItemChanges><t:ItemChange><t:ItemId Id=\"i%lu\" "
		     "ChangeKey=\"k%lu\"/><t:Updates><t:SetItemField>"
		     "<t:FieldURI FieldURI=\"item:Body\"/><t:CalendarItem>"
		     "<t:Body BodyType=\"HTML\">text</t:Body></t:CalendarItem>"
		     "</t:SetItemField></t:Updates></t:ItemChange>"
		     "</m:ItemChanges></m:UpdateItem></soap:Body>"
		     "</soap:Envelope>",
		item, key) != ERR_OK)
		fatal("load: out of room");
}

/* What this lane asks next; false: nothing is left. */
static bool
next(struct lane *l, CURLM *multi)
{
	const char *key;

	buf_reset(&l->out);
	if (l->writes) {
		key = strstr(buf_str(&l->in), "ChangeKey=\"k");
		if (key == NULL)
			fatal("load: no item in the answer");
		put_write(&l->out, l->item, strtoul(key + 12, NULL, 10));
	} else {
		if (next_item == end_item)
			return false;
		l->item = next_item++;
		put_read(&l->out, l->item);
	}
	buf_reset(&l->in);
	(void)curl_easy_setopt(
	    l->easy, CURLOPT_POSTFIELDSIZE, (long)l->out.len);
	(void)curl_easy_setopt(l->easy, CURLOPT_POSTFIELDS, l->out.p);
	l->writes = !l->writes;
	requests++;
	return curl_multi_add_handle(multi, l->easy) == CURLM_OK;
}

static void
set_up(
    struct lane *l, const char *url, const char *ca, struct curl_slist *headers)
{
	l->out.max = l->in.max = TEXT_MAX;
	l->easy = curl_easy_init();
	(void)curl_easy_setopt(l->easy, CURLOPT_URL, url);
	(void)curl_easy_setopt(l->easy, CURLOPT_CAINFO, ca);
	(void)curl_easy_setopt(l->easy, CURLOPT_USERPWD, "bench:bench");
	(void)curl_easy_setopt(l->easy, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(l->easy, CURLOPT_WRITEFUNCTION, on_data);
	(void)curl_easy_setopt(l->easy, CURLOPT_WRITEDATA, l);
	(void)curl_easy_setopt(l->easy, CURLOPT_PRIVATE, l);
}

int
main(int argc, char **argv)
{
	struct lane lanes[LANES_MAX] = {{0}};
	struct curl_slist *headers =
	    curl_slist_append(NULL, "Content-Type: text/xml; charset=utf-8");
	unsigned long lanes_n, i;
	CURLM *multi;
	CURLMsg *msg;
	struct lane *l;
	int running, left;
	double began;

	if (argc != 6 || (lanes_n = strtoul(argv[5], NULL, 10)) > LANES_MAX) {
		(void)fputs("usage: load URL CA FIRST COUNT LANES\n", stderr);
		return 2;
	}
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	(void)curl_multi_setopt(
	    multi, CURLMOPT_MAXCONNECTS, (long)LANES_MAX * 2);
	next_item = strtoul(argv[3], NULL, 10);
	end_item = next_item + strtoul(argv[4], NULL, 10);
	began = now_s();
	for (i = 0; i < lanes_n; i++) {
		set_up(&lanes[i], argv[1], argv[2], headers);
		(void)next(&lanes[i], multi);
	}
	do {
		(void)curl_multi_perform(multi, &running);
		while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
			if (msg->msg != CURLMSG_DONE ||
			    msg->data.result != CURLE_OK)
				fatal("load: %s",
				    curl_easy_strerror(msg->data.result));
			(void)curl_easy_getinfo(
			    msg->easy_handle, CURLINFO_PRIVATE, (char **)&l);
			(void)curl_multi_remove_handle(multi, l->easy);
			if (next(l, multi))
				running++;
		}
		if (running > 0)
			(void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
	} while (running > 0);
	printf("{\"requests\": %lu, \"seconds\": %.4f}\n", requests,
	    now_s() - began);
	return 0;
}
