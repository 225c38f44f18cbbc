// Filters of texts.
#include <fmt/format.h>

#include "jinja/arguments.h"
#include "jinja/arithmetic.h"
#include "jinja/builder.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/filters.h"
#include "jinja/json_text.h"
#include "jinja/printf.h"
#include "jinja/replace.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

template <std::string (*change)(std::string_view)>
Value changed(Run&, const Value& input, const Arguments& arguments) {
  Bound("the filter", arguments, {});
  return text(change(str(input)), input.is_markup());
}

/// Every word begins with a capital letter; words begin behind white space, hyphens and opening brackets.
std::string title_words(std::string_view bytes) {
  std::u32string word;
  std::string titled;
  const auto end_word = [&] {
    if (!word.empty()) titled += upper(encode(word[0])) + lower(encode(std::u32string_view(word).substr(1)));
    word.clear();
  };
  bool in_separators = false;
  for (char32_t character : decode(bytes)) {
    const bool separates =
        is_space(character) || std::u32string_view(U"-({[<").find(character) != std::u32string_view::npos;
    if (separates != in_separators) end_word();
    in_separators = separates;
    word += character;
  }
  end_word();
  return titled;
}

Value trim(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("trim", arguments, {"chars"});
  return text(std::string(strip(str(input), Side::both, bound.some_text(0))), input.is_markup());
}

Value replace(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("replace", arguments, {"old", "new", "count"}, 2);
  return text(replaced(str(input), str(*bound[0]), str(*bound[1]), bound.some(2) ? bound.whole(2, -1) : -1));
}

Value string(Run&, const Value& input, const Arguments& arguments) {
  Bound("string", arguments, {});
  return input.text() ? input : text(str(input));
}

Value safe(Run&, const Value& input, const Arguments& arguments) {
  Bound("safe", arguments, {});
  return text(str(input), true);
}

Value escape(Run&, const Value& input, const Arguments& arguments) {
  Bound("escape", arguments, {});
  return input.is_markup() ? input : text(escape_html(str(input)), true);
}

Value format(Run&, const Value& input, const Arguments& arguments) {
  if (input.is_markup()) refuse("the filter 'format' behind `safe` or `escape`");
  if (!arguments.named.empty() && !arguments.positional.empty())
    fail("can't handle positional and keyword arguments at the same time");
  std::vector<std::pair<Value, Value>> entries;
  for (const auto& [name, value] : arguments.named) entries.emplace_back(text(name), value);
  return text(format_printf(str(input), entries.empty() ? tuple(arguments.positional) : dict(std::move(entries))));
}

std::string indented(const std::string& bytes, const std::string& by, bool first, bool blank) {
  const std::vector<std::string> lines = split_lines(bytes + "\n", false);
  Builder out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    if (i == 0 ? first : blank || !lines[i].empty()) out += by;
    out += lines[i];
  }
  return out.take();
}

Value indent(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("indent", arguments, {"width", "first", "blank"});
  if (const auto* missing = input.get<Undefined>()) fail(*missing->why);
  if (!input.text()) fail(fmt::format("indent: a str is required, not {}", type_name(input)));
  const bool by_text = bound[0] && bound[0]->text();
  return text(indented(*input.text(), by_text ? bound.text(0) : repeated(" ", bound.whole(0, 4)), bound.flag(1, false),
                       bound.flag(2, false)),
              input.is_markup());
}

Value center(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("center", arguments, {"width"});
  return text(centered(str(input), bound.whole(0, 80), " "));
}

Value truncate(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("truncate", arguments, {"length", "killwords", "end", "leeway"});
  const std::u32string all = decode(input.text() ? *input.text() : (fail("truncate: a str is required"), ""));
  const std::u32string end = bound[2] ? decode(bound.text(2)) : U"...";
  const std::int64_t length = bound.whole(0, 255), leeway = bound.some(3) ? bound.whole(3, 5) : 5;
  if (length < std::ssize(end) || leeway < 0) fail("truncate: the length is too small, or the leeway is negative");
  if (std::ssize(all) <= length || std::ssize(all) - length <= leeway) return input;
  std::u32string kept = all.substr(0, static_cast<std::size_t>(length - std::ssize(end)));
  if (!bound.flag(1, false)) kept = kept.substr(0, kept.rfind(U' '));
  return text(encode(kept + end));
}

Value wordcount(Run&, const Value& input, const Arguments& arguments) {
  Bound("wordcount", arguments, {});
  std::int64_t n = 0;
  bool in_word = false;
  for (char32_t c : decode(str(input))) {
    const bool is_part = is_letter(c) || is_decimal(c) || is_other_number(c) || c == U'_';
    n += is_part && !in_word;
    in_word = is_part;
  }
  return integer(n);
}

std::optional<std::string> indent_of(const Bound& bound, std::size_t i) {
  if (!bound.some(i)) return std::nullopt;
  return bound.some(i)->text() ? bound.text(i) : repeated(" ", bound.whole(i, 0));
}

Value tojson(Run&, const Value& input, const Arguments& arguments) {
  const Bound bound("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
  JsonStyle style{bound.flag(0, false), bound.flag(3, false), indent_of(bound, 1)};
  if (bound.some(2)) {
    const Items separators = items_of(*bound.some(2));
    if (separators.size() != 2 || !separators[0].text() || !separators[1].text())
      fail("tojson: separators are two strings");
    style.item_separator = *separators[0].text();
    style.key_separator = *separators[1].text();
  }
  return text(json_text(input, style));
}

}  // namespace

const FilterTable& text_filters() {
  static const FilterTable table = {{"capitalize", changed<capitalize>},
                                    {"center", center},
                                    {"e", escape},
                                    {"escape", escape},
                                    {"forceescape", escape},
                                    {"format", format},
                                    {"indent", indent},
                                    {"lower", changed<lower>},
                                    {"replace", replace},
                                    {"safe", safe},
                                    {"string", string},
                                    {"title", changed<title_words>},
                                    {"tojson", tojson},
                                    {"trim", trim},
                                    {"truncate", truncate},
                                    {"upper", changed<upper>},
                                    {"wordcount", wordcount}};
  return table;
}

}  // namespace partwise::internal::jinja
