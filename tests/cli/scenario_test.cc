#include "scenario.h"

#include <gtest/gtest.h>

#include <cctype>
#include <ostream>

#include "support/at_least.h"
#include "support/paths.h"

namespace partwise::internal::test {

/// The name of a case in failure messages.
void PrintTo(const Scenario& scenario, std::ostream* out) { *out << scenario.file << ": " << scenario.name; }

namespace {

class ScenarioTest : public ::testing::TestWithParam<Scenario> {};

TEST_P(ScenarioTest, Holds) {
  TempDir folder;
  run_scenario(GetParam(), folder.path());
}

std::string test_name(const ::testing::TestParamInfo<Scenario>& info) {
  std::string name = info.param.file + "_" + info.param.name;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Cli, ScenarioTest,
                         ::testing::ValuesIn(at_least(200,
                                                      load_scenarios(source_dir() / "tests" / "cli" / "scenarios"))),
                         test_name);

}  // namespace

}  // namespace partwise::internal::test
