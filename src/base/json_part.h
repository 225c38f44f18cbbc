// JSON with its place in the file, so that every error can name the place.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"

namespace partwise::internal {

/// A view: the JSON must outlive it. Errors of every function: bad_data. `AnyJson` is Json or OrderedJson.
template <class AnyJson>
class BasicJsonPart {
 public:
  /// `file` ("" if the caller names it) and `path` ("model.merges", "" for the whole) name the place.
  BasicJsonPart(const AnyJson& value, std::string file, std::string path)
      : value_(&value), file_(std::move(file)), path_(std::move(path)) {}

  const AnyJson& value() const { return *value_; }
  const std::string& path() const { return path_; }
  bool is_null() const { return value_->is_null(); }

  /// The member `key` of an object; null if it is missing.
  BasicJsonPart operator[](const std::string& key) const;
  /// Whether an object has the member `key`, and it is not null.
  bool has(const std::string& key) const { return !(*this)[key].is_null(); }
  /// The elements of an array.
  std::vector<BasicJsonPart> elements() const;
  /// The members of an object, in their order.
  std::vector<std::pair<std::string, BasicJsonPart>> members() const;

  std::string text() const;
  bool flag() const;
  bool flag_or(bool otherwise) const { return is_null() ? otherwise : flag(); }
  /// A whole number. 5.0 is one, too: JSON has one kind of number, and some programs write all of them so.
  std::int64_t integer() const;
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  double number() const;
  /// A list of strings.
  std::vector<std::string> texts() const;

  void check_object() const;
  /// Refuses an object with a member that is not in `known`: it may change the result.
  void check_members(std::initializer_list<std::string_view> known) const;

  [[noreturn]] void fail(std::string_view what) const;
  /// fail("this is no WHAT"), or that it is missing.
  [[noreturn]] void fail_as_no(std::string_view what) const;
  /// fail("WHAT is not supported")
  [[noreturn]] void refuse(std::string_view what) const;

 private:
  const AnyJson* value_;
  std::string file_, path_;
};

using JsonPart = BasicJsonPart<Json>;
/// Of JSON whose objects keep the order of their keys.
using OrderedJsonPart = BasicJsonPart<OrderedJson>;

}  // namespace partwise::internal
