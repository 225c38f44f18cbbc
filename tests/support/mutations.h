// Damaged files that a parser must read or refuse without a crash.
#pragma once

#include <functional>
#include <string>

namespace partwise::internal::test {

/// Calls `parse` with `valid` cut at every length, with every byte changed in several ways, and with every run of eight
/// bytes replaced by numbers that overflow something. `parse` may throw internal::Error. Any other exception is a
/// failure. Returns how many of the damaged texts were refused.
int parse_mutations(const std::string& valid, const std::function<void(const std::string&)>& parse);

}  // namespace partwise::internal::test
