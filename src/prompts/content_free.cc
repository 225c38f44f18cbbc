#include "prompts/content_free.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

#include "base/error.h"
#include "base/random.h"

namespace partwise::internal {

namespace {

constexpr std::string_view kContentFree[] = {"N/A", "", "[MASK]"};
constexpr std::size_t kRandomRows = 20;

/// Appends the words of `text`, which are separated by white space.
void append_words(std::string_view text, std::vector<std::string_view>& words) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  for (std::size_t begin = text.find_first_not_of(kSpace); begin != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kSpace, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(kSpace, end);
  }
}

/// The words of one column of the data, and how many a text has on average.
struct Words {
  std::vector<std::string_view> all;
  std::size_t per_text = 0;
};

Words words_of(const PromptRecipe& recipe, const std::string& column, const std::vector<DataRow>& train) {
  Words words;
  std::size_t n_texts = 0;
  for (const DataRow& row : train) {
    const std::string* text = recipe_field(recipe, row, column);
    if (!text) continue;
    append_words(*text, words.all);
    ++n_texts;
  }
  if (words.all.empty())
    throw Error(ErrorCode::bad_data, fmt::format("no word in column '{}' to make inputs of random words from", column));
  words.per_text = std::max<std::size_t>(1, (words.all.size() + n_texts / 2) / n_texts);
  return words;
}

std::string draw(const Words& words, Random& random) {
  std::vector<std::string_view> drawn;
  while (drawn.size() < words.per_text) drawn.push_back(words.all[random.below(words.all.size())]);
  return fmt::format("{}", fmt::join(drawn, " "));
}

}  // namespace

std::vector<DataRow> content_free_rows(const std::vector<std::string>& columns) {
  std::vector<DataRow> rows;
  for (std::string_view text : kContentFree) {
    DataRow& row = rows.emplace_back();
    row.place = fmt::format("the content-free input '{}'", text);
    for (const std::string& column : columns) row.fields[column] = text;
  }
  return rows;
}

std::vector<DataRow> random_word_rows(const PromptRecipe& recipe, const std::vector<DataRow>& train,
                                      std::uint64_t seed) {
  const std::vector<std::string> columns = template_columns(recipe.doc_to_text);
  std::vector<Words> words;
  for (const std::string& column : columns) words.push_back(words_of(recipe, column, train));
  Random random(seed);  // separate from the one that draws labelled rows, so that these do not change
  std::vector<DataRow> rows(kRandomRows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].place = fmt::format("input {} of random words", i + 1);
    for (std::size_t c = 0; c < columns.size(); ++c) rows[i].fields[columns[c]] = draw(words[c], random);
  }
  return rows;
}

std::string content_free_words(std::int64_t n_empty, std::int64_t n_random) {
  return fmt::format("{} content-free, {} of random words", n_empty, n_random);
}

}  // namespace partwise::internal
