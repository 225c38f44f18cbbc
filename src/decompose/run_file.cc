#include "decompose/run_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "formats/foreign.h"
#include "formats/safetensors.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

template <class T>
constexpr DType kDType = std::is_same_v<T, float> ? DType::f32 : DType::i32;

template <class T>
TensorView view_of(const T* data, const Shape& shape) {
  return {kDType<T>, shape, std::as_bytes(std::span(data, static_cast<std::size_t>(element_count(shape))))};
}

/// The types that hidden and z may have; everything else is float32 or int32.
constexpr DType kStoredTypes[] = {DType::f32, DType::bf16};

std::string names_of(std::span<const DType> types) {
  std::string names;
  for (DType type : types) names += (names.empty() ? "" : " or ") + std::string(dtype_info(type).name);
  return names;
}

Advice advice_instead_of(const std::string& kind) {
  if (kind == "JSON") {
    return {"decomposing writes runs; a reader that was fitted is named as a reader, not as a run",
            {Step::decompose, Setting::reader}};
  }
  return {"decompose a model first: that writes a run file", {Step::decompose}};
}

/// Errors: those of SafetensorsFile; for a file of a known other kind, bad_data that says which.
SafetensorsFile open_run(const std::filesystem::path& path) {
  try {
    return SafetensorsFile(path);
  } catch (const Error&) {
    const auto other = recognise_content(path);
    if (!other || other->kind() == kSafetensors) throw;
    throw Error(ErrorCode::bad_data, path.string() + ": " + other->kind() + ", not a run file",
                advice_instead_of(other->kind()));
  }
}

// Reads the tensors of a run file, and checks each against the shape of `heads`.
class RunReader {
 public:
  explicit RunReader(const std::filesystem::path& path) : file_(open_run(path)) {}

  bool has(const std::string& name) const { return file_.tensors().contains(name); }
  const SafetensorsFile& file() const { return file_; }

  [[noreturn]] void fail(const std::string& what, Advice advice = {}) const {
    throw Error(ErrorCode::bad_data, file_.path().string() + ": " + what, std::move(advice));
  }

  const TensorView& tensor(const std::string& name, std::size_t rank, std::span<const DType> types) const {
    auto entry = file_.tensors().find(name);
    if (entry == file_.tensors().end()) {
      fail("no tensor '" + name + "'",
           {"a run file, as decomposing writes it, holds heads, mlps, logits and, where they are known, labels",
            {Step::decompose}});
    }
    const TensorView& view = entry->second;
    if (std::find(types.begin(), types.end(), view.dtype) == types.end()) {
      const std::string wanted = names_of(types), found(dtype_info(view.dtype).name);
      fail("tensor '" + name + "' has type " + found + ", not " + wanted, "save it with type " + wanted);
    }
    if (view.shape.size() != rank) {
      fail("tensor '" + name + "' has shape " + to_string(view.shape) + ", not " + std::to_string(rank) + " axes");
    }
    return view;
  }

  template <class T>
  const TensorView& tensor(const std::string& name, std::size_t rank) const {
    return tensor(name, rank, std::array{kDType<T>});
  }

  void check_shape(const std::string& name, const TensorView& view, const Shape& shape) const {
    if (view.shape == shape) return;
    fail("tensor '" + name + "' has shape " + to_string(view.shape) + ", not " + to_string(shape),
         "sizes follow from heads [n_examples, n_layers, n_heads, n_labels]");
  }

  template <class T>
  void copy(const std::string& name, const Shape& shape, std::span<T> out) const {
    const TensorView& view = tensor<T>(name, shape.size());
    check_shape(name, view, shape);
    std::memcpy(out.data(), view.bytes.data(), view.bytes.size());
  }

  void check_finite(const std::string& name, std::span<const float> values) const {
    if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
      fail("tensor '" + name + "' holds a value that is not a finite number");
    }
  }

  Array<float> floats(const std::string& name, const Shape& shape) const {
    Array<float> array(shape);
    copy(name, shape, array.flat());
    check_finite(name, array.flat());
    return array;
  }

  Array<float> floats_if_there(const std::string& name, const Shape& shape) const {
    return has(name) ? floats(name, shape) : Array<float>();
  }

  /// A tensor [..., width] with the given axes and any width; empty if there is no such tensor.
  Array<float> stored_if_there(const std::string& name, Shape shape) const {
    if (!has(name)) return {};
    const TensorView& view = tensor(name, shape.size() + 1, kStoredTypes);
    shape.push_back(std::max<std::int64_t>(1, view.shape.back()));
    check_shape(name, view, shape);
    Array<float> array(shape);
    dequantize(view, 0, array.flat());
    check_finite(name, array.flat());
    return array;
  }

  DType type_of(const std::string& name) const { return file_.tensors().at(name).dtype; }

  /// A tensor with values in [low, high].
  std::vector<std::int32_t> integers(const std::string& name, std::int64_t n, std::int64_t low,
                                     std::int64_t high) const {
    std::vector<std::int32_t> values(static_cast<std::size_t>(n));
    copy(name, {n}, std::span(values));
    for (std::int64_t i = 0; i < n; ++i) {
      if (values[i] >= low && values[i] <= high) continue;
      fail("tensor '" + name + "' row " + std::to_string(i) + " is " + std::to_string(values[i]) + ", outside of [" +
           std::to_string(low) + ", " + std::to_string(high) + "]");
    }
    return values;
  }

 private:
  SafetensorsFile file_;
};

/// A tensor [n_examples, n_layers, n_heads, any, n_labels]; empty if there is no such tensor. `heads` is the shape of
/// heads.
Array<float> read_sources(const RunReader& reader, const std::string& name, const Shape& heads) {
  if (!reader.has(name)) return {};
  const std::int64_t n = std::max<std::int64_t>(1, reader.tensor<float>(name, 5).shape[3]);
  return reader.floats(name, {heads[0], heads[1], heads[2], n, heads[3]});
}

/// [n_examples, n_labels, any]; empty if there is no such tensor.
Array<std::int32_t> read_label_ids(const RunReader& reader, const Contributions& parts) {
  if (!reader.has("label_ids")) return {};
  const std::int64_t longest = std::max<std::int64_t>(1, reader.tensor<std::int32_t>("label_ids", 3).shape[2]);
  Array<std::int32_t> ids({parts.n_examples(), parts.n_labels(), longest});
  reader.copy("label_ids", ids.shape(), ids.flat());
  return ids;
}

Array<std::int32_t> read_token_ids(const RunReader& reader, const Shape& shape) {
  Array<std::int32_t> ids(shape);
  reader.copy("token_ids", shape, ids.flat());
  return ids;
}

Contributions read_parts(const RunReader& reader) {
  const Shape shape = reader.tensor<float>("heads", 4).shape;  // [n_examples, n_layers, n_heads, n_labels]
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size < 1; }) || shape[3] < 2) {
    reader.fail("tensor 'heads' has shape " + to_string(shape) +
                ": a run needs an example, a layer, a head and two labels");
  }
  const Shape per_label = {shape[0], shape[3]};
  Contributions parts;
  parts.heads = reader.floats("heads", shape);
  parts.mlps = reader.floats("mlps", {shape[0], shape[1], shape[3]});
  parts.logits = reader.floats("logits", per_label);
  parts.embed = reader.floats_if_there("embed", per_label);
  parts.bias = reader.floats_if_there("bias", per_label);
  parts.certificate = reader.floats_if_there("certificate", {shape[0]});
  parts.hidden = reader.stored_if_there("hidden", {shape[0]});
  parts.z = reader.stored_if_there("z", {shape[0], shape[1], shape[2]});
  parts.by_source = read_sources(reader, "by_source", shape);
  parts.by_token = read_sources(reader, "by_token", shape);
  if (!parts.by_token.empty()) parts.token_ids = read_token_ids(reader, {shape[0], parts.by_token.dim(3)});
  parts.source_certificate = reader.floats_if_there("source_certificate", {shape[0]});
  parts.log_probs = reader.floats_if_there("log_probs", per_label);
  parts.label_mass = reader.floats_if_there("label_mass", {shape[0]});
  return parts;
}

/// bf16 if nothing that is stored is wider.
DType stored_type(const RunReader& reader) {
  bool any = false;
  for (const char* name : {"hidden", "z"}) {
    if (!reader.has(name)) continue;
    if (reader.type_of(name) == DType::f32) return DType::f32;
    any = true;
  }
  return any ? DType::bf16 : DType::f32;
}

/// Views of a run's tensors, and the rounded copies that some of them are views of.
class RunTensors {
 public:
  RunTensors(const Run& run, const MoreTensors& more) : run_(run) {
    for (Split split : run.split) split_.push_back(static_cast<std::int32_t>(split));
    const Contributions& parts = run.parts;
    add("heads", parts.heads);
    add("mlps", parts.mlps);
    add("embed", parts.embed);
    add("bias", parts.bias);
    add("logits", parts.logits);
    add("certificate", parts.certificate);
    add("by_source", parts.by_source);
    add("by_token", parts.by_token);
    add("token_ids", parts.token_ids);
    add("source_certificate", parts.source_certificate);
    add("log_probs", parts.log_probs);
    add("label_mass", parts.label_mass);
    add("label_ids", run.label_ids);
    add("labels", run.labels);
    add("split", split_);
    for (const auto& [name, array] : more.floats) add(name.c_str(), array);
    for (const auto& [name, array] : more.integers) add(name.c_str(), array);
    add_stored("hidden", parts.hidden);  // after tensors of 4 bytes per value, which so stay aligned to 4
    add_stored("z", parts.z);
  }

  const std::vector<std::pair<std::string, TensorView>>& views() const { return views_; }

 private:
  template <class T>
  void add(const char* name, const Array<T>& array) {
    if (!array.empty()) views_.emplace_back(name, view_of(array.data(), array.shape()));
  }
  void add(const char* name, const std::vector<std::int32_t>& values) {
    if (!values.empty()) views_.emplace_back(name, view_of(values.data(), {std::ssize(values)}));
  }
  void add_stored(const char* name, const Array<float>& array) {
    if (array.empty() || run_.stored_type == DType::f32) return add(name, array);
    auto& rounded = rounded_.emplace_back(static_cast<std::size_t>(array.size()));
    std::transform(array.flat().begin(), array.flat().end(), rounded.begin(), float_to_bf16);
    views_.emplace_back(name, TensorView{DType::bf16, array.shape(), std::as_bytes(std::span(rounded))});
  }

  const Run& run_;
  std::vector<std::int32_t> split_;
  std::vector<std::pair<std::string, TensorView>> views_;
  std::vector<std::vector<std::uint16_t>> rounded_;  // as bfloat16
};

}  // namespace

void write_run(OutputFile& out, const Run& run, const MoreTensors& more) {
  const std::int64_t n = run.parts.n_examples();
  check_internal(std::ssize(run.labels) == n, "a run has a label entry for each example");
  check_internal(run.split.empty() || std::ssize(run.split) == n, "a run has a split entry for each example");
  write_safetensors(out, RunTensors(run, more).views(), run.info.entries);
}

Run read_run(const std::filesystem::path& path) {
  RunReader reader(path);
  Run run;
  run.parts = read_parts(reader);
  run.stored_type = stored_type(reader);
  run.label_ids = read_label_ids(reader, run.parts);
  run.info.entries = reader.file().metadata();
  const std::int64_t n = run.parts.n_examples();
  run.labels = reader.has("labels") ? reader.integers("labels", n, -1, run.parts.n_labels() - 1)
                                    : std::vector<std::int32_t>(static_cast<std::size_t>(n), -1);
  if (reader.has("split"))
    for (std::int32_t split : reader.integers("split", n, 0, kLastSplit))
      run.split.push_back(static_cast<Split>(split));
  try {
    run.label_words();  // refuses a malformed list here, where the file's name is known
  } catch (const Error& error) {
    reader.fail(error.what());
  }
  return run;
}

}  // namespace partwise::internal
