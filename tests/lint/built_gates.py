"""Gates that ask the compiler, the linker's result or another tool."""

import os
import re
import subprocess

from lintlib import files, pkg_config, read

# STYLE 1: what each program may link.  libc and the loader go unsaid.
COMMON = {'libsodium', 'libjansson'}
LINKS = {
    'calconn-web': COMMON | {'libfcgi', 'libz', 'libsqlite3', 'libseccomp',
                             'libcsv'},
    'calconn-managerd': COMMON | {'libuv', 'libseccomp', 'liboath'},
    'calconn-engine': COMMON | {'libuv', 'libseccomp', 'libsqlite3'},
    'calconn-net': COMMON | {'libuv', 'libseccomp', 'libcurl', 'libssl',
                             'libcrypto', 'libexpat', 'libldap', 'liblber',
                             'libgssapi_krb5', 'libkrb5', 'libresolv'},
    'calconnctl': COMMON | {'libsqlite3', 'libcrypto', 'libcsv'},
    'calconn-pkg': COMMON | {'libarchive'},
    'calconn-collect': COMMON | {'libarchive', 'libsqlite3', 'libseccomp'},
}
BASE = {'libc', 'ld-linux-x86-64', 'ld-linux-aarch64', 'libpthread', 'libm',
        'libdl', 'librt', 'libgcc_s'}
# Parts that are linked statically, by a symbol that only they define.
STATIC = {
    'libstore': ('store_open', {'calconn-web', 'calconn-engine',
                                'calconnctl', 'calconn-collect'}),
    'ClearSilver': ('hdf_init', {'calconn-web'}),
    'opening a box': ('seal_open', {'calconn-managerd'}),
}
SANITIZERS = re.compile(r'lib(a|ub|l|t)san')


def _program(build, name):
    for sub in ('', 'cgi', 'backend/manager', 'backend/engine',
                'backend/net', 'backend/ctl', 'backend/collect'):
        path = os.path.join(build, sub, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def links(_root, build):
    """Each program links what its row allows, and nothing else."""
    for name, allowed in LINKS.items():
        path = _program(build, name)
        if path is None:
            yield name, 0, 'is not built'
            continue
        text = subprocess.run(['readelf', '-d', path], check=True,
                              capture_output=True, text=True).stdout
        for lib in re.findall(r'\(NEEDED\).*\[([^\]]+)\]', text):
            base = re.sub(r'(-\d[\d.]*)?\.so.*', '', lib)
            if base not in allowed | BASE and not SANITIZERS.match(base):
                yield name, 0, f'links {lib}'
        syms = subprocess.run(['nm', path], check=True, capture_output=True,
                              text=True).stdout
        defined = set(re.findall(r' [Tt] (\w+)$', syms, re.M))
        for what, (symbol, who) in STATIC.items():
            if symbol in defined and name not in who:
                yield name, 0, f'holds {what} ({symbol})'


def hardened(_root, build):
    """Programs are position independent, with read-only relocations, bound
    at start, and no executable stack."""
    for name in LINKS:
        path = _program(build, name)
        if path is None:
            yield name, 0, 'is not built'
            continue
        text = subprocess.run(['readelf', '-hldW', path], check=True,
                              capture_output=True, text=True).stdout
        stack = re.search(r'GNU_STACK.*', text)
        for ok, what in (
                (re.search(r'Type:\s+DYN', text), 'position independent'),
                ('GNU_RELRO' in text, 'RELRO'),
                (re.search(r'BIND_NOW|FLAGS_1.*NOW', text), 'bound at start'),
                (stack and 'RWE' not in stack.group(), 'stack')):
            if not ok:
                yield name, 0, f'not hardened: {what}'


def headers(root, build):
    """A header compiles alone, and twice."""
    flags = pkg_config('libsodium', 'sqlite3', 'jansson', 'libuv',
                       'libseccomp', 'libcurl', 'libcrypto', 'expat',
                       'ldap', 'lber', 'gumbo', 'fcgi', 'libarchive')
    for name in files(root, '.h'):
        if name.startswith('tests/') and not name.startswith('tests/harness'):
            continue
        text = f'#include "{name}"\n#include "{name}"\n' \
            'extern int one_declaration_at_least;\n'
        done = subprocess.run(
            ['gcc', '-std=gnu11', '-D_GNU_SOURCE', '-Wall', '-Wextra',
             '-Werror', '-fsyntax-only', f'-I{root}', f'-I{build}', *flags,
             '-x', 'c', '-'], input=text, capture_output=True, text=True)
        if done.returncode:
            first = [s for s in done.stderr.splitlines() if 'error' in s]
            yield name, 1, (first or ['does not compile alone'])[0]


def form(root, _build):
    """The sources are as clang-format lays them out."""
    names = files(root, '.c', '.h')
    done = subprocess.run(['clang-format', '--dry-run', '--', *names],
                          cwd=root, capture_output=True, text=True)
    for m in re.finditer(r'^(\S+?):(\d+):\d+: warning: (.*?) \[',
                         done.stderr, re.M):
        yield m.group(1), int(m.group(2)), m.group(3)


def manuals(root, _build):
    """Manual pages are lint-clean."""
    for name in files(root, '.1', '.5', '.7', '.8', under='man/'):
        done = subprocess.run(['mandoc', '-Tlint', '-Wstyle',
                               f'{root}/{name}'],
                              capture_output=True, text=True)
        for s in done.stdout.splitlines():
            # A reference to a page of ours that is not installed here.
            if 'referenced manual not found' not in s:
                m = re.search(r':(\d+):\d+: (.*)', s)
                yield (name, int(m.group(1)) if m else 0,
                       m.group(2) if m else s)


def manual_references(root, _build):
    """A manual page refers only to pages that exist here or in Debian."""
    ours = {os.path.basename(n) for n in files(
        root, '.1', '.5', '.7', '.8', under='man/')}
    for name in files(root, '.1', '.5', '.7', '.8', under='man/'):
        for i, line in enumerate(read(root, name).split('\n'), 1):
            m = re.match(r'\.Xr (calconn\S*) (\d)', line)
            if m and f'{m.group(1)}.{m.group(2)}' not in ours:
                yield name, i, f'no page {m.group(1)}({m.group(2)})'


def settings(root, _build):
    """Each setting of settings.def stands in the manual."""
    table = 'common/settings.def'
    if not os.path.exists(os.path.join(root, table)):
        return
    pages = ''.join(read(root, n) for n in files(
        root, '.1', '.5', '.7', '.8', under='man/'))
    for m in re.finditer(r'^SETTING\((\w+), (\w+),', read(root, table), re.M):
        if not re.search(r'^\.It\s+(?:\w+\s+)?' + m.group(2) + r'\b', pages,
                         re.M):
            yield table, 0, f'{m.group(1)}.{m.group(2)} is in no manual page'


def shell(root, _build):
    """Shell scripts are clean for shellcheck."""
    for name in files(root):
        path = os.path.join(root, name)
        if os.path.islink(path) or name.endswith(('.png', '.py')):
            continue
        with open(path, 'rb') as f:
            first = f.readline(80)
        if not re.match(rb'#!.*\b(ba)?sh\b', first):
            continue
        done = subprocess.run(['shellcheck', '-x', '-f', 'gcc', '-S',
                               'warning', name], cwd=root,
                              capture_output=True, text=True)
        for s in done.stdout.splitlines():
            m = re.search(r':(\d+):\d+: (.*)', s)
            if m:
                yield name, int(m.group(1)), m.group(2)


def python(root, _build):
    """Python parses, and names nothing that it lacks."""
    for name in files(root, '.py'):
        try:
            compile(read(root, name), name, 'exec')
        except SyntaxError as e:
            yield name, e.lineno or 0, e.msg


GATES = [links, hardened, headers, form, manuals, manual_references, settings,
         shell, python]
