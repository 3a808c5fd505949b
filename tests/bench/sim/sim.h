/* sim.h - an Exchange for the benchmark of the engine: as little work for each
 * request as can be, so that it is not what is measured.  HTTP/1.1 over TLS
 * with Basic, kept alive; calendars of many mailboxes in memory.
 * It knows Exchange's limits, refuses what goes beyond, and counts it
 * ([office-developer-exchange-docs] "EWS throttling in Exchange" and "How to:
 * Maintain affinity between a group of subscriptions and the Mailbox
 * server").
 * One thread; only for tests, no input is distrusted. */
#ifndef SIM_H
#define SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "common/buf.h"

#define SIM_IDS_MAX 200 /* subscriptions of one stream */
#define SIM_HANGING_MAX 3 /* streams of one budget: Exchange 2013 */
#define SIM_CONCURRENT_MAX 27 /* requests of one account: Exchange 2013 */
#define SIM_BACKENDS 4

struct conn;
struct stream;

/* What is asked; borrowed from the connection. */
struct ask {
	const char *head, *body; /* NUL-terminated */
	size_t body_len;
};

struct sim_stats {
	uint64_t requests, subscribes, streams, syncs, gets, updates, others;
	uint64_t connections, events;
	unsigned in_flight, in_flight_max, open_streams, open_streams_max;
	/* Refused. */
	uint64_t over_concurrent, over_ids, over_hanging, no_affinity;
	uint64_t conflicts, doubles;
};

extern struct sim_stats sim_stats;
extern unsigned sim_delay_ms; /* of each answer */
extern bool sim_unlimited; /* for a bare loop and its own ceiling */
extern unsigned sim_busy_ms; /* each request is told to come back later */

/* conn.c */
int conn_listen(const char *address, uint16_t port, const char *pem);
void conn_run(uint64_t until_ms); /* serves until then */
/* Another descriptor that the loop watches: lines of the control. */
void conn_watch(int fd, void (*fn)(void));
void conn_answer(
    struct conn *c, unsigned status, const char *headers, const struct buf *b);
void conn_chunked(struct conn *c); /* an answer without an end */
void conn_chunk(struct conn *c, const char *p, size_t n);
void conn_chunks_end(struct conn *c);
struct stream **conn_stream(struct conn *c); /* ews.c's own */
/* Ends the connections of streams, every second one in the middle of an
 * event, or all connections; then nobody is let in for so long. */
void conn_cut(bool all, unsigned closed_ms);
void conn_mute(unsigned ms); /* takes and gives nothing, and keeps all */
void conn_beat(void); /* once a second */

/* ews.c */
void ews_init(unsigned mailboxes, unsigned first);
void ews_forget(void); /* no subscription is known any more */
void ews_ask(struct conn *c, const struct ask *a);
void ews_gone(struct stream *st); /* its connection */
void ews_beat(void); /* once a second */

/* fault.c: what goes wrong, by chance, one in so many times each. */
extern unsigned fault_one_in; /* 0: never */
bool fault_is_now(void);
unsigned fault_late_ms(void); /* an answer comes so much later */

/* work.c: what people do, and how long it takes. */
struct meeting {
	char *body; /* NULL: as it was made */
	uint32_t mailbox, version, gets, updates;
	uint32_t prev; /* of the same mailbox, + 1; 0: none */
	uint64_t seq; /* of its last change */
	double keyword_at; /* when somebody asked for details; 0: nobody */
	double done_at;
};

extern struct meeting *meetings;
extern size_t meetings_n;
extern uint64_t last_seq;

void work_init(unsigned mailboxes);
void work_line(void); /* of the control */
uint64_t work_tick(void); /* makes what is due; when to come back */
uint32_t work_last_of(uint32_t mailbox); /* + 1; 0: none */
void work_decorated(struct meeting *m);
double work_now(void);
/* ews.c: tells whoever listens. */
void ews_changed(struct meeting *m, const char *kind);

#endif
