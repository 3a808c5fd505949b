/* meeting_row.h - verdicts on meetings, as they are kept in state.db.
 * Engine.  Short calls to the store. */
#ifndef MEETING_ROW_H
#define MEETING_ROW_H

#include <stdbool.h>
#include <stdint.h>

struct mbox;
struct meeting;

/* Empties *row when there is none. */
bool meeting_row_get(struct mbox *m, const char *item_id, struct meeting *row);
/* Was exactly this version settled before? */
bool meeting_row_settled(
    struct mbox *m, const char *item_id, const char *change_key);
/* Replaces a text of the row. */
void meeting_row_set(char **field, const char *text);
/* Stamps the time and writes it; false: the store failed (and it was
 * logged). */
bool meeting_row_put(struct mbox *m, struct meeting *row);
/* The same, and keeps it in the meeting's history where it is another decision
 * than the last one.  rule: NULL none; took_ms: since the change was known. */
bool meeting_row_decided(
    struct mbox *m, struct meeting *row, const char *rule, int64_t took_ms);

#endif
