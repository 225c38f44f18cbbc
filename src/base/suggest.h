// "Did you mean ...?"
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace partwise {

/// The candidate nearest to `word` by edit distance (a swap of neighbours counts one), or "" when
/// none is near enough to be a typo (more than a third of the letters differ). Case is ignored.
std::string closest_match(std::string_view word, std::span<const std::string> candidates);

/// "did you mean 'NAME'?", or "one of: a, b, c" where nothing is near.
std::string suggestion_hint(std::string_view word, std::span<const std::string> candidates);

}  // namespace partwise
