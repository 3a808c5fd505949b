#!/usr/bin/python3
"""selftest - see each gate fail: a small tree that passes every gate gets
one seeded fault at a time, and the gate must name the file.

usage: selftest.py [--build DIR]"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import built_gates  # noqa: E402
from lintlib import c_functions  # noqa: E402

with open(os.path.join(HERE, '..', '..', '.clang-format'),
          encoding='utf-8') as style:
    STYLE = style.read()

CLEAN = {
    '.clang-format': STYLE,
    'backend/engine/one.c': 'void\none(void)\n{\n\talarm_raise(ALARM_ONE);\n'
                            '\talarm_lower(ALARM_ONE);\n}\n',
    'common/alarm.def': 'ALARM(ONE, 1, "error")\n',
    'common/alloc.c': 'void *\nx(void)\n{\n\treturn malloc(1);\n}\n',
    'common/one.h': '#ifndef ONE_H\n#define ONE_H\n'
                    '#include "common/err.h"\n'
                    'enum err one(int a) ERR_CHECK;\n'
                    'enum err pass(enum err e);\n#endif\n',
    'common/err.h': '#ifndef ERR_H\n#define ERR_H\nenum err { ERR_OK };\n'
                    '#define ERR_CHECK __attribute__((warn_unused_result))\n'
                    '#endif\n',
    'common/store_a.c': 'const char *q = "SELECT a FROM b";\n',
    'common/settings.def': 'SETTING(user, name, "Name", T)\n',
    'cgi/view.c': '#include <ClearSilver/ClearSilver.h>\n',
    'man/calconn.7': '.Dd November 1, 2026\n.Dt CALCONN 7\n.Os\n.Sh NAME\n'
                     '.Nm calconn\n.Nd a connector\n.Sh DESCRIPTION\n'
                     '.Bl -tag -width Ds\n.It Cm name\nA name.\n.El\n',
    'static/app.js': "'use strict';\n",
    'templates/a.cs': '<p class="a"><?cs var:X ?></p>\n'
                      '<form method="post" action="/a">'
                      '<?cs call:csrf() ?></form>\n',
}

LONG = ''.join(f'\tx = {i};\n' for i in range(100))
DEEP = ''.join(f'\tif (x == {i})\n\t\tx++;\n' for i in range(26))
BODY = 'void\nf(int x)\n{\n%s}\n'

# gate, file, its content
FAULTS = [
    ('layout', 'common/a.c', 'int a; \n'),
    ('layout', 'common/a.c', '        int a;\n'),
    ('layout', 'common/a.c', 'int a' + ' ' * 80 + 'b;\n'),
    ('layout', 'common/a.c', 'int a;'),
    ('layout', 'common/a.c', 'int a;\r\n'),
    ('file_size', 'common/a.c', 'int a;\n' * 801),
    ('function_size', 'common/a.c', BODY % LONG),
    ('function_size', 'common/a.c', BODY % DEEP),
    ('banned', 'common/a.c', BODY % '\tsprintf(x, "a");\n'),
    ('banned', 'common/a.c', BODY % '\tx = malloc(1);\n'),
    ('sql', 'cgi/a.c', 'const char *q = "SELECT a FROM b";\n'),
    ('sql', 'cgi/a.c', BODY % '\tsqlite3_open(0, 0);\n'),
    ('clearsilver', 'cgi/a.c', '#include <ClearSilver/ClearSilver.h>\n'),
    ('clearsilver', 'cgi/view.c', BODY % '\tcgi_display(0, 0);\n'),
    ('err_check', 'common/a.h', 'enum err a(int b);\n'),
    ('err_used', 'common/a.c', 'static enum err\ng(int a)\n{\n}\n'
     + BODY % '\tg(1);\n'),
    ('alarms', 'common/alarm.def', 'ALARM(ONE, 1)\nALARM(TWO, 2)\n'),
    ('alarms', 'backend/engine/two.c', 'void\ntwo(void)\n{\n'
     '\talarm_raise(ALARM_ONE);\n}\n'),
    ('words', 'common/a.c', '/* TO' 'DO: more */\n'),
    ('words', 'docs/a.md', 'See /wo' 'rk/main.\n'),
    ('assertions', 'tests/unit/test_a.c', 'assert_' 'true(1);\n'),
    ('escapes', 'templates/b.cs', '<p><?cs uvar:X ?></p>\n'),
    ('escapes', 'templates/b.cs', '<?cs linclude:X ?>\n'),
    ('attributes', 'templates/b.cs', '<p class=<?cs var:X ?>></p>\n'),
    ('attributes', 'templates/b.cs', '<p a="b"<?cs if:X ?> c<?cs /if ?> '
     'onclick="d()"></p>\n'),
    ('attributes', 'templates/b.cs', '<p a="b></p>\n'),
    ('attributes', 'templates/b.cs', '<p style="color:red"></p>\n'),
    ('attributes', 'templates/b.cs', '<p onclick="a()"></p>\n'),
    ('attributes', 'templates/b.cs', '<script>a()</script>\n'),
    ('origins', 'templates/b.cs', '<img src="https://e.example/a">\n'),
    ('origins', 'static/a.css', 'p { background: url(//e.example/a); }\n'),
    ('scripts', 'static/b.js', 'a.inner' 'HTML = b;\n'),
    ('scripts', 'static/b.js', 'function (\n'),
    ('forms', 'templates/b.cs', '<form method="post" action="/a"></form>\n'),
    ('headers', 'common/a.h', 'void a(size_t n);\n'),
    ('form', 'common/a.c', 'int  a ;\n'),
    ('manuals', 'man/b.7', '.Dd November 1, 2026\n.Dt B 7\n.Os\n.Foo\n'),
    ('manual_references', 'man/b.7', '.Xr calconn-none 8\n'),
    ('settings', 'common/settings.def', 'SETTING(user, other, "O", T)\n'),
    ('shell', 'a-script', '#!/bin/sh\necho "$undefined_at_all"\n'),
    ('python', 'tests/a.py', 'def (\n'),
]


def lint(root, gate, build):
    args = [os.path.join(HERE, 'lint'), '--root', root]
    if build:
        args += ['--build', build]
    return subprocess.run(args + [gate], capture_output=True, text=True)


def plant(root, tree):
    for name, text in tree.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8', newline='') as f:
            f.write(text)


def program(path, *sources_and_flags):
    subprocess.run(['gcc', '-o', path, *sources_and_flags], check=True)


def check_built(work, result):
    """The gates over programs, with small programs of our own."""
    good = os.path.join(work, 'good.c')
    bad = os.path.join(work, 'bad.c')
    plant(work, {'good.c': 'int main(void) { return 0; }\n',
                 'bad.c': 'int store_open(void);\nint store_open(void) '
                          '{ return 0; }\nint main(void) '
                          '{ return store_open(); }\n'})
    hard = ['-fPIE', '-pie', '-Wl,-z,relro,-z,now,-z,noexecstack']
    build = os.path.join(work, 'build')
    os.makedirs(build)
    for name in built_gates.LINKS:
        program(os.path.join(build, name), good, *hard)
    result('links', 'clean', lint(work, 'links', build).returncode == 0)
    result('hardened', 'clean', lint(work, 'hardened', build).returncode == 0)
    net = os.path.join(build, 'calconn-net')
    program(net, bad, *hard)
    done = lint(work, 'links', build)
    result('links', 'a static library', 'calconn-net' in done.stdout
           and done.returncode == 1)
    program(net, good, *hard, '-Wl,--no-as-needed', '-lsqlite3')
    done = lint(work, 'links', build)
    result('links', 'a shared library', 'libsqlite3' in done.stdout
           and done.returncode == 1)
    program(net, good, '-no-pie')
    done = lint(work, 'hardened', build)
    result('hardened', 'no-pie', 'calconn-net' in done.stdout
           and done.returncode == 1)
    os.unlink(net)
    result('links', 'a missing program',
           lint(work, 'links', build).returncode == 1)


def check_parser(result):
    text = ('#define A(x) { x }\nstatic const int t[] = { 1, 2 };\n'
            'struct s { int (*f)(int); };\n'
            'static int\none(int a)\n{\n\tif (a) { return f("}"); }\n'
            '\treturn 0;\t/* } */\n}\n'
            'int two(void) { return \'}\'; }\n')
    names = [n for n, *_ in c_functions(text)]
    result('parser', 'functions', names == ['one', 'two'])


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--build', default='')
    p.parse_args()
    counts = [0, 0]

    def result(gate, what, ok):
        counts[0 if ok else 1] += 1
        print(f'{"ok" if ok else "not ok"} {gate}: {what}')

    work = tempfile.mkdtemp(prefix='lint-selftest-')
    try:
        check_parser(result)
        clean = os.path.join(work, 'clean')
        plant(clean, CLEAN)
        for gate in sorted({g for g, *_ in FAULTS}):
            done = lint(clean, gate, clean)
            result(gate, 'clean', done.returncode == 0)
            if done.returncode:
                print(done.stdout)
        for n, (gate, name, text) in enumerate(FAULTS):
            root = os.path.join(work, str(n))
            plant(root, {**CLEAN, name: text})
            done = lint(root, gate, root)
            result(gate, f'fault {n} in {name}', done.returncode == 1
                   and f'  {name}:' in done.stdout)
        check_built(os.path.join(work, 'programs'), result)
    finally:
        shutil.rmtree(work)
    print(f'# selftest: {counts[0]} passed, {counts[1]} failed')
    return 1 if counts[1] else 0


if __name__ == '__main__':
    sys.exit(main())
