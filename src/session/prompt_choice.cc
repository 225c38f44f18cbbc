#include "session/prompt_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "prompts/task_rows.h"

namespace partwise::internal {

namespace {

using Bos = EncodeOptions::Bos;

/// Errors: usage if a prompt is given as ids. A choice of BOS does not change those.
void check_texts(const PromptSet& set) {
  for (const Prompt& prompt : set.prompts) {
    if (!prompt.text.empty()) continue;
    throw Error(ErrorCode::usage,
                fmt::format("{}: a choice of BOS does not change a prompt that is given as ids", prompt.place),
                {"put the BOS id among the ids, and choose nothing", {{Setting::bos, "auto"}}});
  }
}

}  // namespace

std::string PromptChoice::describe_unused(const PromptSet& set) const {
  const std::int64_t n_unused = set.n_labelled_rows - options.labelled;
  if (task.empty() || labelled_given || n_unused <= 0) return "";
  return fmt::format("{} of {} labelled rows are not used", format_count(n_unused), format_count(set.n_labelled_rows));
}

std::vector<std::string> PromptChoice::files() const {
  std::vector<std::string> files = {prompts_file, task, train_file, test_file, chat.template_file.string()};
  if (task.empty()) return files;
  const Task loaded = load_task(task);
  for (const auto& own : {loaded.train_file, loaded.test_file}) files.push_back(own.string());
  return files;
}

PromptSet PromptChoice::read(const LoadedModel& loaded) const {
  PromptSet set = read_with(chat.with_model(loaded.place().path, loaded.tokenizer()));
  loaded.tokenize(set, too_long);
  return set;
}

PromptSet PromptChoice::read_texts(const std::string& model) const {
  if (!chat.is_on()) return read_with(nullptr);
  const std::filesystem::path path = find_model(model, HubFiles::tokenizer).path;
  const std::unique_ptr<Tokenizer> tokenizer = has_tokenizer(path) ? load_tokenizer(path) : nullptr;
  return read_with(chat.with_model(path, tokenizer.get()));
}

PromptSet PromptChoice::read_with(std::shared_ptr<const Chat> through) const {
  return task.empty() ? from_file() : from_task(std::move(through));
}

PromptSet PromptChoice::from_file() const {
  PromptSet set = read_prompt_file(prompts_file);
  if (options.limit >= 0 && options.limit < std::ssize(set.prompts))
    set.prompts.resize(static_cast<std::size_t>(options.limit));
  if (options.bos != Bos::automatic) check_texts(set);
  set_bos(set, options.bos);
  if (!parse_special_in_rows.value_or(true)) make_literal(set);
  return set;
}

PromptSet PromptChoice::from_task(std::shared_ptr<const Chat> through) const {
  const Task loaded = load_task(task);
  TaskRows rows = train_file.empty() ? own_rows(loaded) : rows_of(train_file, test_file);
  if (train_file.empty() && !test_file.empty()) {
    DataFile test = read_data_file(test_file);
    rows.test = std::move(test.rows);
    std::ranges::move(test.notes, std::back_inserter(rows.notes));
  }
  PromptOptions all = options;
  all.parse_special_in_rows = parse_special_in_rows.value_or(false);
  all.chat = std::move(through);
  PromptSet set = build_prompts(loaded, rows.train, rows.test, all);
  set.notes.insert(set.notes.begin(), rows.notes.begin(), rows.notes.end());
  return set;
}

}  // namespace partwise::internal
