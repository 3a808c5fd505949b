/* ews_prop.h - named properties of a meeting, strings in one property set
 * ([MS-OXPROPS] 1.3.2, [MS-OXWSXPROP]).  Pure; runs in net. */
#ifndef EWS_PROP_H
#define EWS_PROP_H

/* What TMS Extension for Exchange reads: the dial string of the meeting. */
#define EWS_PROP_CONFERENCE "TMS:ExternalConferenceData"
/* The same as Webex Productivity Tools write it; other programs use the name
 * for other things. */
#define EWS_PROP_CAPABILITIES "UCCapabilities"

struct xml_node;
struct xml_writer;

/* Asks for it; set: a GUID. */
void ews_prop_uri(struct xml_writer *w, const char *set, const char *name);
/* Part of an update; nothing where there is no value. */
void ews_prop_set(
    struct xml_writer *w, const char *set, const char *name, const char *value);
/* Of an item; "" where it has none.  Borrowed. */
const char *ews_prop_value(const struct xml_node *item, const char *name);

#endif
