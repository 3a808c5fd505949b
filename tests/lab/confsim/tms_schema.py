"""Checks what is said to and by TMS: against our own table of it, and against
TMS's interface description where that is at hand.  It is not ours to give
away: who has it puts it beside the project (../shared/tms-schema)."""
import os

from lxml import etree

from . import tms_table
from .tms_table import BOOKING, SETUP

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, *[os.pardir] * 4, "shared", "tms-schema")
XS = "http://www.w3.org/2001/XMLSchema"
S = "http://schemas.xmlsoap.org/soap/envelope/"
# The description is older than some of what TMS takes:
# type, element that is new, the element it stands behind
# and of a later one we know no more than where it stands.
ANY = "any"
LATER = (
    ("Conference", "ConferenceTimeZoneRules", "IPBandwidth", ANY),
    ("ExternalAPIVersionSoapHeader", "ClientSession", "NewServiceURL"),
    ("Participant", "EmailAddress", "NameOrNumber"),
)


def _parser():
    return etree.XMLParser(no_network=True, resolve_entities=False)


class Described:
    """The types of one interface description."""

    def __init__(self, path):
        root = etree.parse(path, _parser()).find(".//{%s}schema" % XS)
        for type_, new, behind, *kind in LATER:
            for e in root.iterfind(
                    "{%s}complexType[@name='%s']//{%s}element[@name='%s']"
                    % (XS, type_, XS, behind)):
                added = etree.Element("{%s}element" % XS, minOccurs="0",
                                      name=new)
                if kind:
                    added.append(etree.fromstring(
                        '<s:complexType xmlns:s="%s"><s:sequence><s:any '
                        'processContents="skip" minOccurs="0" '
                        'maxOccurs="unbounded"/></s:sequence>'
                        "</s:complexType>" % XS))
                else:
                    added.set("type", "s:string")
                e.addnext(added)
        self.names = {e.get("name")
                      for e in root.iterchildren("{%s}element" % XS)}
        # A tree of its own, with the prefixes that its types use.
        self.schema = etree.XMLSchema(etree.fromstring(etree.tostring(root)))

    def check(self, e):
        if e.tag.rpartition("}")[2] not in self.names:
            return "%s is not declared" % e.tag
        if self.schema.validate(etree.fromstring(etree.tostring(e))):
            return ""
        return self.schema.error_log[0].message


class Schema:
    def __init__(self, folder=FOLDER):
        self.described = {}
        for ns, name in ((BOOKING, "bookingservice.wsdl"),
                         (SETUP, "remotesetupservice.wsdl")):
            path = os.path.join(folder, name)
            if os.path.exists(path):
                self.described[ns] = Described(path)

    def _one(self, e):
        wrong = tms_table.check(e)
        d = self.described.get(e.tag[1:].partition("}")[0])
        return wrong or (d.check(e) if d else "")

    def check(self, data):
        """The first thing that is wrong, or an empty string."""
        try:
            root = etree.fromstring(data, _parser())
        except etree.XMLSyntaxError as e:
            return str(e)
        body = root.find("{%s}Body" % S)
        if root.tag != "{%s}Envelope" % S or body is None or len(body) != 1:
            return "no SOAP envelope with one element in its body"
        if body[0].tag == "{%s}Fault" % S:
            return ""
        head = root.find("{%s}Header" % S)
        for e in [body[0]] + (list(head) if head is not None else []):
            wrong = self._one(e)
            if wrong:
                return wrong
        return ""
