"""Methods of texts and the two ways to format."""
from .values import each

WORDS = ["hello world", "HELLO", "ß ŉ ﬁ ǆ ΑΣ ΑΣΑ İi", "they're o'neil-x 3rd", "", "  a b\t", "éÉ àÀ жЖ", "x1y2", "ὈΔΥΣΣΕΎΣ.", "ΣΑΣ'Σ", "ⅷ ⓐ ʰ"]

CASE = [("{{ w." + m + "() }}|{{ w|" + f + " }}", {"w": w}) for w in WORDS
        for m, f in (("upper", "upper"), ("lower", "lower"), ("title", "title"), ("capitalize", "capitalize"), ("swapcase", "trim"))]
EXAMINED = [("{{ [w.isalpha(), w.isalnum(), w.isdigit(), w.isdecimal(), w.isnumeric(), w.isspace(), w.islower(), w.isupper(), w.istitle(), w.isascii()] }}", {"w": w})
            for w in ("a", "A", "Ab Cd", "1", "a1", " \t", "", "é", "漢", "_", "٣", "AB", "Aa", "aB", "1a", "ǅ", "A1", "\u2003")]

SPLITTING = each(
    "'a b  c'.split()", "' a b '.split(' ')", "'a,b,c'.split(',')", "'a,b,c'.split(',', 1)", "'a,b,c'.split(sep=',', maxsplit=1)", "'a,b,c'.rsplit(',', 1)", "' a b  c '.split(none, 1)", "' a b  c '.rsplit(none, 1)", "'abc'.split('')", "''.split()", "''.split(',')", "'a'.split(1)", "'aXbXc'.split('X', 0)", "' a b'.split(none, 0)", "'a b c d'.rsplit()", "'a b c d'.rsplit(none, 2)", "'a b c d'.rsplit(none, 9)",
    "'a\\nb\\r\\nc\\rd'.splitlines()", "'a\\nb\\n'.splitlines(true)", "''.splitlines()", "'a\\x0bb\\x0cc\\x1cd\\u2028e\\x85f'.splitlines()", "'a-b-c'.partition('-')", "'a-b-c'.rpartition('-')", "'abc'.partition('-')", "'abc'.rpartition('-')", "'<think>x</think>y'.split('</think>')[-1]", "'x'.split('</think>')[0]", "'aaa'.split('aa')", "'aaaa'.rsplit('aa', 1)", "'漢字漢'.split('字')", "'a\\u2003b'.split()", "'ab'.split('ab')")

STRIPPING = each(
    "'  a  '.strip() ~ '|'", "'  a  '.lstrip() ~ '|'", "'|' ~ '  a  '.rstrip() ~ '|'", "'xxaxx'.strip('x')", "'xyaxy'.strip('yx')", "'\\n\\n a'.lstrip('\\n')", "'\\u3000a\\u00a0\\x1c'.strip()", "'漢a漢'.strip('漢')", "'a'.strip(none)", "'a'.strip(1)", "''.strip()", "'   '.strip() ~ '|'", "'abc'.removeprefix('a')", "'abc'.removesuffix('c')", "'abc'.removeprefix('x')", "'é'.rstrip('x')")

SEARCHING = each(
    "'abc'.startswith('a')", "'abc'.startswith(('x', 'a'))", "'abc'.startswith('b', 1)", "'abc'.startswith('c', 1, 2)", "'abc'.endswith('c')", "'abc'.endswith('b', 0, 2)", "'abc'.endswith(('x', 'c'))", "'abc'.startswith('')", "'abc'.startswith('', 4)", "'abc'.startswith(1)", "'abc'.startswith(['a'])", "'abcabc'.find('c')", "'abcabc'.find('c', 3)", "'abcabc'.rfind('c')", "'abc'.find('x')", "'abc'.index('b')", "'abc'.index('x')", "'漢字漢'.find('漢', 1)", "'abcabc'.find('c', -2)", "'abc'.find('')", "'abc'.rfind('')", "'abcabc'.count('bc')", "'aaaa'.count('aa')", "'abc'.count('')", "'漢字'.count('')", "'abcabc'.count('c', 3)", "'abc'.find('a', 0, 0)", "'abc'.find('', 3)", "'abc'.find('', 4)", "'abcabc'.rindex('a')")

CHANGING = each(
    "'abcabc'.replace('b', 'X')", "'abcabc'.replace('b', 'X', 1)", "'abc'.replace('', '-')", "'漢字'.replace('', '-', 2)", "'abc'.replace('x', 'y')", "'abc'.replace('abc', '')", "'a'.replace('a')", "'a'.replace(1, 2)", "'aaa'.replace('aa', 'b')", "'abc'.replace('b', 'X', -1)", "'abc'.replace('', '-', 0)", "', '.join(['a', 'b'])", "''.join([])", "'-'.join('abc')", "'-'.join([1])", "'-'.join({'a': 1, 'b': 2})", "','.join(l|map('string'))",
    "'ab'.center(7) ~ '|'", "'ab'.center(6, '*')", "'abc'.center(6, '*')", "'abc'.center(7, '*')", "'a'.center(4, '*')", "'ab'.ljust(4, '.')", "'ab'.rjust(4, '.')", "'ab'.ljust(1)", "'42'.zfill(5)", "'-42'.zfill(5)", "'+a'.zfill(1)", "'a'.center(3, 'xy')", "'é'.rjust(3, '漢')")

PERCENT = each(
    "'%s' % 'a'", "'%s %s' % ('a', 1)", "'%d' % 3.7", "'%5d|%-5d|%05d|%+d' % (1, 2, 3, 4)", "'%.2f' % 3.14159", "'%8.3f|' % 2.5", "'%e' % 12345.678", "'%g %g %g' % (1.5, 1e10, 0.00001)", "'%x %X %o' % (255, 255, 8)", "'%%'", "'%%' % ()", "'%r' % 'a'", "'%5s|%-5s|' % ('a', 'b')", "'%.2s' % 'abc'", "'%(a)s-%(b)d' % {'a': 'x', 'b': 2}", "'%s' % [1, 2]", "'%s' % none", "'%s' % d", "'%d' % 'a'", "'%s' % ()", "'%s %s' % 'a'", "'x' % 'a'", "'x' % []", "'%(a)s' % {'b': 1}", "'%(a)s' % 1", "'%q' % 1", "'%' % 1", "'%s' % (1, 2)", "'%i' % true", "'%s' % true", "'%#x' % 255", "'% d' % 5", "'%d' % -5", "'%03d' % -5", "'%s' % undefined_name", "'%d' % undefined_name", "'%s|%s'|format('a', 'b')", "'%(x)s'|format(x=1)", "'%s'|format(1, x=2)", "'%.0f' % 2.5", "'%.0f' % 3.5", "'%5.1f%%' % 99.55", "'%-8.2f|' % -1.005")

BRACES = each(
    "'{}'.format('a')", "'{} {}'.format(1, 'b')", "'{1} {0}'.format('a', 'b')", "'{a} {b}'.format(a=1, b='x')", "'{{}} {}'.format(1)", "'{:>5}|{:<5}|{:^5}|'.format('a', 'b', 'c')", "'{:*^7}'.format('ab')", "'{:05d} {:+d} {:,}'.format(42, 7, 1234567)", "'{:.2f} {:8.3f} {:e}'.format(3.14159, 2.5, 12345.678)", "'{:x} {:#x} {:X} {:b} {:o}'.format(255, 255, 255, 5, 8)", "'{:%}'.format(0.25)", "'{!r} {!s}'.format('a', 'b')", "'{0[0]} {0[1]}'.format([1, 2])", "'{a[x]}'.format(a={'x': 1})", "'{a.x}'.format(a={'x': 1})", "'{}'.format()", "'{a}'.format(b=1)", "'{'.format(1)", "'}'.format(1)", "'{:d}'.format('a')", "'{:s}'.format(1)", "'{:z}'.format(1)", "'{:.2}'.format('abc')", "'{:10}|'.format(3)", "'{:10}|'.format('a')", "'{:g}'.format(1e10)", "'{:_}'.format(1234567)", "'{:<8,.1f}|'.format(12345.67)", "'{}'.format(none)", "'{}'.format([1, 'a'])", "'{}'.format(1.0)", "'{:>4}'.format(true)", "'{:d}'.format(true)", "'{0}{0}'.format('ab')", "'{:漢>4}'.format('x')", "'{:=+6d}'.format(5)", "'{:06.2f}'.format(-1.5)", "'{:,}'.format(123)", "'{:,}'.format(-1234.5)", "'{:.3g}'.format(1234.5678)")

MARKUP = each(
    "('<a>'|safe) + '<b>'", "'<b>' + ('<a>'|safe)", "('<a>'|safe) ~ '<b>'", "'<a>&\"\\''|e", "'<a>'|escape|escape", "('<a>'|safe)|upper", "('<a>'|safe).upper() + '<'", "('<a>'|safe)|tojson", "('<a>'|safe)|trim", "('<a>'|safe)|length", "(('<a>'|safe)|replace('a', '<')) + '<'", "[1]|safe", "('<a>'|safe)[0] + '<'", "('a'|safe) == 'a'", "('a'|safe) * 2 + '<'", "('<a>'|safe)[1:] + '<'", "('<a> <b>'|safe).split()[0] + '<'", "('x'|safe)|string + '<'")

CASES = CASE + EXAMINED + SPLITTING + STRIPPING + SEARCHING + CHANGING + PERCENT + BRACES + MARKUP
