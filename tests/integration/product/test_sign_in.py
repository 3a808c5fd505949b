"""A record with Exchange's Extended Protection on Require: every type that
can be bound to its connection gets through, Basic does not come into it."""
import pytest


@pytest.mark.parametrize("way", ["kerberos", "ntlm"])
def test_bound_sign_in(product, company, way):
    product.ready()
    company.post("/config", protection="require")
    answer = product.link(display_name="Protected", auth_basic="no", **{
        "auth_" + w: "yes" if w == way else "no"
        for w in ("kerberos", "ntlm")})
    product.ctl("exchange", "delete", "Protected")
    steps = answer.get("report", answer)["steps"]
    assert not [s for s in steps if s["state"] == "failed"]
    used = {e["value"] for s in steps for e in s["evidence"]
            if e["key"] == "authentication used"}
    assert used == {{"kerberos": "Kerberos", "ntlm": "NTLM"}[way]}
    assert not [x for x in company.get("/signins") if x.get("refused")]
