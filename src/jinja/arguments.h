// Binds the arguments of a call to the parameters of a function of ours.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/object.h"

namespace partwise::internal::jinja {

class Bound {
 public:
  /// The first `n_required` of `names` must be given. Errors: bad_data, naming `callee`, for arguments that are
  /// missing, given twice, too many, or have a name that is not in `names`.
  Bound(std::string_view callee, const Arguments& arguments, std::initializer_list<std::string_view> names,
        std::size_t n_required = 0);

  /// nullptr if it was not given.
  const Value* operator[](std::size_t i) const { return values_[i] ? &*values_[i] : nullptr; }
  /// As operator[], and also nullptr for None.
  const Value* some(std::size_t i) const;
  bool flag(std::size_t i, bool otherwise) const;
  // Errors: bad_data for another type.
  std::int64_t whole(std::size_t i, std::int64_t otherwise) const;
  const std::string& text(std::size_t i) const;
  /// nullptr if it was not given, or is None.
  const std::string* some_text(std::size_t i) const;

 private:
  std::string_view callee_;
  std::vector<std::optional<Value>> values_;
};

}  // namespace partwise::internal::jinja
