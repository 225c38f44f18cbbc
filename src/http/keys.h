// Keys that clients show.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal::http {

class Keys {
 public:
  explicit Keys(const std::vector<std::string>& keys);

  /// There are none, so requests need none.
  bool empty() const { return digests_.empty(); }
  /// Whether `key` is one of the keys. How long this takes tells nothing of them.
  bool fits(std::string_view key) const;

 private:
  std::vector<std::string> digests_;  // only these are compared: they are all of one length, and no prefix helps
};

}  // namespace partwise::internal::http
