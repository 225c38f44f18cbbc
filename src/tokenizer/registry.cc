#include <algorithm>

#include "tokenizer/kind.h"

namespace partwise {

namespace {

std::vector<TokenizerKind>& registry() {
  static std::vector<TokenizerKind> all;  // filled before main by the sources' files
  return all;
}

}  // namespace

RegisterTokenizerKind::RegisterTokenizerKind(TokenizerKind source) {
  auto& all = registry();
  auto place = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other.name > source.name; });
  all.insert(place, source);
}

const std::vector<TokenizerKind>& tokenizer_kinds() { return registry(); }

}  // namespace partwise
