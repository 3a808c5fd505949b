"""What a person does to a series, and whether calendar and service agree
after each step: docs/BOOKING-MATRIX.md is made from the tables here.  A part
of it runs always (each kind of series in a zone of its own); all of it is
marked slow."""
import concurrent.futures
import os

import pytest
from running import TOP
from series import HOUR, KINDS, WORDS, ZONES, Both, Series, agree
from test_booking import add_webex
from test_tms import add as add_tms

DOCUMENT = TOP / "docs" / "BOOKING-MATRIX.md"
WRITES = "CALCONN_WRITE_MATRIX"
SERVICES = ("webex", "tms")
FOLK = ("alice", "bob", "carol")


def other(s):
    return WORDS["tms" if s.service == "webex" else "webex"]


def nth(s, lab, n):
    """Identifier of the n-th meeting that takes place."""
    row = Both(lab, s.name).calendar[s.id]
    return row["meetings"][n]["id"]


def make(s, lab):
    s.make()


def whole_subject(s, lab):
    s.change(subject=s.name + " renamed")


def whole_invitees(s, lab):
    s.change(required_attendees=["dave@lab.example", "erin@lab.example"])


def one_moved(s, lab):
    s.change(nth(s, lab, 1), start=lambda i: i.start + 3 * HOUR,
             end=lambda i: i.end + 3 * HOUR)


def one_subject(s, lab):
    s.change(nth(s, lab, 2), subject=s.name + " special")


def one_invitees(s, lab):
    s.change(nth(s, lab, 2),
             required_attendees=["dave@lab.example", "carol@lab.example"])


def one_cancelled(s, lab):
    s.cancel(nth(s, lab, 0))


def one_without(s, lab):
    s.change(nth(s, lab, 2), location="Room 4")


def end_changed(s, lab):
    s.extra += 1
    s.change(recurrence=s.recurrence())


def whole_moved(s, lab):
    s.change(start=lambda i: i.start + HOUR, end=lambda i: i.end + HOUR)


def whole_keyword(s, lab):
    s.change(location="Room 4, " + other(s))


def whole_without(s, lab):
    s.change(location="Room 4")


def one_with(s, lab):
    s.change(nth(s, lab, 1), location=WORDS[s.service])


def one_other(s, lab):
    s.change(nth(s, lab, 2), location=other(s))


def cancelled(s, lab):
    s.cancel()


# step, what of the series, in words
STEPS = (
    (make, "whole", "made with the keyword"),
    (whole_subject, "whole", "subject changed"),
    (whole_invitees, "whole", "invitees changed"),
    (one_moved, "one instance", "moved by three hours: an exception"),
    (one_subject, "exception", "subject of one instance changed"),
    (one_invitees, "exception", "invitees of one instance changed"),
    (one_cancelled, "one instance", "cancelled"),
    (one_without, "exception", "keyword taken from one instance"),
    (end_changed, "end changed", "one meeting more"),
    (whole_moved, "whole", "moved by an hour"),
    (whole_keyword, "whole", "keyword of the other service"),
    (whole_without, "whole", "keyword taken away"),
    (one_with, "one instance", "keyword on one instance alone"),
    (one_other, "one instance", "keyword of the other service on another"),
    (cancelled, "whole", "cancelled"),
)


@pytest.fixture
def lab(product, company):
    company.post("/webex/reset")
    company.post("/tms/reset")
    add_webex(product, company)
    add_tms(product)
    yield company
    for name in ("Booking Webex", "Lab TMS"):
        product.ctl("conferencing", "delete", name, "booked=yes", ok=False)
    assert company.get("/webex")["wrong"] == []
    assert company.get("/tms")["wrong"] == []


def cells(everything):
    for i, zone in enumerate(ZONES):
        for j, kind in enumerate(KINDS):
            if everything or i == j % len(ZONES):
                yield zone, kind


def people_of(lab):
    return [lab.person(who) for who in FOLK]


def applies(scope, kind):
    return scope == "whole" or kind != "single"


def walk(lab, everything, timeout_s):
    """All steps of all series, side by side; {(step, service, ...): ok}"""
    persons = people_of(lab)
    prefix = "Matrix"
    rows = []
    for n, (zone, kind) in enumerate(cells(everything)):
        for service in SERVICES:
            name = "%s %02d%s" % (prefix, n, service[0])
            rows.append(Series(persons[len(rows) % len(persons)], name, zone,
                               kind, service))
    with concurrent.futures.ThreadPoolExecutor(len(persons)) as pool:
        for step, scope, words in STEPS:
            list(pool.map(lambda who: [
                step(s, lab) for s in rows
                if s.person is who and applies(scope, s.kind)], persons))
            left = agree(lab, prefix, rows, timeout_s)
            assert not left, "%s: %d of %d do not agree: %s" % (
                words, len(left), len(rows), "; ".join(left[:3]))


def document():
    out = [
        "# The booking matrix", "",
        "Made by `tests/integration/product/test_booking_matrix.py` from the "
        "tables that it runs; do not edit.",
        "A person (exchangelib) does each step to each series; then every "
        "meeting that the calendar has with the",
        "keyword has to be at its service with the same start, end and "
        "subject, the service must have none",
        "beside, and each of them carries the join details. The days are "
        "counted by the lab and by the",
        "services' simulators from the rules that they were given, not by "
        "the connector.", "",
        "Each series begins some days before the clocks of its zone change "
        "and goes on behind that: %s." % ", ".join(ZONES),
        "Each is booked as a one-time meeting of Webex (a rule of RFC 5545) "
        "and with Cisco TMS (a pattern).", "",
        "| step | of the series | " + " | ".join(KINDS) + " |",
        "| --- | --- |" + " --- |" * len(KINDS)]
    n = "agree in %d zones" % len(ZONES)
    for _, scope, words in STEPS:
        out.append("| %s | %s | %s |" % (words, scope, " | ".join(
            n if applies(scope, kind) else "-" for kind in KINDS)))
    done = sum(applies(scope, kind) for _, scope, _ in STEPS
               for kind in KINDS)
    out += ["", "%d steps of a kind, in %d zones, with %d services: compared "
            "%d times." % (done, len(ZONES), len(SERVICES),
                           done * len(ZONES) * len(SERVICES)), ""]
    return "\n".join(out)


def test_the_document_is_current():
    assert DOCUMENT.read_text() == document(), \
        "%s=1 writes it, when all of it has passed" % WRITES


def test_each_kind_in_a_zone_of_its_own(product, lab):
    walk(lab, False, 60)


@pytest.mark.slow
def test_all_of_it(product, lab):
    walk(lab, True, 120)
    if os.environ.get(WRITES):
        DOCUMENT.write_text(document())
