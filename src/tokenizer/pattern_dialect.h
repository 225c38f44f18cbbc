// Oniguruma's regular expressions in PCRE2's spelling.
#pragma once

#include <string>
#include <string_view>

namespace partwise::internal {

/// Errors: bad_data, naming the construct, for everything that the two read differently or that is not known here.
std::string to_pcre2_dialect(std::string_view expression);

}  // namespace partwise::internal
