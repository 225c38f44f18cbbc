#include "decompose/run_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "formats/safetensors.h"

namespace partwise {

namespace {

template <class T>
constexpr DType kDType = std::is_same_v<T, float> ? DType::f32 : DType::i32;

template <class T>
TensorView view_of(const T* data, const Shape& shape) {
  return {kDType<T>, shape, std::as_bytes(std::span(data, static_cast<std::size_t>(element_count(shape))))};
}

// Tensors of a run file, each checked against the shape that `heads` sets.
class RunReader {
 public:
  explicit RunReader(const std::filesystem::path& path) : file_(path) {}

  bool has(const std::string& name) const { return file_.tensors().contains(name); }
  const SafetensorsFile& file() const { return file_; }

  [[noreturn]] void fail(const std::string& what, std::string hint = {}) const {
    throw Error(ErrorCode::bad_data, file_.path().string() + ": " + what, std::move(hint));
  }

  template <class T>
  const TensorView& tensor(const std::string& name, std::size_t rank) const {
    auto entry = file_.tensors().find(name);
    if (entry == file_.tensors().end()) {
      fail("no tensor '" + name + "'", "a run file holds heads, mlps, logits and, where they are known, labels");
    }
    const TensorView& view = entry->second;
    if (view.dtype != kDType<T>) {
      std::string wanted(dtype_info(kDType<T>).name), found(dtype_info(view.dtype).name);
      fail("tensor '" + name + "' has type " + found + ", not " + wanted, "save it with type " + wanted);
    }
    if (view.shape.size() != rank) {
      fail("tensor '" + name + "' has shape " + to_string(view.shape) + ", not " + std::to_string(rank) + " axes");
    }
    return view;
  }

  template <class T>
  void copy(const std::string& name, const Shape& shape, std::span<T> out) const {
    const TensorView& view = tensor<T>(name, shape.size());
    if (view.shape != shape) {
      fail("tensor '" + name + "' has shape " + to_string(view.shape) + ", not " + to_string(shape),
           "sizes follow from heads [n_examples, n_layers, n_heads, n_labels]");
    }
    std::memcpy(out.data(), view.bytes.data(), view.bytes.size());
  }

  Array<float> floats(const std::string& name, const Shape& shape) const {
    Array<float> array(shape);
    copy(name, shape, array.flat());
    if (!std::all_of(array.flat().begin(), array.flat().end(), [](float v) { return std::isfinite(v); })) {
      fail("tensor '" + name + "' holds a value that is not a finite number");
    }
    return array;
  }

  Array<float> floats_if_there(const std::string& name, const Shape& shape) const {
    return has(name) ? floats(name, shape) : Array<float>();
  }

  /// Values in [low, high].
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
  return parts;
}

}  // namespace

void write_run(OutputFile& out, const Run& run) {
  const Contributions& parts = run.parts;
  const Shape rows = {parts.n_examples()};
  check_internal(std::ssize(run.labels) == rows[0], "a run has a label entry for each example");
  check_internal(run.split.empty() || std::ssize(run.split) == rows[0], "a run has a split entry for each example");

  std::vector<std::pair<std::string, TensorView>> tensors;
  auto add = [&](const char* name, const Array<float>& array) {
    if (!array.empty()) tensors.emplace_back(name, view_of(array.data(), array.shape()));
  };
  add("heads", parts.heads);
  add("mlps", parts.mlps);
  add("embed", parts.embed);
  add("bias", parts.bias);
  add("logits", parts.logits);
  add("certificate", parts.certificate);
  tensors.emplace_back("labels", view_of(run.labels.data(), rows));
  if (!run.split.empty()) tensors.emplace_back("split", view_of(run.split.data(), rows));
  write_safetensors(out, tensors, run.metadata);
}

Run read_run(const std::filesystem::path& path) {
  RunReader reader(path);
  Run run;
  run.parts = read_parts(reader);
  run.metadata = reader.file().metadata();
  const std::int64_t n = run.parts.n_examples();
  run.labels = reader.has("labels") ? reader.integers("labels", n, -1, run.parts.n_labels() - 1)
                                    : std::vector<std::int32_t>(static_cast<std::size_t>(n), -1);
  if (reader.has("split")) run.split = reader.integers("split", n, 0, kLastSplit);
  try {
    run.label_words();  // a malformed list is refused here, where the file's name is known
  } catch (const Error& error) {
    reader.fail(error.what());
  }
  return run;
}

}  // namespace partwise
