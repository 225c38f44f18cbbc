#include "prompts/warning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "base/file.h"
#include "prompts/row_traps.h"
#include "support/paths.h"
#include "support/runs.h"

namespace partwise::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The codes in the first column of the page's table.
std::set<std::string> documented_codes() {
  const std::string text = read_text_file(test::source_dir() / "docs/warnings.md");
  static const std::regex row("\n\\| `([a-z-]+)` \\|");
  std::set<std::string> codes;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) codes.insert((*at)[1]);
  return codes;
}

TEST(Warnings, AreThoseOfTheDocumentation) {
  const std::vector<std::string> codes = warning_codes();
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()), documented_codes());
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), codes.size());
}

TEST(Warnings, OfARunHaveTheRemediesOfTheirHints) {
  const Warning repeats = repeated_rows_warning(3, 4, "");
  EXPECT_THAT(repeats.remedies, ElementsAre(Remedy(Setting::drop_repeated)));
  Warning older = repeats;
  older.hint = "--drop-repeated leaves these rows out";
  internal::Run run = test::make_run(4, 1, 1, 2);
  run.info.entries["warnings"] = FactText<std::vector<Warning>>::write({repeats, older});
  ASSERT_EQ(warnings_of(run).size(), 2u);
  EXPECT_EQ(warnings_of(run)[0], repeats);
  EXPECT_THAT(warnings_of(run)[1].remedies, IsEmpty()) << "its hint spells the option itself";
}

TEST(Warnings, ComeBackFromARun) {
  const std::vector<Warning> warnings = {{"double-bos", "2 of 2 \"prompts\"\n", "take it out"}, {"x", "y", "z"}};
  internal::Run run = test::make_run(4, 1, 1, 2);
  EXPECT_THAT(warnings_of(run), IsEmpty());
  run.info.entries["warnings"] = FactText<std::vector<Warning>>::write(warnings);
  EXPECT_EQ(warnings_of(run), warnings);
}

TEST(Warnings, OfOlderRunsAreTheRepeatsThatTheyCounted) {
  internal::Run run = test::make_run(6, 1, 1, 2);
  run.split = {Split::pool, Split::pool, Split::test, Split::test, Split::test, Split::test};
  run.info.entries["repeated_test_rows"] = "0";
  EXPECT_THAT(warnings_of(run), IsEmpty());
  run.info.entries["repeated_test_rows"] = "3";
  ASSERT_EQ(warnings_of(run).size(), 1u);
  EXPECT_EQ(warnings_of(run)[0].code, "test-rows-are-labelled-rows");
  EXPECT_THAT(warnings_of(run)[0].message, HasSubstr("3 of 4 test rows are labelled rows"));
}

TEST(Warnings, OfRunsFromElsewhereMayBeAnything) {
  internal::Run run = test::make_run(4, 1, 1, 2);
  for (const char* value : {"", "none", "{}", "[1]", "[{\"code\": 1}]", "{\"a\": 1}", "[[", "null"}) {
    run.info.entries["warnings"] = value;
    EXPECT_THAT(warnings_of(run), IsEmpty()) << value;
  }
}

}  // namespace
}  // namespace partwise::internal
