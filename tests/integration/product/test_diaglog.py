"""Diagnostic logging: more for a while, and what was logged is one file."""
import re

import people


def levels(product):
    return {m["module"]: m["level"]
            for m in product.ctl("log", "levels")["modules"]}


def test_from_start_to_file(product, company, tmp_path):
    password = product.service["password"]
    product.ctl("log", "level", "hybridservices.c_cal", "WARN", "minutes=30")
    before = levels(product)
    assert "WARN" in before.values()
    code, out, _ = product.ctl("diaglog", "mark", "early", ok=False)
    assert code == 1 and out["error"] == "ERR_NOTFOUND"
    for bad in (["minutes=0"], ["minutes=241"], ["level=INFO"], ["x=1"]):
        code, out, _ = product.ctl("diaglog", "start", *bad, ok=False)
        assert code == 1 and out["error"] == "ERR_ARG", bad
    product.ctl("diaglog", "start", "level=TRACE", "minutes=2")
    assert set(levels(product).values()) == {"TRACE"}
    code, out, _ = product.ctl("diaglog", "start", ok=False)
    assert out["error"] == "ERR_BUSY"
    product.ctl("diaglog", "mark", "first marker")
    item = company.light("alice").create("Diaglog", "@webex", "x")[0]
    assert people.wait_for(lambda: people.decoration(company, item), 20)
    product.ctl("diaglog", "mark", "second marker")
    product.ctl("diaglog", "stop")
    assert levels(product) == before
    product.ctl("log", "level", "hybridservices.c_cal", "INFO")
    now = product.ctl("diaglog", "status")
    assert not now["running"] and now["markers"] == 2, now
    to = tmp_path / "diagnostic.txt"
    got = product.ctl("diaglog", "download", str(to))
    lines = to.read_text().splitlines()
    assert got["bytes"] == to.stat().st_size and not got["cut"]
    text = "\n".join(lines)
    assert "Diagnostic Logging Started" in text
    assert text.index("first marker") < text.index("second marker")
    assert "calconn-engine" in text and 'Level="DEBUG"' in text
    assert password not in text
    # In the order of time, whichever program a line is of.
    stamps = [re.match(r"\S+", line).group() for line in lines]
    assert stamps == sorted(stamps)
    code, out, _ = product.ctl("diaglog", "download", str(to), ok=False)
    assert out["error"] == "ERR_EXISTS"
