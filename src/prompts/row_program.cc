#include "prompts/row_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "data/lines.h"
#include "data/missing_column.h"
#include "jinja/template.h"

namespace partwise::internal {

namespace {

bool is_template(std::string_view source) {
  return source.find("{{") != std::string_view::npos || source.find("{%") != std::string_view::npos ||
         source.find("{#") != std::string_view::npos;
}

std::optional<std::int32_t> whole(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size() && std::to_string(value) == text;
  return is_whole ? std::optional(value) : std::nullopt;
}

/// The row as JSON. Cells of tables that spell whole numbers are numbers.
OrderedJson json_of(const DataRow& row) {
  if (!row.json.empty()) return parse_ordered_json_object(row.json, row.place);
  OrderedJson json = OrderedJson::object();
  for (const auto& [column, value] : row.fields) {
    const auto number = whole(value);
    json[column] = number ? OrderedJson(*number) : OrderedJson(value);
  }
  return json;
}

std::string render(const std::string& source, const char* key, const DataRow& row, const OrderedJson& json) {
  jinja::Variables variables;
  for (const auto& [name, value] : json.items()) set(variables, name, jinja::value_of_json(value));
  set(variables, "doc", jinja::value_of_json(json));
  try {
    return jinja::Template(source, key, jinja::Dialect::plain).render(variables);
  } catch (const Error& error) {
    std::vector<std::string> columns;
    for (const auto& [name, value] : json.items()) columns.push_back(name);
    throw Error(error.code(), fmt::format("{}: {}", row.place, error.what()),
                fmt::format("the row's columns are: {}", fmt::join(columns, ", ")));
  }
}

/// The source, with the value that it ends in written as JSON. Errors: bad_data if it does not end in "{{expression}}".
std::string as_json(const std::string& source) {
  const std::string_view text = trim(source);
  const std::size_t begin = text.rfind("{{");
  if (begin == std::string_view::npos || !text.ends_with("}}"))
    throw Error(ErrorCode::bad_data, "'doc_to_choice' does not end in an expression",
                "write \"{{choices}}\", or \"{{[first, second]}}\"");
  const std::string_view inside = text.substr(begin + 2, text.size() - begin - 4);
  return fmt::format("{}{{{{ ({}) | tojson }}}}", text.substr(0, begin), inside);
}

const OrderedJson& column_of(const std::string& column, const DataRow& row, const OrderedJson& json) {
  const auto found = json.find(column);
  if (found != json.end()) return *found;
  throw missing_column(row, column, "a text without braces names a column; a template has {{column}} in it");
}

std::string text_of_json(const OrderedJson& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<std::int32_t> place_of(const std::string& word, const std::vector<std::string>& choices) {
  const auto found = std::ranges::find(choices, word);
  if (found == choices.end()) return std::nullopt;
  return static_cast<std::int32_t>(found - choices.begin());
}

}  // namespace

void RowProgram::check() const {
  const auto parse = [](const std::string& source, const char* key) {
    if (is_template(source)) jinja::Template(source, key, jinja::Dialect::plain);
  };
  parse(doc_to_text, "doc_to_text");
  parse(doc_to_target, "doc_to_target");
  if (is_template(doc_to_choice)) parse(as_json(doc_to_choice), "doc_to_choice");
}

std::string RowProgram::text_of(const DataRow& row) const {
  const OrderedJson json = json_of(row);
  if (is_template(doc_to_text)) return render(doc_to_text, "doc_to_text", row, json);
  return text_of_json(column_of(doc_to_text, row, json));
}

OrderedJson RowProgram::computed_choices(const DataRow& row, const OrderedJson& json) const {
  const std::string written = render(as_json(doc_to_choice), "doc_to_choice", row, json);
  OrderedJson list = OrderedJson::parse(written, nullptr, false);
  if (!list.is_discarded()) return list;
  throw Error(ErrorCode::bad_data, fmt::format("{}: doc_to_choice writes text beside its list", row.place),
              "write one expression: \"{{choices}}\"");
}

std::vector<std::string> RowProgram::choices_of(const DataRow& row) const {
  const OrderedJson json = json_of(row);
  const OrderedJson list =
      is_template(doc_to_choice) ? computed_choices(row, json) : column_of(doc_to_choice, row, json);
  if (!list.is_array() || list.size() < 2)
    throw Error(ErrorCode::bad_data,
                fmt::format("{}: doc_to_choice gives no list of at least two label words", row.place));
  std::vector<std::string> choices;
  for (const OrderedJson& item : list) {
    if (item.is_null() || item.is_structured())
      throw Error(ErrorCode::bad_data,
                  fmt::format("{}: doc_to_choice gives {}, which is no text", row.place, item.dump()));
    choices.push_back(text_of_json(item));
  }
  return choices;
}

std::int32_t RowProgram::label_of(const DataRow& row, const std::vector<std::string>& choices) const {
  const OrderedJson json = json_of(row);
  const auto column = json.find(doc_to_target);
  const bool is_column = column != json.end();
  if (!is_column && !is_template(doc_to_target) && !whole(doc_to_target)) return -1;
  if (is_column && column->is_null()) return -1;
  const OrderedJson value = is_column ? *column
                            : is_template(doc_to_target)
                                ? OrderedJson(render(doc_to_target, "doc_to_target", row, json))
                                : OrderedJson(*whole(doc_to_target));
  const std::string word = value.is_boolean() ? (value.get<bool>() ? "1" : "0") : text_of_json(value);
  if (trim(word).empty() || word == "-1") return -1;
  // a text of a column is a word before it is a number, what a template writes is a number before it is a word
  const auto named = place_of(word, choices), counted = whole(word);
  if (is_column && value.is_string() && named) return *named;
  if (counted && *counted >= 0 && *counted < std::ssize(choices)) return *counted;
  if (named) return *named;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{}: doc_to_target gives '{}', which is neither a label word nor an index of one", row.place, word),
      fmt::format("the label words of this row are: {}", OrderedJson(choices).dump()));
}

}  // namespace partwise::internal
