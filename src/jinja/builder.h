// A text that is put together and may not become too long.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "jinja/failure.h"
#include "jinja/limits.h"

namespace partwise::internal::jinja {

class Builder {
 public:
  /// Errors: bad_data if the text becomes longer than kLongestText.
  Builder& operator+=(std::string_view more) {
    if (text_.size() + more.size() > kLongestText) fail("a text becomes longer than 64 MiB");
    text_ += more;
    return *this;
  }
  Builder& operator+=(char more) { return *this += std::string_view(&more, 1); }

  const std::string& text() const { return text_; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// `part`, `count` times; "" for a negative count. Errors: bad_data if that is too long.
std::string repeated(std::string_view part, long long count);

}  // namespace partwise::internal::jinja
