// The values that templates compute with. They behave, print and compare as Python's do.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace partwise::internal::jinja {

class Value;
struct Dict;
class Object;
using Items = std::vector<Value>;

/// What a slot of a frame holds before anything is assigned to it. No expression returns it.
struct Missing {};
/// jinja2's Undefined: prints as nothing, and most uses of it are errors, which say `why`.
struct Undefined {
  std::shared_ptr<const std::string> why;
};
struct None {};
/// A Python str in valid UTF-8. `markup`: it went through `safe` or `escape` (markupsafe's Markup).
struct Text {
  std::shared_ptr<const std::string> bytes;
  bool markup = false;
};

/// How much a value holds: levels of nesting, and bytes, counted once per place where it occurs.
struct Extent {
  int depth = 0;
  std::uint64_t bytes = 0;
};

/// Lists and everything else that holds items in order.
struct Sequence {
  enum class Kind { list, tuple, range, keys, values, items, generator };

  Kind kind = Kind::list;
  Items items;
  std::string shown = {};  // of a range: "range(0, 3)"
  std::size_t taken = 0;   // of a generator: items that are used up
  Extent extent = {};
};

class Value {
 public:
  using Data = std::variant<Missing, Undefined, None, bool, std::int64_t, double, Text, std::shared_ptr<Sequence>,
                            std::shared_ptr<const Dict>, std::shared_ptr<Object>>;

  Value() = default;
  explicit Value(Data data) : data_(std::move(data)) {}

  /// nullptr if it holds something else.
  template <class T>
  const T* get() const {
    return std::get_if<T>(&data_);
  }
  template <class T>
  bool is() const {
    return std::holds_alternative<T>(data_);
  }
  /// The string, sequence, dict or object; nullptr if it is none.
  const std::string* text() const { return is<Text>() ? get<Text>()->bytes.get() : nullptr; }
  Sequence* sequence() const {
    return is<std::shared_ptr<Sequence>>() ? get<std::shared_ptr<Sequence>>()->get() : nullptr;
  }
  const Dict* dict() const;
  Object* object() const;
  bool is_markup() const { return is<Text>() && get<Text>()->markup; }
  bool is_number() const { return is<bool>() || is<std::int64_t>() || is<double>(); }
  bool is_kind(Sequence::Kind kind) const { return sequence() != nullptr && sequence()->kind == kind; }

 private:
  Data data_;
};

/// Keys in the order in which they came. Equal keys are one key, and so are 1, 1.0 and True.
struct Dict {
  std::vector<std::pair<Value, Value>> entries;
  std::unordered_map<std::string, std::size_t> index = {};  // of many entries, by hash_key
  Extent extent = {};

  /// nullptr if the key is not there. Errors: bad_data if the key cannot be one.
  const Value* find(const Value& key) const;
  const Value* find(std::string_view key) const;
};

inline const Dict* Value::dict() const {
  return is<std::shared_ptr<const Dict>>() ? get<std::shared_ptr<const Dict>>()->get() : nullptr;
}
inline Object* Value::object() const {
  return is<std::shared_ptr<Object>>() ? get<std::shared_ptr<Object>>()->get() : nullptr;
}

// Makers. They count what they make (budget.h). Errors: bad_data for a value that nests too deep or is too large.
Value none();
Value boolean(bool value);
Value integer(std::int64_t value);
Value real(double value);
Value text(std::string bytes, bool markup = false);
Value undefined(std::string why);
Value sequence(Sequence::Kind kind, Items items);
Value list(Items items);
Value tuple(Items items);
Value generator(Items items);
Value range(std::int64_t start, std::int64_t stop, std::int64_t step);
/// Of equal keys, the first place and the last value count.
Value dict(std::vector<std::pair<Value, Value>> entries);
Value object(std::shared_ptr<Object> object);

Extent extent_of(const Value& value);
/// Python's name of its type: "str".
std::string_view type_name(const Value& value);
bool is_true(const Value& value);
/// The items that a loop sees; takes those of a generator. Errors: bad_data if it cannot be iterated.
Items items_of(const Value& value);
/// Whether items_of would return.
bool is_iterable(const Value& value);
/// len(). Errors: bad_data if it has none.
std::int64_t length_of(const Value& value);
/// The same text if and only if the keys are equal. Errors: bad_data if a dict cannot have it as a key.
std::string hash_key(const Value& key);

}  // namespace partwise::internal::jinja
