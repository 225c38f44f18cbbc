// Tiny models with decompositions computed in double precision by an independent implementation
// (scripts/make-goldens), and shared fixtures in the same form.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "decompose/decompose.h"
#include "tensor/array.h"

namespace partwise::internal::test {

struct Golden {
  std::vector<PromptIds> prompts;
  Array<double> heads;          // [case, layer, head, label]
  Array<double> mlps;           // [case, layer, label]
  Array<double> embed;          // [case, label]
  Array<double> pos_embed;      // the share of learned positions in it  [case, label], or empty
  Array<double> experts;        // [case, layer, expert, label], or empty
  Array<double> bias;           // [case, label]: attention biases of all layers and the final norm's
  Array<double> logits;         // before a final cap  [case, label]
  Array<double> capped_logits;  // [case, label], or empty
};

/// Folders under `root` with cases.json and golden.safetensors, by name.
std::vector<std::filesystem::path> golden_folders(const std::filesystem::path& root);
/// The tiny models of tests/golden: folders, and GGUF files of the same models.
std::vector<std::filesystem::path> tiny_models();
std::vector<std::filesystem::path> tiny_gguf_files();
/// The folders of golden_folders() whose architecture the program knows. Shared fixtures may have others.
std::vector<std::filesystem::path> known_golden_folders(const std::filesystem::path& root);
Golden read_golden(const std::filesystem::path& folder);

/// A copy of a model folder, made of links, with `config` as its config.json.
void link_model(const std::filesystem::path& folder, const std::string& config, const std::filesystem::path& to);

bool same_bits(const Array<float>& a, const Array<float>& b);
/// Compares all parts and logits of two decompositions.
void expect_same_bits(const Contributions& a, const Contributions& b, const std::string& what);

/// The standard deviation.
double deviation(std::span<const double> values);
/// max |a - b| divided by the standard deviation of b (by 1 if b is constant).
double relative_miss(std::span<const float> a, std::span<const double> b);

}  // namespace partwise::internal::test
