#include "jinja/template.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/json.h"
#include "support/errors.h"

namespace partwise::internal::jinja {
namespace {

std::string error_of(const std::string& source, const Variables& variables = {}) {
  return test::error_of([&] { Template(source, "chat.jinja").render(variables); }).what();
}

TEST(Template, WhatIsNotSupportedIsRefusedByNameWithItsLine) {
  EXPECT_EQ(error_of("a\n{% include 'x' %}"), "chat.jinja line 2: the statement 'include' is not supported");
  EXPECT_EQ(error_of("{% block a %}"), "chat.jinja line 1: the statement 'block' is not supported");
  EXPECT_EQ(error_of("\n\n{{ x|urlize }}"), "chat.jinja line 3: the filter 'urlize' is not supported");
  EXPECT_EQ(error_of("{{ x is filter }}"), "chat.jinja line 1: the test 'filter' is not supported");
  EXPECT_EQ(error_of("{% for i in x recursive %}"), "chat.jinja line 1: a recursive loop is not supported");
  EXPECT_EQ(error_of("{% if 0 %}\n{{ x|pprint }}{% endif %}"),
            "chat.jinja line 2: the filter 'pprint' is not supported");
  EXPECT_EQ(error_of("{{ 'a'.translate({}) }}"), "chat.jinja line 1: the method 'translate' is not supported");
  EXPECT_EQ(error_of("{{ lipsum() }}"), "chat.jinja line 1: 'lipsum' is not supported");
  EXPECT_EQ(error_of("{{ 0x1F }}"), "chat.jinja line 1: a number with another base is not supported");
  EXPECT_EQ(error_of("{{ né }}"), "chat.jinja line 1: a name with characters outside of ASCII is not supported");
  EXPECT_EQ(error_of(R"({{ '\ud800' }})"), "chat.jinja line 1: an escape in a string stands for no character");
  EXPECT_EQ(error_of("\xff"), "chat.jinja: the template is not UTF-8");
}

TEST(Template, ErrorsNameTheLineThatIsComputed) {
  EXPECT_EQ(error_of("{% macro f(x) %}\n{{ x.a.b }}\n{% endmacro %}\n{{ f({}) }}"),
            "chat.jinja line 2: 'dict object' has no attribute 'a'");
  EXPECT_EQ(error_of("{% macro f(x) %}\n{{ x }}\n{% endmacro %}\n{{ 1 +\n f(2) }}"),
            "chat.jinja line 4: unsupported operand type(s) for +: 'int' and 'str'");
  EXPECT_EQ(error_of("\n{{ raise_exception('Roles must alternate!') }}"), "chat.jinja line 2: Roles must alternate!");
}

TEST(Template, AGeneratorIsNotPrinted) {
  EXPECT_NE(error_of("{{ [1]|map('string') }}").find("put `| list` behind it"), std::string::npos);
}

TEST(Template, TheClockIsTheCallers) {
  EXPECT_EQ(error_of("{{ strftime_now('%Y') }}"), "chat.jinja line 1: 'strftime_now' without a clock is not supported");
  EXPECT_EQ(Template("{{ strftime_now is defined }}", "t").render({}), "True");
}

TEST(Template, VariablesGoBeforeFunctions) {
  EXPECT_EQ(Template("{{ range }}", "t").render({{"range", integer(5)}}), "5");
}

TEST(Template, KeysOfJsonKeepTheirOrder) {
  const Value value = value_of_json(OrderedJson::parse(R"({"z": 1, "a": [2.0, null], "m": {"b": "é"}})"));
  EXPECT_EQ(Template("{{ x }} {{ x|tojson }}", "t").render({{"x", value}}),
            "{'z': 1, 'a': [2.0, None], 'm': {'b': 'é'}} {\"z\": 1, \"a\": [2.0, null], \"m\": {\"b\": \"é\"}}");
}

TEST(Template, LargeDictsFindTheirKeys) {
  std::string source = "{% set d = {";
  for (int i = 0; i < 100; ++i)
    source += std::to_string(i) + ": 'v" + std::to_string(i) + "', 'k" + std::to_string(i) + "': 1,";
  EXPECT_EQ(
      Template(source + "} %}{{ d[42] }}{{ d.k99 }}{{ d[true] }}{{ d[100] is defined }}{{ d|length }}", "t").render({}),
      "v421v1False200");
}

TEST(Template, IntegersPast64BitsAreRefusedInJson) {
  EXPECT_THROW(value_of_json(OrderedJson::parse("18446744073709551615")), Error);
}

TEST(Template, ManyThreadsMayRenderOne) {
  const Template shared("{% for m in messages %}{{ m|upper }}{{ loop.index }}{% endfor %}{{ 'a' 'b' }}", "t");
  const Variables variables = {{"messages", list({text("x"), text("y")})}};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) EXPECT_EQ(shared.render(variables), "X1Y2ab");
    });
  for (std::thread& thread : threads) thread.join();
}

TEST(Template, AMacroOutsideOfItsBlockIsRefused) {
  const std::string source =
      "{% set ns = namespace() %}{% for i in [1] %}{% macro f() %}{{ i }}{% endmacro %}{% set ns.f = f %}{{ ns.f() }}"
      "{% endfor %}{{ ns.f() }}";
  EXPECT_EQ(error_of(source),
            "chat.jinja line 1: to call a macro outside of the block that defines it is not supported");
}

TEST(Template, ALoopOutlivesItsBlock) {
  const std::string source =
      "{% set ns = namespace() %}{% for i in [1, 2] %}{% set ns.loop = loop %}{% set ns.cycle = loop.cycle %}{% endfor "
      "%}"
      "{{ ns.loop.index }}{{ ns.loop.length }}{{ ns.cycle('a', 'b') }}";
  EXPECT_EQ(Template(source, "t").render({}), "22b");
}

// What jinja2 gives with Environment(keep_trailing_newline=True, undefined=StrictUndefined).
TEST(Template, PlainOnesKeepTheirWhiteSpace) {
  const auto plain = [](const char* source) { return Template(source, "t", Dialect::plain).render({}); };
  EXPECT_EQ(plain("  {% if 1 %}\n a\n  {% endif %}\n"), "  \n a\n  \n");
  EXPECT_EQ(plain("a {%- if 1 -%} b {%- endif -%}\n c{# x #}\n"), "abc\n");
  EXPECT_EQ(Template("  {% if 1 %}\n a\n  {% endif %}\n", "t").render({}), " a\n");
}

TEST(Template, PlainOnesPrintNothingThatIsNotDefined) {
  const auto plain = [](const char* source) { return Template(source, "t", Dialect::plain).render({}); };
  EXPECT_THROW(plain("{{ x }}"), Error);
  EXPECT_THROW(plain("{{ {'a': 1}.b }}"), Error);
  EXPECT_EQ(plain("{{ x|default('d') }}{{ x is defined }}"), "dFalse");
  EXPECT_EQ(Template("a{{ x }}", "t").render({}), "a");
}

}  // namespace
}  // namespace partwise::internal::jinja
