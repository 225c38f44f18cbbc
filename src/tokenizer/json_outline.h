// tokenizer.json without its tables, which are most of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace partwise {

struct JsonOutline {
  std::string text;              // with null for "model.vocab" and "model.merges"
  std::int64_t largest_id = -1;  // in the former
};

/// `text` is JSON; of what is not, this is no better, so that parsing what comes out finds it. What is wrong inside of
/// the tables is passed over.
JsonOutline outline_json(std::string_view text);

}  // namespace partwise
