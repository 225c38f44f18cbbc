#include "model/other_kinds.h"

#include <fnmatch.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace partwise::internal {

namespace {

struct Kind {
  const char* pattern;
  std::string_view what;
};

constexpr std::string_view kEncoder = ": an encoder, which reads a text from both sides and predicts no next token";
constexpr std::string_view kBoth = ": an encoder with a decoder";
constexpr std::string_view kPictures = ": a model of pictures or sounds, or one of texts that has these built in";
constexpr std::string_view kExperts = ": a mixture of experts of another kind";
constexpr std::string_view kRecurrent = ": a model without attention in all or some layers";

/// The first entry that matches counts.
constexpr Kind kKinds[] = {
    {"*moe*", kExperts},
    {"deepseek[_2v]*", kExperts},
    {"dbrx", kExperts},
    {"*bert*", kEncoder},
    {"electra", kEncoder},
    {"mpnet", kEncoder},
    {"xlnet", kEncoder},
    {"t5*", kBoth},
    {"mt5", kBoth},
    {"umt5", kBoth},
    {"*bart", kBoth},
    {"pegasus*", kBoth},
    {"marian", kBoth},
    {"deberta*", kEncoder},
    {"whisper", kPictures},
    {"wav2vec2*", kPictures},
    {"*clip*", kPictures},
    {"siglip*", kPictures},
    {"vit*", kPictures},
    {"dino*", kPictures},
    {"llava*", kPictures},
    {"*_vl*", kPictures},
    {"*[0-9]vl*", kPictures},
    {"mllama", kPictures},
    {"idefics*", kPictures},
    {"paligemma", kPictures},
    {"*mamba*", kRecurrent},
    {"rwkv*", kRecurrent},
    {"jamba", kRecurrent},
    {"recurrent_gemma", kRecurrent},
    {"bamba", kRecurrent},
    {"zamba*", kRecurrent},
    {"lfm2*", kRecurrent},
    {"qwen3_next", kRecurrent},
    {"qwen3[._]5*", kRecurrent},
};

}  // namespace

std::string_view other_kind(std::string_view type) {
  const std::string name(type);
  const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const Kind& k) { return fnmatch(k.pattern, name.c_str(), 0) == 0; });
  return kind == std::end(kKinds) ? std::string_view() : kind->what;
}

}  // namespace partwise::internal
