/* ews_text.h - answers of Exchange Web Services as text, for tests: in the
 * form that Exchange sends, in others that are as good, and in bad ones. */
#ifndef EWS_TEXT_H
#define EWS_TEXT_H

#define T_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define T_M "http://schemas.microsoft.com/exchange/services/2006/messages"
#define T_T "http://schemas.microsoft.com/exchange/services/2006/types"

#define T_VERSION(major, minor, build)                            \
	"<h:ServerVersionInfo MajorVersion=\"" major              \
	"\" MinorVersion=\"" minor "\" MajorBuildNumber=\"" build \
	"\" MinorBuildNumber=\"61\" "                             \
	"Version=\"V2017_07_11\" xmlns:h=\"" T_T "\"/>"

/* As Exchange sends answers. */
#define T_ENVELOPE(body)                                                    \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope "            \
	"xmlns:s=\"" T_SOAP "\"><s:Header>" T_VERSION("15", "1",            \
	    "2507") "</s:Header><s:Body xmlns:m=\"" T_M "\" xmlns:t=\"" T_T \
		    "\">" body "</s:Body></s:Envelope>"
/* As it sends notifications. */
#define T_BARE_ENVELOPE(body)                                                  \
	"<Envelope xmlns=\"" T_SOAP "\"><soap11:Header xmlns:soap11=\"" T_SOAP \
	"\">" T_VERSION("15", "1", "2507") "</soap11:Header>"                  \
					   "<Body xmlns:m=\"" T_M              \
					   "\" xmlns:t=\"" T_T "\">" body      \
					   "</Body></Envelope>"

#define T_MESSAGE(op, class, code, rest)                                  \
	"<m:" op "Response><m:ResponseMessages><m:" op "ResponseMessage " \
	"ResponseClass=\"" class "\"><m:ResponseCode>" code               \
				 "</m:ResponseCode>" rest "</m:" op       \
				 "ResponseMessage>"                       \
				 "</m:ResponseMessages></m:" op "Response>"
#define T_OK(op, rest) T_ENVELOPE(T_MESSAGE(op, "Success", "NoError", rest))
#define T_ERROR(op, code, rest) T_ENVELOPE(T_MESSAGE(op, "Error", code, rest))

#define T_FAULT(code, text, values)                                         \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope "            \
	"xmlns:s=\"" T_SOAP "\"><s:Body><s:Fault><faultcode xmlns:a=\"" T_T \
	"\">a:" code "</faultcode><faultstring xml:lang=\"en-US\">" text    \
	"</faultstring><detail><e:ResponseCode xmlns:e=\"urn:e\">" code     \
	"</e:ResponseCode><e:Message xmlns:e=\"urn:e\">" text               \
	"</e:Message><t:MessageXml xmlns:t=\"" T_T "\">" values             \
	"</t:MessageXml></detail></s:Fault></s:Body></s:Envelope>"

#endif
