// What both forms of questions have in common.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json_part.h"
#include "serve/question.h"

namespace partwise::internal {

/// Limits of both forms.
inline constexpr std::size_t kMostQuestions = 400, kMostOptions = 255, kFewestLevels = 2, kMostLevels = 10;

/// A text, an object or a list as text (text_of). Errors: bad_data for anything else.
std::string structured_text(const OrderedJsonPart& part);

/// What "x_explanation" (a switch, or a number of parts), "x_label_mass", "x_sources" and "x_prompt" ask for. Errors:
/// bad_data.
Wanted read_wanted(const OrderedJsonPart& body);

/// Errors: bad_data unless n is from `least` to `most`; `what`: "options".
void check_number(const OrderedJsonPart& part, std::size_t n, std::size_t least, std::size_t most,
                  std::string_view what);

/// Adds what the decision has of "x_explanation", "x_label_mass", "x_certificate", "x_sources" and "x_prompt" to an
/// answer.
void add_extensions(OrderedJson& answer, const Decision& decision);

/// The tokens of all prompts.
std::int64_t count_tokens(const std::vector<Decision>& decisions);

}  // namespace partwise::internal
