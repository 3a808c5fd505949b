"""Calendar Connector Status: what the engine counts while it works."""
import people
from prometheus_client.openmetrics import parser


def test_status_and_metrics(product, company):
    product.ready()
    before = product.ctl("calendar", "status")
    had = sum(w["decorated"] for w in before["work"])
    item = company.light("alice").create("Counted", "@webex", "x")[0]
    assert people.wait_for(lambda: people.decoration(company, item), 10)

    def counted():
        now = product.ctl("calendar", "status")
        done = sum(w["decorated"] for w in now["work"])
        return now if done > had and any(
            s["subscribed"] >= 3 for s in now["servers"]) else None
    now = people.wait_for(counted, 30, 0.5)
    assert now, product.ctl("calendar", "status")
    server = [s for s in now["servers"] if s["subscribed"] >= 3][0]
    assert server["reachable"] and server["version"].startswith("15.")
    assert server["requests"] > 0 and 0 < server["median_ms"] <= 5000
    last = now["work"][-1]
    assert last["changes"] >= 1 and last["p99_ms"] >= last["median_ms"]

    # A reader that nobody here wrote.
    text = product.ctl("calendar", "metrics")["openmetrics"]
    families = {f.name: f for f in
                parser.text_string_to_metric_families(text)}
    users = {s.labels["state"]: s.value
             for s in families["calconn_users"].samples}
    assert users["subscribed"] >= 3
    assert families["calconn_running"].samples[0].value == 1
    assert server["host"] in [s.labels["server"] for s in
                              families["calconn_server_requests"].samples]
