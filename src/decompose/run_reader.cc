#include "decompose/run_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "formats/foreign.h"

namespace partwise::internal {

namespace {

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

}  // namespace

RunReader::RunReader(const std::filesystem::path& path) : file_(open_run(path)) {}

void RunReader::fail(const std::string& what, Advice advice) const {
  throw Error(ErrorCode::bad_data, file_.path().string() + ": " + what, std::move(advice));
}

const TensorView& RunReader::tensor(const std::string& name, std::size_t rank, std::span<const DType> types) const {
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

void RunReader::check_shape(const std::string& name, const TensorView& view, const Shape& shape) const {
  if (view.shape == shape) return;
  fail("tensor '" + name + "' has shape " + to_string(view.shape) + ", not " + to_string(shape),
       "sizes follow from heads [n_examples, n_layers, n_heads, n_labels]");
}

void RunReader::copy_bytes(const std::string& name, const Shape& shape, DType type, std::span<std::byte> out) const {
  const TensorView& view = tensor(name, shape.size(), {&type, 1});
  check_shape(name, view, shape);
  std::memcpy(out.data(), view.bytes.data(), view.bytes.size());
}

void RunReader::check_finite(const std::string& name, std::span<const float> values) const {
  if (!std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); })) {
    fail("tensor '" + name + "' holds a value that is not a finite number");
  }
}

Array<float> RunReader::floats(const std::string& name, const Shape& shape) const {
  Array<float> array(shape);
  copy(name, shape, array.flat());
  check_finite(name, array.flat());
  return array;
}

Array<float> RunReader::floats_if_there(const std::string& name, const Shape& shape) const {
  return has(name) ? floats(name, shape) : Array<float>();
}

Array<float> RunReader::stored_if_there(const std::string& name, Shape shape) const {
  if (!has(name)) return {};
  const TensorView& view = tensor(name, shape.size() + 1, kStoredTypes);
  shape.push_back(std::max<std::int64_t>(1, view.shape.back()));
  check_shape(name, view, shape);
  Array<float> array(shape);
  dequantize(view, 0, array.flat());
  check_finite(name, array.flat());
  return array;
}

std::vector<std::int32_t> RunReader::integers(const std::string& name, std::int64_t n, std::int64_t low,
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

}  // namespace partwise::internal
