"""Chat templates with their variables: target jinja."""
import json
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "tests" / "jinja" / "templates"

CHAT = {"messages": [{"role": "system", "content": " Be kind. "}, {"role": "user", "content": "How?\n"},
                     {"role": "assistant", "content": "", "tool_calls": [{"id": "call00001", "function": {
                         "name": "clock", "arguments": {"zone": "\u00e9", "x": [1, 2.5, None, True]}}}]},
                     {"role": "tool", "content": "noon", "tool_call_id": "call00001"},
                     {"role": "assistant", "content": "<think>a</think>b"}, {"role": "user", "content": "Thanks"}],
        "tools": [{"type": "function", "function": {"name": "clock", "description": "Tells.", "parameters": {
            "type": "object", "properties": {"zone": {"type": "string", "enum": ["a", "b"]}}, "required": ["zone"]}}}],
        "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": True}

# Every operator, statement, filter, test, method and function at least once.
SMALL = {
    "operators": "{{ 1 + 2 * 3 - 4 // 5 % 6 ** 2 / 1.5e1 ~ 'a' \"b\" }}{{ -x|abs if not x in [1] and x is defined or y else (1, {2: 3}) }}{{ 1 < 2 <= 3 != 4 >= 1 == 1 > 0 }}",
    "lookups": "{{ messages[0]['role'][1:-1:2][::-1].upper() }}{{ x.y.z }}{{ x[0].items }}{{ messages[-1].get('role', none) }}",
    "loops": "{%- for a, (b, c) in [(1, (2, 3))] if a is odd -%}{{ loop.index }}{{ loop.last }}{{ loop.nextitem }}{{ loop.cycle(1, 2) }}{{ loop.changed(a) }}{% break %}{% else +%}{% continue %}{% endfor %}",
    "jumps": "{% for i in range(9, 0, -2) %}{% if i == 5 %}{% break %}{% elif i % 2 %}{% continue %}{% endif %}{% endfor %}{% raw %}{{ x }}{% endraw %}{# c -#} x",
    "scopes": "{% set a, b = 1, 2 %}{% set ns = namespace(x=1) %}{% set ns.x = a %}{% set t | upper %}x{{ a }}{% endset %}{% with q = t %}{{ q }}{% endwith %}{% filter trim | indent(2) %} y {% endfilter %}{% generation %}{{ ns }}{% endgeneration %}",
    "macros": "{% macro f(a, b='c', *x) %}{% endmacro %}{% macro g(a, b='c') -%}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{{ caller(1) }}{%- endmacro %}{% call(v) g(1, 2, 3, d=4) %}{{ v }}{% endcall %}{{ g(*[1], **{'b': 2}) }}",
    "macro": "{% macro f(n) %}{{ n }}{{ f(n - 1) if n else '' }}{% endmacro %}{{ f(5) }}",
    "filters": "{{ tools|tojson(indent=2, separators=(',', ': '), sort_keys=true, ensure_ascii=true) }}{{ [3, 1]|sort(reverse=true)|unique|map('string')|join(', ') }}{{ messages|selectattr('role', 'equalto', 'user')|map(attribute='content')|list|first }}",
    "more-filters": "{{ 'a b'|title|replace('a', 'b', 1)|center(9)|truncate(5)|wordcount }}{{ {'b': 1}|dictsort|batch(2, 0)|list }}{{ [1, 2]|slice(2)|list|sum(start=[])|length }}{{ '1_0'|int + '1e3'|float|round(1, 'ceil') }}{{ '<'|e + '&'|safe }}{{ x|default('d', true)|reverse|min|max }}",
    "tests": "{{ [1 is integer, 'a' is string, {} is mapping, x is none, 1 is number, 2 is divisibleby 2, 'a' is in 'abc', x is sameas none, [] is sequence, x is iterable, f is callable, 'A' is upper] }}",
    "methods": "{{ ' a,b '.strip().split(',', 1)[0].replace('a', 'x').startswith(('x', 'y')) }}{{ 'a\\nb'.splitlines() }}{{ 'abc'.partition('b') }}{{ 'abc'.rfind('c', -2) }}{{ '-'.join(['a']) }}{{ 'x'.zfill(3).ljust(5, '.').removeprefix('0').isdigit() }}",
    "formats": "{{ '%5.2f|%-3d|%(a)s' % {'a': 1} }}{{ '%s %r %x' % (1, 'a', 255) }}{{ '{0:>5} {a!r:*^7} {b[x].y:,.2f}'.format(1, a='b', b={'x': {}}) }}",
    "functions": "{{ range(3)|list }}{{ dict(a=1) }}{{ cycler(1, 2).next() }}{{ joiner('-')() }}{{ strftime_now('%d %b %Y %-H') }}{{ raise_exception('no') }}",
    "escapes": "{{ '\\x41\\u00e9\\U0001F600\\101\\n\\'' }}{{ 1_000.5e-3 }}{{ \"a\\\nb\" }}"}


def corpora():
    chat = json.dumps(CHAT, ensure_ascii=False)
    files = {name: [template, '{"x": null, "messages": [{"role": "user"}], "tools": [{"a": 1}]}']
             for name, template in SMALL.items()}
    for path in sorted(TEMPLATES.glob("*.jinja")):
        files[f"style-{path.stem}"] = [path.read_text(encoding="utf-8"), chat]
    return {"jinja": files}
