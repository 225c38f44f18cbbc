// Methods of str that cut a text.
#include <algorithm>

#include "jinja/arguments.h"
#include "jinja/budget.h"
#include "jinja/code_points.h"
#include "jinja/failure.h"
#include "jinja/methods.h"

namespace partwise::internal::jinja {

namespace {

using Pieces = std::vector<std::string_view>;

/// The size of the first white space, or of what lies before it.
std::size_t run_size(std::string_view bytes, bool of_space) {
  const std::size_t n_spaces = bytes.size() - strip(bytes, Side::left).size();
  if (of_space) return n_spaces;
  std::size_t at = 0;
  while (at < bytes.size() && strip(bytes.substr(at, character_size(bytes[at])), Side::left).size() > 0)
    at += character_size(bytes[at]);
  return at;
}

Pieces split_at_space(std::string_view bytes, std::int64_t most) {
  Pieces pieces;
  for (bytes = strip(bytes, Side::left); !bytes.empty(); bytes = strip(bytes, Side::left)) {
    if (most >= 0 && std::ssize(pieces) == most) {
      pieces.push_back(bytes);
      return pieces;
    }
    const std::size_t size = run_size(bytes, false);
    pieces.push_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return pieces;
}

/// From the right; the pieces are in order.
Pieces rsplit_at_space(std::string_view bytes, std::int64_t most) {
  const Pieces all = split_at_space(bytes, -1);
  if (most < 0 || std::ssize(all) <= most) return all;
  Pieces pieces(all.end() - static_cast<std::ptrdiff_t>(most), all.end());
  const std::string_view last = all[all.size() - static_cast<std::size_t>(most) - 1];
  pieces.insert(pieces.begin(), bytes.substr(0, static_cast<std::size_t>(last.data() + last.size() - bytes.data())));
  return pieces;
}

Pieces split_at(std::string_view bytes, std::string_view separator, std::int64_t most) {
  Pieces pieces;
  while (most < 0 || std::ssize(pieces) < most) {
    const std::size_t found = bytes.find(separator);
    if (found == std::string_view::npos) break;
    pieces.push_back(bytes.substr(0, found));
    bytes.remove_prefix(found + separator.size());
  }
  pieces.push_back(bytes);
  return pieces;
}

Pieces rsplit_at(std::string_view bytes, std::string_view separator, std::int64_t most) {
  Pieces pieces;
  while (most < 0 || std::ssize(pieces) < most) {
    const std::size_t found = bytes.rfind(separator);
    if (found == std::string_view::npos) break;
    pieces.push_back(bytes.substr(found + separator.size()));
    bytes = bytes.substr(0, found);
  }
  pieces.push_back(bytes);
  std::ranges::reverse(pieces);
  return pieces;
}

Items texts(const Pieces& pieces, const Value& self) {
  Items items;
  Budget::count_bytes(pieces.size() * sizeof(Value));
  for (std::string_view piece : pieces) items.push_back(text(std::string(piece), self.is_markup()));
  return items;
}

template <bool from_left>
Value split(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("split", arguments, {"sep", "maxsplit"});
  const std::string* separator = bound.some_text(0);
  const std::int64_t most = bound.whole(1, -1);
  if (separator && separator->empty()) fail("empty separator");
  Pieces pieces;
  if (from_left) pieces = separator ? split_at(*self.text(), *separator, most) : split_at_space(*self.text(), most);
  if (!from_left) pieces = separator ? rsplit_at(*self.text(), *separator, most) : rsplit_at_space(*self.text(), most);
  return list(texts(pieces, self));
}

Value lines(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("splitlines", arguments, {"keepends"});
  Items items;
  for (std::string& line : split_lines(*self.text(), bound.flag(0, false)))
    items.push_back(text(std::move(line), self.is_markup()));
  return list(std::move(items));
}

template <bool from_left>
Value partition(Run&, const Value& self, const Arguments& arguments) {
  const Bound bound("partition", arguments, {"sep"}, 1);
  const std::string_view whole = *self.text(), separator = bound.text(0);
  if (separator.empty()) fail("empty separator");
  const std::size_t at = from_left ? whole.find(separator) : whole.rfind(separator);
  Pieces pieces = from_left ? Pieces{whole, "", ""} : Pieces{"", "", whole};
  if (at != std::string_view::npos)
    pieces = {whole.substr(0, at), whole.substr(at, separator.size()), whole.substr(at + separator.size())};
  return tuple(texts(pieces, self));
}

}  // namespace

const MethodTable& splitting_methods() {
  static const MethodTable table = {{"split", split<true>},
                                    {"rsplit", split<false>},
                                    {"splitlines", lines},
                                    {"partition", partition<true>},
                                    {"rpartition", partition<false>}};
  return table;
}

}  // namespace partwise::internal::jinja
