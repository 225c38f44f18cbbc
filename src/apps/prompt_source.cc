#include "apps/prompt_source.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "apps/task_rows.h"
#include "base/error.h"
#include "base/text.h"

namespace partwise {

namespace {

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

void PromptSource::add_to(CLI::App& app) {
  app.add_option("--prompts", prompts_file,
                 "prompts as they are: rows {\"prompt\" or \"ids\", \"options\" or \"option_ids\", \"label\"}, or the "
                 "paper's own files; - is standard input")
      ->type_name("FILE");
  app.add_option("--task", task, "a built-in task, or a YAML file")->type_name("NAME|FILE");
  app.add_option("--data", train_file, "rows to draw demonstrations and the labelled pool from: JSONL, CSV or TSV")
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
  app.add_flag("--drop-repeated", options.drop_repeated,
               "leave out test rows that are labelled rows, too: their text is the same but for case and white space");
  app.add_flag("--content-free", options.content_free,
               "add prompts that calibrations learn from: 3 whose input says nothing, 20 of random words of the data");
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
  loaded.tokenize(set);
  return set;
}

PromptSet PromptSource::read_texts() const {
  check_usage();
  if (!task.empty()) return from_task();
  PromptSet set = read_prompt_file(prompts_file);
  if (options.limit >= 0 && options.limit < std::ssize(set.prompts))
    set.prompts.resize(static_cast<std::size_t>(options.limit));
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
  const std::pair<bool, const char*> given[] = {{options.content_free, "--content-free"},
                                                {options.drop_repeated, "--drop-repeated"},
                                                {options.template_index != usual.template_index, "--template"},
                                                {options.shots != usual.shots, "--shots"},
                                                {labelled_given, "--labelled"},
                                                {options.seed != usual.seed, "--seed"}};
  for (const auto& [is_given, name] : given)
    if (is_given)
      throw Error(ErrorCode::usage, fmt::format("{} needs a --task", name), "rows of --prompts are finished");
  if (options.limit == 0) throw Error(ErrorCode::usage, "--limit 0 leaves no prompt");
}

PromptSet PromptSource::from_task() const {
  const Task loaded = load_task(task);
  const bool own = train_file.empty();
  TaskRows rows = own ? own_rows(loaded) : TaskRows{read_data(train_file), {}};
  if (!test_file.empty()) rows.test = read_data(test_file);
  return build_prompts(loaded, rows.train, rows.test, options);
}

}  // namespace partwise
