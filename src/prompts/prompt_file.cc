#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "data/json_values.h"
#include "data/lines.h"
#include "data/text_file.h"
#include "prompts/prompts.h"

namespace partwise::internal {

namespace {

/// Reads one row of a prompt file. Every error names the row's line.
class PromptRow {
 public:
  PromptRow(const Json& row, std::string place) : row_(row) { prompt_.place = std::move(place); }

  /// A row {"prompt" or "ids", "options" or "option_ids", "label", "sources"}.
  Prompt raw() {
    if (has("prompt") == has("ids")) fail("a row has either 'prompt' or 'ids'");
    if (has("prompt")) prompt_.text = text(row_["prompt"], "prompt");
    if (has("ids")) prompt_.ids = ids("ids");
    if (has("options")) prompt_.options = words("options");
    if (has("option_ids")) read_option_ids();
    check_options();
    if (has("label")) prompt_.label = label(row_["label"]);
    if (has("sources")) prompt_.spans = spans();
    if (has("literal_spans")) prompt_.literal = literal();
    return std::move(prompt_);
  }

  /// A row {"text", "options"} of the paper's files. Its text ends in one of the options.
  Prompt paper(const std::string& definition) {
    const std::string whole = text(row_["text"], "text");
    if (!has("options")) fail("'options' is missing");
    std::vector<std::string> options = words("options");
    for (std::string& option : options) option = trim(option);
    prompt_.label = trailing_word(whole, options);
    const std::string& word = options[static_cast<std::size_t>(prompt_.label)];
    std::string input = whole.substr(0, whole.size() - word.size());
    const std::string delimiter = input.ends_with(' ') ? " " : "";
    input.resize(input.size() - delimiter.size());
    prompt_.text = definition.empty() ? input : definition + "\n\n" + input;
    for (const std::string& option : options) prompt_.options.push_back(delimiter + option);
    check_options();
    return std::move(prompt_);
  }

 private:
  bool has(const char* key) const { return row_.contains(key) && !row_[key].is_null(); }

  std::string text(const Json& value, const char* key) const {
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) fail("'{}' must be a text, not empty", key);
    return value;
  }

  std::vector<std::string> words(const char* key) const {
    if (!row_[key].is_array()) fail("'{}' must be a list of texts", key);
    std::vector<std::string> all;
    for (const Json& item : row_[key]) all.push_back(text(item, key));
    return all;
  }

  std::vector<TokenId> ids(const char* key) const {
    if (!row_[key].is_array() || row_[key].empty()) fail("'{}' must be a list of token ids, not empty", key);
    std::vector<TokenId> all;
    for (const Json& item : row_[key]) all.push_back(static_cast<TokenId>(number(item, key)));
    return all;
  }

  /// A token id for each label, or a list of ids for each.
  void read_option_ids() {
    const Json& labels = row_["option_ids"];
    if (!labels.is_array() || labels.empty() || !labels[0].is_array()) {
      prompt_.label_ids = ids("option_ids");
      return;
    }
    for (const Json& label : labels) {
      if (!label.is_array() || label.empty()) fail("'option_ids' must hold an id for each label, or a list for each");
      auto& tokens = prompt_.label_tokens.emplace_back();
      for (const Json& item : label) tokens.push_back(static_cast<TokenId>(number(item, "option_ids")));
    }
  }

  /// 1 for 1.0: tables write whole numbers like that if the column has empty cells.
  static Json without_fraction(const Json& value) {
    if (!value.is_number_float()) return value;
    const double number = value.get<double>();
    const bool is_whole = std::abs(number) < 1e9 && std::trunc(number) == number;
    return is_whole ? Json(static_cast<std::int64_t>(number)) : value;
  }

  /// A whole number that fits a TokenId.
  std::int64_t number(const Json& value, const char* key) const {
    constexpr std::int64_t least = std::numeric_limits<TokenId>::min(), most = std::numeric_limits<TokenId>::max();
    const bool fits = value.is_number_unsigned() ? value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)
                                                 : value.is_number_integer() && value.get<std::int64_t>() >= least;
    if (!fits) fail("'{}' holds {}, which is no token id or index", key, value.dump());
    return value.get<std::int64_t>();
  }

  /// The span of `item`. Errors: bad_data unless it begins at `before` or later and ends within `size`.
  TextSpan span(const Json& item, const char* what, std::size_t before, std::size_t size) const {
    const std::int64_t begin = number(item["begin"], "begin"), end = number(item["end"], "end");
    if (begin < static_cast<std::int64_t>(before) || end <= begin || end > static_cast<std::int64_t>(size))
      fail("{} {} does not lie between {}, where the one before it ends, and {}, the prompt's end", what, item.dump(),
           before, size);
    return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end)};
  }

  static bool has_range(const Json& item) { return item.is_object() && item.contains("begin") && item.contains("end"); }

  /// The row's [{"name", "begin", "end"}], in order, without overlap.
  std::vector<SourceSpan> spans() const {
    const std::size_t size = prompt_.text.empty() ? prompt_.ids.size() : prompt_.text.size();
    if (!row_["sources"].is_array()) fail("'sources' must be a list of {{\"name\", \"begin\", \"end\"}}");
    std::vector<SourceSpan> all;
    for (const Json& item : row_["sources"]) {
      if (!has_range(item) || !item.contains("name"))
        fail("a source is {{\"name\", \"begin\", \"end\"}}, not {}", item.dump());
      const TextSpan bytes = span(item, "source", all.empty() ? 0 : all.back().end, size);
      all.push_back({text(item["name"], "name"), bytes.begin, bytes.end});
    }
    return all;
  }

  /// The row's [{"begin", "end"}] in bytes of the text, in order, without overlap.
  std::vector<TextSpan> literal() const {
    if (prompt_.text.empty()) fail("'literal_spans' is of a 'prompt'; 'ids' are tokens already");
    if (!row_["literal_spans"].is_array()) fail("'literal_spans' must be a list of {{\"begin\", \"end\"}}");
    std::vector<TextSpan> all;
    for (const Json& item : row_["literal_spans"]) {
      if (!has_range(item)) fail("a literal stretch is {{\"begin\", \"end\"}}, not {}", item.dump());
      all.push_back(span(item, "literal stretch", all.empty() ? 0 : all.back().end, prompt_.text.size()));
    }
    return all;
  }

  void check_options() const {
    const std::size_t n_words = prompt_.options.size(),
                      n_ids = std::max(prompt_.label_ids.size(), prompt_.label_tokens.size());
    if (std::max(n_words, n_ids) < 2) fail("at least two 'options' or 'option_ids' are needed");
    if (n_words && n_ids && n_words != n_ids) fail("{} options, but {} option_ids", n_words, n_ids);
  }

  /// The index that `value` gives, or that of the option that it spells, with or without the leading space.
  std::int32_t label(const Json& value) const {
    const auto n = static_cast<std::int64_t>(n_labels(prompt_));
    if (!value.is_string()) {
      const std::int64_t index = number(without_fraction(value), "label");
      if (index < -1 || index >= n) fail("label {} is outside 0 to {}", index, n - 1);
      return static_cast<std::int32_t>(index);
    }
    const std::string word = value;
    const auto& options = prompt_.options;
    auto found = std::find(options.begin(), options.end(), word);
    const auto same_word = [&](const std::string& option) { return trim(option) == trim(word); };
    if (found == options.end()) found = std::find_if(options.begin(), options.end(), same_word);
    if (found == options.end()) fail("label '{}' is none of the options", word);
    return static_cast<std::int32_t>(found - options.begin());
  }

  /// Index of the longest option at the end of `whole`, as a word of its own.
  std::int32_t trailing_word(std::string_view whole, const std::vector<std::string>& options) const {
    std::int32_t found = -1;
    for (std::size_t i = 0; i < options.size(); ++i) {
      const bool longer = found < 0 || options[i].size() > options[static_cast<std::size_t>(found)].size();
      if (longer && !options[i].empty() && ends_in_word(whole, options[i])) found = static_cast<std::int32_t>(i);
    }
    if (found < 0) fail("the text does not end in one of the options {}", row_["options"].dump());
    return found;
  }

  static bool ends_in_word(std::string_view whole, std::string_view word) {
    if (!whole.ends_with(word) || whole.size() == word.size()) return false;
    return !std::isalnum(static_cast<unsigned char>(whole[whole.size() - word.size() - 1]));
  }

  template <class... Args>
  [[noreturn]] void fail(fmt::format_string<Args...> what, Args&&... args) const {
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: {}", prompt_.place, fmt::format(what, std::forward<Args>(args)...)),
                "rows are {\"prompt\", \"options\", \"label\"} or the paper's {\"text\", \"options\"}");
  }

  const Json& row_;
  Prompt prompt_;
};

bool is_paper_row(const Json& row) { return row.contains("text") && !row.contains("prompt") && !row.contains("ids"); }

void check_same_number(const PromptSet& set) {
  for (const Prompt& prompt : set.prompts) {
    const std::size_t first = n_labels(set.prompts[0]);
    if (n_labels(prompt) == first) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: {} options, but the first row has {}", prompt.place, n_labels(prompt), first),
                "every row of a prompt file has the same number of options");
  }
}

/// Sets the label words if all rows have the same.
void name_labels(PromptSet& set) {
  std::vector<std::string> words = label_words_of(set.prompts[0].options);
  if (words.empty() ||
      !std::ranges::all_of(set.prompts, [&](const Prompt& p) { return label_words_of(p.options) == words; }))
    return;
  set.info.set(facts::kLabelWords, words);
  set.label_words = std::move(words);
}

}  // namespace

std::vector<std::string> label_words_of(const std::vector<std::string>& options) {
  std::vector<std::string> words;
  for (const std::string& option : options) words.emplace_back(trim(option));
  return std::set(words.begin(), words.end()).size() < words.size() ? options : words;
}

Prompt parse_prompt_row(const Json& row, std::string place) { return PromptRow(row, std::move(place)).raw(); }

PromptSet prompt_set_of(std::vector<Prompt> prompts) {
  PromptSet set;
  set.prompts = std::move(prompts);
  check_same_number(set);
  name_labels(set);
  return set;
}

PromptSet parse_prompt_file(std::string_view text, std::string_view source) {
  std::vector<Prompt> prompts;
  std::string definition;
  for (const TextLine& line : split_json_rows(checked_text(text, source), source)) {
    const std::string place = line_place(source, line.number);
    const Json row = parse_json_object(line.text, place);
    if (prompts.empty() && definition.empty() && row.contains("definition") && row["definition"].is_string()) {
      definition = row["definition"];
    } else {
      PromptRow prompt(row, place);
      prompts.push_back(is_paper_row(row) ? prompt.paper(definition) : prompt.raw());
    }
  }
  if (prompts.empty()) throw Error(ErrorCode::bad_data, fmt::format("{}: no prompt", source));
  PromptSet set = prompt_set_of(std::move(prompts));
  set.info.set(facts::kPrompts, std::string(source));
  return set;
}

PromptSet read_prompt_file(const std::filesystem::path& path) {
  return parse_prompt_file(read_text(path), source_name(path));
}

}  // namespace partwise::internal
