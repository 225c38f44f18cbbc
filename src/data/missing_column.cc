#include "data/missing_column.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/suggest.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostNamed = 20;

std::vector<std::string> names_of(const DataRow& row) {
  std::vector<std::string> names;
  for (const auto& [name, value] : row.fields) names.push_back(name);
  return names;
}

std::string list_of(const std::vector<std::string>& names) {
  const std::size_t n = std::min(names.size(), kMostNamed);
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(n);
  const std::string more = names.size() > n ? fmt::format(" and {} more", names.size() - n) : "";
  return fmt::format("'{}'{}", fmt::join(names.begin(), end, "', '"), more);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Whether a name is that of an item: "text.0", of a list or of a column that pandas wrote by its index.
bool is_item(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && is_number(name.substr(dot + 1));
}

/// Whether a row holds whole columns: {"text": {"0": ..., "1": ...}, "label": {...}}.
bool holds_columns(const std::vector<std::string>& names) {
  if (names.empty() || !std::ranges::all_of(names, is_item)) return false;
  return names.front().substr(0, names.front().rfind('.')) != names.back().substr(0, names.back().rfind('.'));
}

/// The names that end in a dot and `column`: "data.0.label", "row.label".
std::vector<std::string> inner(const std::vector<std::string>& names, std::string_view column) {
  std::vector<std::string> found;
  for (const std::string& name : names)
    if (name.ends_with(fmt::format(".{}", column))) found.push_back(name);
  return found;
}

/// The hint for a name such as "data.0.label", which lies in a list of rows; "" if the name has no number in it.
std::string list_of_rows(std::string_view name) {
  for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    const std::string_view rest = name.substr(dot + 1);
    if (dot > 0 && is_number(rest.substr(0, rest.find('.'))))
      return fmt::format("the rows seem to lie in the list '{0}': jq -c '.{0}[]' FILE > rows.jsonl",
                         name.substr(0, dot));
  }
  return {};
}

std::string hint_of_inner(const std::vector<std::string>& found) {
  if (found.empty()) return {};
  if (const std::string list = list_of_rows(found[0]); !list.empty()) return list;
  if (found.size() == 1 && !is_number(found[0].substr(0, found[0].find('.'))))
    return fmt::format("did you mean '{}'?", found[0]);
  return "the rows seem to lie under a key each: jq -c '.[]' FILE > rows.jsonl";
}

std::string in_quotes(const std::vector<std::string>& names) {
  const auto quoted = [](const std::string& name) {
    return name.size() > 1 && name.front() == name.back() && (name[0] == '\'' || name[0] == '"');
  };
  return std::ranges::any_of(names, quoted) ? "; take the quotes out of the header (CSV's quotes are double ones)" : "";
}

std::string close_name(const std::vector<std::string>& names, std::string_view column) {
  const std::string close = closest_match(column, names);
  if (close.empty()) return {};
  const bool padded = close.starts_with(' ') || close.ends_with(' ');
  const std::string hint = fmt::format("did you mean '{}'?", close);
  return hint + (padded ? " (no space belongs beside a separator)" : "") + in_quotes({close});
}

/// Whether one of `names` is `column` and other names with semicolons between them. This happens if the header also
/// holds a comma.
bool hides_behind_semicolons(const std::vector<std::string>& names, std::string_view column) {
  return std::ranges::any_of(names, [&](const std::string& name) {
    return name.find(';') != std::string::npos &&
           fmt::format(";{};", name).find(fmt::format(";{};", column)) != std::string::npos;
  });
}

}  // namespace

const char* other_separator(std::string_view header) {
  constexpr std::pair<char, const char*> kSeparators[] = {
      {'\t', "tabs: name the file .tsv"},
      {';', "semicolons: write commas"},
      {'|', "bars (|): write commas, or a first line sep=|"},
      {',', "commas: name the file .csv"},
  };
  for (const auto& [mark, words] : kSeparators)
    if (header.find(mark) != std::string_view::npos) return words;
  return nullptr;
}

std::string column_hint(const DataRow& row, std::string_view column) {
  const std::vector<std::string> names = names_of(row);
  if (names.size() == 1) {
    if (const char* other = other_separator(names[0]))
      return fmt::format("the file seems to be separated by {}", other);
  }
  if (hides_behind_semicolons(names, column)) return kSemicolonHint;
  if (holds_columns(names))
    return "the file seems to hold columns instead of rows: pandas writes rows with to_json(FILE, orient='records', "
           "lines=True)";
  const auto part = row.fields.lower_bound(fmt::format("{}.", column));
  if (part != row.fields.end() && part->first.starts_with(fmt::format("{}.", column)))
    return fmt::format("'{}' is a list or an object there; did you mean its item '{}'?", column, part->first);
  if (const std::string hint = hint_of_inner(inner(names, column)); !hint.empty()) return hint;
  return close_name(names, column);
}

Error missing_column(const DataRow& row, std::string_view column, std::string_view otherwise) {
  const std::vector<std::string> names = names_of(row);
  const std::string hint = column_hint(row, column);
  const std::string there = names.empty() ? "; it has none" : fmt::format(" among {}", list_of(names));
  return Error(ErrorCode::bad_data, fmt::format("{}: no column '{}'{}", row.place, column, there),
               hint.empty() ? std::string(otherwise) : hint);
}

}  // namespace partwise::internal
