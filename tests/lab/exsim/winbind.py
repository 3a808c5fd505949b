"""What Samba says of a password: its own ntlm_auth, a few processes of each
kind, each asked one thing at a time."""
import asyncio
import urllib.parse

from company import dc


class Helpers:
    def __init__(self, protocol, count):
        self.argv = ["/usr/bin/ntlm_auth", "--configfile=" + dc.CONF,
                     "--helper-protocol=" + protocol]
        self.left, self.idle = count, asyncio.Queue()

    async def _get(self):
        while True:
            if self.idle.empty() and self.left > 0:
                self.left -= 1
                return await asyncio.create_subprocess_exec(
                    *self.argv, stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.DEVNULL)
            p = await self.idle.get()
            if p is not None and p.returncode is None:
                return p
            self.left += 1

    async def ask(self, text, last):
        """The lines of the answer up to one of which last() is true."""
        p, killed = await self._get(), False
        try:
            p.stdin.write(text.encode())
            await p.stdin.drain()
            lines = []
            while True:
                line = (await p.stdout.readline()).decode("utf-8", "replace")
                if not line:
                    return []
                lines.append(line.rstrip("\n"))
                if last(lines[-1]):
                    break
            if "Authenticated: No" in lines:
                killed = True	# more may come, as much as it likes
                p.kill()
            return lines
        except (ConnectionError, asyncio.CancelledError):
            killed = True	# in the middle of something
            p.kill()
            raise
        finally:
            self.idle.put_nowait(p if p.returncode is None and
                                 not killed else None)


class Winbind:
    def __init__(self):
        self.ntlm = Helpers("ntlm-server-1", 4)
        self.plain = Helpers("squid-2.5-basic", 2)

    async def session_key(self, user, domain, challenge, lm, nt):
        """Of a version 2 response that is right; None where it is not."""
        if "\n" in user + domain:
            return None
        lines = await self.ntlm.ask(
            "Username: %s\nNT-Domain: %s\nLANMAN-Challenge: %s\n%s"
            "NT-Response: %s\nRequest-User-Session-Key: Yes\n.\n" % (
                user, domain, challenge.hex(),
                "LANMAN-Response: %s\n" % lm.hex() if any(lm) else "",
                nt.hex()), lambda line: line == ".")
        if "Authenticated: Yes" not in lines:
            return None
        for line in lines:
            if line.startswith("User-Session-Key: "):
                return bytes.fromhex(line.partition(": ")[2])
        return bytes(16)

    async def password(self, user, password):
        lines = await self.plain.ask("%s %s\n" % (
            urllib.parse.quote(user), urllib.parse.quote(password)),
            lambda line: True)
        return bool(lines) and lines[0].startswith("OK")
