/* alarm.h - every alarm that the engine knows, raised and lowered here and
 * nowhere else.  The numbers are those an Expressway administrator knows.
 * Engine.  Writes state.db; remembers what is raised, so that a success
 * costs nothing. */
#ifndef ALARM_H
#define ALARM_H

#include <stdbool.h>

struct alarms; /* opaque */
struct engine;
struct msg_evidence;
struct record;

enum alarm_id {
	ALARM_EXCHANGE_UNREACHABLE, /* 60100 */
	ALARM_EXCHANGE_DENIED, /* 60101 */
	ALARM_EXCHANGE_CERT, /* 60102 */
	ALARM_EXCHANGE_VERSION, /* 60103 */
	ALARM_NO_EXCHANGE, /* 60104 */
	ALARM_AUTODISCOVER_UNREACHABLE, /* 60110 */
	ALARM_AUTODISCOVER_DENIED, /* 60111 */
	ALARM_AUTODISCOVER_CERT, /* 60112 */
	ALARM_REDIRECT_UNTRUSTED, /* 60113 */
	ALARM_LDAP_UNREACHABLE, /* 60120 */
	ALARM_LDAP_DENIED, /* 60121 */
	ALARM_SUBSCRIPTION_FAILED, /* 60130 */
	ALARM_NO_MAILBOX, /* 60131 */
	ALARM_SUBSCRIPTION_SILENT, /* 60132 */
	ALARM_NOT_OPERATIONAL, /* 60190 */
	ALARM__MAX
};

struct alarms *alarms_new(struct engine *en);
void alarms_free(struct alarms *a);

/* subject: display name of a record, or "". */
void alarm_raise(struct engine *en, enum alarm_id id, const char *subject,
    const char *detail);
void alarm_lower(struct engine *en, enum alarm_id id, const char *subject);
/* All alarms of a record that is gone, renamed or changed. */
void alarm_lower_all(struct engine *en, const char *subject);
const char *alarm_title(enum alarm_id id);

/* From what a server answered: a success lowers, a failure raises. */
void alarm_directory(struct record *r, const struct msg_evidence *ev);
void
alarm_autodiscover(struct record *r, const char *failure, const char *detail);
void alarm_exchange(struct record *r, const struct msg_evidence *ev);

#endif
