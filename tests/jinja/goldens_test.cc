// Every case of scripts/jinja_cases, against what Python's jinja2 made of it (scripts/make-jinja-goldens).
#include <gtest/gtest.h>

#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "jinja/template.h"
#include "support/at_least.h"
#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal::jinja {
namespace {

/// What strftime_now tells in the goldens: 2025-03-04 05:06:07, a Tuesday.
std::tm golden_time() {
  std::tm time{};
  time.tm_year = 125;
  time.tm_mon = 2;
  time.tm_mday = 4;
  time.tm_hour = 5;
  time.tm_min = 6;
  time.tm_sec = 7;
  time.tm_wday = 2;
  time.tm_yday = 62;
  return time;
}

std::vector<OrderedJson> rows_of(const std::string& name) {
  std::ifstream file(test::source_dir() / "tests/jinja/goldens" / (name + ".jsonl"));
  std::vector<OrderedJson> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(OrderedJson::parse(line));
  return rows;
}

std::string source_of(const OrderedJson& row) {
  if (row.contains("template")) return row["template"].get<std::string>();
  const std::string name = row["name"].get<std::string>() + ".jinja";
  return read_text_file(test::source_dir() / "tests/jinja/templates" / name);
}

std::string render(const OrderedJson& row) {
  Variables variables;
  for (const auto& [name, value] : row["variables"].items()) set(variables, name, value_of_json(value));
  return Template(source_of(row), "t").render(variables, golden_time);
}

/// Rows of jinja2's errors, and of addresses that it prints, have to be errors of bad data, with a line.
void check(const OrderedJson& row) {
  if (row.contains("text")) {
    EXPECT_EQ(render(row), row["text"].get<std::string>()) << row.dump();
    return;
  }
  const Error error = test::error_of([&] { render(row); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data) << row.dump();
  EXPECT_TRUE(std::string(error.what()).starts_with("t line ")) << error.what();
  if (row.value("kind", "") != "TemplateError" && row.value("kind", "") != "UndefinedError") return;
  if (row["error"] == "'a' is undefined") return;  // a[]: we refuse it before it is reached
  const std::string said = row["error"].get<std::string>();
  if (said.starts_with("the inline if")) return;  // names a line in another way
  EXPECT_NE(std::string(error.what()).find(said), std::string::npos) << row.dump();
}

class Goldens : public testing::TestWithParam<const char*> {};

TEST_P(Goldens, AreWhatJinja2Makes) {
  for (const OrderedJson& row : test::at_least(100, rows_of(GetParam()))) {
    try {
      check(row);
    } catch (const Error& error) {
      ADD_FAILURE() << error.what() << "\n" << row.dump();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Jinja, Goldens,
                         testing::Values("lexing", "values", "texts", "filters", "statements", "styles"));

}  // namespace
}  // namespace partwise::internal::jinja
