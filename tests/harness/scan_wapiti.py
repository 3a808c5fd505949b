#!/usr/bin/python3
"""wapiti with a session's cookie, over the pages of a run.

usage: scan_wapiti.py RUN SECONDS REPORT

Prints what it found above information and ends with 1 where that is
anything.  The sign-out is left out, or the scan would end its own session,
and so are pages that change what runs."""
import json
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "integration"))

from page import Page  # noqa: E402
from wapitiCore.main import wapiti  # noqa: E402
from wapitiCore.net import crawler  # noqa: E402

MODULES = "csp,http_headers,cookieflags,crlf,exec,file,redirect,sql,xss"
APART = ("sign-out", "connectors/calendar", "connectors/calendar/*",
         "password*", "administrators*", "second-factor*", "setaccess*")


def wildcard(pattern):
    """Debian 12's wapiti puts its flags at the end of an expression, which
    its Python refuses."""
    return re.compile("(?ms)" + re.escape(pattern).replace(r"\*", ".*") +
                      r"\Z")


def main():
    run, seconds, report = sys.argv[1:4]
    page = Page(json.loads((pathlib.Path(run) /
                            "quickstart.json").read_text()))
    assert page.path == "/", "not signed in"
    cookie = "; ".join(f"{k}={v}" for k, v in page.s.cookies.items())
    crawler.wildcard_translate = wildcard
    sys.argv = ["wapiti", "-u", page.url + "/", "--verify-ssl", "0",
                "-H", "Cookie: " + cookie, "--flush-session",
                "--store-session", report + ".session", "--no-bugreport",
                "-m", MODULES, "--max-scan-time", str(int(seconds) // 3),
                "--max-attack-time",
                str(max(1, int(seconds) * 2 // 3 // len(MODULES.split(",")))),
                "-f", "json", "-o", report, "-v", "0"]
    for name in APART:
        sys.argv += ["-x", page.url + "/" + name]
    try:
        wapiti.wapiti_main()
    except SystemExit:
        pass
    found = json.loads(pathlib.Path(report).read_text())
    rows = [(kind, r) for part in ("vulnerabilities", "anomalies")
            for kind, list_ in found[part].items() for r in list_]
    for kind, r in rows:
        print("level %s  %s  %s %s: %s" % (r["level"], kind, r["method"],
                                           r["path"], r["info"]))
    page.get("/")
    assert page.path == "/", "the session ended meanwhile"
    sys.exit(1 if any(r["level"] > 0 for _, r in rows) else 0)


if __name__ == "__main__":
    main()
