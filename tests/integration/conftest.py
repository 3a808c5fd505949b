"""Fixtures of the integration tests.

`lab` is the small company of tests/lab, started once for all tests; this
process moves into its network, so that everything a test starts or asks is
there too.  `company` is the same as if new: no meetings, no faults, first
settings."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "lab"))

import people  # noqa: E402
from page import Page  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes longer than some seconds")
    config.addinivalue_line("markers", "soak: long enough for a night")


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.fail("the lab needs root")
    folder = tmp_path_factory.mktemp("lab")
    tool = [str(TOP / "tests" / "lab" / "lab")]
    r = subprocess.run(tool + ["start", "--fresh", "--people", "20", "--tie",
                               str(os.getpid()), "--dir", str(folder)], stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True, timeout=120)
    if r.returncode != 0:
        pytest.fail("the lab did not start:\n" + r.stdout)
    found = people.Lab(str(folder / "lab.json"))
    found.enter()
    yield found
    subprocess.run(tool + ["stop", "--dir", str(folder)], check=True,
                   stdout=subprocess.DEVNULL)


@pytest.fixture
def company(lab):
    lab.reset(data=True)
    yield lab
    lab.reset()


@pytest.fixture(scope="session")
def bundled(lab):
    """The product run from an installed bundle, in the network of the lab but
    not linked with it: its folder."""
    folder = pathlib.Path(tempfile.mktemp(prefix="calconn-up-", dir="/tmp"))
    tool = [str(TOP / "quickstart"), "--dir", str(folder)]
    r = subprocess.run(tool + ["--no-lab", "--bundle"], text=True,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if r.returncode != 0:
        pytest.fail("quickstart failed:\n" + r.stdout[-4000:])
    yield folder
    subprocess.run(tool + ["--stop"], stdout=subprocess.DEVNULL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def signed_in(bundled):
    p = Page(json.loads((bundled / "quickstart.json").read_text()))
    assert p.path == "/"
    return p
