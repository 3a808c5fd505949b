/* server_alarm.h - alarms of servers: from what they answered, and of hosts
 * that somebody has to decide about.  Engine. */
#ifndef SERVER_ALARM_H
#define SERVER_ALARM_H

struct engine;
struct msg_evidence;
struct record;

/* A success lowers, a failure raises. */
void alarm_directory(struct record *r, const struct msg_evidence *ev);
void
alarm_autodiscover(struct record *r, const char *failure, const char *detail);
void alarm_exchange(struct record *r, const struct msg_evidence *ev);
/* The stored password is of other settings.  Goes when the record is changed
 * or works again. */
void alarm_bound(struct record *r, const char *detail);
/* detail: NULL when the host was decided about or nobody waits. */
void alarm_redirect(struct engine *en, const char *host, const char *detail);

#endif
