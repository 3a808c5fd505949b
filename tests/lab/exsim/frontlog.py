"""What the proxies answered by themselves (407, a CONNECT) is a request that
the lab received too: Squid tells of it here, and it is kept like the
others."""
import re

from .httpd import Request

_LINE = re.compile(r"^(\S+) (\S+) (\d+) (\S+) \[(.*)\] (\S+) (\S+) (\S+)$")


def _headers(text):
    text = text.replace("%0D%0A", "\\r\\n")
    for row in text.split("\\r\\n"):
        name, colon, value = row.partition(":")
        if colon:
            yield name.strip(), value.strip()


def keep(recorder, line):
    found = _LINE.match(line)
    if not found:
        return
    when, client, status, result, head, method, url, version = found.groups()
    denied = "DENIED" in result
    if not denied and method != "CONNECT":
        return			# the simulator saw it itself
    r = Request(method, url, version, list(_headers(head)), client)
    op = method if not denied else "%s-%s" % (method, status)
    recorder.keep("proxy" if method == "CONNECT" else "front", r, op,
                  more=[("X-Lab-Status", status), ("X-Lab-Began", when)])


def reader(recorder):
    async def connected(stream, writer):
        try:
            while True:
                line = await stream.readline()
                if not line:
                    break
                keep(recorder, line.decode("utf-8", "replace").rstrip("\n"))
        except (ValueError, ConnectionError):
            pass
        finally:
            writer.close()
    return connected
