#include "report/row_texts.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "base/error.h"
#include "prompts/words.h"

namespace partwise::internal {

namespace {

using WordHashes = std::vector<std::int32_t>;

WordHashes words_of_example(const Array<std::int32_t>& words, std::int64_t example) {
  const std::int32_t* begin = words.data() + example * words.dim(1);
  return {begin, std::find(begin, begin + words.dim(1), -1)};
}

/// The prompt's text from the row's first column to the end of its last one.
std::string own_text(const Prompt& prompt) {
  if (prompt.row_text.empty()) return "";
  const std::size_t begin = prompt.row_text.front().begin;
  return prompt.text.substr(begin, prompt.row_text.back().end - begin);
}

}  // namespace

std::string shown_text(const PromptRecipe& recipe, const DataRow& row) {
  try {
    return own_text(apply_recipe(recipe, row));
  } catch (const Error&) {
    return "";
  }
}

std::vector<std::string> row_texts(const Run& run, const std::vector<DataRow>& rows) {
  const auto recipe = run.info.find(facts::kRecipe);
  if (!recipe || run.parts.words.empty())
    throw Error(ErrorCode::bad_data, "the run does not say which words its rows have, so their texts cannot be found",
                "only runs of a task say it");
  std::map<WordHashes, std::deque<std::string>> texts;
  for (const DataRow& row : rows) {
    const Prompt prompt = apply_recipe(*recipe, row);
    texts[word_hashes(prompt)].push_back(own_text(prompt));
  }
  std::vector<std::string> found(static_cast<std::size_t>(run.parts.n_examples()));
  for (const std::int64_t i : test_rows(run)) {
    const WordHashes words = words_of_example(run.parts.words, i);
    const auto same = texts.find(words);
    if (words.empty() || same == texts.end() || same->second.empty()) continue;
    found[static_cast<std::size_t>(i)] = std::move(same->second.front());
    same->second.pop_front();
  }
  return found;
}

std::vector<std::string> builtin_row_texts(const Run& run) {
  std::vector<std::string> none(static_cast<std::size_t>(run.parts.n_examples()));
  const auto data = std::ranges::find(builtin_data(), run.info.text(facts::kTask), &BuiltinData::name);
  if (data == builtin_data().end() || run.parts.words.empty()) return none;
  try {
    return row_texts(run, parse_jsonl(data->test, data->name));
  } catch (const Error&) {  // a task file may have the name of a built-in task, and other columns
    return none;
  }
}

}  // namespace partwise::internal
