"""The units of systemd: how much of the host each leaves open, and that they
name files that exist."""
import re
import subprocess

import pytest

from ctl_run import TOP

FILES = TOP / "pkg" / "service-files"


@pytest.mark.parametrize("unit,limit", [
    ("calconn.service", 3.0), ("calconn-version.service", 2.0),
    ("calconn-web@.service", 0.5), ("calconn-engine@.service", 1.2),
    ("calconn-net@.service", 1.2)])
def test_exposure(unit, limit):
    r = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager",
         FILES / unit], capture_output=True, text=True)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", r.stdout)
    assert level, r.stdout + r.stderr
    assert float(level.group(1)) <= limit, r.stdout


def test_the_request_is_the_managers():
    """What the path unit waits for is what the manager writes."""
    path = re.search(r"PathExists=(\S+)",
                     (FILES / "calconn-version.path").read_text()).group(1)
    conf = (FILES / "calconn.conf.example").read_text()
    socket = re.search(r"^control_socket = (\S+)", conf, re.M).group(1)
    suffix = re.search(r'#define PKG_REQUEST_SUFFIX "([^"]+)"', (
        TOP / "pkg/request.h").read_text()).group(1)
    assert path == socket + suffix


@pytest.mark.parametrize("role", ["web", "engine", "net"])
def test_a_unit_and_its_socket(role):
    """The launcher asks where the socket unit listens, and the unit lets the
    program do what its own filter lets it do."""
    listen = re.search(r"^ListenStream=(\S+)",
                       (FILES / f"calconn-{role}.socket").read_text(), re.M)
    dropin = (FILES / "calconn-units.conf").read_text()
    folder = re.search(r'"activation_dir = (\S+)"', dropin).group(1)
    assert listen.group(1) == f"{folder}/calconn-{role}.sock"
    assert dropin.count(f"calconn-{role}.socket") == 2
    unit = (FILES / f"calconn-{role}@.service").read_text()
    assert f"\nUser=calconn-{role}\n" in unit
    users = (FILES / "calconn.sysusers").read_text()
    assert f"u calconn-{role} " in users


def test_units_are_understood(tmp_path):
    """systemd knows each setting; what is not on this host is not its
    concern."""
    for p in FILES.iterdir():
        if p.suffix in (".service", ".socket", ".path"):
            text = re.sub(r"^(Exec\w+)=.*$", r"\1=/bin/true", p.read_text(),
                          flags=re.M)
            (tmp_path / p.name).write_text(text)
    r = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
         *sorted(tmp_path.iterdir())], capture_output=True, text=True)
    ours = [line for line in r.stderr.splitlines() if str(tmp_path) in line]
    assert ours == []


def test_programs_are_there():
    """Each calconn program that a unit starts is one that is installed."""
    text = "".join(p.read_text() for p in FILES.iterdir()
                   if p.suffix in (".service", ".conf"))
    made = "".join(p.read_text() for p in TOP.rglob("local.mk"))
    for name in re.findall(
            r"^Exec\w+=\S*/(?:s?bin|libexec/calconn)/(calconn\S*)",
            text, re.M):
        assert re.search(rf"PROGRAMS \+= {name}$", made, re.M), name
