#include <algorithm>

#include "tokenizer/source.h"

namespace partwise {

namespace {

std::vector<TokenizerSource>& registry() {
  static std::vector<TokenizerSource> all;  // filled before main by the sources' files
  return all;
}

}  // namespace

RegisterTokenizerSource::RegisterTokenizerSource(TokenizerSource source) {
  auto& all = registry();
  auto place = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other.name > source.name; });
  all.insert(place, source);
}

const std::vector<TokenizerSource>& tokenizer_sources() { return registry(); }

}  // namespace partwise
