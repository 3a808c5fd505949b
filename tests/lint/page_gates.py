"""Gates over templates, style sheets, scripts and pictures."""

import re
import subprocess

from lintlib import files, line_of, read

CS = re.compile(r'<\?cs(.*?)\?>', re.S)


def _markup(text):
    """A template with its ClearSilver parts blanked: by letters where they
    stand in a quoted value or for a value, by spaces elsewhere, so that
    what is left reads as markup."""
    out, at, in_tag, quote = [], 0, False, ''
    for m in list(CS.finditer(text)) + [None]:
        plain = text[at:m.start()] if m else text[at:]
        for c in plain:
            if quote:
                quote = '' if c == quote else quote
            elif in_tag and c in '"\'':
                quote = c
            elif c == '<':
                in_tag = True
            elif c == '>':
                in_tag = False
        out.append(plain)
        if m:
            value = quote or (in_tag and plain.endswith('='))
            out.append(re.sub(r'[^\n]', 'x' if value else ' ', m.group()))
            at = m.end()
    return ''.join(out)


def escapes(root, _build):
    """Templates hold nothing that leaves a value unescaped, or runs it."""
    bad = re.compile(r'^\s*(uvar|evar|lvar|linclude|escape|alt|name)\b\s*:')
    for name in files(root, '.cs'):
        text = read(root, name)
        for m in CS.finditer(text):
            found = bad.match(m.group(1))
            if found:
                yield (name, line_of(text, m.start()),
                       f'{found.group(1)}: is banned')
            if re.search(r'\b(html_strip|text_html|html_escape|js_escape)'
                         r'\s*\(', m.group(1)):
                yield (name, line_of(text, m.start()),
                       'escapes by hand; the renderer does it')


def attributes(root, _build):
    """Attributes are quoted; no style, no handler, no script of its own."""
    tag = re.compile(r'<([a-zA-Z][\w-]*)((?:\s+[^\s=>"\'/]+'
                     r'(?:\s*=\s*(?:"[^"]*"|\'[^\']*\'|[^\s>"\']+))?)*)'
                     r'\s*/?>', re.S)
    attr = re.compile(r'([^\s=>"\'/]+)(?:\s*=\s*("[^"]*"|\'[^\']*\''
                      r'|[^\s>"\']+))?', re.S)
    for name in files(root, '.cs', '.html', under='templates/'):
        text = re.sub(r'<!--.*?-->', lambda m: re.sub(r'[^\n]', ' ',
                                                      m.group()),
                      _markup(read(root, name)), flags=re.S)
        read_well = {m.start() for m in tag.finditer(text)}
        for m in re.finditer(r'<[a-zA-Z]', text):
            if m.start() not in read_well:
                yield name, line_of(text, m.start()), 'a tag is not whole'
        for m in tag.finditer(text):
            at = line_of(text, m.start())
            kind, seen = m.group(1).lower(), {}
            for a in attr.finditer(m.group(2)):
                key, value = a.group(1).lower(), a.group(2)
                if value and value[0] not in '"\'':
                    yield name, at, f'{key} is not quoted'
                seen[key] = (value or '')[1:-1]
                if key == 'style' or re.fullmatch(r'on[a-z]+', key):
                    yield name, at, f'{key} in markup'
                if (value or '')[1:].lower().startswith('javascript:'):
                    yield name, at, 'javascript: in a link'
            if kind == 'style' or (kind == 'script' and 'src' not in seen):
                yield name, at, f'<{kind}> in markup'


def origins(root, _build):
    """Pages ask nothing of another origin."""
    url = re.compile(r'(?:https?:)?//[a-z0-9.-]+', re.I)
    for name in files(root, '.cs', '.css', '.js', '.svg'):
        if not name.startswith(('templates/', 'static/')):
            continue
        text = read(root, name)
        for m in url.finditer(text):
            if m.group() == 'http://www.w3.org':
                continue
            loads = re.search(r'(src|href|action|url\(|import|fetch\()'
                              r'\s*=?\s*["\'(]*$', text[:m.start()][-24:])
            if loads:
                yield name, line_of(text, m.start()), m.group()


def scripts(root, _build):
    """Scripts parse, and neither evaluate text nor write markup."""
    bad = re.compile(r'\beval\s*\(|\bnew\s+Function\b|\.innerHTML\b|'
                     r'\.outerHTML\b|insertAdjacentHTML|document\.write\b')
    for name in files(root, '.js', under='static/'):
        text = read(root, name)
        for m in bad.finditer(text):
            yield name, line_of(text, m.start()), m.group()
    for name in files(root, '.js', '.mjs'):
        done = subprocess.run(['node', '--check', f'{root}/{name}'],
                              capture_output=True, text=True)
        if done.returncode:
            yield name, 1, (done.stderr.strip().splitlines() or ['?'])[-1]


def forms(root, _build):
    """Each form that posts carries the CSRF field."""
    form = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>(.*?)</form>',
                      re.S | re.I)
    for name in files(root, '.cs', under='templates/'):
        text = read(root, name)
        blank = _markup(text)
        for m in form.finditer(blank):
            if 'csrf' not in text[m.start():m.end()]:
                yield (name, line_of(text, m.start()),
                       'form without the CSRF field')


GATES = [escapes, attributes, origins, scripts, forms]
