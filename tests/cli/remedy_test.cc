#include "cli/remedy.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"

namespace partwise::internal {
namespace {

constexpr int kSettings = static_cast<int>(Setting::train_file) + 1, kSteps = static_cast<int>(Step::tokenize) + 1;

bool has_option(const CommandInfo& info, const std::string& option) {
  CLI::App app;
  const std::unique_ptr<Command> command = info.make();
  OptionList options(app);
  command->add_options(options);
  return app.get_option_no_throw(option) != nullptr;
}

TEST(Remedies, EverySettingIsAnOptionOfSomeCommand) {
  for (int i = 0; i < kSettings; ++i) {
    const std::string text = spelled(static_cast<Setting>(i));
    const std::string option = text.substr(0, text.find(' '));
    bool found = false;
    for (const CommandInfo& info : commands()) found = found || has_option(info, option);
    EXPECT_TRUE(found) << i << " " << text;
  }
}

TEST(Remedies, EveryStepIsACommand) {
  const std::string program = "partwise ";
  for (int i = 0; i < kSteps; ++i) {
    const std::string text = spelled(static_cast<Step>(i));
    ASSERT_TRUE(text.starts_with(program)) << text;
    EXPECT_NO_THROW(find_command(text.substr(program.size()))) << text;
  }
}

TEST(Remedies, ValuesAreWhatACommandLineTakes) {
  EXPECT_EQ(spelled(Setting::shots), "--shots N");
  EXPECT_EQ(spelled({Setting::shots, "0"}), "--shots 0");
  EXPECT_EQ(spelled(Setting::by_source), "--by-source");
  EXPECT_EQ(spelled({Setting::memory, "12000000"}), "--memory 12M");
  EXPECT_EQ(spelled({Setting::allow_unknown, "it's"}), "--allow-unknown 'it'\\''s'");
  EXPECT_EQ(spelled({Setting::store, "hidden", Step::decompose}), "partwise decompose --store hidden");
}

TEST(Remedies, AreAlternativesButForNamesToAllow) {
  const Error either(ErrorCode::usage, "no", {"take fewer", {Setting::shots, {Setting::too_long, "cut"}}});
  EXPECT_EQ(hint_line(either), "take fewer (--shots N, --too-long cut)");
  const Error names(ErrorCode::bad_data, "no", {"let them pass", allowing({"a", "b c"})});
  EXPECT_EQ(hint_line(names), "let them pass (--allow-unknown a --allow-unknown 'b c')");
  EXPECT_EQ(hint_line(Error(ErrorCode::bad_data, "no", "think")), "think");
  EXPECT_EQ(hint_line(Error(ErrorCode::bad_data, "no")), "");
}

}  // namespace
}  // namespace partwise::internal
