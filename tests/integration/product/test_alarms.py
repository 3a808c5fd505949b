"""An alarm from its cause to its end."""
import subprocess

import people

NOBODY = "nobody@lab.example"


def alarm(product, number=60131):
    for a in product.ctl("alarms", "list")["alarms"]:
        if a["number"] == number:
            return a
    return None


def test_acknowledged_over_a_restart(product, company):
    product.add_person(NOBODY)
    assert people.wait_for(lambda: alarm(product), 30, 0.1)
    one = product.ctl("alarms", "show", "60131")
    assert one["title"] and one["consequence"] and one["todo"]
    assert one["page"].startswith("/users")
    assert one["users"] == 1 and not one["acknowledged"]
    assert [u["address"] for u in one["touches"]] == [NOBODY]
    assert product.ctl("status")["alarms_new"] >= 1
    assert product.ctl("alarms", "ack", "60131", "note=Leaves on Friday")
    restarts = product.processes()["calconn-engine"]
    product.ctl("connector", "restart", "--wait", "30")
    assert product.processes()["calconn-engine"] != restarts

    def tried_again():
        m = product.ctl("users", "show", NOBODY)
        return m["state"] == "error" and alarm(product)
    assert people.wait_for(tried_again, 30, 0.1)
    again = alarm(product)
    assert again["acknowledged"] and again["note"] == "Leaves on Friday"
    assert again["first"] == one["first"]
    who = product.ctl("log", "config", "--limit", "50")["log"]
    assert [r for r in who if r["item"] == "alarm/60131"
            and r["new"] == "acknowledged: Leaves on Friday"]

    # It goes by itself, and is told of once in the history.
    product.ctl("users", "delete", NOBODY)
    assert people.wait_for(lambda: alarm(product) is None, 30, 0.1)
    past = [a for a in product.ctl("alarms", "history")["history"]
            if a["number"] == 60131 and a["first"] == one["first"]]
    assert len(past) == 1 and past[0]["lowered"]
    code, _, err = product.ctl("alarms", "show", "60131", ok=False)
    assert code == 1 and "not raised" in err


def test_a_disk_that_fills_up(product, company):
    """A small file system in the place of the logs, as the engine sees it."""
    (pid,) = product.processes()["calconn-engine"]
    logs = str((product.folder / "log").resolve())
    inside = ["nsenter", "-t", str(pid), "-m"]

    def low():
        return [a for a in product.ctl("alarms", "list")["alarms"]
                if a["number"] == 60180 and a["subject"] == logs]
    assert not low()
    subprocess.run([*inside, "mount", "-t", "tmpfs", "-o", "size=1m",
                    "tmpfs", logs], check=True)
    try:
        assert people.wait_for(low, 40, 0.2)
        assert "MiB left" in low()[0]["detail"]
    finally:
        subprocess.run([*inside, "umount", logs], check=True)
    assert people.wait_for(lambda: not low(), 40, 0.2)
