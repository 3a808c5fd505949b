"""Fixtures of the tests that run the whole product beside the lab.

`product` is what `./quickstart --blank` starts, once for all tests here; this
process then moves into the network of its lab.  These tests are run by a
pytest of their own, since a process lives in one lab."""
import os
import shutil
import subprocess
import tempfile

import pytest

from running import TOP, Product


@pytest.fixture(scope="session")
def product():
    if os.geteuid() != 0:
        pytest.fail("the lab needs root")
    folder = tempfile.mktemp(prefix="calconn-it-", dir="/tmp")
    r = subprocess.run([str(TOP / "quickstart"), "--blank", "--dir", folder],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                       text=True, timeout=600)
    if r.returncode != 0:
        pytest.fail("quickstart failed:\n" + r.stdout[-4000:])
    made = Product(folder)
    made.lab.enter()
    yield made
    subprocess.run(["nsenter", "-t", str(os.getppid()), "-n", "-m",
                    str(TOP / "quickstart"), "--stop", "--dir", folder],
                   stdout=subprocess.DEVNULL)
    if os.environ.get("KEEP_LOGS"):
        shutil.copytree(made.folder / "log", os.environ["KEEP_LOGS"],
                        dirs_exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def company(product):
    product.lab.reset()
    product.ready()
    yield product.lab
    product.lab.reset()
