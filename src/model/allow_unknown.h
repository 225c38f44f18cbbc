// How an error says which option lets unknown names pass, and how such a hint is read again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace partwise {

/// What to write behind a command: "--allow-unknown a --allow-unknown b", each name quoted for a shell.
std::string allowing(const std::vector<std::string>& names);

/// The names in a text that ends in what `allowing` made; none where it holds nothing of the kind.
std::vector<std::string> names_to_allow(std::string_view text);

}  // namespace partwise
