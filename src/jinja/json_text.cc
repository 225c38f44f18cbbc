#include "jinja/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "jinja/budget.h"
#include "jinja/builder.h"
#include "jinja/code_points.h"
#include "jinja/compare.h"
#include "jinja/failure.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

std::string unicode_escape(char32_t character) {
  const auto number = static_cast<std::uint32_t>(character);
  if (number < 0x10000) return fmt::format("\\u{:04x}", number);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((number - 0x10000) >> 10), 0xDC00 + ((number - 0x10000) & 0x3FF));
}

std::string escaped_in_json(char32_t character, bool ensure_ascii) {
  switch (character) {
    case U'"':
      return "\\\"";
    case U'\\':
      return "\\\\";
    case U'\n':
      return "\\n";
    case U'\r':
      return "\\r";
    case U'\t':
      return "\\t";
    case U'\f':
      return "\\f";
    case U'\b':
      return "\\b";
    default:
      break;
  }
  const bool escapes = character < 0x20 || (ensure_ascii && character > 0x7E);
  return escapes && !(character == 0x7F && !ensure_ascii) ? unicode_escape(character) : encode(character);
}

class JsonWriter {
 public:
  explicit JsonWriter(const JsonStyle& style)
      : style_(style),
        between_(style.item_separator.value_or(style.indent ? "," : ", ")),
        colon_(style.key_separator.value_or(": ")) {}

  std::string take() { return out_.take(); }

  void write(const Value& value) {
    Budget::count_steps(1);
    if (value.text()) return write_text(*value.text());
    if (const Dict* dict = value.dict()) return write_dict(*dict);
    const Sequence* sequence = value.sequence();
    if (sequence && sequence->kind <= Sequence::Kind::tuple) return write_items(sequence->items);
    out_ += scalar(value);
  }

 private:
  static std::string scalar(const Value& value) {
    if (value.is<None>()) return "null";
    if (const bool* flag = value.get<bool>()) return *flag ? "true" : "false";
    if (const std::int64_t* number = value.get<std::int64_t>()) return std::to_string(*number);
    const double* number = value.get<double>();
    if (number == nullptr) fail(fmt::format("Object of type {} is not JSON serializable", type_name(value)));
    if (std::isnan(*number)) return "NaN";
    if (std::isinf(*number)) return *number < 0 ? "-Infinity" : "Infinity";
    return repr_of(*number);
  }

  void write_text(std::string_view text) {
    out_ += '"';
    for (char32_t character : decode(text)) out_ += escaped_in_json(character, style_.ensure_ascii);
    out_ += '"';
  }

  void write_line(int level) {
    if (!style_.indent) return;
    out_ += '\n';
    out_ += repeated(*style_.indent, level);
  }

  void write_items(const Items& items) {
    if (items.empty()) return void(out_ += "[]");
    out_ += '[';
    ++level_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += between_;
      write_line(level_);
      write(items[i]);
    }
    write_line(--level_);
    out_ += ']';
  }

  void write_dict(const Dict& dict) {
    if (dict.entries.empty()) return void(out_ += "{}");
    out_ += '{';
    ++level_;
    bool is_first = true;
    for (const auto* entry : ordered(dict)) {
      if (!is_first) out_ += between_;
      is_first = false;
      write_line(level_);
      write_text(entry->first.text() ? *entry->first.text() : key_text(entry->first));
      out_ += colon_;
      write(entry->second);
    }
    write_line(--level_);
    out_ += '}';
  }

  static std::string key_text(const Value& key) {
    if (!key.is_number() && !key.is<None>())
      fail(fmt::format("keys must be str, int, float, bool or None, not {}", type_name(key)));
    return scalar(key);
  }

  std::vector<const std::pair<Value, Value>*> ordered(const Dict& dict) const {
    std::vector<const std::pair<Value, Value>*> entries;
    for (const auto& entry : dict.entries) entries.push_back(&entry);
    if (style_.sort_keys)
      std::ranges::stable_sort(entries, [](const auto* a, const auto* b) { return less(a->first, b->first); });
    return entries;
  }

  const JsonStyle& style_;
  std::string between_, colon_;
  int level_ = 0;
  Builder out_;
};

}  // namespace

std::string json_text(const Value& value, const JsonStyle& style) {
  JsonWriter writer(style);
  writer.write(value);
  return writer.take();
}

}  // namespace partwise::internal::jinja
