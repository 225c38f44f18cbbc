#include "session/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <tuple>

#include "base/error.h"
#include "decompose/decompose.h"
#include "formats/checkpoint.h"
#include "model/tensor_names.h"
#include "pass/pass.h"

namespace partwise::internal {

namespace {

constexpr std::size_t kMostRefusals = 20;  // a model of another kind has hundreds of unknown tensors

/// Runs `step`. An error becomes a finding. Returns whether there was none.
template <class Step>
bool attempt(Findings& found, const Step& step) {
  try {
    step();
    return true;
  } catch (const Error& error) {
    const auto same = [&](const Error& other) { return std::string_view(other.what()) == error.what(); };
    if (std::ranges::none_of(found.refusals, same)) found.refusals.push_back(error);
    return false;
  }
}

void examine_model(Findings& found, const ModelChoice& source) {
  ModelOptions options = source.options();
  while (!attempt(found, [&] { found.model = Model::load(found.place.path, options); })) {
    bool another = false;
    for (const std::string& name : found.refusals.back().refused_names())
      another = options.allow_unknown.insert(name).second || another;
    if (!another) return;
    if (found.refusals.size() < kMostRefusals) continue;
    found.refusals.emplace_back(ErrorCode::bad_data, "and more that is not looked for: this is no model of its kind");
    return;
  }
}

}  // namespace

Findings examine(const ModelChoice& source, bool with_tokenizer) {
  Findings found;
  found.place = {source.model, source.model, ""};
  if (!attempt(found, [&] { found.place = find_model(source.model); })) return found;
  if (attempt(found, [&] { found.checkpoint = open_checkpoint(found.place.path); })) examine_model(found, source);
  if (with_tokenizer) {
    attempt(found, [&] {
      if (has_tokenizer(found.place.path)) found.tokenizer = outline_tokenizer(found.place.path);
    });
  }
  return found;
}

Error refusal_of(const Findings& found) {
  check_internal(!found.usable(), "a model that is refused has a refusal");
  const Error& first = found.refusals.front();
  const std::size_t others = found.refusals.size() - 1;
  if (others == 0) return first;
  return {first.code(), fmt::format("{} (and {} more, listed above)", first.what(), others), first.advice()};
}

SeriesFindings examine_series(const CheckpointSeries& series) {
  SeriesFindings all;
  std::optional<ModelConfig> first;
  for (const SeriesCheckpoint& checkpoint : series) {
    all.push_back({checkpoint.label, examine(checkpoint.source, false)});
    Findings& found = all.back().found;
    found.checkpoint.reset();
    if (found.model && !first) first = found.model->config();
    const std::string difference = found.model ? size_difference(*first, found.model->config()) : "";
    if (!difference.empty()) found.refusals.emplace_back(ErrorCode::bad_data, "another model: " + difference);
    found.model.reset();
  }
  return all;
}

std::optional<Error> refusal_of(const SeriesFindings& all) {
  const auto usable = [](const CheckpointFindings& checkpoint) { return checkpoint.found.usable(); };
  const auto bad = std::find_if_not(all.begin(), all.end(), usable);
  if (bad == all.end()) return std::nullopt;
  const Error& why = bad->found.refusals.front();
  return Error(
      why.code(),
      fmt::format("{} of {} checkpoints cannot be used; {}: {}",
                  std::count_if(all.begin(), all.end(), std::not_fn(usable)), all.size(), bad->label, why.what()),
      why.advice());
}

std::map<std::string, TypeUse> types_of(const Checkpoint& checkpoint) {
  std::map<std::string, TypeUse> types;
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    TypeUse& use = types[std::string(dtype_info(tensor.dtype).name)];
    ++use.tensors;
    use.bytes += tensor.bytes.size();
  }
  return types;
}

std::vector<TensorPattern> tensor_patterns(const Checkpoint& checkpoint) {
  std::map<std::tuple<std::string, Shape, DType>, std::int64_t> counts;
  for (const auto& [name, tensor] : checkpoint.tensors()) {
    ++counts[{pattern_of_tensor(name), tensor.shape, tensor.dtype}];
  }
  std::vector<TensorPattern> patterns;
  for (const auto& [key, count] : counts) {
    const auto& [pattern, shape, dtype] = key;
    patterns.push_back({pattern, shape, std::string(dtype_info(dtype).name), count});
  }
  return patterns;
}

std::string norm_name(NormKind norm) { return norm == NormKind::rms ? "RMSNorm" : "LayerNorm"; }

std::string qk_norm_name(QkNorm norm) {
  switch (norm) {
    case QkNorm::none:
      return "none";
    case QkNorm::heads:
      return "heads";
    case QkNorm::rows:
      return "rows";
    case QkNorm::each_head:
      return "each_head";
  }
  throw Error(ErrorCode::internal, "internal error: a norm without a name");
}

std::string activation_name(Activation activation) {
  switch (activation) {
    case Activation::silu:
      return "silu";
    case Activation::gelu:
      return "gelu";
    case Activation::gelu_tanh:
      return "gelu_tanh";
    case Activation::clamped_swiglu:
      return "clamped_swiglu";
  }
  return "";
}

PassMemory pass_memory(const ModelConfig& config) {
  return {bytes_per_layer(config, *make_cpu_backend()), bytes_per_row(config), kUsualRowBytes};
}

}  // namespace partwise::internal
