// Traced texts as one page.
#pragma once

#include <string>

#include "session/traced_texts.h"

namespace partwise::internal {

/// A self-contained page: the tokens coloured by probability; of the token that is chosen, its parts as a waterfall
/// that ends at the margin; a map of parts by step; and if heads were split by token, where a head read.
std::string traced_html(const TracedTexts& traced);

}  // namespace partwise::internal
