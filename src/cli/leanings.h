// What a fitted reader leans on, for a terminal and for scripts.
#pragma once

#include <string>

#include "cli/console.h"
#include "readers/reader.h"

namespace partwise {

/// "leans on L5H3 for 'positive' (+0.612), L2MLP against 'negative' (-0.401)": the first five; "" where it has none.
std::string leanings_text(const ReaderFile& file);

/// [{"part", "label", "weight"}], as in the reader file.
OrderedJson leanings_json(const ReaderFile& file);

}  // namespace partwise
