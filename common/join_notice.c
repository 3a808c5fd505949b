/* join_notice.c - see join_notice.h. */
#include "common/join_notice.h"

#include "common/buf.h"
#include "common/i18n.h"

static const char *const reasons[JOIN_NOTICE__MAX] = {
    [JOIN_NOTICE_AWAY] = "The conferencing service does not answer. The "
			 "booking is tried again, and the details to join "
			 "will stand here when it works.",
    [JOIN_NOTICE_REFUSED] = "The conferencing service refused the meeting.",
    [JOIN_NOTICE_LICENCE] = "The conferencing service has no licence left "
			    "for the meeting.",
    [JOIN_NOTICE_SETUP] = "No conferencing service is set up for this kind "
			  "of meeting.",
    [JOIN_NOTICE_SERIES] = "The conferencing service cannot book this kind "
			   "of series.",
    [JOIN_NOTICE_TIME] = "The conferencing service cannot book a meeting at "
			 "this time.",
};

static enum err
line(struct buf *out, const struct i18n *lang, const char *text, bool is_html)
{
	enum err e = buf_puts(out, is_html ? "<br>\r\n" : "\r\n");

	return e == ERR_OK ? buf_puts(out, i18n_text(lang, text)) : e;
}

enum err
join_notice_put(struct buf *out, enum join_notice n, const struct i18n *lang,
    bool has_details, bool is_html)
{
	enum err e;

	if ((e = buf_puts(out, is_html ? "<p><b>" : "\r\n")) != ERR_OK ||
	    (e = buf_puts(out,
		 i18n_text(lang, "The video meeting could not be booked"))) !=
		ERR_OK ||
	    (e = buf_puts(out, is_html ? "</b>" : "")) != ERR_OK ||
	    (e = line(out, lang, reasons[n], is_html)) != ERR_OK)
		return e;
	if (n != JOIN_NOTICE_AWAY &&
	    (e = line(out, lang,
		 "Change the meeting to try again, or ask your administrator.",
		 is_html)) != ERR_OK)
		return e;
	if (has_details &&
	    (e = line(out, lang,
		 "What follows is from before the last change of the meeting "
		 "and may no longer be right.",
		 is_html)) != ERR_OK)
		return e;
	return buf_puts(out, is_html ? "</p>\r\n" : "\r\n");
}
