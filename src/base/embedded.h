// Files that are compiled into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace partwise::internal {

/// An embedded file: its path from the root of the source tree ("tasks/news.yaml") and its bytes.
struct EmbeddedFile {
  std::string_view path;
  std::string_view content;
};

}  // namespace partwise::internal
