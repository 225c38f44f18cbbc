#include "session/answer.h"

#include <utility>

namespace partwise::internal {

Answer answer_of(const ReaderFile& reader, const Contributions& parts, std::int64_t example) {
  std::vector<double> scores(reader.label_words.size()), probabilities(scores.size());
  reader.reader->scores(parts, example, scores);
  reader.reader->probabilities(parts, example, probabilities);
  return {static_cast<std::size_t>(argmax(scores)), std::move(probabilities)};
}

}  // namespace partwise::internal
