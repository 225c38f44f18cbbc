#include "jinja/limits.h"

#include <gtest/gtest.h>

#include "jinja/template.h"
#include "support/errors.h"

namespace partwise::internal::jinja {
namespace {

std::string error_of(const std::string& source, const Limits& limits = {}) {
  return test::error_of([&] { Template(source, "t").render({}, {}, limits); }).what();
}

std::string times(int n, const std::string& part) {
  std::string whole;
  for (int i = 0; i < n; ++i) whole += part;
  return whole;
}

void expect_error(const std::string& source, const std::string& part) {
  const std::string error = error_of(source);
  EXPECT_NE(error.find(part), std::string::npos) << error << " of " << source.substr(0, 200);
}

TEST(Limits, StepsAreCounted) {
  const std::string loops = "{% for i in range(1000) %}{% for j in range(1000) %}{{ j }}{% endfor %}{% endfor %}";
  EXPECT_EQ(error_of(loops, {.steps = 100'000}), "t line 1: the template takes more than 100,000 steps");
  EXPECT_EQ(Template(loops, "t").render({}).size(), 1000u * (10 + 90 * 2 + 900 * 3));
}

TEST(Limits, WorkInsideFiltersIsCounted) {
  const std::string sorts = "{% for i in range(1000) %}{% set x = range(1000)|sort|join %}{% endfor %}";
  EXPECT_NE(error_of(sorts, {.steps = 100'000}).find("steps"), std::string::npos);
  const std::string compares =
      "{% set a = 'x' * 10000000 %}{% set b = [a ~ 'y'] %}{% set c = [a ~ 'y'] %}"
      "{% for i in range(1000) %}{% if b == c %}{% endif %}{% endfor %}";
  EXPECT_NE(error_of(compares, {.steps = 100'000}).find("steps"), std::string::npos);
}

TEST(Limits, BytesAreCountedAlsoOfWhatIsDropped) {
  const std::string loop = "{% for i in range(100) %}{% set x = 'a' * 100000 %}{% endfor %}";
  EXPECT_NE(error_of(loop, {.bytes = 1'000'000}).find("take more than 1.0 MB"), std::string::npos);
}

TEST(Limits, TextsAndListsMayNotExplode) {
  expect_error("{{ 'a' * 100000000 }}", "longer than 64 MiB");
  expect_error("{{ ('a' * 10000000)|replace('a', 'b' * 10000000) }}", "longer than 64 MiB");
  expect_error("{{ ('ab' * 1000000).replace('', 'x' * 100) }}", "longer than 64 MiB");
  expect_error("{{ range(1000)|join('x' * 1000000) }}", "longer than 64 MiB");
  expect_error("{{ '%10001d' % 1 }}", "10,000");
  expect_error("{{ '{:10001}'.format(1) }}", "10,000");
  expect_error("{{ [1] * 100000000 }}", "a list becomes too long");
  expect_error("{{ range(100001) }}", "more than 100000 items");
  expect_error("{{ range(9223372036854775807) }}", "more than 100000 items");
  expect_error("{{ 'a'.center(9223372036854775807) }}", "longer than 64 MiB");
  expect_error("{{ ['a']|batch(9223372036854775807, 1)|list }}", "too long");
  expect_error("{% for i in range(99) %}{{ 'a' * 1000000 }}{% endfor %}", "longer than 64 MiB");
}

TEST(Limits, ValuesMayNotNestForever) {
  const std::string list = "{% set ns = namespace(x=[]) %}{% for i in range(300) %}{% set ns.x = [ns.x] %}{% endfor %}";
  expect_error(list, "nests more than 250 levels");
  const std::string twice =
      "{% set ns = namespace(x=['a']) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == 1 "
      "}}";
  expect_error(twice, "larger than 1 GiB");
}

TEST(Limits, NamespacesInThemselves) {
  const std::string cycle = "{% set ns = namespace() %}{% set ns.x = [ns] %}";
  EXPECT_EQ(Template(cycle, "t").render({}), "");
  expect_error(cycle + "{{ ns }}", "nests too deep");
  expect_error(cycle + "{{ ns|tojson }}", "not JSON serializable");
  EXPECT_EQ(Template(cycle + "{{ ns == ns.x[0] }}", "t").render({}), "True");
  const std::string chain =
      "{% set ns = namespace() %}{% set at = namespace(x=ns) %}{% for i in range(100000) %}"
      "{% set next = namespace(x=at.x) %}{% set at.x = next %}{% endfor %}";
  EXPECT_EQ(Template(chain, "t").render({}), "");
}

TEST(Limits, CallsMayNotGoOnForever) {
  expect_error("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "levels deep");
  expect_error("{% macro f() %}{% call f() %}{{ caller() }}{% endcall %}{% endmacro %}{{ f() }}", "levels deep");
}

TEST(Limits, SyntaxMayNotNestForever) {
  const int n = 100'000;
  for (const auto& [open, close] :
       {std::pair("(", ")"), {"[", "]"}, {"{1:", "}"}, {"-", ""}, {"not ", ""}, {"f(", ")"}})
    expect_error("{{ " + times(n, open) + "1" + times(n, close) + " }}", "nests more than");
  for (const char* tail : {" + 1", " * 1", " ** 1", " or 1", " and 1", "|abs", ".a", "[0]", "()", " if 1"})
    error_of("{{ 1" + times(n, tail) + " }}");
  for (const char* block : {"{% if 1 %}", "{% for i in x %}", "{% set x %}", "{% macro f() %}", "{% filter upper %}"})
    expect_error(times(n, block), "nests more than");
  expect_error(std::string((4u << 20) + 1, ' '), "longer than 4 MiB");
  expect_error("{% for " + times(n, "(") + "a" + times(n, ")") + " in x %}{% endfor %}", "nests more than");
}

TEST(Limits, ManyNamesTakeLittleTime) {
  std::string names, branches;
  for (int i = 0; i < 50'000; ++i) names += "{% set n" + std::to_string(i) + " = 1 %}";
  EXPECT_EQ(Template(names + "{{ n49999 }}", "t").render({}), "1");
  for (int i = 0; i < 50'000; ++i) branches += "{% if x %}{% set n" + std::to_string(i) + " = 1 %}{% endif %}";
  expect_error(branches, "more than 20,000,000 steps");
}

TEST(Limits, LongChainsThatPeopleWriteAreFine) {
  EXPECT_EQ(Template("{{ 'a'" + times(1000, " ~ 'b'") + " }}", "t").render({}).size(), 1001u);
  EXPECT_EQ(Template("{{ 0" + times(100, " + 1") + " }}", "t").render({}), "100");
  std::string choices = "{% if x == 0 %}0";
  for (int i = 1; i < 1000; ++i) choices += "{% elif x == " + std::to_string(i) + " %}" + std::to_string(i);
  EXPECT_EQ(Template("{% set x = 999 %}" + choices + "{% endif %}", "t").render({}), "999");
}

TEST(Limits, IntegersDoNotWrap) {
  for (const char* sum :
       {"9223372036854775807 + 1", "-9223372036854775807 - 2", "9223372036854775807 * 2", "2 ** 63",
        "(-9223372036854775807 - 1) // -1", "-(-9223372036854775807 - 1)", "'9223372036854775808'|int", "1e300|int",
        "(-9223372036854775807 - 1)|abs", "3 ** 1000000000"})
    expect_error(std::string("{{ ") + sum + " }}", "does not fit into 64 bits");
  expect_error("{{ 9223372036854775808 }}", "does not fit into 64 bits");
  EXPECT_EQ(Template("{{ (-9223372036854775807 - 1) % -1 }}", "t").render({}), "0");
}

}  // namespace
}  // namespace partwise::internal::jinja
