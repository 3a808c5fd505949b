"""The units of systemd: how much of the host each leaves open, and that they
name files that exist."""
import re
import subprocess

import pytest

from ctl_run import TOP

FILES = TOP / "pkg" / "service-files"


@pytest.mark.parametrize("unit,limit", [
    ("calconn.service", 3.0), ("calconn-version.service", 2.0)])
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


def test_programs_are_there():
    """Each calconn program that a unit starts is one that is installed."""
    text = "".join(p.read_text() for p in FILES.iterdir()
                   if p.suffix in (".service", ".conf"))
    made = "".join(p.read_text() for p in TOP.rglob("local.mk"))
    for name in re.findall(r"^Exec\w+=\S*/s?bin/(calconn\S*)", text, re.M):
        assert re.search(rf"PROGRAMS \+= {name}$", made, re.M), name
