"""calconn-net through the lab's proxies: each way in which a proxy can fail,
told apart from the server behind it, and whom its password reaches."""
import base64
import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "harness"))

from netdrive import Net, context  # noqa: E402


def ca_pem(lab):
    return pathlib.Path(lab["ca_file"]).read_text()


@pytest.fixture
def net(company, tmp_path):
    n = Net(tmp_path)
    n.config(ca_pem(company))
    s = company["service_account"]
    n.cred(1, s["username"], s["password"])
    yield n
    assert n.close() == 0


def probe(net, url, **via):
    return net.call("EWS_PROBE", dict(ctx=context(url, **via), id=""))


def failure(result):
    return result["ev"]["failure"]


PROXY = "127.0.0.1"
ROUGH_PORT = 13130


def proxy_port(company, name):
    return int(company[name].rsplit(":", 1)[1])


def use_proxy(net, company, port, host=PROXY, **more):
    net.config(ca_pem(company), proxy_host=host, proxy_port=port, **more)


def proxy_cred(net, number, secret, account="proxyuser", host=PROXY,
               port=13129, kind="proxy", auth="basic"):
    net.post("CRED_GIVE", dict(
        cred_id=number, account=account, secret=secret,
        binding=f"record=proxy\nkind={kind}\naccount={account}\n"
                f"target=proxy:{host};port={port}\ntls=-\nauth={auth}\n"))


def through(net, company, url=None):
    return failure(probe(net, url or company["ews_url"], proxy=True))


def test_proxy(net, company):
    assert through(net, company) == "proxy-none"
    use_proxy(net, company, proxy_port(company, "proxy_url"))
    r = probe(net, company["ews_url"], proxy=True)
    assert failure(r) == "" and r["ev"]["auth_used"] == "NTLM"
    # What is wrong behind the proxy is not the proxy's.
    assert through(net, company,
                   "https://expired.lab.example/") == "tls-expired"
    assert through(net, company, "https://refused.lab.example/") == \
        "proxy-upstream"
    assert through(net, company, "https://nosuch.lab.example/") == \
        "proxy-upstream"
    assert through(net, company, "https://mail.lab.example:8443/") == \
        "proxy-denied"
    use_proxy(net, company, 1)
    assert through(net, company) == "proxy-connect"
    use_proxy(net, company, 8080, host="nosuch.lab.example")
    assert through(net, company) == "proxy-name"


@pytest.mark.parametrize("answer, name", [
    (dict(answer="relay"), ""),
    (dict(answer="status", code=403), "proxy-denied"),
    (dict(answer="status", code=502), "proxy-upstream"),
    (dict(answer="status", code=503), "proxy-upstream"),
    (dict(answer="status", code=504), "proxy-gateway-timeout"),
    (dict(answer="status", code=407, scheme='Basic realm="x"'), "proxy-auth"),
    (dict(answer="status", code=407, scheme="NTLM"), "proxy-scheme"),
    (dict(answer="close"), "proxy-closed"),
    (dict(answer="garbage"), "proxy-closed"),
])
def test_rough_proxy(net, company, answer, name):
    company.post("/proxy", **answer)
    use_proxy(net, company, ROUGH_PORT)
    assert through(net, company) == name


def test_proxy_that_says_nothing(net, company):
    company.post("/proxy", answer="silent")
    use_proxy(net, company, ROUGH_PORT)
    r = probe(net, company["ews_url"], proxy=True, timeout_ms=2000)
    assert failure(r) == "proxy-timeout"


def test_proxy_with_a_password(net, company):
    port = proxy_port(company, "proxy_auth_url")
    use_proxy(net, company, port)
    assert through(net, company) == "proxy-auth"
    proxy_cred(net, 71, company["proxy_password"])
    use_proxy(net, company, port, proxy_cred_id=71)
    assert through(net, company) == ""
    proxy_cred(net, 72, "wrong")
    use_proxy(net, company, port, proxy_cred_id=72)
    assert through(net, company) == "proxy-password"
    use_proxy(net, company, port, proxy_cred_id=73,
              proxy_failure="cred-bound")
    assert through(net, company) == "proxy-password-stored"


def test_proxy_password_may_come_after_the_request(net, company):
    use_proxy(net, company, proxy_port(company, "proxy_auth_url"),
              proxy_cred_id=74)
    job = net.post("EWS_PROBE", dict(
        ctx=context(company["ews_url"], proxy=True), id=""))
    proxy_cred(net, 74, company["proxy_password"])
    assert failure(net.answer(job)[1]) == ""


@pytest.mark.parametrize("given", [
    dict(port=13130), dict(host="127.0.0.2"), dict(auth="ntlm,basic"),
    dict(kind="exchange"),
])
def test_proxy_password_of_another_proxy(net, company, given):
    """Nothing is sent, whatever the engine says."""
    company.post("/proxy", answer="relay")
    port = ROUGH_PORT
    proxy_cred(net, 75, "secret", **dict(dict(port=port), **(
        dict(given, port=13129) if "port" in given else given)))
    use_proxy(net, company, port, proxy_cred_id=75)
    assert through(net, company) == "proxy-password-stored"
    assert company.get("/proxy")["seen"] == []


def test_a_proxy_password_is_no_account(net, company):
    proxy_cred(net, 76, company["proxy_password"], host="mail.lab.example",
               port=443)
    r = probe(net, company["ews_url"], cred_id=76)
    assert failure(r) == "cred-bound"


def test_each_password_reaches_only_whom_it_is_for(net, company):
    company.post("/proxy", answer="relay")
    port = ROUGH_PORT
    proxy_cred(net, 77, "for the proxy", port=port)
    use_proxy(net, company, port, proxy_cred_id=77)
    assert through(net, company) == ""
    seen = company.get("/proxy")["seen"]
    assert seen
    for head in seen:
        line, *rows = head.strip().split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in
                   (r.partition(":") for r in rows)}
        assert line.startswith("CONNECT mail.lab.example:443 ")
        kind, _, word = headers["proxy-authorization"].partition(" ")
        assert kind == "Basic"
        assert base64.b64decode(word) == b"proxyuser:for the proxy"
        assert "authorization" not in headers
        assert not [h for h in headers if h.startswith("x-")]
    for file in pathlib.Path(company["requests_dir"]).iterdir():
        kept = file.read_text().lower()
        if not kept.startswith("connect "):
            assert "proxy-authorization" not in kept
