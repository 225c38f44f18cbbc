// Tiny models with decompositions computed in double precision by an independent implementation
// (scripts/make-goldens), and the shared ones of the same form.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "decompose/decompose.h"
#include "tensor/array.h"

namespace partwise::test {

struct Golden {
  std::vector<PromptIds> prompts;
  Array<double> heads;   // [case, layer, head, label]
  Array<double> mlps;    // [case, layer, label]
  Array<double> embed;   // [case, label]
  Array<double> bias;    // [case, label]: attention biases of all layers and the final norm's
  Array<double> logits;  // [case, label]
};

/// Folders under `root` with cases.json and golden.safetensors, by name.
std::vector<std::filesystem::path> golden_folders(const std::filesystem::path& root);
/// The tiny models of tests/golden: folders, and GGUF files of the same models.
std::vector<std::filesystem::path> tiny_models();
std::vector<std::filesystem::path> tiny_gguf_files();
/// Those of golden_folders() whose architecture the program knows: shared ones are there before it does.
std::vector<std::filesystem::path> known_golden_folders(const std::filesystem::path& root);
Golden read_golden(const std::filesystem::path& folder);

/// A copy of a model folder, by links, whose config.json is `config`.
void link_model(const std::filesystem::path& folder, const std::string& config, const std::filesystem::path& to);

bool same_bits(const Array<float>& a, const Array<float>& b);
/// All parts and logits of two decompositions.
void expect_same_bits(const Contributions& a, const Contributions& b, const std::string& what);

/// max |a - b| over the standard deviation of b (1 where b is constant).
double relative_miss(std::span<const float> a, std::span<const double> b);

}  // namespace partwise::test
