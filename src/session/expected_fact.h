// What a reader file of `label` says about the accuracy to expect.
#pragma once

#include <string>

#include "decompose/run_info.h"

namespace partwise::internal::facts {

/// JSON: {"accuracy", "interval", "ece", "reader", "n", "table"}.
inline constexpr Fact<std::string> kExpected{"expected"};

}  // namespace partwise::internal::facts
