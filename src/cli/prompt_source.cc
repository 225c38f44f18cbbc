#include "cli/prompt_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/task_rows.h"

namespace partwise {

namespace {

using Bos = EncodeOptions::Bos;

/// Ids are as they are.
void check_texts(const PromptSet& set) {
  for (const Prompt& prompt : set.prompts) {
    if (!prompt.text.empty()) continue;
    throw Error(ErrorCode::usage, fmt::format("{}: --bos does not change a prompt that is given as ids", prompt.place),
                "put the BOS id among the ids, or leave --bos out");
  }
}

/// "24", "all"
std::int64_t parse_labelled(const std::string& word) {
  constexpr std::int64_t kMost = 1 << 30;
  if (word == "all") return kAllLabelled;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), n);
  if (error == std::errc() && end == word.data() + word.size() && n >= 0 && n <= kMost) return n;
  throw Error(ErrorCode::usage, fmt::format("--labelled cannot be '{}'", word), "a number of rows, or all");
}

}  // namespace

void add_special_option(CLI::App& app, std::optional<bool>& parse_special, const std::string& otherwise) {
  add_choice<std::optional<bool>>(
      app, "--special-in-rows", parse_special, {{"text", false}, {"parse", true}},
      fmt::format("what the spelling of a special token in a row or a label word becomes: text, or parse (that token); "
                  "{}",
                  otherwise));
}

void PromptSource::add_to(CLI::App& app) {
  app.add_option("--prompts", prompts_file,
                 "prompts as they are: rows {\"prompt\" or \"ids\", \"options\" or \"option_ids\", \"label\"}, or the "
                 "paper's own files; - is standard input")
      ->type_name("FILE");
  app.add_option("--task", task, "a built-in task, or a YAML file")->type_name("NAME|FILE");
  app.add_option("--data", train_file,
                 "rows to draw demonstrations and the labelled pool from: JSON, CSV or TSV, also packed with gzip")
      ->type_name("TRAIN");
  app.add_option("--test", test_file, "rows to test on")->type_name("TEST");
  app.add_option("--template", options.template_index, "which of the task's templates, from 0 (default 0)")
      ->type_name("N");
  app.add_option("--shots", options.shots,
                 "demonstrations in each prompt (default 4; 3 for three labels, one of each for more than four)")
      ->type_name("N")
      ->check(CLI::Range(0, 1 << 20));
  app.add_option_function<std::string>(
         "--labelled",
         [this](const std::string& word) {
           options.labelled = parse_labelled(word);
           labelled_given = true;
         },
         "labelled rows K, the demonstrations among them, or all that there are (default 24)")
      ->type_name("K|all");
  app.add_option("--seed", options.seed, "which rows are drawn (default 0)")->type_name("N")->check(seed_check());
  app.add_option("--limit", options.limit,
                 "at most that many test rows, or rows of --prompts, the first ones (default: all)")
      ->type_name("N")
      ->check(CLI::Range(0, 1 << 30));
  add_choice<TooLong>(
      app, "--too-long", too_long, {{"refuse", TooLong::refuse}, {"skip", TooLong::skip}, {"cut", TooLong::cut}},
      "rows whose prompts do not fit into the model's context: refuse (default); skip leaves them out; cut shortens "
      "their own text from its end, never the demonstrations. What was done is said and recorded");
  app.add_flag("--drop-repeated", options.drop_repeated,
               "leave out test rows that are labelled rows, too: their text is the same but for case and white space");
  app.add_flag("--content-free", options.content_free,
               "add prompts that calibrations learn from: 3 whose input says nothing, 20 of random words of the data");
  add_choice<Bos>(app, "--bos", options.bos, {{"auto", Bos::automatic}, {"yes", Bos::yes}, {"no", Bos::no}},
                  "put the BOS token in front of prompts that are text: auto (by the tokenizer's own rule, the "
                  "default), yes or no");
  add_special_option(app, parse_special_in_rows,
                     "default: text with --task, parse with --prompts, whose rows are whole prompts");
}

std::string PromptSource::describe_unused(const PromptSet& set) const {
  const std::int64_t n_unused = set.n_labelled_rows - options.labelled;
  if (task.empty() || labelled_given || n_unused <= 0) return "";
  return fmt::format("{} of {} labelled rows are not used: --labelled all takes them, too", format_count(n_unused),
                     format_count(set.n_labelled_rows));
}

std::vector<std::string> PromptSource::files() const {
  std::vector<std::string> files = {prompts_file, task, train_file, test_file};
  if (task.empty()) return files;
  const Task loaded = load_task(task);
  for (const auto& own : {loaded.train_file, loaded.test_file}) files.push_back(own.string());
  return files;
}

PromptSet PromptSource::read(const LoadedModel& loaded) const {
  PromptSet set = read_texts();
  loaded.tokenize(set, too_long);
  return set;
}

PromptSet PromptSource::read_texts() const {
  check_usage();
  if (!task.empty()) return from_task();
  return from_file();
}

PromptSet PromptSource::from_file() const {
  PromptSet set = read_prompt_file(prompts_file);
  if (options.limit >= 0 && options.limit < std::ssize(set.prompts))
    set.prompts.resize(static_cast<std::size_t>(options.limit));
  if (options.bos != Bos::automatic) check_texts(set);
  set_bos(set, options.bos);
  if (!parse_special_in_rows.value_or(true)) make_literal(set);
  return set;
}

void PromptSource::check_usage() const {
  if (prompts_file.empty() == task.empty()) {
    throw Error(ErrorCode::usage, "the prompts come from one of --prompts FILE and --task NAME");
  }
  if (task.empty() && !(train_file.empty() && test_file.empty())) {
    throw Error(ErrorCode::usage, "--data and --test need a --task");
  }
  if (!task.empty()) return;
  const PromptOptions usual;
  const std::pair<bool, const char*> given[] = {
      {too_long == TooLong::cut, "--too-long cut"}, {options.content_free, "--content-free"},
      {options.drop_repeated, "--drop-repeated"},   {options.template_index != usual.template_index, "--template"},
      {options.shots != usual.shots, "--shots"},    {labelled_given, "--labelled"},
      {options.seed != usual.seed, "--seed"}};
  for (const auto& [is_given, name] : given)
    if (is_given)
      throw Error(ErrorCode::usage, fmt::format("{} needs a --task", name), "rows of --prompts are finished");
  if (options.limit == 0) throw Error(ErrorCode::usage, "--limit 0 leaves no prompt");
}

PromptSet PromptSource::from_task() const {
  const Task loaded = load_task(task);
  TaskRows rows = train_file.empty() ? own_rows(loaded) : rows_of(train_file, test_file);
  if (train_file.empty() && !test_file.empty()) {
    DataFile test = read_data_file(test_file);
    rows.test = std::move(test.rows);
    std::ranges::move(test.notes, std::back_inserter(rows.notes));
  }
  PromptOptions all = options;
  all.parse_special_in_rows = parse_special_in_rows.value_or(false);
  PromptSet set = build_prompts(loaded, rows.train, rows.test, all);
  set.notes.insert(set.notes.begin(), rows.notes.begin(), rows.notes.end());
  return set;
}

void print_notes(const PromptSet& set, const Console& console) {
  for (const std::string& note : set.notes) console.note(note);
}

}  // namespace partwise
