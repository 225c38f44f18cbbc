"""Expressions: operators, attributes, printing, undefined values."""

V = {"d": {"a": 1, "b": {"c": [1, 2, 3]}, "items": "mine", "n": None}, "l": [3, 1, 2], "s": "Hello, World", "u": "é漢😀x", "n": None, "t": True, "f": False,
     "i": 7, "x": 2.5, "e": [], "q": "it's", "qq": "a\"b'c", "deep": [{"k": {"v": [{"z": 1}]}}]}


def each(*expressions):
    """A case for every expression."""
    return [("{{ " + e + " }}", V) for e in expressions]


PRINTING = each(
    "none", "true", "false", "1.0", "[1, 'a', none, true, 2.5]", "{'a': [1], 2: 'b', none: false, 1.5: 0}", "(1, 'x')", "['it\\'s', '\"', '\\'\"', '\\n\\t\\\\']", "['\\x00\\x7f\\xa0é漢😀\\u200b\\ue000']",
    "range(3)", "range(1, 10, 2)|list", "range(5, 0, -2)|list", "range(1, 4)", "range(0, 6, 3)", "d", "d.items()", "d.keys()", "d.values()", "l", "deep", "u", "undefined_name", "[undefined_name]", "{'a': undefined_name}", "namespace(a=1, b='x')",
    "'a'|safe", "['a'|safe]", "[1e16, 1.0, -0.0]", "{'b': 1, 'a': 2, 'b': 3}", "{1: 'a', true: 'b', 1.0: 'c'}", "[[], {}, (), '']", "[range(2)]", "((1,),)", "s", "f", "'%s' % [1]")

ARITHMETIC = each(
    "1 + 2 * 3", "(1 + 2) * 3", "7 // 2", "-7 // 2", "7 // -2", "-7 % 3", "7 % -3", "7.5 // 2", "-7.5 % 2", "7.5 % -2", "7 / 2", "6 / 3", "2 ** 10", "2 ** -1", "2 ** 0.5", "2 ** 3 ** 2", "-2 ** 2", "(-8) ** 3", "1 - 2 - 3",
    "true + 1", "true * 3", "i + x", "i - x", "i * x", "'a' + 'b'", "'ab' * 3", "3 * 'ab'", "'ab' * -1", "'ab' * 0", "[1] + [2]", "[1] * 2", "(1,) + (2,)", "1 + 'a'", "'a' + 1", "[1] + (2,)", "none + 1", "1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "1.5 // 0", "1.5 % 0.0",
    "-none", "-'a'", "+'a'", "+true", "-true", "- 3", "--3", "-3|abs", "-l", "'a' - 'b'", "{} + {}", "5 // 0.5", "-0.0 // 1", "1e308 * 10", "0 ** 0", "0 ** -1", "0.0 ** -1", "1 + 2 ~ 3 + 4", "1 ~ 2", "'a' ~ none ~ true ~ 1.0 ~ [1]", "undefined_name ~ 'x'", "1 ~ 2 * 3", "9223372036854775807 + 0", "2 ** 62", "-9223372036854775807 - 1")

COMPARING = each(
    "1 < 2", "1 < 2 < 3", "1 < 3 < 2", "3 > 2 >= 2", "1 == 1.0", "1 == true", "'1' == 1", "'a' < 'b'", "'a' < 'B'", "'é' > 'z'", "[1, 2] < [1, 3]", "[1] < [1, 0]", "(1, 2) == (1, 2)", "[1] == (1,)", "{'a': 1} == {'a': 1.0}", "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}",
    "none == none", "none == false", "none < 1", "'a' < 1", "[1] < ['a']", "['a'] < ['b']", "{} < {}", "1 != 2", "1 in [1, 2]", "3 not in [1, 2]", "'a' in 'cat'", "'' in 'cat'", "'a' in {'a': 1}", "1 in {'a': 1}", "1 in 'cat'", "none in [none]", "[1] in [[1]]", "1 in 1", "[1] in {}", "1.0 in [1]",
    "undefined_name == undefined_name", "undefined_name == none", "undefined_name == ''", "undefined_name < 1", "1 < undefined_name", "'x' in undefined_name", "undefined_name in [1]", "undefined_name in {'a': 1}", "i > x", "not 1 == 2", "not i", "not e", "1 < 2 == true", "9007199254740993 == 9007199254740992.0", "9007199254740993 > 9007199254740992.0", "1 == 1 == 1", "true and false or true", "true is true", "1 is 1",
    "e or 'x'", "l and 'x'", "none or 0 or ''", "1 and 2 and 3", "0 and undefined_name.x", "1 or undefined_name.x", "not not 1", "not 0 and 1", "1 not in l", "not 1 in l", "2 in range(3)", "'k' in deep[0]", "range(3) == range(3)", "range(3) == [0, 1, 2]", "('a', 1) in {('a', 1): 2}", "{('a', 1): 2}[('a', 1)]", "1 if e else 2", "1 if e", "(1 if e)|default('d')", "1 if t else 2 if f else 3", "'a' if f else 'b' if f else 'c'", "(1 if e).x")

LOOKING_UP = each(
    "d.a", "d['a']", "d.b.c[1]", "d['b']['c'][-1]", "d.missing", "d.missing.x", "d['missing']['x']", "d.items", "d.items is callable", "d['items']", "d.keys is callable", "d['keys'] is defined", "d.get", "d.get('a')", "d.get('z')", "d.get('z', 5)", "d.get('n', 5)", "d.get()", "d.get([1])", "d[[1]]", "d[none]", "d.a.b", "d.a.b.c", "l[0]", "l[-1]", "l[3]", "l[3].x", "l['x']", "l.0", "l[1.0]", "l[true]", "l['append']", "l.append(1)", "d.update({})", "d.pop('a')", "d.__class__", "s.__class__.x", "s[0]", "s[-1]", "s[99]", "u[1]", "u[-2]", "u[1:3]", "n.x", "n.x.y", "n['x']", "n[0]", "i.x", "i[0]", "undefined_name.x", "undefined_name['x']", "undefined_name[0]", "undefined_name()", "s()", "d()", "l.x", "s.x", "s.x.y", "deep[0].k.v[0]['z']", "d.b['c']", "d[0]", "{1: 'a'}[1]", "{1: 'a'}[true]", "{1: 'a'}[1.0]", "{none: 'a'}[none]", "range(5)[2]", "range(5)[9]", "(1, 2)[1]", "d.items()[0]", "d.items()|length", "d.a()", "l.count(1)", "l.index(1)", "l.index(9)", "[1, 1].count(1)",
    "s[1:3]", "s[:3]", "s[3:]", "s[:]", "s[::2]", "s[::-1]", "s[-3:]", "s[:-3]", "s[5:1]", "s[5:1:-1]", "s[100:]", "s[-100:2]", "l[1:]", "l[::-1]", "l[-2:]", "l[1:2:1]", "l[::0]", "l['a':]", "(1, 2, 3)[1:]", "n[1:]", "i[1:]", "d[1:]", "l[none:1]", "u[::-1]", "e[1:]", "l[:99]", "l[2:0:-1]", "l[-1:-3:-1]", "l[::-2]", "undefined_name[1:]", "s[1:][1:][0]", "d.b.c[1:][0]", "d|attr('a')", "d|attr('keys') is callable", "l|attr('x')", "'a b'|attr('split')()")

CALLS = each(
    "dict(a=1, b=2)", "dict({'a': 1}, b=2)", "dict([('a', 1), ('b', 2)])", "dict([1])", "dict(1)", "range()", "range(1, 2, 3, 4)", "range(0)", "range('a')", "range(1.5)", "range(1, 5, 0)", "range(200000)", "range(stop=3)", "namespace(_a=1)", "namespace({'a': 1}).a", "namespace(a=1)['a']", "namespace(a=1).b", "raise_exception('no!')", "raise_exception('a' ~ 1)", "raise_exception()", "strftime_now('%Y-%m-%d %H:%M:%S')", "strftime_now('%d %b %Y')", "strftime_now('%A, %B %-d, %j %p %I %y %%')", "strftime_now('x')", "strftime_now('%e|%D|%F|%T|%z|%Z')", "strftime_now()", "range(*[1, 3])|list", "dict(**{'a': 1})", "dict(*[{'a': 1}], **{'b': 2})", "range(**{'a': 1})", "range(*1)", "dict(**[1])", "dict(**{1: 2})", "cycler('a', 'b').next()", "cycler()", "joiner()()", "joiner('-')()", "s.upper()", "s.upper(1)", "s.nope()", "s.split(x=1)", "[range][0](2)|list", "(range)(2)|list", "range is callable", "namespace() is mapping", "dict()|length") + [
    ("{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.reset() }}{{ c.next() }}", {}),
    ("{% set j = joiner('; ') %}{% for i in [1, 2, 3] %}{{ j() }}{{ i }}{% endfor %}", {}), ("{{ loop }}", {}), ("{{ varargs }}{{ kwargs }}{{ caller }}", {}),
    ("{{ range(3)|list }}", {"range": None}), ("{{ dict }}", {"dict": "mine"}), ("{{ self_made(1) }}", {})]

TESTS = each(
    *(f"[{v}, {v} is not {t}] if {v} is {t} else 'no'" for t in ("defined", "none", "string", "mapping", "iterable", "sequence", "number", "integer", "float", "boolean", "callable", "true", "false")
      for v in ("1", "1.5", "'a'", "[1]", "{'a': 1}", "(1,)", "none", "true", "range(2)", "d.items()", "l|map('string')")[:11] if v not in ("d.items()", "l|map('string')", "range(2)")),
    *(f"undefined_name is {t}" for t in ("defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "callable", "true", "boolean", "escaped")),
    *(f"{v} is {t}" for t in ("iterable", "sequence", "mapping", "callable", "string", "defined") for v in ("range(2)", "d.items()", "d.keys()", "(l|map('string'))", "d.get", "namespace()", "range")),
    "3 is odd", "4 is odd", "4 is even", "3 is even", "3.0 is odd", "'a' is odd", "9 is divisibleby 3", "9 is divisibleby(2)", "1 is eq 1", "1 is equalto(1.0)", "1 is ne 2", "1 is lt 2", "1 is le 1", "2 is gt 1", "2 is ge 3", "1 is lessthan 2", "2 is greaterthan 1", "none is sameas none", "true is sameas true", "l is sameas l", "l is sameas [3, 1, 2]", "true is sameas 1",
    "1 is in [1, 2]", "'a' is in 'abc'", "1 is not in [1]", "'abc' is lower", "'aBc' is lower", "'ABC' is upper", "'1' is upper", "'1' is lower", "'é' is lower", "1 is upper", "'a' is escaped", "('a'|safe) is escaped", "1 is defined and 2 is defined", "n is none or x is defined", "n is none and n", "i is not none", "i is not divisibleby 2", "i is number and i > 3", "not i is none", "1 is eq(1) is true", "i is string is false", "d.a is defined", "d.z is defined", "d.z.y is defined", "d['z'] is defined", "l[9] is defined", "n.x is defined", "i is odd(1)", "i is eq", "i is integer if i is number else 'n'", "x is float if x is defined")

CASES = PRINTING + ARITHMETIC + COMPARING + LOOKING_UP + CALLS + TESTS
