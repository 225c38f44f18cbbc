// How values print: Python's str() and repr().
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jinja/builder.h"
#include "jinja/value.h"

namespace partwise::internal::jinja {

/// str(). Errors: bad_data for what Python prints as an address, and for a text that becomes too long.
std::string str(const Value& value);
std::string repr(const Value& value);
/// repr() of a float: the shortest digits that give it back.
std::string repr_of(double number);
std::string repr_of(std::string_view text);

/// Writes repr() of values one after another.
class Shower {
 public:
  void write(std::string_view text) { out_ += text; }
  void write_repr(const Value& value);
  /// "{'a': 1}"
  void write_entries(const std::vector<std::pair<Value, Value>>& entries);
  std::string take() { return out_.take(); }

 private:
  void write_items(const Items& items);
  void write_sequence(const Sequence& sequence);
  void write_simple(const Value& value);

  Builder out_;
  int depth_ = 0;
};

}  // namespace partwise::internal::jinja
