#include "cli/prompt_options.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/error.h"
#include "cli/options.h"
#include "prompts/prompt_sets.h"

namespace partwise::internal {

namespace {

using Bos = EncodeOptions::Bos;

}  // namespace

std::int64_t parse_labelled(const std::string& word) {
  constexpr std::int64_t kMost = 1 << 30;
  if (word == "all") return kAllLabelled;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
  if (error == std::errc() && end == word.data() + word.size() && n >= 0 && n <= kMost) return n;
  throw Error(ErrorCode::usage, fmt::format("--labelled cannot be '{}'", word), "a number of rows, or all");
}

void add_chat_options(OptionList& options, ChatChoice& chat) {
  options.flag("--chat", chat.is_wanted,
               "put the prompts through the model's chat template: the description is the system message, each row a "
               "user's turn, and the label words stand where the assistant begins");
  add_choice<std::optional<bool>>(options, "--chat-demonstrations", chat.demonstrations_as_turns,
                                  {{"turns", true}, {"text", false}},
                                  "in a chat, demonstrations are turns of user and assistant (default), or stand with "
                                  "all else in one user text");
  add_chat_template_option(options, chat);
}

void add_chat_template_option(OptionList& options, ChatChoice& chat) {
  options
      .parsed(
          "--chat-template", [&chat](const std::string& file) { chat.template_file = file; },
          "a chat template of your own instead of the model's; asks for --chat")
      .type_name("FILE");
}

void add_sets_option(OptionList& options, PromptChoice& choice) {
  options
      .option("--sets", choice.options.sets,
              "prompt sets: 1 (default) puts the rows behind the demonstrations; 2 also behind none; 3 and more also "
              "behind the next labelled rows, a block for each, for readers that hear several prompts")
      .type_name("N")
      .range(1, kMostSets);
}

void add_special_option(OptionList& options, std::optional<bool>& parse_special, const std::string& otherwise) {
  add_choice<std::optional<bool>>(
      options, "--special-in-rows", parse_special, {{"text", false}, {"parse", true}},
      fmt::format("what the spelling of a special token in a row or a label word becomes: text, or parse (that token); "
                  "{}",
                  otherwise));
}

void add_prompt_options(OptionList& options, PromptChoice& choice) {
  options
      .option("--prompts", choice.prompts_file,
              "prompts as they are: rows {\"prompt\" or \"ids\", \"options\" or \"option_ids\", \"label\"}, or the "
              "paper's own files; - is standard input")
      .type_name("FILE");
  options.option("--task", choice.task, "a built-in task, or a YAML file").type_name("NAME|FILE");
  options
      .option("--data", choice.train_file,
              "rows to draw demonstrations and the labelled pool from: JSON, CSV or TSV, also packed with gzip")
      .type_name("TRAIN");
  options.option("--test", choice.test_file, "rows to test on").type_name("TEST");
  options.option("--template", choice.options.template_index, "which of the task's templates, from 0 (default 0)")
      .type_name("N");
  options
      .option("--shots", choice.options.shots,
              "demonstrations in each prompt (default 4; 3 for three labels, one of each for more than four)")
      .type_name("N")
      .range(0, 1 << 20);
  options
      .parsed(
          "--labelled",
          [&choice](const std::string& word) {
            choice.options.labelled = parse_labelled(word);
            choice.labelled_given = true;
          },
          "labelled rows K, the demonstrations among them, or all that there are (default 24)")
      .type_name("K|all");
  options.option("--seed", choice.options.seed, "which rows are drawn (default 0)").type_name("N").seed();
  options
      .option("--limit", choice.options.limit,
              "at most that many test rows, or rows of --prompts, the first ones (default: all)")
      .type_name("N")
      .range(0, 1 << 30);
  add_choice<TooLong>(
      options, "--too-long", choice.too_long,
      {{"refuse", TooLong::refuse}, {"skip", TooLong::skip}, {"cut", TooLong::cut}},
      "rows whose prompts do not fit into the model's context: refuse (default); skip leaves them out; cut shortens "
      "their own text from its end, never the demonstrations. What was done is said and recorded");
  options.flag("--drop-repeated", choice.options.drop_repeated,
               "leave out test rows that are labelled rows, too: their text is the same but for case and white space");
  options.flag("--content-free", choice.options.content_free,
               "add prompts that calibrations learn from: 3 whose input says nothing, 20 of random words of the data");
  add_choice<Bos>(options, "--bos", choice.options.bos, {{"auto", Bos::automatic}, {"yes", Bos::yes}, {"no", Bos::no}},
                  "put the BOS token in front of prompts that are text: auto (by the tokenizer's own rule, the "
                  "default), yes or no");
  add_chat_options(options, choice.chat);
  add_special_option(options, choice.parse_special_in_rows,
                     "default: text with --task, parse with --prompts, whose rows are whole prompts");
}

void check_prompt_options(const PromptChoice& choice) {
  if (choice.prompts_file.empty() && choice.task.empty())
    throw Error(ErrorCode::usage, "--prompts FILE or --task NAME is needed");
  if (!choice.prompts_file.empty() && !choice.task.empty()) {
    throw Error(ErrorCode::usage, "--prompts and --task do not go together",
                "a file of prompts is finished; leave out one of them");
  }
  if (choice.task.empty() && !(choice.train_file.empty() && choice.test_file.empty())) {
    throw Error(ErrorCode::usage, "--data and --test need a --task");
  }
  if (choice.chat.demonstrations_as_turns && !choice.chat.is_on())
    throw Error(ErrorCode::usage, "--chat-demonstrations needs --chat");
  if (!choice.task.empty()) return;
  const PromptOptions usual;
  const std::pair<bool, const char*> given[] = {{choice.too_long == TooLong::cut, "--too-long cut"},
                                                {choice.options.content_free, "--content-free"},
                                                {choice.chat.is_on(), "--chat"},
                                                {choice.options.drop_repeated, "--drop-repeated"},
                                                {choice.options.template_index != usual.template_index, "--template"},
                                                {choice.options.shots != usual.shots, "--shots"},
                                                {choice.options.sets != usual.sets, "--sets"},
                                                {choice.labelled_given, "--labelled"},
                                                {choice.options.seed != usual.seed, "--seed"}};
  for (const auto& [is_given, name] : given)
    if (is_given)
      throw Error(ErrorCode::usage, fmt::format("{} needs a --task", name), "rows of --prompts are finished");
  if (choice.options.limit == 0) throw Error(ErrorCode::usage, "--limit 0 leaves no prompt");
}

}  // namespace partwise::internal
