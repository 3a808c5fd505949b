/* ews_prop.c - see ews_prop.h. */
#include "config.h"

#include <string.h>

#include "backend/net/ews_prop.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"

void
ews_prop_uri(struct xml_writer *w, const char *set, const char *name)
{
	xml_put_raw(w, "<t:ExtendedFieldURI");
	xml_put_attr(w, "PropertySetId", set);
	xml_put_attr(w, "PropertyName", name);
	xml_put_attr(w, "PropertyType", "String");
	xml_put_raw(w, "/>");
}

void
ews_prop_set(
    struct xml_writer *w, const char *set, const char *name, const char *value)
{
	if (value == NULL || *value == '\0' || set == NULL || *set == '\0')
		return;
	xml_put_raw(w, "<t:SetItemField>");
	ews_prop_uri(w, set, name);
	xml_put_raw(w, "<t:CalendarItem><t:ExtendedProperty>");
	ews_prop_uri(w, set, name);
	xml_put_raw(w, "<t:Value>");
	xml_put_text(w, value);
	xml_put_raw(w, "</t:Value></t:ExtendedProperty></t:CalendarItem>"
		       "</t:SetItemField>");
}

const char *
ews_prop_value(const struct xml_node *item, const char *name)
{
	const struct xml_node *p = xml_child(item, "ExtendedProperty");

	for (; p != NULL; p = xml_next(p, "ExtendedProperty"))
		if (strcmp(xml_attr(xml_child(p, "ExtendedFieldURI"),
			       "PropertyName"),
			name) == 0)
			return xml_text(xml_child(p, "Value"));
	return "";
}
