#include "support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/json.h"
#include "formats/safetensors.h"
#include "model/architecture.h"
#include "support/at_least.h"
#include "support/paths.h"

namespace partwise::internal::test {

namespace fs = std::filesystem;

namespace {

Array<double> doubles(const SafetensorsFile& file, const std::string& name) {
  const TensorView& view = file.tensors().at(name);
  Array<double> out(view.shape);
  if (view.dtype != DType::f64) throw std::runtime_error(name + " is not F64");
  std::memcpy(out.data(), view.bytes.data(), view.bytes.size());
  return out;
}

/// attn_bias [case, layer, label] summed over layers, plus norm_bias [case, label].
Array<double> sum_biases(const Array<double>& attn_bias, Array<double> norm_bias) {
  for (std::int64_t i = 0; i < attn_bias.dim(0); ++i)
    for (std::int64_t l = 0; l < attn_bias.dim(1); ++l)
      for (std::int64_t y = 0; y < attn_bias.dim(2); ++y) norm_bias(i, y) += attn_bias(i, l, y);
  return norm_bias;
}

fs::path golden_root() { return source_dir() / "tests" / "golden"; }

}  // namespace

std::vector<fs::path> golden_folders(const fs::path& root) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(root))
    if (fs::exists(entry.path() / "cases.json") && fs::exists(entry.path() / "config.json"))
      folders.push_back(entry.path());
  std::ranges::sort(folders);
  return folders;
}

std::vector<fs::path> tiny_models() { return at_least(35, golden_folders(golden_root())); }

std::vector<fs::path> tiny_gguf_files() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(golden_root()))
    if (entry.path().extension() == ".gguf") files.push_back(entry.path());
  std::ranges::sort(files);
  return at_least(36, files);
}

std::vector<fs::path> known_golden_folders(const fs::path& root) {
  std::vector<fs::path> folders = golden_folders(root);
  std::erase_if(folders, [](const fs::path& folder) {
    const std::string type = read_json_file(folder / "config.json").at("model_type");
    return std::ranges::none_of(architectures(), [&](const Architecture& a) {
      return std::ranges::find(a.hugging_face_types, type) != a.hugging_face_types.end();
    });
  });
  return folders;
}

Golden read_golden(const fs::path& folder) {
  Golden golden;
  const Json cases = read_json_file(folder / "cases.json");
  const auto label_ids = cases.at("label_ids").get<std::vector<std::int32_t>>();
  for (const auto& ids : cases.at("prompts"))
    golden.prompts.push_back({ids.get<std::vector<std::int32_t>>(), label_ids});
  const SafetensorsFile file(folder / "golden.safetensors");
  golden.heads = doubles(file, "heads");
  golden.mlps = doubles(file, "mlps");
  golden.embed = doubles(file, "embed");
  if (file.tensors().contains("pos_embed")) golden.pos_embed = doubles(file, "pos_embed");
  if (file.tensors().contains("experts")) golden.experts = doubles(file, "experts");
  golden.logits = doubles(file, "logits");
  if (file.tensors().contains("capped_logits")) golden.capped_logits = doubles(file, "capped_logits");
  golden.bias = sum_biases(doubles(file, "attn_bias"), doubles(file, "norm_bias"));
  return golden;
}

void link_model(const fs::path& folder, const std::string& config, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(folder))
    if (!entry.path().filename().string().starts_with("config."))
      fs::create_symlink(fs::absolute(entry.path()), to / entry.path().filename());
  write_file(to / "config.json", config);
}

bool same_bits(const Array<float>& a, const Array<float>& b) {
  return a.shape() == b.shape() && std::equal(a.flat().begin(), a.flat().end(), b.flat().begin(), [](float x, float y) {
           return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
         });
}

void expect_same_bits(const Contributions& a, const Contributions& b, const std::string& what) {
  EXPECT_TRUE(same_bits(a.heads, b.heads)) << what;
  EXPECT_TRUE(same_bits(a.mlps, b.mlps)) << what;
  EXPECT_TRUE(same_bits(a.experts, b.experts)) << what;
  EXPECT_TRUE(same_bits(a.embed, b.embed)) << what;
  EXPECT_TRUE(same_bits(a.pos_embed, b.pos_embed)) << what;
  EXPECT_TRUE(same_bits(a.bias, b.bias)) << what;
  EXPECT_TRUE(same_bits(a.logits, b.logits)) << what;
}

double deviation(std::span<const double> values) {
  double mean = 0, variance = 0;
  for (double v : values) mean += v / static_cast<double>(values.size());
  for (double v : values) variance += (v - mean) * (v - mean) / static_cast<double>(values.size());
  return std::sqrt(variance);
}

double relative_miss(std::span<const float> a, std::span<const double> b) {
  if (a.size() != b.size()) return INFINITY;
  double miss = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(double{a[i]} - b[i]);
    if (std::isnan(difference)) return INFINITY;
    miss = std::max(miss, difference);
  }
  const double unit = deviation(b);
  return miss / (unit > 0 ? unit : 1.0);
}

}  // namespace partwise::internal::test
