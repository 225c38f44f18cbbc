#include "cli/help.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "cli/command.h"

namespace partwise::internal {
namespace {

TEST(Help, EveryCommandSaysWhatItIsFor) {
  for (const CommandInfo& info : commands()) {
    SCOPED_TRACE(info.name);
    EXPECT_FALSE(info.summary.empty());
    EXPECT_TRUE(info.description.ends_with('.'));
    EXPECT_NE(info.example.find("partwise " + std::string(info.name)), std::string::npos);
  }
}

TEST(Help, EveryOptionIsDescribedAndShown) {
  for (const CommandInfo& info : commands()) {
    CLI::App app;
    const std::unique_ptr<Command> command = info.make();
    OptionList options(app);
    command->add_options(options);
    const std::string help = command_help(info, app);
    for (const CLI::Option* option : app.get_options()) {
      SCOPED_TRACE(std::string(info.name) + " " + option->get_name());
      EXPECT_FALSE(option->get_description().empty());
      for (const std::string& name : option->get_lnames()) EXPECT_NE(help.find("--" + name), std::string::npos);
    }
  }
}

/// The options ("--model", "--json", ...) in a text.
std::vector<std::string> options_in(const std::string& text) {
  std::vector<std::string> options;
  for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 2)) {
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", at);
    options.push_back(text.substr(at, end - at));
  }
  return options;
}

TEST(Help, ExamplesAndUsageNameOnlyOptionsThatExist) {
  for (const CommandInfo& info : commands()) {
    CLI::App app;
    const std::unique_ptr<Command> command = info.make();
    OptionList options(app);
    command->add_options(options);
    const std::string text = std::string(info.usage) + "\n" + std::string(info.example);
    for (const std::string& option : options_in(text)) {
      EXPECT_NE(app.get_option_no_throw(option), nullptr) << info.name << " " << option;
    }
  }
}

TEST(Help, FitsATerminal) {
  for (const CommandInfo& info : commands()) {
    CLI::App app;
    const std::unique_ptr<Command> command = info.make();
    OptionList options(app);
    command->add_options(options);
    std::istringstream help(command_help(info, app));
    for (std::string line; std::getline(help, line);) EXPECT_LE(line.size(), 110u) << line;
  }
}

TEST(Help, CommandsHaveTheirOwnNamesAndPlaces) {
  std::set<std::string_view> names;
  std::set<int> places;
  for (const CommandInfo& info : commands()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(places.insert(info.place).second) << info.name;
  }
  for (const char* name : {"demo", "inspect", "tokenize", "detokenize", "prompt", "chat", "decompose", "analyze", "fit",
                           "eval", "classify", "make-random"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Help, UnknownCommandsAreUsageErrors) {
  try {
    find_command("analyse");
    FAIL() << "found";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::usage);
    EXPECT_NE(error.hint().find("analyze"), std::string::npos);
  }
}

TEST(Wrap, BreaksAtSpacesAndIndents) {
  EXPECT_EQ(wrap("", 10, 0), "");
  EXPECT_EQ(wrap("one", 10, 0), "one");
  EXPECT_EQ(wrap("one two three", 8, 0), "one two\nthree");
  EXPECT_EQ(wrap("one two three", 9, 2), "one two\n  three");
  EXPECT_EQ(wrap("longer-than-the-width x", 5, 1), "longer-than-the-width\n x");
}

}  // namespace
}  // namespace partwise::internal
