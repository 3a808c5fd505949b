/* agenda.h - the meetings of the next four weeks of a mailbox, read from
 * Exchange when a person asks for them, kept for a short time and never
 * stored.
 * Engine; on the loop. */
#ifndef AGENDA_H
#define AGENDA_H

#include "common/err.h"

struct agendas; /* opaque */
struct engine;
struct msg_agenda;

#define AGENDA_KEPT 16 /* mailboxes; the one asked for longest ago goes */
#define AGENDA_FRESH_S 20 /* then it is read anew */
#define AGENDA_DAYS 28
#define AGENDA_MAX 400 /* meetings */

struct agendas *agendas_new(struct engine *en);
void agendas_free(struct agendas *all);
/* Answers at once: what is known, or that it is being read.  Borrowed until
 * the next call.  ERR_NOTFOUND: no such user; ERR_DENIED: the mailbox is not
 * listened to, so nobody knows where it is. */
enum err agenda_get(struct agendas *all, const char *address,
    const struct msg_agenda **out, struct errinfo *ei) ERR_CHECK;

#endif
