// Unicode normalisation.
#pragma once

#include <string>
#include <string_view>

namespace partwise::internal {

/// Normalisation form C of UTF-8 text (Unicode Standard Annex 15).
std::string to_nfc(std::string_view text);

}  // namespace partwise::internal
