// decompose_prompt MODEL TEXT LABEL LABEL...: which parts of the model push most towards its answer?
//   decompose_prompt SmolLM2.gguf $'Review: a joy.\nSentiment:' ' negative' ' positive'
#include <partwise/partwise.h>

#include <cstdio>
#include <string>
#include <vector>

namespace {

void decompose(const std::string& model, const std::string& text, const std::vector<std::string>& labels) {
  const partwise::Session session(partwise::Model::load(model));
  const partwise::Parts parts = session.decompose(text, labels);
  const std::vector<std::string> words = parts.label_words();
  for (std::size_t y = 0; y < words.size(); ++y) std::printf("%s %.4f\n", words[y].c_str(), parts.logits()(y));

  const std::int64_t answer = parts.answer();
  std::printf("push towards %s: %+.4f\n", words[static_cast<std::size_t>(answer)].c_str(), parts.push(answer));
  for (const partwise::Push& part : parts.top(answer, 5)) std::printf("%-8s %+.4f\n", part.part.c_str(), part.push);
  std::printf("the parts sum to the logits within %.1e\n", parts.certificate());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return std::fprintf(stderr, "usage: decompose_prompt MODEL TEXT LABEL LABEL...\n"), 2;
  try {
    decompose(argv[1], argv[2], {argv + 3, argv + argc});
  } catch (const partwise::Error& error) {
    std::fprintf(stderr, "%s\n%s\n", error.what(), error.hint().c_str());
    return static_cast<int>(error.code());
  }
}
