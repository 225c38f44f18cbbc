#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/prompt_options.h"
#include "prompts/prompt_traps.h"
#include "report/text/text_table.h"
#include "session/decompose_job.h"
#include "session/warnings.h"

namespace partwise {

namespace {

/// Tokens as the tokenizer's vocabulary spells them; nothing without a tokenizer.
std::vector<std::string> token_texts(const Tokenizer* tokenizer, const std::vector<TokenId>& ids) {
  std::vector<std::string> texts;
  for (TokenId id : tokenizer ? ids : std::vector<TokenId>()) texts.push_back(tokenizer->token_text(id));
  return texts;
}

/// "Review|:| Five| stars|.|\\n": what JSON escapes is escaped here too, so that a piece never breaks the line.
std::string pieces(const Tokenizer& tokenizer, const std::vector<TokenId>& ids) {
  std::vector<std::string> escaped;
  for (const std::string& text : token_texts(&tokenizer, ids)) {
    const std::string quoted = json_line(text);
    escaped.push_back(quoted.substr(1, quoted.size() - 2));
  }
  return fmt::format("{}", fmt::join(escaped, "|"));
}

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
    print_notes(set, console);
    say_too_long(console.listener(), set);
    const std::size_t row = chosen_row(set);
    warn(console.listener(), prompt_warnings(set, loaded.tokenizer()));
    json_ ? print_json(console, set, row, loaded.tokenizer()) : print_text(console, set, row, loaded.tokenizer());
  }

 private:
  std::size_t chosen_row(const PromptSet& set) const {
    const auto test = std::find(set.split.begin(), set.split.end(), 1);
    if (row_ < 0) return test == set.split.end() ? 0 : static_cast<std::size_t>(test - set.split.begin());
    if (row_ < std::ssize(set.prompts)) return static_cast<std::size_t>(row_);
    throw Error(ErrorCode::usage, fmt::format("there is no prompt {}", row_),
                fmt::format("there are {}, counted from 0", set.prompts.size()));
  }

  static void print_text(Console& console, const PromptSet& set, std::size_t row, const Tokenizer* tokenizer) {
    const Prompt& prompt = set.prompts[row];
    console.print(fmt::format("{}\n\n", prompt.text.empty() ? "(given as ids)" : prompt.text));
    print_entry(console, "row", fmt::format("{} of {}, {}", row, set.prompts.size(), prompt.place));
    print_entry(console, "ids", fmt::format("{}: {}", prompt.ids.size(), fmt::join(prompt.ids, " ")));
    if (tokenizer) print_entry(console, "tokens", pieces(*tokenizer, prompt.ids));
    for (std::size_t y = 0; y < prompt.label_ids.size(); ++y) print_entry(console, "label", label(prompt, y));
  }

  static void print_entry(Console& console, std::string_view name, const std::string& text) {
    console.print(fmt::format("{}{}\n", styled(fmt::format("{:8}", name), "1", console.colour()), text));
  }

  /// "0  ' negative'  3524"
  static std::string label(const Prompt& prompt, std::size_t y) {
    const std::string word = y < prompt.options.size() ? fmt::format("'{}'  ", prompt.options[y]) : "";
    const bool right = prompt.label == static_cast<std::int32_t>(y);
    return fmt::format("{}  {}{}{}", y, word, prompt.label_ids[y], right ? "  (the right one)" : "");
  }

  static void print_json(Console& console, const PromptSet& set, std::size_t row, const Tokenizer* tokenizer) {
    const Prompt& prompt = set.prompts[row];
    OrderedJson label;
    if (prompt.label >= 0) label = prompt.label;
    console.print_json({{"row", row},
                        {"place", prompt.place},
                        {"prompt", prompt.text},
                        {"ids", prompt.ids},
                        {"tokens", token_texts(tokenizer, prompt.ids)},
                        {"options", prompt.options},
                        {"option_ids", prompt.label_ids},
                        {"label", label},
                        {"warnings", warnings_json(prompt_warnings(set, tokenizer))}});
  }

  ModelChoice model_;
  PromptChoice prompts_;
  std::int64_t row_ = -1;
  bool json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 32,
    .name = "prompt",
    .summary = "an exact prompt with its token and label ids, before any time is spent",
    .usage = "--model MODEL (--prompts FILE | --task NAME|FILE [options]) [--row N]",
    .description =
        "Shows one of the prompts that `partwise decompose` would run with the same options: its text, its token "
        "ids and pieces, and the id of each label word. Warns of traps that can be seen in all of them.",
    .example = "partwise prompt --model SmolLM2.gguf --task reviews --seed 1",
    .make = make_command<PromptCommand>,
};

}  // namespace

void register_prompt(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise
