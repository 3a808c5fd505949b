#!/usr/bin/python3
"""wapiti with a session's cookie, over the pages of a run.

usage: scan_wapiti.py RUN SECONDS REPORT

Prints what it found above information and ends with 1 where that is
anything.  The sign-out is left out, or the scan would end its own session,
and so are pages that change what runs."""
import contextlib
import io
import json
import os
import pathlib
import re
import sys
import time

# What it says is read, and it speaks the locale's language.
os.environ["LC_ALL"] = os.environ["LANG"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)
TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "integration"))

import bs4.dammit  # noqa: E402
import requests  # noqa: E402
from page import Page  # noqa: E402
from wapitiCore.main import wapiti  # noqa: E402
from wapitiCore.net import crawler  # noqa: E402

MODULES = "csp,http_headers,cookieflags,crlf,exec,file,redirect,sql,xss"
WHOLE_S = 300  # from here on all pages have to be reached
APART = ("sign-out", "connectors/calendar", "connectors/calendar/*",
         "password*", "administrators*", "second-factor*", "setaccess*")


def wildcard(pattern):
    """Debian 12's wapiti puts its flags at the end of an expression, which
    its Python refuses."""
    return re.compile("(?ms)" + re.escape(pattern).replace(r"\*", ".*") +
                      r"\Z")


def guess_no_encoding():
    """Files and styles name none, and guessing takes seconds a file; all
    that the product sends is UTF-8."""
    requests.models.Response.apparent_encoding = "utf-8"
    bs4.dammit.chardet_dammit = lambda text: "utf-8"


def main():
    run, seconds, report = sys.argv[1:4]
    guess_no_encoding()
    page = Page(json.loads((pathlib.Path(run) /
                            "quickstart.json").read_text()))
    assert page.path == "/", "not signed in"
    cookie = "; ".join(f"{k}={v}" for k, v in page.s.cookies.items())
    crawler.wildcard_translate = wildcard
    sys.argv = ["wapiti", "-u", page.url + "/", "--verify-ssl", "0",
                "-H", "Cookie: " + cookie, "--flush-session",
                "--store-session", report + ".session", "--no-bugreport",
                "-m", MODULES, "--max-scan-time", str(int(seconds) * 2 // 3),
                "--max-attack-time",
                str(max(1, int(seconds) // 3 // len(MODULES.split(",")))),
                "-f", "json", "-o", report, "-v", "0"]
    for name in APART:
        sys.argv += ["-x", page.url + "/" + name]
    began = time.monotonic()
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            wapiti.wapiti_main()
    except SystemExit:
        pass
    sys.stdout.write(said.getvalue())
    whole = "Max scan time was reached" not in said.getvalue()
    print("wapiti: %s, in %d s of work and attack" % (
        "all pages that are linked" if whole else "NOT ALL PAGES, cut by time",
        time.monotonic() - began))
    found = json.loads(pathlib.Path(report).read_text())
    rows = [(kind, r) for part in ("vulnerabilities", "anomalies")
            for kind, list_ in found[part].items() for r in list_]
    for kind, r in rows:
        print("level %s  %s  %s %s: %s" % (r["level"], kind, r["method"],
                                           r["path"], r["info"]))
    page.get("/")
    assert page.path == "/", "the session ended meanwhile"
    # A scan that has the time has to end by itself.
    sys.exit(1 if any(r["level"] > 0 for _, r in rows) or
             (not whole and int(seconds) >= WHOLE_S) else 0)


if __name__ == "__main__":
    main()
