"""Gates over the text of the sources."""

import re

from lintlib import (c_code, c_functions, c_strings, c_tokens, files,
                     line_of, read)

FILE_LINES = 800
FUNCTION_LINES = 100
COMPLEXITY = 25
COLUMNS = 80

CODE = ('.c', '.h')
PROGRAM_DIRS = ('common/', 'backend/', 'cgi/', 'pkg/')


def _programs(root, *suffixes):
    return [n for n in files(root, *suffixes) if n.startswith(PROGRAM_DIRS)]


def layout(root, _build):
    """Tabs, 80 columns, no trailing space, one newline at the end."""
    tabbed = CODE + ('.sh', '.def')
    texts = tabbed + ('.py', '.js', '.mjs', '.css', '.cs', '.sql', '.md',
                      '.am', '.mk', '.ac', '.txt', '.1', '.5', '.7', '.8')
    for name in files(root, *texts):
        text = read(root, name)
        if name.startswith('tests/') and '/corpus/' in name:
            continue
        if '\r' in text:
            yield name, 1, 'carriage return'
        if text and (not text.endswith('\n') or text.endswith('\n\n')):
            yield name, text.count('\n'), 'must end in one newline'
        for i, line in enumerate(text.split('\n'), 1):
            if line != line.rstrip():
                yield name, i, 'space at the end of the line'
            if name.endswith(tabbed) and line.startswith('        '):
                yield name, i, 'indented with spaces'
            if name.endswith(CODE) and \
                    len(line.expandtabs(8)) > COLUMNS:
                yield name, i, 'longer than 80 columns'


def file_size(root, _build):
    """A file has at most 800 lines."""
    kinds = CODE + ('.py', '.js', '.mjs', '.css', '.cs', '.sh')
    for name in files(root, *kinds):
        n = read(root, name).count('\n')
        if n > FILE_LINES:
            yield name, n, f'{n} lines, at most {FILE_LINES}'


def function_size(root, _build):
    """A function has at most 100 lines and a cyclomatic complexity of 25."""
    branch = {'if', 'for', 'while', 'case', '&&', '||', '?'}
    for name in files(root, '.c'):
        text = read(root, name)
        for fn, start, end, body in c_functions(text):
            lines = line_of(text, end) - line_of(text, start) + 1
            if lines > FUNCTION_LINES:
                yield (name, line_of(text, start),
                       f'{fn}() has {lines} lines')
            paths = 1 + sum(t in branch for t, _ in body)
            if paths > COMPLEXITY:
                yield (name, line_of(text, start),
                       f'{fn}() has a complexity of {paths}')


BANNED = {'sprintf', 'vsprintf', 'strcpy', 'strcat', 'strncpy', 'strncat',
          'strtok', 'atoi', 'atol', 'atof', 'system', 'popen', 'rand',
          'srand', 'gets', 'alloca', 'tmpnam', 'mktemp'}
HEAP = {'malloc', 'calloc', 'realloc', 'reallocarray'}


def banned(root, _build):
    """No call of a banned function; of the programs' sources only alloc.c
    asks the heap."""
    for name in files(root, *CODE):
        text = read(root, name)
        toks = c_tokens(text)
        for i, (t, at) in enumerate(toks[:-1]):
            if toks[i + 1][0] != '(':
                continue
            if i and toks[i - 1][0] in ('.', '->'):
                continue
            if t in BANNED:
                yield name, line_of(text, at), f'{t}() is banned'
            if t in HEAP and name.startswith(PROGRAM_DIRS) and \
                    name != 'common/alloc.c':
                yield name, line_of(text, at), f'{t}() outside alloc.c'


SQL = re.compile(r'^\s*(SELECT\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+'
                 r'\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX)\s|PRAGMA\s'
                 r'|BEGIN(\s+IMMEDIATE)?\s*;?\s*$|ATTACH\s|VACUUM\b'
                 r'|REPLACE\s+INTO\s|DROP\s+TABLE\s|ALTER\s+TABLE\s)')


def sql(root, _build):
    """SQL and sqlite3_ calls stand in store*.c only."""
    for name in _programs(root, *CODE):
        base = name.rsplit('/', 1)[-1]
        if name.startswith('common/') and re.match(r'store(_\w+)?\.[ch]$',
                                                   base):
            continue
        text = read(root, name)
        for at, s in c_strings(text):
            if SQL.match(s):
                yield name, line_of(text, at), f'SQL: {s[:40]}'
        for t, at in c_tokens(text):
            if t.startswith('sqlite3_'):
                yield name, line_of(text, at), f'{t} outside store*.c'


def clearsilver(root, _build):
    """Only view.c and render.c know ClearSilver, and not its request kit."""
    for name in files(root, *CODE):
        text = read(root, name)
        code = c_code(text, keep_strings=True)
        for m in re.finditer(r'#\s*include\s*[<"]([^>"]*)[>"]', code):
            if 'ClearSilver' in m.group(1) or \
                    re.match(r'(util/neo_|cs/cs)', m.group(1)):
                if name not in ('cgi/view.c', 'cgi/render.c'):
                    yield (name, line_of(text, m.start()),
                           'includes ClearSilver')
        for m in re.finditer(r'\b(cgi_init|cgi_display|cgi_parse|cgiwrap_\w+)'
                             r'\s*\(', code):
            if name.startswith('cgi/'):
                yield (name, line_of(text, m.start()),
                       f'{m.group(1)} is of the request kit')


def err_check(root, _build):
    """Functions of a header that return enum err carry ERR_CHECK.  One that
    takes an enum err hands it back and cannot fail by itself."""
    proto = re.compile(r'(?<![\w(])enum\s+err\s+(\w+)\s*\(([^;{]*?)\)'
                       r'([^;{()]*(?:\([^;]*)?);', re.S)
    for name in files(root, '.h'):
        text = read(root, name)
        code = c_code(text)
        for m in proto.finditer(code):
            head = code[max(0, m.start() - 40):m.start()]
            if re.search(r'\btypedef\s+$', head):
                continue
            if re.search(r'\benum\s+err\s+\w', m.group(2)):
                continue
            if 'ERR_CHECK' not in m.group(3) and \
                    'warn_unused_result' not in m.group(3):
                yield (name, line_of(text, m.start()),
                       f'{m.group(1)}() lacks ERR_CHECK')


def err_used(root, _build):
    """The result of a static function that returns enum err is used."""
    for name in files(root, '.c'):
        text = read(root, name)
        code = c_code(text)
        mine = {m.group(1) for m in re.finditer(
            r'^static\s+enum\s+err\s+(\w+)\s*\(([^;{]*)\)', code, re.M | re.S)
            if not re.search(r'\benum\s+err\s+\w', m.group(2))}
        toks = c_tokens(text)
        for i in range(1, len(toks) - 1):
            if toks[i][0] in mine and toks[i + 1][0] == '(' and \
                    toks[i - 1][0] in (';', '{', '}', 'else', 'do'):
                yield (name, line_of(text, toks[i][1]),
                       f'result of {toks[i][0]}() is dropped')


UNFINISHED = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
MACHINE = re.compile(r'(?<![\w.])/(work|root|home)/[a-z.]|bash_' r'jobs|'
                     r'registry\.npm' r'js|deb\.debian' r'\.org')


def words(root, _build):
    """No unfinished work, no path of one machine, no registry host."""
    kinds = CODE + ('.def', '.py', '.js', '.mjs', '.css', '.cs', '.sql',
                    '.sh', '.md', '.am', '.mk', '.ac', '.json', '.1', '.5',
                    '.7', '.8', 'quickstart', 'run-tests', 'run', 'lab',
                    'install-deps')
    for name in files(root, *kinds):
        for i, line in enumerate(read(root, name).split('\n'), 1):
            m = UNFINISHED.search(line) or MACHINE.search(line)
            if m:
                yield name, i, f'"{m.group()}"'


def assertions(root, _build):
    """No assertion that cannot fail."""
    empty = re.compile(r'assert_true\((1|true)\)|^\s*assert True\b'
                       r'|assert\.ok\(true\)', re.M)
    for name in files(root, '.c', '.py', '.mjs', '.js', under='tests/'):
        text = read(root, name)
        for m in empty.finditer(text):
            yield name, line_of(text, m.start()), 'cannot fail'


def alarms(root, _build):
    """Each alarm is raised and lowered in one file."""
    table = 'common/alarm.def'
    if table not in files(root, '.def'):
        return
    text = read(root, table)
    code = {n: c_code(read(root, n)) for n in files(root, '.c')
            if n.startswith('backend/')}
    for m in re.finditer(r'^ALARM\((\w+),', text, re.M):
        name = re.compile(rf'\bALARM_{m[1]}\b')
        places = [n for n, c in code.items() if name.search(c)]
        if len(places) != 1:
            yield table, line_of(text, m.start()), \
                f'{m[1]} is in {len(places)} files: {", ".join(places)}'
        for n in places:
            for call in (r'alarm_raise', r'alarm_lower(?:_others)?'):
                if not re.search(call + r'\(', code[n]):
                    yield n, 1, f'{m[1]}: no {call}()'


GATES = [layout, file_size, function_size, banned, sql, clearsilver,
         err_check, err_used, words, assertions, alarms]
