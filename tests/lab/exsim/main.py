"""Starts the simulator: main.py CONFIG.json

The configuration has the mailboxes, the accounts, where certificates are and
where requests are kept.  See company/plan.py for all addresses."""
import asyncio
import json
import os
import signal
import ssl
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from company import plan  # noqa: E402
from confsim import control as confsim_control  # noqa: E402
from confsim import cms, device, tms, webex  # noqa: E402
from exsim import (autodiscover, control, deliver, directory, ews,  # noqa: E402
                   faults, fields, frontlog, httpd, model, names, notify,
                   ops_find, ops_folder, ops_item, ops_misc, rough)
from exsim.direct import Guard  # noqa: E402
from exsim.front import Front  # noqa: E402
from exsim.kerberos import Kerberos  # noqa: E402
from exsim.record import Recorder  # noqa: E402
from exsim.relay import relay  # noqa: E402
from exsim.winbind import Winbind  # noqa: E402

XML = [("Content-Type", "text/xml; charset=utf-8"),
       ("Cache-Control", "private")]
_ = (confsim_control, ops_find, ops_folder, ops_item, ops_misc)	# they add operations


class App:
    """Everything that answers requests, for all servers of the lab."""

    def __init__(self, config):
        self.config = config
        self.company = fields.COMPANY[0] = model.Company()
        self.notifier = notify.Notifier()
        self.company.listener = self.notifier.changed
        self.deliverer = deliver.Deliverer(self.company, self.later)
        self.recorder = Recorder(config["requests_dir"])
        self.faults = faults.Faults()
        self.names = names.Names()
        self.rough_proxy = rough.Proxy()
        self.tape = httpd.Tape()
        self.guard = Guard({a["login"]: (a["address"], a["password"])
                            for a in config["accounts"]})
        self.front = Front(Winbind(), self.recorder,
                           config["pki"] + "/front.pem", Kerberos())
        self.schema = self._schema()
        self.service = ews.Service(self.company, self.deliverer,
                                   self.notifier, self.schema)
        self.service.graveyard = []
        self.check_answers = self.schema is not None
        self.directory = directory.Directory(config)
        self.ews_url = plan.EWS_URL
        self.asked = {}		# form of Autodiscover -> requests
        self.wrong_answers = []
        self.wrong_requests = []
        for row in config["mailboxes"]:
            self.add_mailbox(row)
        self.cms = cms.Cms()
        self.devices = {"device1": device.Device("Room Kit"),
                        "device2": device.Device("Codec Plus")}
        self.tms = tms.Tms(Front(Winbind(), self.recorder,
                                 config["pki"] + "/tms.pem", None))
        self.webex = webex.Webex(
            [(row["address"], row["name"]) for row in config["mailboxes"]
             if not row.get("room")])
        self.service.impersonators = {plan.SERVICE[1]}

    def _schema(self):
        try:
            import validate
            return validate.Schema()
        except (ImportError, OSError) as e:
            print("no schema check: %s" % e, file=sys.stderr)
            return None

    def add_mailbox(self, row):
        box = model.Mailbox(row["address"], row["name"], row.get("sid"),
                            row.get("room", False))
        return self.company.add(box, row.get("login"), row.get("upn"))

    def later(self, seconds, fn):
        asyncio.get_running_loop().call_later(seconds, fn)

    # ---- one request

    async def handle(self, server, conn, request):
        """`server` is front, http, or the name of a host that misbehaves."""
        path, user, scheme = request.path.lower(), None, None
        if server == "front":
            known = await self.front.check(conn, request)
            if known is None:
                return
            user, scheme = known
        ctx, wrong = None, None
        if path == "/ews/exchange.asmx" and request.method == "POST":
            try:
                ctx = self.service.open(request, user)
                op = ctx.op
            except ews.Fault as e:
                wrong, op = e, "unreadable"
        elif path.startswith("/autodiscover/"):
            op = "Autodiscover"
            form = path.split("/")[2].rpartition(".")[2][:8]
            self.asked[form] = self.asked.get(form, 0) + 1
        else:
            op = request.method
        mailbox = (ctx.asked or (ctx.own.address if ctx.own else "")).lower()\
            if ctx else ""
        self.recorder.keep(server, request, op, user, scheme,
                           [("X-Lab-Mailbox", mailbox)] if mailbox else ())
        if server == "http" and "authorization" in request.headers:
            self.guard.note(server, request, "any",
                            request.headers["authorization"])
        rules = self.faults.pick(request.host, op, mailbox, request.path)
        own = [r for r in rules if r.row.get("before_auth")]
        for rule in own:
            if await faults.apply(rule, conn, op, self._nothing):
                return
        if server not in ("front", "http"):
            user = await self.guard.check(server, conn, request)
            if user is None:
                return
            if ctx is not None:
                ctx.user, ctx.own = user, self.service._own(user)
        answered = {}

        async def compute():
            if "a" not in answered:
                answered["a"] = self.compute(server, request, ctx, wrong,
                                             rules)
            return answered["a"]

        for rule in rules:
            if rule not in own and \
                    await faults.apply(rule, conn, op, compute):
                return
        await self._send(conn, request, await compute())

    async def _nothing(self):
        return 200, XML, b"<nothing/>"

    def compute(self, server, request, ctx, wrong, rules):
        """(status, headers, body), the body perhaps a notify.Stream."""
        path = request.path.lower()
        rule = rules[-1] if rules else None
        if server == "http":
            if path == "/autodiscover/autodiscover.xml":
                return 302, [("Location", plan.AUTODISCOVER_URL)], b""
            return 403, [("Content-Type", "text/html")], b"<h1>403</h1>"
        if ctx is not None or wrong is not None:
            return self._ews(request, ctx, wrong)
        if path == "/ews/exchange.asmx":
            return 200, [("Content-Type", "text/html")], \
                b"<html><body>You have created a service.</body></html>"
        if path == "/autodiscover/autodiscover.xml":
            body = request.body if request.method == "POST" else b""
            return 200, XML, autodiscover.pox(self.company, body,
                                              self.ews_of, rule)
        if path == "/autodiscover/autodiscover.svc":
            body = autodiscover.soap(self.company, request.body,
                                     self.ews_of, rule)
            if body is None:
                return 400, [("Content-Type", "text/html")], b"<h1>400</h1>"
            return 200, XML, body
        if path.startswith("/autodiscover/autodiscover.json/v1.0/"):
            status, body = autodiscover.json_v2(self.company, request.target,
                                                self.ews_of, rule)
            return status, [("Content-Type", "application/json; "
                             "charset=utf-8")], body
        return 404, [("Content-Type", "text/html")], b"<h1>404</h1>"

    def ews_of(self, box):
        """Each site has its own address."""
        return plan.SITE_EWS_URLS[box.site] if box.site else self.ews_url

    def _ews(self, request, ctx, wrong):
        kind = request.headers.get("content-type", "").lower()
        if not kind.startswith("text/xml"):
            return 415, [("Content-Type", "text/html")], b"<h1>415</h1>"
        try:
            if wrong is not None:
                raise wrong
            inner = self.service.run(ctx)
        except ews.Fault as e:
            if e.code == "ErrorSchemaValidation":
                self.wrong_requests.append((request.number, e.message))
            errors = self.service.stats["errors"]
            errors[e.code] = errors.get(e.code, 0) + 1
            return 500, XML, ews.fault_xml(e.code, e.message, e.values)
        if isinstance(inner, notify.Stream):
            return 200, XML, inner
        return 200, XML + [("X-BEServer", "MAIL1")] + request.out_headers, \
            ews.envelope(inner)

    def check(self, request, data):
        """Every answer must be one that Exchange's schema allows."""
        if not self.check_answers or not data.startswith(b"<"):
            return
        from lxml import etree
        message = self.schema.check(etree.fromstring(data))
        if message:
            self.wrong_answers.append((request.number, request.name,
                                       message))

    async def _send(self, conn, request, result):
        status, headers, body = result
        if not isinstance(body, notify.Stream):
            self.recorder.answer(request, body)
            if request.path.lower() == "/ews/exchange.asmx" and \
                    headers[:1] == XML[:1]:
                self.check(request, body)
            await conn.answer(status, headers, body)
            return
        await conn.start_chunked(status, headers)

        async def piece(data):
            self.check(request, data)
            await conn.chunk(data)

        gone = asyncio.ensure_future(conn.reader.read(1))
        run = asyncio.ensure_future(body.run(piece))
        await asyncio.wait((gone, run), return_when=asyncio.FIRST_COMPLETED)
        if not run.done():
            run.cancel()		# the client went away
            conn.keep = False
        try:
            await run
        except asyncio.CancelledError:
            return
        finally:
            if not gone.done():
                gone.cancel()
                try:
                    await gone
                except asyncio.CancelledError:
                    pass
            else:
                conn.keep = False
        if body.cut in (None, "closed"):
            await conn.end_chunked()
        elif body.cut == "reset":
            conn.reset()
            conn.keep = False
        else:
            conn.keep = False


def _tls(folder, name):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain("%s/%s.pem" % (folder, name),
                      "%s/%s.key" % (folder, name))
    return c


async def run(config):
    app = App(config)

    def bind(server):
        return lambda conn, request: app.handle(server, conn, request)

    servers = [
        await httpd.serve(bind("front"), plan.FRONT_ADDR, 443,
                          _tls(config["pki"], "front")),
        await httpd.serve(app.tms.handle, plan.TMS_ADDR, 443,
                          _tls(config["pki"], "tms")),
        await httpd.serve(app.webex.handle, plan.WEBEX_ADDR, 443,
                          _tls(config["pki"], "webex")),
        await httpd.serve(app.cms.handle, plan.CMS_ADDR, plan.CMS_PORT,
                          _tls(config["pki"], "cms")),
        await httpd.serve(app.devices["device1"].handle, plan.DEVICE_ADDR, 443,
                          _tls(config["pki"], "device1")),
        await httpd.serve(app.devices["device2"].handle, plan.DEVICE2_ADDR,
                          443, _tls(config["pki"], "device2")),
        await asyncio.start_server(
            relay(config["pki"] + "/ca.pem"), plan.RELAY_ADDR, 443,
            ssl=_tls(config["pki"], "relay")),
        await httpd.serve(bind("http"), plan.FRONT_ADDR, 80,
                          tape=app.tape),
        await httpd.serve(bind("http"), plan.FAULT_ADDR, 80,
                          tape=app.tape),
        await httpd.serve(control.Control(app).handle, *plan.CONTROL_ADDR),
        await asyncio.start_server(frontlog.reader(app.recorder),
                                   *plan.LOG_ADDR),
        await app.rough_proxy.serve(),
        *await names.serve(app.names),
        *await rough.serve(config, bind, app.tape),
        *await rough.listen(config, app.tape),
    ]
    servers += await app.directory.listen()
    await app.directory.publish(plan.OTHER_SCPS)
    for name, address, cert in plan.FAULT_HOSTS:
        if cert == "closed":
            continue
        tls = None if cert == "none" else _tls(config["pki"], cert)
        servers.append(await httpd.serve(bind(name), address, 443, tls,
                                         app.tape))
    print("ready", flush=True)
    stop = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sig, stop.set)
    await stop.wait()
    for s in servers:
        s.close()


def main(argv):
    with open(argv[0]) as f:
        config = json.load(f)
    asyncio.run(run(config))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
