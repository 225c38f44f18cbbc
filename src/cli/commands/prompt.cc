#include "report/data/prompt.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/prompt_options.h"
#include "prompts/prompt_traps.h"
#include "report/text/prompt.h"
#include "session/decompose_job.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

class PromptCommand : public Command {
 public:
  void add_options(OptionList& options) override {
    add_model_options(options, model_);
    add_prompt_options(options, prompts_);
    options.option("--row", row_, "which prompt, from 0 (default: the first test row)")
        .type_name("N")
        .range(0, 1 << 30);
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    check_prompt_options(prompts_);
    const LoadedModel loaded(model_);
    const PromptSet set = prompts_.read(loaded);
    say_notes(console.listener(), set);
    say_too_long(console.listener(), set);
    const std::size_t row = chosen_row(set);
    const std::vector<Warning> warnings = prompt_warnings(set, loaded.tokenizer());
    warn(console.listener(), warnings);
    if (json_) return console.print_json(prompt_json(set, row, loaded.tokenizer(), warnings));
    console.print(prompt_text(set, row, loaded.tokenizer(), console.colour()));
  }

 private:
  std::size_t chosen_row(const PromptSet& set) const {
    const auto test = std::ranges::find(set.split, Split::test);
    if (row_ < 0) return test == set.split.end() ? 0 : static_cast<std::size_t>(test - set.split.begin());
    if (row_ < std::ssize(set.prompts)) return static_cast<std::size_t>(row_);
    throw Error(ErrorCode::usage, fmt::format("there is no prompt {}", row_),
                fmt::format("there are {}, counted from 0", set.prompts.size()));
  }

  ModelChoice model_;
  PromptChoice prompts_;
  std::int64_t row_ = -1;
  bool json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 32,
    .name = "prompt",
    .summary = "shows an exact prompt with its token and label ids, before any time is spent",
    .usage = "--model MODEL (--prompts FILE | --task NAME|FILE [options]) [--row N]",
    .description =
        "Shows one of the prompts that `partwise decompose` would run with the same options: its text, its token "
        "ids and pieces, and the id of each label word. Warns of traps that can be seen in all of them.",
    .example = "partwise prompt --model SmolLM2.gguf --task reviews --seed 1",
    .make = make_command<PromptCommand>,
};

}  // namespace

void register_prompt(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
