"""Namespaces, writing XML as text, and reading it safely."""
import re

from lxml import etree

S = "http://schemas.xmlsoap.org/soap/envelope/"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
E = "http://schemas.microsoft.com/exchange/services/2006/errors"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def esc(text):
    return (_NOT_XML.sub("", text).replace("&", "&amp;").replace("<", "&lt;")
            .replace(">", "&gt;").replace("\r", "&#13;"))


def attr(text):
    return (esc(text).replace('"', "&quot;").replace("\n", "&#10;")
            .replace("\t", "&#9;"))


def parse(data):
    """No entities, no network, no document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True,
                             load_dtd=False, huge_tree=True)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("a document type is not allowed")
    return root


def local(el):
    return el.tag.rpartition("}")[2]


def kids(el):
    return [c for c in el if isinstance(c.tag, str)]


def t(el, *path):
    """The descendant reached by local names of the types namespace."""
    for name in path:
        if el is None:
            return None
        el = el.find("{%s}%s" % (T, name))
    return el


def m(el, *path):
    for name in path:
        if el is None:
            return None
        el = el.find("{%s}%s" % (M, name))
    return el


def text(el, default=None):
    return default if el is None else (el.text or "")


def fragment(el):
    """An element of the types namespace as text with the prefix t."""
    out = ["<t:", local(el)]
    for k, v in el.attrib.items():
        if not k.startswith("{"):
            out.append(' %s="%s"' % (k, attr(v)))
    body = esc(el.text) if el.text and el.text.strip() else ""
    inner = body + "".join(fragment(c) for c in kids(el))
    out.append(">" + inner + "</t:" + local(el) + ">" if inner else "/>")
    return "".join(out)
