"""What the gates share: the list of files, a view of C without comments,
and the tokens of a file.  A gate is a function of (root, build) that yields
(path, line, text) for each problem; its list of exceptions is empty."""

import os
import re
import subprocess

SKIP_DIRS = {'.git', 'run', 'out', 'node_modules', 'build-aux', 'm4',
             'autom4te.cache', '__pycache__', '.pytest_cache'}


def files(root, *suffixes, under=''):
    """Paths relative to root, tracked or about to be; sorted."""
    if os.path.exists(os.path.join(root, '.git')):
        text = subprocess.run(
            ['git', '-C', root, 'ls-files', '-co', '--exclude-standard'],
            check=True, capture_output=True, text=True).stdout
        names = [n for n in text.splitlines()
                 if os.path.isfile(os.path.join(root, n))]
    else:
        names = []
        for top, dirs, found in os.walk(root):
            dirs[:] = [d for d in dirs
                       if d not in SKIP_DIRS and not d.startswith('build')]
            names += [os.path.relpath(os.path.join(top, n), root)
                      for n in found]
    return sorted(n for n in set(names)
                  if n.startswith(under)
                  and (not suffixes or n.endswith(suffixes)))


def read(root, name):
    with open(os.path.join(root, name), encoding='utf-8',
              errors='surrogateescape', newline='') as f:
        return f.read()


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


_C_PIECE = re.compile(
    r'(?P<comment>/\*.*?\*/|//[^\n]*)'
    r'|(?P<string>"(?:\\.|[^"\\\n])*")'
    r"|(?P<char>'(?:\\.|[^'\\\n])*')", re.S)


def _blank(s):
    return re.sub(r'[^\n]', ' ', s)


def c_code(text, keep_strings=False):
    """C without comments, and without what strings hold; the same length,
    so that offsets and lines stay true."""
    def one(m):
        s = m.group()
        if m.group('comment'):
            return _blank(s)
        if keep_strings or len(s) < 2:
            return s
        return s[0] + ' ' * (len(s) - 2) + s[-1]
    return _C_PIECE.sub(one, text)


def c_strings(text):
    """(offset, content) of each string literal outside comments and
    #include lines; neighbours that the compiler joins are joined."""
    last_end, run, start = None, '', 0
    for m in _C_PIECE.finditer(text):
        if not m.group('string'):
            continue
        if last_end is not None:
            between = _C_PIECE.sub(lambda c: _blank(c.group()),
                                   text[last_end:m.start()])
            if between.strip() == '':
                run += m.group()[1:-1]
                last_end = m.end()
                continue
            yield start, run
        start, run, last_end = m.start(), m.group()[1:-1], m.end()
    if last_end is not None:
        yield start, run


def c_directives_blank(code):
    """The same, with preprocessor lines blanked."""
    return re.sub(r'^[ \t]*#(?:[^\n\\]|\\.|\\\n)*',
                  lambda m: _blank(m.group()), code, flags=re.M | re.S)


_TOKEN = re.compile(r'[A-Za-z_]\w*|\d[\w.]*|&&|\|\||->|"[^"\n]*"'
                    r"|'[^'\n]*'|[^\s]")


def c_tokens(text):
    """(token, offset) of the code, without preprocessor lines."""
    code = c_directives_blank(c_code(text))
    return [(m.group(), m.start()) for m in _TOKEN.finditer(code)]


def c_functions(text):
    """(name, first offset, last offset, tokens of the body) of each
    function that a file defines: an identifier, its parameters, a body at
    the outermost level."""
    toks = c_tokens(text)
    i, depth, n = 0, 0, len(toks)
    last_paren = None
    while i < n:
        t = toks[i][0]
        if t == '(' and depth == 0:
            name = toks[i - 1] if i else ('', 0)
            level, i = 1, i + 1
            while i < n and level:
                level += {'(': 1, ')': -1}.get(toks[i][0], 0)
                i += 1
            if last_paren is None and re.match(r'[A-Za-z_]', name[0]):
                last_paren = name
            continue
        if t == '{':
            body_start, level, j = i, 1, i + 1
            while j < n and level:
                level += {'{': 1, '}': -1}.get(toks[j][0], 0)
                j += 1
            prev = toks[i - 1][0] if i else ''
            if last_paren and prev == ')':
                yield (last_paren[0], last_paren[1], toks[j - 1][1],
                       toks[body_start:j])
            last_paren, i = None, j
            continue
        if t in (';', '=', ','):
            last_paren = None
        i += 1


def pkg_config(*names):
    return subprocess.run(['pkg-config', '--cflags', *names], check=True,
                          capture_output=True, text=True).stdout.split()
