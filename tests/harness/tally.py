#!/usr/bin/python3
"""tally - count tests in what a runner left behind.

usage: tally.py (automake DIR | junit FILE | tap FILE)

Prints "PASSED FAILED SKIPPED", then each failure's name and, where the
runner left it, the reason below it.  A program of `make check` counts its cmocka tests; one that ends
badly without saying which test failed counts as one failure."""

import os
import re
import sys
import xml.etree.ElementTree as ElementTree


def automake(build):
    passed = skipped = 0
    failed = []
    for top, _, names in sorted(os.walk(os.path.join(build, 'tests'))):
        for name in sorted(names):
            if not name.endswith('.trs'):
                continue
            path = os.path.join(top, name)
            with open(path, encoding='utf-8') as f:
                result = re.search(r'^:test-result: (\w+)', f.read(), re.M)
            result = result.group(1) if result else 'ERROR'
            with open(path[:-4] + '.log', encoding='utf-8',
                      errors='replace') as f:
                text = f.read()
            ok = len(re.findall(r'^\[       OK \] ', text, re.M))
            bad = sorted(set(re.findall(r'^\[  FAILED  \] (\w+)$', text,
                                        re.M)))
            where = os.path.relpath(path[:-4], build)
            if result == 'SKIP':
                skipped += 1
            elif result == 'PASS':
                passed += max(ok, 1)
            else:
                passed += ok
                failed += [f'{where}: {b}' for b in bad] or [where]
    return passed, failed, skipped


REASON_LINES = 6  # of a failure's reason


def indented(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return ['  ' + line[:160] for line in lines[:REASON_LINES]]


def junit(path):
    passed = skipped = 0
    failed = []
    for case in ElementTree.parse(path).iter('testcase'):
        why = [e for e in case if e.tag in ('failure', 'error')]
        if why:
            name = f'{case.get("classname")}.{case.get("name")}'
            failed.append('\n'.join(
                [name] + indented(why[0].get('message') or '')))
        elif case.find('skipped') is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def tap_reason(lines):
    """The text of `error:` in what stands below a failed test."""
    for i, line in enumerate(lines):
        if line.strip() == '...':
            break
        m = re.match(r"(\s*)error: (?:\|-|')?(.*)", line)
        if not m:
            continue
        text = [m.group(2)]
        for more in lines[i + 1:]:
            if not more.startswith(m.group(1) + '  '):
                break
            text.append(more)
        return indented('\n'.join(text))
    return []


def tap(path):
    passed = skipped = 0
    failed = []
    with open(path, encoding='utf-8', errors='replace') as f:
        lines = f.read().splitlines()
    for i, line in enumerate(lines):
        m = re.match(r'\s*(not )?ok \d+ - (.*)', line)
        if not m:
            continue
        # A suite repeats the results of its tests.
        if any('suite' in s for s in lines[i + 1:i + 5]
               if 'type:' in s):
            continue
        if '# SKIP' in line:
            skipped += 1
        elif m.group(1):
            failed.append('\n'.join([m.group(2)] + tap_reason(lines[i + 1:])))
        else:
            passed += 1
    return passed, failed, skipped


def main():
    kinds = {'automake': automake, 'junit': junit, 'tap': tap}
    if len(sys.argv) != 3 or sys.argv[1] not in kinds:
        sys.exit(__doc__)
    try:
        passed, failed, skipped = kinds[sys.argv[1]](sys.argv[2])
    except (OSError, ElementTree.ParseError) as e:
        passed, failed, skipped = 0, [f'no result: {e}'], 0
    print(passed, len(failed), skipped)
    for name in failed:
        print(name)


if __name__ == '__main__':
    main()
