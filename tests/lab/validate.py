#!/usr/bin/python3
"""Checks EWS requests and answers against Microsoft's schemas.

usage: validate.py FILE...      each an XML document, a request as the lab
                                keeps it, or a streaming answer

What the envelope's schema lets pass (any element that no schema declares) is
refused here: the Body must hold an element that messages.xsd declares."""
import os
import re
import sys

from lxml import etree

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "data", "ews-schema", "ews-validate.xsd")
S = "http://schemas.xmlsoap.org/soap/envelope/"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"


class Schema:
    def __init__(self, path=SCHEMA):
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        self.schema = etree.XMLSchema(etree.parse(path, parser))
        declared = etree.parse(os.path.join(os.path.dirname(path), "full",
                                            "messages.xsd"), parser)
        self.names = {e.get("name") for e in declared.getroot()
                      if isinstance(e.tag, str) and e.tag.endswith("element")}

    def check(self, root):
        """The first thing that is wrong, or an empty string."""
        body = root.find("{%s}Body" % S)
        if root.tag != "{%s}Envelope" % S or body is None or not len(body):
            return "no SOAP envelope with a body"
        first = body[0]
        name = first.tag.rpartition("}")[2]
        if first.tag != "{%s}Fault" % S and (
                not first.tag.startswith("{%s}" % M)
                or name not in self.names):
            return "%s is not an element of messages.xsd" % first.tag
        root = as_declared(newer(root), name)
        if self.schema.validate(root):
            return ""
        e = self.schema.error_log[0]
        return "line %d: %s" % (e.line, e.message)


NEWER = ("Exchange2019", "V2017_07_11", "V2018_01_08")


def newer(root):
    """The schema ends with Exchange 2016; servers after it accept their own
    names in RequestServerVersion."""
    e = root.find("{%s}Header/{%s}RequestServerVersion" % (S, T))
    if e is None or e.get("Version") not in NEWER:
        return root
    root = etree.fromstring(etree.tostring(root))
    root.find("{%s}Header/{%s}RequestServerVersion" % (S, T)).set(
        "Version", "Exchange2016")
    return root


def as_declared(root, name):
    """Exchange writes two elements of a stream in the messages namespace
    that its own schema declares in the types namespace: Notification and
    the SubscriptionId of ErrorSubscriptionIds."""
    if name != "GetStreamingEventsResponse":
        return root
    root = etree.fromstring(etree.tostring(root))
    for e in root.iter("{%s}Notification" % M):
        e.tag = "{%s}Notification" % T
    for e in root.iter("{%s}ErrorSubscriptionIds" % M):
        for c in e:
            c.tag = "{%s}SubscriptionId" % T
    return root


def documents(data):
    """The XML documents of a kept request, an answer, or a stream."""
    if not data.lstrip().startswith(b"<"):
        data = data.partition(b"\r\n\r\n")[2]
    data = re.sub(rb"<\?xml[^>]*\?>", b"", data).strip()
    end = re.compile(rb"</(?:[\w.-]+:)?Envelope\s*>")
    while data:
        found = end.search(data)
        cut = found.end() if found else len(data)
        yield data[:cut]
        data = data[cut:].strip()


def main(argv):
    schema, wrong, n = Schema(), 0, 0
    for path in argv:
        with open(path, "rb") as f:
            data = f.read()
        for doc in documents(data):
            n += 1
            try:
                parser = etree.XMLParser(no_network=True,
                                         resolve_entities=False)
                message = schema.check(etree.fromstring(doc, parser))
            except etree.XMLSyntaxError as e:
                message = str(e)
            if message:
                wrong += 1
                print("%s: %s" % (path, message))
    print("%d documents, %d wrong" % (n, wrong))
    return 1 if wrong or not n else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
