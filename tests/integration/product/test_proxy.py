"""The Connector Proxy, from the command to the server behind it."""
import base64

import pytest

ROUGH = 13130
SERVER = "mail.lab.example"


@pytest.fixture
def proxy(product, company):
    yield lambda port, *more, given=None: product.ctl(
        "proxy", "set", "host=127.0.0.1", "port=%d" % port, *more,
        given=given)
    product.ctl("exchange", "edit", "Lab Exchange", "use_proxy=no",
                "--password-stdin", given=product.service["password"] + "\n")
    product.ctl("proxy", "clear", ok=False)


def port_of(product, name):
    return int(product.lab[name].rsplit(":", 1)[1])


def run(product, server=SERVER):
    """Exit code, {step: state}, the failure's name."""
    code, out, _ = product.ctl("proxy", "test", server, ok=False)
    steps = out["report"]["steps"]
    failed = [s["failure"] for s in steps if s["failure"]]
    return (code, [s["state"] for s in steps],
            failed[0] if failed else "")


def test_each_part_of_the_way(product, proxy):
    assert run(product)[1:] == (["failed"] + ["skipped"] * 3, "proxy-none")
    proxy(1)
    assert run(product) == (1, ["ok", "failed", "skipped", "skipped"],
                            "proxy-connect")
    proxy(port_of(product, "proxy_url"))
    assert run(product) == (0, ["ok"] * 4, "")
    # The first server of the records is asked where none is named.
    assert product.ctl("proxy", "test")["passed"]
    assert run(product, "refused.lab.example")[1:] == (
        ["ok", "ok", "failed", "skipped"], "proxy-upstream")
    code, states, failure = run(product, "expired.lab.example")
    assert (code, states, failure) == (1, ["ok"] * 3 + ["failed"],
                                       "tls-expired")
    product.lab.post("/proxy", answer="status", code=403)
    proxy(ROUGH)
    assert run(product)[2] == "proxy-denied"


def test_a_password_from_the_command_to_the_proxy(product, proxy):
    port = port_of(product, "proxy_auth_url")
    word = product.lab["proxy_password"]
    proxy(port)
    assert run(product)[2] == "proxy-auth"
    proxy(port, "account=proxyuser", "--password-stdin", given="wrong\n")
    assert run(product)[2] == "proxy-password"
    proxy(port, "account=proxyuser", "--password-stdin", given=word + "\n")
    assert run(product) == (0, ["ok"] * 4, "")
    # A record that needs it signs in at Exchange through it.
    r = product.ctl("exchange", "edit", "Lab Exchange", "use_proxy=yes",
                    "--password-stdin",
                    given=product.service["password"] + "\n")
    assert r["stored"] and r["tested"]


def test_a_box_of_another_proxy_is_not_opened(product, proxy):
    """Nothing of the password goes to a host it was not entered for, and an
    alarm says so, whatever was done to the database."""
    import sqlite3
    product.lab.post("/proxy", answer="relay")
    proxy(port_of(product, "proxy_auth_url"), "account=proxyuser",
          "--password-stdin", given=product.lab["proxy_password"] + "\n")
    db = sqlite3.connect(product.facts["config_db"])
    db.execute("UPDATE proxy SET port = ?", (ROUGH,))
    db.execute("UPDATE config_meta SET revision = revision + 1")
    db.commit()
    db.close()
    product.ctl("setting", "set", "use_system_ca", "no")
    assert run(product)[2] == "proxy-password-stored"
    secret = base64.b64encode(
        ("proxyuser:" + product.lab["proxy_password"]).encode()).decode()
    assert not [h for h in product.lab.get("/proxy")["seen"] if secret in h]
    assert 60107 in {a["number"]
                     for a in product.ctl("alarms", "list")["alarms"]}
    product.ctl("proxy", "clear")
    assert 60107 not in {a["number"]
                         for a in product.ctl("alarms", "list")["alarms"]}
