// "Did you mean ...?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace partwise::internal {

/// The candidate nearest to `word` by edit distance (a swap of neighbours counts as one). "" if more than a third of
/// the letters differ: then it is no typo. Case is ignored.
std::string closest_match(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'NAME'?", or "one of: a, b, c" if no candidate is near; "" if there are no candidates.
std::string suggestion_hint(std::string_view word, std::span<const std::string> candidates);

}  // namespace partwise::internal
