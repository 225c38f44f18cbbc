"""White space, comments, raw blocks, strings and numbers. A case is a template, or (template, variables)."""

SPACE = [
    "a\n", "a\n\n", "a\r\nb\rc\n", "", "\n", "  {% if true %}  \n  x\n  {% endif %}\n  y", "{% if true %}\n\nx{% endif %}\n\ny",
    "a {%- if true %} b {% endif -%} c", "a\n\n  {%- if true -%}\n\n  b\n  {%- endif -%}\n c", "  {%+ if true %}x{% endif %}",
    "  {% if true +%}\n x{% endif %}", "x  {% if true %}y{% endif %}  z", "x\n\t {% if true %}\ty\n\t {% endif %}\tz",
    "  {{ 1 }}  \n  {{ 2 }}\n", "a  {{- 1 -}}  b", "a\n{{- 1 -}}\nb", "a {{+ 1 }} b", "a {{ +1 }} {{-1}} {{ -1 }} {{- -1 }}",
    "{# c #}\nx", "  {# c #}\n  x", "a {#- c -#} b", "  {#+ c +#}\n x", "{# a {{ b }} {% c %} #}x", "{#a#}{#b#}\n{#c#}", "a{# \n\n #}\nb",
    "{% raw %}{{ x }}{% y %}{% endraw %}", "a {%- raw -%}  {{ x }}  {%- endraw -%} b", "{% raw %}\n  {{x}}\n  {% endraw %}\nb",
    "  {% raw %}x{% endraw %}\n", "{%raw%}{%endraw%}", "{% raw %}{% endrawx %}{% endraw %}", "{% set x = 1 %}\n{{ x }}\n{% set y = 2 %}   z",
    "\u00a0{%- set x = 1 -%}\u2003\u3000y", "a\u2028{%- set x = 1 %}b", "\x1c{%- set x = 1 -%}\x1f y", "{{ '}}' }}{{ \"%}\" }}", "{ { x } } {", "{{'{{'}}", "{{ {'a': {'b': 1}}}}",
    "{% if true %}{% if true %}\n  a\n{% endif %}{% endif %}\n", "{% for i in [1, 2] %}\n  {% if i == 1 %}\n    one\n  {% else %}\n    two\n  {% endif %}\n{% endfor %}\nend",
    "{% for i in [1,2] -%}\n  {{ i }}\n{%- endfor %}", "{%if true%}a{%endif%}", "{%- set x = 1 %}{{x}}", "a\n{% set x %}\n  b\n{% endset %}\n{{ x }}|",
    "{% for i in [1] %}  \n  x  {% endfor %}  ", "{%- if true %}\n\n\n  x\n{%- endif %}\n\n", "x {% if true: %}y{% endif %}", "\n\n  {% if true %}\n{% endif %}\n\n",
    "{{ 1 }}\n{{ 2 }}\n\n{{ 3 }}", "  \n  {#- x #}\n\n", "{{ 'a' -}}   \n\n {{- 'b' }}", "a#}b%}c}}d", "{{ 1 }}\n  {% if true %}x{% endif %}", "{% if true %}\n  {{ 1 }}\n  {% endif %}"]

STRINGS = [
    r"{{ 'a\nb\tc\\d\'e\"f' }}", r'{{ "a\"b\'c" }}', r"{{ '\x41\u00e9\U0001F600\101\0' }}", r"{{ '\q\w\ ' }}", "{{ 'a\\\nb' }}",
    "{{ 'a\nb' }}", "{{ 'a\r\nb' }}", "{{ 'a' 'b' \"c\" }}", r"{{ '\a\b\f\v\r'|tojson }}", "{{ 'é漢😀' }}", "{{ ''|length }}{{ 'é漢😀'|length }}",
    r"{{ '\x4' }}", r"{{ '\u12' }}", r"{{ '\400' }}", "{{ 'a", "{{ '\\", r"{{ '\8\9' }}", r"{{ '%}' }}{% set x = '}}' %}{{ x }}"]

NUMBERS = [
    "{{ 0 }} {{ 00 }} {{ 1_000 }} {{ 12 }}", "{{ 1.5 }} {{ 1e3 }} {{ 1.5e-3 }} {{ 1E+2 }} {{ 1_0.0_1 }}", "{{ 1. }}", "{{ .5 }}", "{{ 1.5.5 }}",
    "{{ 1e16 }} {{ 1e15 }} {{ 123456789012345678.0 }} {{ 0.0001 }} {{ 0.00001 }} {{ 1e-5 }} {{ 1e22 }} {{ 1.0 }} {{ -0.0 }} {{ 1e300 * 1e10 }}",
    "{{ 0.1 + 0.2 }} {{ 1/3 }} {{ 2/3 }} {{ 100.0 }} {{ 1e100 }} {{ 5e-324 }}", "{{ 9223372036854775807 }} {{ -9223372036854775807 }}", "{{ 1 2 }}", "{{ 1_ }}", "{{ 007 }}",
    ("{{ x[0].0 }} {{ x.0.1 }}", {"x": [[7, 8], 9]}), "{{ 1if true else 2 }}", "{{ [1,2,][1] }} {{ (1,) }} {{ (1,2,) }} {{ () }} {{ {} }} {{ {'a':1,} }}", "{{ 1, 2 }}", "{{ 1, }}"]

BROKEN = [
    "{{", "{{ 1", "{% if true %}", "{% if %}{% endif %}", "{% for x in %}{% endfor %}", "{{ }}", "{% %}", "{{ 1 + }}", "{{ (1 }}", "{{ [1 }}", "{{ 1) }}", "{{ [1) }}",
    "{% endif %}", "{% if true %}{% endfor %}", "{% unknown %}", "{{ a b }}", "{{ 'a' | }}", "{{ x is }}", "{{ a.}}", "{{ ! }}", "{{ a ? b }}", "{# x", "{% raw %}x",
    "{% set 1 = 2 %}", "{% set true = 2 %}", "{% set x %}", "{% for 1 in x %}{% endfor %}", "{% macro %}{% endmacro %}", "{% macro f(a=1, b) %}{% endmacro %}", "{% macro f(a, a) %}{% endmacro %}{{ f(1, 2) }}",
    "{{ f(a=1, 2) }}", "{{ f(*a, *b) }}", "{% break %}", "{% continue %}", "{% for i in [1] %}{% macro f() %}{% break %}{% endmacro %}{% endfor %}", "{{ a is b is c }}",
    "{% for loop in [1] %}{{ loop }}{% endfor %}", "{% for i in [1] %}{% set loop = 1 %}{{ loop }}{% endfor %}", "{{ x|nofilter }}", "{{ x is notest }}", "{% if false %}{{ x|nofilter }}{% endif %}ok",
    "{% if true %}{{ x|nofilter }}{% endif %}", "{{ 1 if true else (x|nofilter) }}", "{{ (x|nofilter) if true }}", "{% if false %}{% for i in [1] %}{{ x|nofilter }}{% endfor %}{% endif %}",
    "{% if x is notest %}{% endif %}", "{% else %}", "{% elif x %}", "{% if a %}{% else %}{% else %}{% endif %}", "{{ \x7f }}", "{{ $ }}", "{% call 1 %}{% endcall %}", "{{ {1} }}", "{{ {'a'} }}", "{{ a[] }}",
    "{{ a if b else }}", "{{ not }}", "{{ x[1 }}", "{{ 'a' if }}", "{{ {% if %} }}", "{{ f(a=1, a=2) }}", "{% filter %}x{% endfilter %}", "{% filter nofilter %}x{% endfilter %}", "{% with a %}{% endwith %}", "{% with a = 1 %}"]

CASES = SPACE + STRINGS + NUMBERS + BROKEN
