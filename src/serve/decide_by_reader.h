// Answers of fitted readers to questions.
#pragma once

#include <stop_token>
#include <vector>

#include "serve/question.h"
#include "serve/service.h"

namespace partwise::internal {

/// decide() with Asked::reader.
std::vector<Decision> decide_by_reader(Service& service, const Asked& asked, std::stop_token gone);

}  // namespace partwise::internal
