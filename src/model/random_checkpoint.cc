#include "model/random_checkpoint.h"

#include <fmt/format.h>

#include <cstring>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/round.h"
#include "base/team.h"
#include "formats/safetensors.h"
#include "model/architecture.h"
#include "model/initial_weights.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

/// A checkpoint that is only a configuration, as architectures read it.
class ConfigOnly : public Checkpoint {
 public:
  explicit ConfigOnly(const Json& config) : config_(config) {}
  std::string_view format() const override { return "hugging-face"; }
  const Json& config() const override { return config_; }
  const std::map<std::string, TensorView>& tensors() const override { return none_; }
  const std::filesystem::path& path() const override { return path_; }
  std::vector<std::filesystem::path> files() const override { return {}; }

 private:
  const Json& config_;
  std::map<std::string, TensorView> none_;
  std::filesystem::path path_ = "the new model";
};

/// Neighbours in the table go into one file if they belong to the same layer, or to no layer.
using Shard = std::vector<TensorSpec>;

std::string layer_of(const std::string& name) {
  return name.starts_with("blocks.") ? name.substr(0, name.find('.', sizeof "blocks.")) : "";
}

std::vector<Shard> plan_shards(const ModelConfig& c, const Architecture& architecture) {
  std::vector<Shard> shards;
  for (TensorSpec& spec : architecture.tensors(c)) {
    if (shards.empty() || layer_of(shards.back().back().name) != layer_of(spec.name)) shards.emplace_back();
    shards.back().push_back(std::move(spec));
  }
  return shards;
}

void encode(std::span<const float> values, DType dtype, std::byte* out) {
  if (dtype == DType::f32) {
    std::memcpy(out, values.data(), values.size_bytes());
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::uint16_t half = dtype == DType::bf16 ? float_to_bf16(values[i]) : float_to_f16(values[i]);
    std::memcpy(out + i * sizeof half, &half, sizeof half);
  }
}

std::vector<std::byte> random_tensor(const TensorSpec& spec, double range, DType dtype, std::uint64_t seed) {
  const std::int64_t count = element_count(spec.shape), size = dtype_info(dtype).block_bytes;
  constexpr std::int64_t kChunk = 1 << 16;
  std::vector<std::byte> bytes(static_cast<std::size_t>(count * size));
  share_out(available_processors(), divide_up(count, kChunk), [&](std::int64_t i, int) {
    const std::int64_t first = i * kChunk;
    std::vector<float> values(static_cast<std::size_t>(std::min(kChunk, count - first)));
    initial_values(seed, spec.name, spec.shape, range, first, values);
    for (float& value : values) value -= spec.hugging_face.offset;
    encode(values, dtype, bytes.data() + first * size);
  });
  return bytes;
}

std::vector<std::byte> transposed(const std::vector<std::byte>& matrix, std::int64_t rows, std::int64_t cols) {
  const std::size_t size = matrix.size() / static_cast<std::size_t>(rows * cols);
  std::vector<std::byte> out(matrix.size());
  share_out(available_processors(), cols, [&](std::int64_t c, int) {
    for (std::int64_t r = 0; r < rows; ++r)
      std::memcpy(out.data() + (c * rows + r) * size, matrix.data() + (r * cols + c) * size, size);
  });
  return out;
}

/// The rows in the order of the file.
std::vector<std::byte> in_order_of_file(const std::vector<std::byte>& matrix, const TensorSpec& spec,
                                        const ModelConfig& c) {
  if (spec.hugging_face.rows == RowOrder::same) return matrix;
  const std::int64_t n_rows = spec.shape[0];
  const std::size_t size = matrix.size() / static_cast<std::size_t>(n_rows);
  std::vector<std::byte> out(matrix.size());
  for (std::int64_t r = 0; r < n_rows; ++r)
    std::memcpy(out.data() + static_cast<std::size_t>(file_row(spec.hugging_face.rows, r, n_rows, c)) * size,
                matrix.data() + static_cast<std::size_t>(r) * size, size);
  return out;
}

/// A tensor of the file. Slices of one tensor follow each other in the table.
struct ShardTensor {
  Shape shape;
  std::vector<std::byte> values;
};

std::map<std::string, ShardTensor> tensors_of(const Shard& shard, const ModelConfig& c, DType dtype,
                                              std::uint64_t seed) {
  std::map<std::string, ShardTensor> tensors;
  for (const TensorSpec& spec : shard) {
    std::vector<std::byte> own = in_order_of_file(random_tensor(spec, c.initializer_range, dtype, seed), spec, c);
    if (spec.hugging_face.transposed) own = transposed(own, spec.shape[0], spec.shape[1]);
    ShardTensor& tensor = tensors[spec.hugging_face.name];
    tensor.shape = spec.hugging_face.shape_of(spec.shape);
    tensor.values.insert(tensor.values.end(), own.begin(), own.end());
  }
  return tensors;
}

void write_shard(const std::filesystem::path& file, const Shard& shard, const ModelConfig& c, DType dtype,
                 std::uint64_t seed) {
  const auto values = tensors_of(shard, c, dtype, seed);
  std::vector<std::pair<std::string, TensorView>> tensors;
  for (const auto& [name, tensor] : values) tensors.emplace_back(name, TensorView{dtype, tensor.shape, tensor.values});
  OutputFile out(file);
  write_safetensors(out, tensors, {{"format", "pt"}});
  out.commit();
}

void write_json(const std::filesystem::path& file, const Json& json) {
  OutputFile out(file);
  out.write(json.dump(2) + "\n");
  out.commit();
}

struct Plan {
  ModelConfig config;
  std::vector<Shard> shards;
};

Plan make_plan(const Json& config) {
  const ConfigOnly checkpoint(config);
  const Architecture& architecture = find_architecture(checkpoint);
  Plan plan{architecture.read_config(checkpoint, {}), {}};
  plan.shards = plan_shards(plan.config, architecture);
  return plan;
}

}  // namespace

std::int64_t random_checkpoint_bytes(const Json& config, DType dtype) {
  std::int64_t count = 0;
  for (const Shard& shard : make_plan(config).shards)
    for (const TensorSpec& spec : shard) count += element_count(spec.shape);
  return count * dtype_info(dtype).block_bytes;
}

void write_random_checkpoint(const std::filesystem::path& folder, const Json& config, DType dtype, std::uint64_t seed,
                             const ProgressFn& progress) {
  const auto [model, shards] = make_plan(config);
  Json weight_map = Json::object();
  std::int64_t done = 0;
  for (const Shard& shard : shards) {
    const std::string name = fmt::format("model-{:05}-of-{:05}.safetensors", ++done, shards.size());
    write_shard(folder / name, shard, model, dtype, seed);
    for (const TensorSpec& spec : shard) weight_map[spec.hugging_face.name] = name;
    if (progress) progress({"writing", done, std::ssize(shards)});
  }
  write_json(folder / "model.safetensors.index.json",
             {{"metadata", {{"total_size", random_checkpoint_bytes(config, dtype)}}}, {"weight_map", weight_map}});
  write_json(folder / "config.json", config);
}

}  // namespace partwise::internal
