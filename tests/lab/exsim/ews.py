"""The EWS endpoint: who asks, for whom, which operation; envelopes and
faults.  The operations themselves are in ops_*.py and notify.py."""
from . import xmlout
from .model import EwsError
from .xmlout import M, S, T, attr, esc, kids, local, m, t, text

VERSION = ('MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" '
           'MinorBuildNumber="61" Version="V2016_10_10"')
OPS = {}


class Fault(Exception):
    """Refuses the whole request, with HTTP 500."""

    def __init__(self, code, message, values=None, fault="a:"):
        super().__init__(code)
        self.code, self.message, self.values = code, message, values or {}


class Context:
    """One request: who sent it, and in whose name it acts."""

    def __init__(self, request, user):
        self.request, self.user = request, user
        self.own = None			# the caller's mailbox, may be None
        self.box = None			# the mailbox acted for
        self.op = "none"
        self.via = ""			# for the history: who wrote
        self.version = "Exchange2007"


def op(name):
    def add(fn):
        OPS[name] = fn
        return fn
    return add


def ok(name, inner=""):
    return ('<m:%s ResponseClass="Success"><m:ResponseCode>NoError'
            '</m:ResponseCode>%s</m:%s>' % (name, inner, name))


def values_xml(values):
    if not values:
        return ""
    return "".join('<t:Value Name="%s">%s</t:Value>' % (attr(k), esc(str(v)))
                   for k, v in values.items())


def error(name, e, tail=""):
    extra = "<m:MessageXml>%s</m:MessageXml>" % values_xml(e.values) \
        if e.values else ""
    return ('<m:%s ResponseClass="Error"><m:MessageText>%s</m:MessageText>'
            '<m:ResponseCode>%s</m:ResponseCode><m:DescriptiveLinkKey>0'
            '</m:DescriptiveLinkKey>%s%s</m:%s>'
            % (name, esc(e.text), esc(e.code), extra, tail, name))


def each(name, things, fn, tail=""):
    """One response message for each thing; an error stays its own."""
    out = []
    for thing in things:
        try:
            out.append(ok(name, fn(thing)))
        except EwsError as e:
            out.append(error(name, e, tail))
    return "".join(out)


def answer(op_name, messages):
    return "<m:%sResponse><m:ResponseMessages>%s</m:ResponseMessages>" \
        "</m:%sResponse>" % (op_name, messages, op_name)


def envelope(body):
    # A text, not a tree: cheap, and exactly Exchange's own form.
    return ('<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="%s">'
            '<s:Header><h:ServerVersionInfo %s xmlns:h="%s"/></s:Header>'
            '<s:Body xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:m="%s" '
            'xmlns:t="%s">%s</s:Body></s:Envelope>'
            % (S, VERSION, T, M, T, body)).encode()


def fault_xml(code, message, values=None):
    extra = '<t:MessageXml xmlns:t="%s">%s</t:MessageXml>' % (
        T, values_xml(values)) if values else ""
    return ('<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="%s">'
            '<s:Body><s:Fault><faultcode xmlns:a="%s">a:%s</faultcode>'
            '<faultstring xml:lang="en-US">%s</faultstring><detail>'
            '<e:ResponseCode xmlns:e="%s">%s</e:ResponseCode>'
            '<e:Message xmlns:e="%s">%s</e:Message>%s</detail></s:Fault>'
            '</s:Body></s:Envelope>'
            % (S, T, esc(code), esc(message), xmlout.E, esc(code), xmlout.E,
               esc(message), extra)).encode()


class Service:
    def __init__(self, company, deliverer, notifier, schema=None):
        self.company, self.deliverer = company, deliverer
        self.notifier, self.schema = notifier, schema
        self.impersonators = set()	# addresses
        self.denied = set()		# addresses nobody may act for
        self.delegates = {}		# address -> who may use the mailbox
        self.strict = True		# refuse what the schema refuses
        self.stats = {"ops": {}, "errors": {}}

    def open(self, request, user):
        """Reads the envelope as far as the operation's name."""
        ctx = Context(request, user)
        try:
            root = xmlout.parse(request.body)
        except Exception as e:
            raise Fault("ErrorSchemaValidation",
                        "The request failed schema validation: %s" % e)
        body = root.find("{%s}Body" % S)
        if root.tag != "{%s}Envelope" % S or body is None or not kids(body):
            raise Fault("ErrorSchemaValidation",
                        "The request failed schema validation: "
                        "no SOAP 1.1 envelope with a body")
        ctx.root, ctx.header = root, root.find("{%s}Header" % S)
        ctx.el = kids(body)[0]
        ctx.op = local(ctx.el)
        if ctx.op.endswith("Request"):
            ctx.op = ctx.op[:-len("Request")]
        version = t(ctx.header, "RequestServerVersion")
        if version is not None:
            ctx.version = version.get("Version", "")
        ctx.own = self._own(user)
        sid = t(ctx.header, "ExchangeImpersonation", "ConnectingSID")
        ctx.asked = text(kids(sid)[0], "").strip() \
            if sid is not None and kids(sid) else None
        ctx.asked_by = local(kids(sid)[0]) if ctx.asked else None
        return ctx

    def _own(self, user):
        name = (user or "").lower()
        address = self.company.accounts.get(name) or \
            self.company.accounts.get(name.rpartition("\\")[2]) or name
        return self.company.find(address)

    def _impersonate(self, ctx):
        if ctx.asked is None:
            ctx.box = ctx.own
            ctx.via = ctx.own.address if ctx.own else ctx.user
            if ctx.box is None:
                raise Fault("ErrorNonExistentMailbox",
                            "The account has no mailbox.")
            return
        if ctx.own is None or ctx.own.address not in self.impersonators:
            raise Fault("ErrorImpersonateUserDenied",
                        "The account does not have permission to "
                        "impersonate the requested user.")
        if ctx.asked_by == "SID":
            box = self.company.by_sid(ctx.asked)
            if box is None:
                raise Fault("ErrorInvalidSid", "The SID is invalid.")
        elif ctx.asked_by == "PrincipalName":
            box = self.company.find(self.company.accounts.get(
                ctx.asked.lower(), ctx.asked))
        else:
            box = self.company.find(ctx.asked)
        if box is None:
            raise Fault("ErrorNonExistentMailbox",
                        "The SMTP address has no mailbox associated with "
                        "it.", {"SmtpAddress": ctx.asked})
        if box.address in self.denied:
            raise Fault("ErrorImpersonateUserDenied",
                        "The account does not have permission to "
                        "impersonate the requested user.")
        ctx.box = box
        ctx.via = ctx.own.address

    def run(self, ctx):
        """The inside of the Body, or a Stream from notify.py."""
        if self.strict and self.schema is not None:
            wrong = self.schema.check(ctx.root)
            if wrong:
                raise Fault("ErrorSchemaValidation",
                            "The request failed schema validation: " + wrong)
        fn = OPS.get(ctx.op)
        if fn is None or not ctx.el.tag.startswith("{%s}" % M):
            raise Fault("ErrorInvalidRequest",
                        "The lab's Exchange has no operation " + ctx.op)
        self._impersonate(ctx)
        self.stats["ops"][ctx.op] = self.stats["ops"].get(ctx.op, 0) + 1
        return fn(self, ctx, ctx.el)

    # ---- looking things up

    def folder(self, ctx, el):
        """A FolderId or DistinguishedFolderId of a request."""
        if local(el) == "DistinguishedFolderId":
            box = ctx.box
            other = t(el, "Mailbox", "EmailAddress")
            if other is not None:
                box = self.company.find(text(other))
                if box is None:
                    raise EwsError("ErrorNonExistentMailbox",
                                   "The SMTP address has no mailbox "
                                   "associated with it.")
            self._may(ctx, box)
            f = box.folders.get(el.get("Id"))
            if f is None:
                raise EwsError("ErrorFolderNotFound",
                               "The specified folder could not be found in "
                               "the store.")
            return f
        for box in self.company.all():
            f = box.by_id.get(el.get("Id"))
            if f is not None:
                self._may(ctx, box)
                return f
        if not (el.get("Id") or "").startswith("AQMk"):
            raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
        raise EwsError("ErrorFolderNotFound", "The specified folder could "
                       "not be found in the store.")

    def _may(self, ctx, box):
        """Its owner, who acts for it, and its delegates."""
        if box is not ctx.box and not (
                ctx.asked is None and ctx.own is not None and
                ctx.own.address in self.delegates.get(box.address, ())):
            raise EwsError("ErrorAccessDenied", "Access is denied. Check "
                           "credentials and try again.")

    def folders(self, ctx, el):
        return [self.folder(ctx, c) for c in kids(el)]

    def item(self, ctx, el):
        item = self.company.items.get(el.get("Id"))
        if item is None:
            if not (el.get("Id") or "").startswith("AAMk"):
                raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
            raise EwsError("ErrorItemNotFound", "The specified object was "
                           "not found in the store.")
        self._may(ctx, item.box)
        return item


def required(el, name):
    found = m(el, name)
    if found is None:
        raise Fault("ErrorSchemaValidation",
                    "The request failed schema validation: no " + name)
    return found
