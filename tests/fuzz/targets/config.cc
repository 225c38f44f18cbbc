// A configuration. Every architecture reads it as config.json and as GGUF metadata, even if it names another one.
#include <algorithm>
#include <memory>

#include "base/json.h"
#include "fuzz/support.h"
#include "model/architecture.h"
#include "model/tensor_table.h"
#include "model/text_model.h"

namespace partwise::internal::fuzz {
namespace {

constexpr std::int64_t kMostBytes = 1 << 20;  // per tensor that we make
constexpr std::int64_t kMostLayers = 8;
constexpr std::int64_t kMostFrequencies = 1024;

/// A model of zeros. At first it has only an embedding; fill() gives it all tensors of the architecture's table.
class ZeroCheckpoint : public Checkpoint {
 public:
  ZeroCheckpoint(Json config, std::string_view format) : config_(std::move(config)), format_(format) {
    add("token_embd.weight", {8, 4});
  }

  /// Returns false if a tensor is too large.
  bool fill(const std::vector<TensorSpec>& table) {
    tensors_.clear();
    const bool gguf = format_ == "gguf";
    return std::all_of(table.begin(), table.end(), [&](const TensorSpec& spec) {
      return add(gguf ? spec.gguf.name : spec.hugging_face.name, spec.shape);
    });
  }

  std::string_view format() const override { return format_; }
  const Json& config() const override { return config_; }
  const std::map<std::string, TensorView>& tensors() const override { return tensors_; }
  const std::filesystem::path& path() const override { return path_; }
  std::vector<std::filesystem::path> files() const override { return {path_}; }

 private:
  bool add(const std::string& name, const Shape& shape) {
    static const std::vector<std::byte> zeros(static_cast<std::size_t>(kMostBytes));  // all tensors point at these
    const auto n_bytes = byte_count(DType::f32, shape);
    if (!n_bytes || *n_bytes > kMostBytes) return false;
    tensors_[name] = {DType::f32, shape, std::span(zeros).first(static_cast<std::size_t>(*n_bytes))};
    return true;
  }

  Json config_;
  std::string_view format_;
  std::map<std::string, TensorView> tensors_;
  std::filesystem::path path_ = "model";
};

void use_config(const Architecture& architecture, ZeroCheckpoint checkpoint) {
  const ModelConfig config = architecture.read_config(checkpoint, {});
  // Binding limits the width of a head by the file's size; nothing limits it here.
  const std::int64_t width = config.rotary_width();
  if (width <= kMostFrequencies) fine_or_refused([&] { rope_frequencies(config.rope, width); });
  fine_or_refused([&] { bind_tensors(checkpoint, architecture, config, {}); });
  if (config.n_layers > kMostLayers || !checkpoint.fill(architecture.tensors(config))) return;
  bind_tensors(checkpoint, architecture, architecture.read_config(checkpoint, {}), {});
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  fuzz::fine_or_refused([&] {
    const Json config = parse_json({reinterpret_cast<const char*>(data), size}, "config.json");
    if (!config.is_object()) return;  // configurations of checkpoints are objects
    for (const char* format : {"hugging-face", "gguf"}) {
      const fuzz::ZeroCheckpoint checkpoint(config, format);
      fuzz::fine_or_refused([&] { find_architecture(checkpoint); });
      for (const Architecture& architecture : architectures()) {
        fuzz::fine_or_refused([&] { fuzz::use_config(architecture, checkpoint); });
      }
      fuzz::fine_or_refused([&] {
        const auto text = text_model_of(std::make_unique<fuzz::ZeroCheckpoint>(checkpoint), {});
        find_architecture(*text).read_config(*text, {});
      });
    }
  });
  return 0;
}
