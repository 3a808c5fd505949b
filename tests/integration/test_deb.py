"""The Debian package: made of the build that is there, clean, and whole."""
import re
import subprocess

import pytest

from ctl_run import BUILD, TOP

STATUS = BUILD / "config.status"


@pytest.mark.slow
def test_package(tmp_path):
    if "'--prefix=/usr'" not in STATUS.read_text():
        pytest.skip("a package needs a build with --prefix=/usr")
    subprocess.run(["make", "-s", "-C", BUILD, "deb", f"DEB_OUT={tmp_path}"],
                   check=True, stdout=subprocess.DEVNULL, timeout=300)
    package, = tmp_path.glob("calconn_*.deb")
    said = subprocess.run(
        ["lintian", "--fail-on", "info", "--allow-root", package],
        capture_output=True, text=True, timeout=300)
    assert (said.returncode, said.stdout) == (0, ""), said.stderr

    tree = tmp_path / "tree"
    subprocess.run(["dpkg-deb", "-x", package, tree], check=True)
    for name in ("usr/bin/calconnctl", "usr/sbin/calconn-managerd",
                 "usr/sbin/calconn-pkg", "usr/libexec/calconn/calconn-web",
                 "usr/libexec/calconn/calconn-engine",
                 "usr/libexec/calconn/calconn-net",
                 "usr/share/calconn/templates/head.cs",
                 "lib/systemd/system/calconn.service",
                 "lib/systemd/system/calconn-web@.service",
                 "usr/lib/sysusers.d/calconn.conf",
                 "usr/lib/tmpfiles.d/calconn.conf",
                 "etc/logrotate.d/calconn"):
        assert (tree / name).exists(), name
    # What a unit starts is where the package puts it.
    for unit in (tree / "lib/systemd/system").iterdir():
        for path in re.findall(r"^ExecStart=(\S+)", unit.read_text(), re.M):
            assert (tree / path.lstrip("/")).exists(), path
    version = re.search(r"AC_INIT\(\[calconn\], \[([^]]+)",
                        (TOP / "configure.ac").read_text()).group(1)
    shown = subprocess.run([tree / "usr/libexec/calconn/calconn-web", "-V"],
                           capture_output=True, text=True, check=True)
    assert shown.stdout == f"calconn-web {version}\n"
