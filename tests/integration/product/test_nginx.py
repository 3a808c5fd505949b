"""The snippet for nginx: understood by it, and pages come through."""
import os
import pathlib
import socket
import subprocess

import people
from running import TOP

SNIPPET = TOP / "pkg" / "service-files" / "nginx.conf.in"


def curl(product, *args):
    return product.outside("curl", "-sS", "--max-time", "20", *args,
                           capture_output=True, text=True)


def free_ports(n):
    socks = [socket.socket() for _ in range(n)]
    for s in socks:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in socks]
    for s in socks:
        s.close()
    return ports


def test_pages_behind_nginx(product, tmp_path):
    https, http = free_ports(2)
    # The lines of the product's own lighttpd say what to fill in.
    text = (product.folder / "etc" / "lighttpd.conf").read_text()

    def of(key):
        line = next(x for x in text.splitlines() if x.startswith(key))
        return line.split('"')[1]

    fill = {"ADDRESS": "127.0.0.1", "HTTPS_PORT": https, "HTTP_PORT": http,
            "UI_ORIGIN": f"https://localhost:{https}",
            "TLS_DIR": pathlib.Path(of("ssl.pemfile")).parent,
            "STATIC_ROOT": of("server.document-root"),
            "FCGI_SOCKET": product.folder / "sock" / "fcgi.sock"}
    server = SNIPPET.read_text()
    for key, value in fill.items():
        server = server.replace(f"@{key}@", str(value))
    assert "@" not in server.split("\n", 3)[3]
    conf = tmp_path / "nginx.conf"
    temp = "".join(f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in (
        "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    conf.write_text(f"user root;\npid {tmp_path}/pid;\ndaemon off;\n"
                    f"error_log {tmp_path}/error.log;\nevents {{ }}\n"
                    f"http {{\naccess_log off;\n{temp}{server}\n}}\n")
    nginx = ["nginx", "-p", tmp_path, "-c", conf]
    told = subprocess.run([*nginx, "-t"], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    running = subprocess.Popen(
        ["nsenter", "-t", str(os.getppid()), "-n", *map(str, nginx)])
    try:
        base = f"https://localhost:{https}"
        assert people.wait_for(
            lambda: curl(product, "-k", "-o", os.devnull,
                         base + "/").returncode == 0, 20, 0.1)
        page = curl(product, "-k", "-L", base + "/")
        assert "<h1" in page.stdout and "</html>" in page.stdout
        head = curl(product, "-k", "-I", base + "/static/app.css").stdout
        assert "200" in head.splitlines()[0]
        assert "content-type: text/css" in head.lower()
        assert "nosniff" in head
        plain = curl(product, "-o", os.devnull, "-w", "%{redirect_url}",
                     f"http://127.0.0.1:{http}/users?x=1")
        assert plain.stdout == base + "/users?x=1"
        (tmp_path / "big").write_bytes(bytes(2 << 20))
        big = curl(product, "-k", "-o", os.devnull, "-w", "%{http_code}",
                   "--data-binary", f"@{tmp_path}/big", base + "/users")
        assert big.stdout == "413"
    finally:
        running.terminate()
        running.wait(20)
