/* api.h - what comes over the link to the manager: requests of web and ctl,
 * answers about credentials, network workers.  One handler per message.
 * Engine; on the loop. */
#ifndef API_H
#define API_H

#include "common/err.h"

struct engine;

/* Opens the link on fd.  Its end ends the loop. */
enum err api_open(struct engine *en, int fd, struct errinfo *ei) ERR_CHECK;
void api_close(struct engine *en);

#endif
