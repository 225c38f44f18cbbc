// SHA-256, for fingerprints.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace partwise::internal {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  /// A text with its size before it, so that no two lists of texts look the same.
  void update_item(std::string_view text);
  /// 64 hexadecimal digits, lower case. Call it once, last.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace partwise::internal
