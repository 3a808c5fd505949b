"""Keeps every request, a file each, without its secrets."""
import os
import re
import time

SECRET = {"authorization", "proxy-authorization"}
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Recorder:
    """Files NNNNNN-<operation>.txt: what was asked of which server, its
    headers, an empty line, its body.  With `split`, the body is beside it
    in NNNNNN-<operation>.xml; with `answers`, what was answered in
    NNNNNN-<operation>.answer."""

    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.n = 0
        self.split = False
        self.answers = False
        self.on = True

    def _write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path + ".part", "wb") as f:
            f.write(data)
        os.rename(path + ".part", path)	# a reader sees whole files only

    def keep(self, server, request, op, user=None, scheme=None, more=()):
        self.n += 1
        request.number, request.name = self.n, _SAFE.sub("_", op)[:60]
        if not self.on:
            return
        out = ["%s %s %s" % (request.method, request.target,
                             request.version)]
        said = False
        for k, v in request.rows:
            if k.lower() in SECRET:
                said = True
                v = v.partition(" ")[0] + " (not kept)"
            out.append("%s: %s" % (k, v))
        if scheme and not said:
            out.append("Authorization: %s (not kept)" % scheme)
        out.append("X-Lab-Server: " + server)
        out.append("X-Lab-Time: %.6f" % time.time())
        if user is not None:
            out.append("X-Lab-User: " + user)
        out += ["%s: %s" % h for h in more]
        head = ("\r\n".join(out) + "\r\n\r\n").encode("utf-8", "replace")
        base = "%06d-%s" % (self.n, request.name)
        if self.split and request.body:
            self._write(base + ".xml", request.body)
            self._write(base + ".txt", head)
        else:
            self._write(base + ".txt", head + request.body)

    def answer(self, request, data):
        if self.on and self.answers and data is not None:
            self._write("%06d-%s.answer" % (request.number, request.name),
                        data)
