"""Fixtures of the integration tests.

`lab` is the small company of tests/lab, started once for all tests; this
process moves into its network, so that everything a test starts or asks is
there too.  `company` is the same as if new: no meetings, no faults, first
settings."""
import os
import pathlib
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "lab"))

import people  # noqa: E402


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
