/* tms_series.h - the two elements of a Conference that make it a series.
 * Pure; runs in net.  Nothing is put for a single meeting. */
#ifndef TMS_SERIES_H
#define TMS_SERIES_H

struct msg_confer_meeting;
struct xml_writer;

void tms_put_pattern(struct xml_writer *w, const struct msg_confer_meeting *c);
void tms_put_zone(struct xml_writer *w, const struct msg_confer_meeting *c);

#endif
