// Methods of str that change or examine a whole text.
#include <fmt/format.h>

#include <algorithm>

#include "jinja/arguments.h"
#include "jinja/builder.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/methods.h"
#include "jinja/printf.h"
#include "jinja/replace.h"
#include "jinja/show.h"

namespace partwise::internal::jinja {

namespace {

/// Methods of Markup would escape their arguments.
void check_plain(const Value& self, std::string_view name) {
  if (self.is_markup()) refuse(fmt::format("the method '{}' of a text that went through `safe` or `escape`", name));
}

template <std::string (*change)(std::string_view)>
Value with_case(Run&, const Value& self, const Arguments& arguments) {
  Bound("the method", arguments, {});
  return text(change(*self.text()), self.is_markup());
}

template <Side side>
Value stripped(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("strip", arguments, {"chars"});
  return text(std::string(strip(*self.text(), side, bound.some_text(0))), self.is_markup());
}

Value replace_all(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("replace", arguments, {"old", "new", "count"}, 2);
  check_plain(self, "replace");
  return text(replaced(*self.text(), bound.text(0), bound.text(1), bound.whole(2, -1)));
}

Value joined(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("join", arguments, {"iterable"}, 1);
  check_plain(self, "join");
  Builder out;
  bool is_first = true;
  for (const Value& item : items_of(*bound[0])) {
    if (!item.text()) fail(fmt::format("join: a str is expected, {} found", type_name(item)));
    if (!is_first) out += *self.text();
    is_first = false;
    out += *item.text();
  }
  return text(out.take());
}

Value formatted(Run&, const Value& self, const Arguments& arguments) {
  check_plain(self, "format");
  return text(format_braces(*self.text(), arguments));
}

template <bool at_begin>
Value without_affix(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("removeprefix", arguments, {"affix"}, 1);
  std::string_view kept = *self.text();
  const std::string& affix = bound.text(0);
  if (at_begin && kept.starts_with(affix)) kept.remove_prefix(affix.size());
  if (!at_begin && kept.ends_with(affix)) kept.remove_suffix(affix.size());
  return text(std::string(kept), self.is_markup());
}

enum class Justify { left, right, center };

template <Justify side>
Value justified(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("the method", arguments, {"width", "fillchar"}, 1);
  check_plain(self, "center");
  const std::string fill = bound[1] ? bound.text(1) : " ";
  if (length(fill) != 1) fail("The fill character must be exactly one character long");
  const std::int64_t width = bound.whole(0, 0), missing = width - static_cast<std::int64_t>(length(*self.text()));
  if (side == Justify::center) return text(centered(*self.text(), width, fill));
  const std::string padding = repeated(fill, missing);
  return text(side == Justify::left ? *self.text() + padding : padding + *self.text());
}

Value zero_filled(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("zfill", arguments, {"width"}, 1);
  check_plain(self, "zfill");
  const std::string& digits = *self.text();
  const std::size_t n_signs = digits.starts_with('-') || digits.starts_with('+') ? 1 : 0;
  const std::string zeros = repeated("0", bound.whole(0, 0) - static_cast<std::int64_t>(length(digits)));
  return text(digits.substr(0, n_signs) + zeros + digits.substr(n_signs));
}

bool is_digit_of_python(char32_t c) {
  if (is_other_number(c)) refuse("'isdigit' of a number that is not decimal");
  return is_decimal(c);
}

bool is_ascii(char32_t c) { return c < 0x80; }
bool is_alphanumeric(char32_t c) { return is_letter(c) || is_decimal(c) || is_other_number(c); }
bool is_numeric(char32_t c) { return is_decimal(c) || is_other_number(c); }

template <bool (*holds)(char32_t), bool of_nothing>
Value all_are(Run&, const Value& self, const Arguments& arguments) {
  Bound("the method", arguments, {});
  const std::u32string characters = decode(*self.text());
  return boolean(characters.empty() ? of_nothing : std::ranges::all_of(characters, holds));
}

template <bool (*holds)(char32_t)>
Value cased_are(Run&, const Value& self, const Arguments& arguments) {
  Bound("the method", arguments, {});
  const std::u32string characters = decode(*self.text());
  return boolean(std::ranges::any_of(characters, holds) &&
                 std::ranges::none_of(characters, [](char32_t c) { return is_cased(c) && !holds(c); }));
}

Value is_title(Run&, const Value& self, const Arguments& arguments) {
  Bound("istitle", arguments, {});
  return boolean(title(*self.text()) == *self.text() && std::ranges::any_of(decode(*self.text()), is_cased));
}

}  // namespace

const MethodTable& text_methods() {
  static const MethodTable table = {
      {"capitalize", with_case<capitalize>},
      {"casefold", [](Run&, const Value&, const Arguments&) -> Value { refuse("the method 'casefold'"); }},
      {"center", justified<Justify::center>},
      {"format", formatted},
      {"isalnum", all_are<is_alphanumeric, false>},
      {"isalpha", all_are<is_letter, false>},
      {"isascii", all_are<is_ascii, true>},
      {"isdecimal", all_are<is_decimal, false>},
      {"isdigit", all_are<is_digit_of_python, false>},
      {"islower", cased_are<is_lower>},
      {"isnumeric", all_are<is_numeric, false>},
      {"isspace", all_are<is_space, false>},
      {"istitle", is_title},
      {"isupper", cased_are<is_upper>},
      {"join", joined},
      {"ljust", justified<Justify::left>},
      {"lower", with_case<lower>},
      {"lstrip", stripped<Side::left>},
      {"removeprefix", without_affix<true>},
      {"removesuffix", without_affix<false>},
      {"replace", replace_all},
      {"rjust", justified<Justify::right>},
      {"rstrip", stripped<Side::right>},
      {"strip", stripped<Side::both>},
      {"swapcase", with_case<swap_case>},
      {"title", with_case<title>},
      {"upper", with_case<upper>},
      {"zfill", zero_filled}};
  return table;
}

}  // namespace partwise::internal::jinja
