#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <iterator>

#include "base/text.h"
#include "data/lines.h"
#include "prompts/row_traps.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kEnoughRows = 8;  // in fewer rows, it may be an accident that all have the same
constexpr double kNearlyAll = 0.9, kMany = 0.1;

/// Labelled and test rows.
std::vector<const AskedRow*> all_of(const AskedRows& rows) {
  std::vector<const AskedRow*> all;
  for (const auto* list : {&rows.labelled, &rows.test})
    for (const AskedRow& row : *list) all.push_back(&row);
  return all;
}

struct Counted {
  std::int64_t n = 0, n_all = 0;
  std::string first;

  double share() const { return n_all == 0 ? 0 : static_cast<double>(n) / static_cast<double>(n_all); }
  /// "12 of 64 rows (the first: train.csv line 3)"
  std::string words() const {
    return fmt::format("{} of {} rows (the first: {})", format_count(n), format_count(n_all), first);
  }
  const char* hold() const { return n == 1 ? "holds" : "hold"; }
};

Counted count_rows(const AskedRows& rows, const std::function<bool(const AskedRow&)>& is) {
  Counted counted;
  for (const AskedRow* row : all_of(rows)) {
    ++counted.n_all;
    if (!is(*row)) continue;
    if (counted.n++ == 0) counted.first = row->row->place;
  }
  return counted;
}

/// The row's value for a column of the template; "" if it has none.
std::string_view value_of(const AskedRow& row, const std::string& column) {
  const auto& fields = row.row->fields;
  const auto field = fields.find(column);
  return field == fields.end() ? std::string_view() : std::string_view(field->second);
}

std::vector<std::string> columns_of(const AskedRows& rows) { return template_columns(rows.wording->doc_to_text); }

std::string see_empty_inputs(const AskedRows& rows) {
  const std::vector<std::string> columns = columns_of(rows);
  const Counted empty = count_rows(rows, [&](const AskedRow& row) {
    return !columns.empty() && std::ranges::all_of(columns, [&](const std::string& column) {
      return row.row->fields.contains(column) && says_nothing(value_of(row, column));
    });
  });
  if (empty.n == 0) return "";
  return fmt::format("{} {} nothing in {}, or a word such as nan: {} about nothing", empty.words(), empty.hold(),
                     columns.size() == 1 ? fmt::format("'{}'", columns[0]) : "all columns of the template",
                     empty.n == 1 ? "its prompt asks" : "their prompts ask");
}

std::string see_constant_columns(const AskedRows& rows) {
  const std::vector<const AskedRow*> all = all_of(rows);
  if (all.size() < kEnoughRows) return "";
  for (const std::string& column : columns_of(rows)) {
    const std::string_view value = value_of(*all[0], column);
    const bool same = std::ranges::all_of(
        all, [&](const AskedRow* row) { return row->row->fields.contains(column) && value_of(*row, column) == value; });
    if (same && !says_nothing(value))
      return fmt::format("the column '{}' holds the same in all {} rows: the prompts do not differ in it", column,
                         format_count(std::ssize(all)));
    if (same) return fmt::format("the column '{}' holds nothing in all {} rows", column, format_count(std::ssize(all)));
  }
  return "";
}

std::string see_label_in_template(const AskedRows& rows) {
  const std::string& target = rows.task->doc_to_target;
  const std::vector<std::string> columns = columns_of(rows);
  if (std::ranges::find(columns, target) == columns.end()) return "";
  return fmt::format("doc_to_text shows the column '{}', which holds the label: every prompt tells its own answer",
                     target);
}

bool is_word_byte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x80;
}

/// Whether `word` stands in `text` as a word of its own. It may be several words. Both are in the form of text_key.
bool holds_word(std::string_view text, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word_byte(text[at - 1])) && (end == text.size() || !is_word_byte(text[end]))) return true;
  }
  return false;
}

/// The names of each label: its value in the column, and its word.  [n_labels]
std::vector<std::vector<std::string>> label_names(const AskedRows& rows) {
  std::vector<std::vector<std::string>> names;
  for (std::size_t y = 0; y < rows.task->labels.size(); ++y)
    names.push_back({text_key(rows.task->labels[y]), text_key(rows.wording->doc_to_choice[y])});
  return names;
}

bool tells_own_label(const std::string& text, std::int32_t label, const std::vector<std::vector<std::string>>& names) {
  const auto told = [&](const std::vector<std::string>& label_names) {
    return std::ranges::any_of(label_names, [&](const std::string& name) { return holds_word(text, name); });
  };
  if (!told(names[static_cast<std::size_t>(label)])) return false;
  for (std::size_t y = 0; y < names.size(); ++y)
    if (static_cast<std::int32_t>(y) != label && told(names[y])) return false;
  return true;
}

std::string see_label_in_text(const AskedRows& rows) {
  std::vector<std::string> columns = columns_of(rows);
  std::erase(columns, rows.task->doc_to_target);  // see_label_in_template
  const std::vector<std::vector<std::string>> names = label_names(rows);
  std::size_t n = 0, n_miss = 0;
  for (const AskedRow* row : all_of(rows)) {
    if (row->label < 0) continue;
    std::string text;
    for (const std::string& column : columns) text += text_key(value_of(*row, column)) + "\n";
    ++n;
    n_miss += !tells_own_label(text, row->label, names);
    if (static_cast<double>(n_miss) > (1 - kNearlyAll) * static_cast<double>(rows.labelled.size() + rows.test.size()))
      return "";
  }
  if (n < kEnoughRows || static_cast<double>(n - n_miss) < kNearlyAll * static_cast<double>(n)) return "";
  return fmt::format("in {} of {} rows the text names the row's own label and no other: the answer can be read off",
                     format_count(static_cast<std::int64_t>(n - n_miss)), format_count(static_cast<std::int64_t>(n)));
}

std::string see_garbled_texts(const AskedRows& rows) {
  const Counted garbled = count_rows(rows, [](const AskedRow& row) { return is_garbled(row.input); });
  if (garbled.n == 0) return "";
  return fmt::format(
      "{} {} U+FFFD, or letters that were read in a wrong encoding (such as \u00C3\u00A9 for \u00E9): "
      "the model reads other words than were written",
      garbled.words(), garbled.hold());
}

/// Whether a text has the end of an element that texts have ("</a>"). "</s>" does not count: it is a special token of
/// many models.
bool has_end_of_element(std::string_view text) {
  constexpr std::string_view kElements[] = {"a",      "b",   "blockquote", "body",  "code", "div", "em", "font", "h1",
                                            "h2",     "h3",  "h4",         "html",  "i",    "li",  "ol", "pre",  "span",
                                            "strong", "sub", "sup",        "table", "td",   "tr",  "u",  "ul"};
  for (std::size_t at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 2)) {
    const std::size_t end = std::min(text.find('>', at), text.size());
    if (end < text.size() && std::ranges::find(kElements, text.substr(at + 2, end - at - 2)) != std::end(kElements))
      return true;
  }
  return false;
}

/// Whether a text has "&amp;", "&#39;", "<br />" or the like.
bool has_markup(std::string_view text) {
  for (std::string_view tag :
       {"<br>", "<br/>", "<br />", "<p>", "</p>", "&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;", "&apos;"})
    if (text.find(tag) != std::string_view::npos) return true;
  if (has_end_of_element(text)) return true;
  for (std::size_t at = text.find("&#"); at != std::string_view::npos; at = text.find("&#", at + 1)) {
    const std::size_t end = text.find_first_not_of("0123456789", at + 2);
    if (end != std::string_view::npos && end > at + 2 && text[end] == ';') return true;
  }
  return false;
}

std::string see_markup(const AskedRows& rows) {
  const Counted marked = count_rows(rows, [](const AskedRow& row) { return has_markup(row.input); });
  if (marked.n < 2 || marked.share() < kMany) return "";
  return fmt::format("{} hold HTML, such as &amp; or <br />: it takes the place of what people read", marked.words());
}

constexpr std::string_view kSpelledOut = "\\n";

/// If the text has a real line end as well, a spelled-out one may be part of a path or of a LaTeX command.
bool spells_line_end_in_wording(const std::string& text) {
  return text.find('\n') == std::string::npos ? text.find(kSpelledOut) != std::string::npos : spells_line_end(text);
}

std::string see_line_ends_in_wording(const AskedRows& rows) {
  const PromptTemplate& wording = *rows.wording;
  const std::pair<const char*, const std::string*> texts[] = {{"description", &wording.description},
                                                              {"doc_to_text", &wording.doc_to_text},
                                                              {"target_delimiter", &wording.target_delimiter},
                                                              {"fewshot_delimiter", &wording.fewshot_delimiter}};
  for (const auto& [key, text] : texts)
    if (spells_line_end_in_wording(*text))
      return fmt::format("'{}' holds a backslash and an n where a line end is meant: the model reads both characters",
                         key);
  return "";
}

/// Only counts rows without a real line end: program text has both.
std::string see_line_ends_in_rows(const AskedRows& rows) {
  if (rows.wording->doc_to_text.find(kSpelledOut) != std::string::npos) return "";
  const std::vector<std::string> columns = columns_of(rows);
  const auto any = [&](const AskedRow& row, auto is) {
    return std::ranges::any_of(columns, [&](const std::string& column) { return is(value_of(row, column)); });
  };
  const Counted spelled = count_rows(rows, [&](const AskedRow& row) {
    return any(row, [](std::string_view v) { return spells_line_end(v); }) &&
           !any(row, [](std::string_view v) { return v.find('\n') != std::string_view::npos; });
  });
  if (spelled.n < 2 || spelled.share() < kMany) return "";
  return fmt::format("{} spell line ends as a backslash and an n: the model reads both characters", spelled.words());
}

std::string see_joined_demonstrations(const AskedRows& rows) {
  const PromptTemplate& wording = *rows.wording;
  const bool begins_apart = std::isspace(static_cast<unsigned char>(wording.doc_to_text[0]));
  if (rows.n_demonstrations == 0 || !wording.fewshot_delimiter.empty() || begins_apart) return "";
  return "nothing stands between a demonstration's label word and what follows ('fewshot_delimiter' is empty): they "
         "run "
         "together";
}

std::string see_swapped_words(const AskedRows& rows) {
  const std::vector<std::vector<std::string>> names = label_names(rows);
  for (std::size_t y = 0; y < names.size(); ++y)
    for (std::size_t other = 0; other < names.size(); ++other)
      if (other != y && names[y][0] == names[other][1] && names[y][0] != names[y][1])
        return fmt::format("the label '{}' is answered with the word '{}', while '{}' is the word of the label '{}'",
                           rows.task->labels[y], rows.wording->doc_to_choice[y], rows.wording->doc_to_choice[other],
                           rows.task->labels[other]);
  return "";
}

constexpr const char* kLineEnd =
    "in YAML write \"Review: {{text}}\\nSentiment:\" in double quotes, or a block; in single "
    "quotes and without quotes \\n is two characters. In data, put real line ends in";

const Trap<AskedRows> kTraps[] = {
    {"input-empty", "leave these rows out, or see why nothing was read", see_empty_inputs},
    {"column-constant", "see whether the data have another column for it", see_constant_columns},
    {"template-shows-label", "take the column out of the template", see_label_in_template},
    {"label-in-text", "see whether the text was made from the label; take the label out of it", see_label_in_text},
    {"text-garbled", "read the source of the data in its own encoding and write it as UTF-8", see_garbled_texts},
    {"text-has-html", "turn it into plain text first (Python: html.unescape)", see_markup},
    {"newline-spelled-out", kLineEnd, see_line_ends_in_wording},
    {"newline-spelled-out", kLineEnd, see_line_ends_in_rows},
    {"demonstrations-run-together", "leave fewshot_delimiter out (a line end), or give one", see_joined_demonstrations},
    {"label-words-swapped", "put doc_to_choice into the order of labels", see_swapped_words},
};

}  // namespace

bool spells_line_end(std::string_view text) {
  for (std::size_t at = text.find(kSpelledOut); at != std::string_view::npos; at = text.find(kSpelledOut, at + 2)) {
    const std::string_view rest = text.substr(at + 2);
    const auto next = static_cast<unsigned char>(rest.empty() ? ' ' : rest[0]);
    if (std::isspace(next) || std::isupper(next) || next >= 0x80 || rest.starts_with(kSpelledOut)) return true;
  }
  return false;
}

std::span<const Trap<AskedRows>> text_traps() { return kTraps; }

}  // namespace partwise::internal
