#include "decompose/run_file.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/error.h"
#include "decompose/run_reader.h"
#include "formats/safetensors.h"
#include "tensor/half.h"

namespace partwise::internal {

namespace {

template <class T>
TensorView view_of(const T* data, const Shape& shape) {
  return {kTensorType<T>, shape, std::as_bytes(std::span(data, static_cast<std::size_t>(element_count(shape))))};
}

/// What the names of the tensors of Contributions::other_sets begin with.
std::string prefix_of_other_set(std::size_t k) { return "set" + std::to_string(k == 0 ? 0 : k + 1) + "."; }

/// A tensor [n_examples, n_layers, n_heads, any, n_labels]; empty if there is no such tensor. `heads` is the shape of
/// heads.
Array<float> read_sources(const RunReader& reader, const std::string& name, const Shape& heads) {
  if (!reader.has(name)) return {};
  const std::int64_t n = std::max<std::int64_t>(1, reader.tensor<float>(name, 5).shape[3]);
  return reader.floats(name, {heads[0], heads[1], heads[2], n, heads[3]});
}

/// A tensor [n_examples, n_layers, any, n_labels]; empty if there is no such tensor.
Array<float> read_experts(const RunReader& reader, const Shape& heads) {
  if (!reader.has("experts")) return {};
  const std::int64_t n = std::max<std::int64_t>(1, reader.tensor<float>("experts", 4).shape[2]);
  return reader.floats("experts", {heads[0], heads[1], n, heads[3]});
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

/// The tensors that every prompt set has, which begin with `prefix`. `heads` is their shape.
Contributions read_set(const RunReader& reader, const std::string& prefix, const Shape& heads) {
  const Shape per_label = {heads[0], heads[3]};
  Contributions parts;
  parts.heads = reader.floats(prefix + "heads", heads);
  parts.mlps = reader.floats(prefix + "mlps", {heads[0], heads[1], heads[3]});
  parts.logits = reader.floats(prefix + "logits", per_label);
  parts.embed = reader.floats_if_there(prefix + "embed", per_label);
  parts.pos_embed = reader.floats_if_there(prefix + "pos_embed", per_label);
  parts.bias = reader.floats_if_there(prefix + "bias", per_label);
  parts.certificate = reader.floats_if_there(prefix + "certificate", {heads[0]});
  parts.hidden = reader.stored_if_there(prefix + "hidden", {heads[0]});
  parts.z = reader.stored_if_there(prefix + "z", {heads[0], heads[1], heads[2]});
  parts.log_probs = reader.floats_if_there(prefix + "log_probs", per_label);
  parts.label_mass = reader.floats_if_there(prefix + "label_mass", {heads[0]});
  return parts;
}

std::string found(const Array<float>& array) {
  return array.empty() ? "is not there" : "has shape " + to_string(array.shape());
}

/// Errors: bad_data unless the set has the tensors that set 1 has, in the same shapes.
void check_like_first(const RunReader& reader, const std::string& prefix, const Contributions& set,
                      const Contributions& first) {
  using C = Contributions;
  constexpr std::pair<const char*, Array<float> C::*> kOptional[] = {
      {"embed", &C::embed},         {"pos_embed", &C::pos_embed}, {"bias", &C::bias}, {"certificate", &C::certificate},
      {"log_probs", &C::log_probs}, {"hidden", &C::hidden},       {"z", &C::z},       {"label_mass", &C::label_mass}};
  for (const auto& [name, array] : kOptional) {
    if ((set.*array).shape() == (first.*array).shape()) continue;
    reader.fail("tensor '" + prefix + name + "' " + found(set.*array) + ", but '" + name + "' " + found(first.*array),
                "every prompt set holds the same tensors of the same rows");
  }
}

/// How many prompt sets the file holds. Errors: bad_data.
std::int64_t n_sets(const RunReader& reader, const RunInfo& info) {
  try {
    const std::int64_t n = info.find(facts::kSets).value_or(1);
    if (n >= 1 && n <= kMostSets) return n;
  } catch (const Error& error) {
    reader.fail(error.what());
  }
  reader.fail("'sets' is " + info.text(facts::kSets) + ", not a number from 1 to " + std::to_string(kMostSets));
}

/// Reads Contributions::other_sets and demonstration_of, if there are several sets.
void read_other_sets(const RunReader& reader, std::int64_t n_sets, Contributions& parts) {
  if (n_sets == 1) return;
  for (std::int64_t k = 0; k + 1 < n_sets; ++k) {
    const std::string prefix = prefix_of_other_set(static_cast<std::size_t>(k));
    parts.other_sets.push_back(read_set(reader, prefix, parts.heads.shape()));
    check_like_first(reader, prefix, parts.other_sets.back(), parts);
  }
  parts.demonstration_of = reader.integers("demonstration_of", parts.n_examples(), 0, n_sets - 1);
}

void read_cap(const RunReader& reader, Run& run) {
  try {
    const double cap = run.info.find(facts::kLogitCap).value_or(0);
    if (cap < 0 || !std::isfinite(cap)) reader.fail("'logit_cap' is " + run.info.text(facts::kLogitCap) + ", no cap");
    run.parts.logit_cap = static_cast<float>(cap);
  } catch (const Error& error) {
    reader.fail(error.what());
  }
  for (Contributions& set : run.parts.other_sets) set.logit_cap = run.parts.logit_cap;
}

/// [n_examples, any]; empty if there is no such tensor.
Array<std::int32_t> read_words(const RunReader& reader, std::int64_t n_examples) {
  if (!reader.has("words")) return {};
  const std::int64_t most = std::max<std::int64_t>(1, reader.tensor<std::int32_t>("words", 2).shape[1]);
  Array<std::int32_t> words({n_examples, most});
  reader.copy("words", words.shape(), words.flat());
  if (std::ranges::any_of(words.flat(), [](std::int32_t word) { return word < -1; }))
    reader.fail("tensor 'words' holds a value below -1, which is no hash of a word");
  for (std::int64_t i = 0; i < n_examples; ++i) {
    const std::span<const std::int32_t> row(&words(i, 0), static_cast<std::size_t>(most));
    const auto end = std::ranges::find(row, -1);
    if (std::ranges::any_of(end, row.end(), [](std::int32_t word) { return word != -1; }))
      reader.fail("tensor 'words' holds a word behind -1, which ends a row's words");
  }
  return words;
}

/// Errors: bad_data unless the rows that set 1 shows are those of Split::demonstration. Else a reader could be fitted
/// on a row whose prompt shows its label.
void check_demonstrations(const RunReader& reader, const Run& run) {
  if (run.parts.demonstration_of.empty()) return;
  for (std::size_t i = 0; i < run.split.size(); ++i) {
    const std::int32_t shown_in = run.parts.demonstration_of[i];
    if ((shown_in == 1) == (run.split[i] == Split::demonstration)) continue;
    reader.fail("row " + std::to_string(i) + ": 'split' is " + std::to_string(static_cast<std::int32_t>(run.split[i])) +
                    ", but 'demonstration_of' is " + std::to_string(shown_in),
                "'split' is 4 for the rows that set 1 shows, and for no others");
  }
}

Contributions read_parts(const RunReader& reader) {
  const Shape shape = reader.tensor<float>("heads", 4).shape;  // [n_examples, n_layers, n_heads, n_labels]
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size < 1; }) || shape[3] < 2) {
    reader.fail("tensor 'heads' has shape " + to_string(shape) +
                ": a run needs an example, a layer, a head and two labels");
  }
  Contributions parts = read_set(reader, "", shape);
  parts.by_source = read_sources(reader, "by_source", shape);
  parts.by_token = read_sources(reader, "by_token", shape);
  if (!parts.by_token.empty()) parts.token_ids = read_token_ids(reader, {shape[0], parts.by_token.dim(3)});
  parts.experts = read_experts(reader, shape);
  parts.source_certificate = reader.floats_if_there("source_certificate", {shape[0]});
  parts.words = read_words(reader, shape[0]);
  return parts;
}

/// bf16 if nothing that is stored is wider.
DType stored_type(const RunReader& reader, std::int64_t n_sets) {
  bool any = false;
  for (std::int64_t k = 0; k < n_sets; ++k) {
    const std::string prefix = k == 0 ? "" : prefix_of_other_set(static_cast<std::size_t>(k - 1));
    for (const std::string& name : {prefix + "hidden", prefix + "z"}) {
      if (!reader.has(name)) continue;
      if (reader.type_of(name) == DType::f32) return DType::f32;
      any = true;
    }
  }
  return any ? DType::bf16 : DType::f32;
}

/// Views of a run's tensors, and the rounded copies that some of them are views of.
class RunTensors {
 public:
  RunTensors(const Run& run, const MoreTensors& more) : run_(run) {
    for (Split split : run.split) split_.push_back(static_cast<std::int32_t>(split));
    const Contributions& parts = run.parts;
    add_parts("", parts);
    add("by_source", parts.by_source);
    add("by_token", parts.by_token);
    add("token_ids", parts.token_ids);
    add("experts", parts.experts);
    add("source_certificate", parts.source_certificate);
    add_probabilities("", parts);
    add("label_ids", run.label_ids);
    add("labels", run.labels);
    add("split", split_);
    for (std::size_t k = 0; k < parts.other_sets.size(); ++k) {
      add_parts(prefix_of_other_set(k), parts.other_sets[k]);
      add_probabilities(prefix_of_other_set(k), parts.other_sets[k]);
    }
    add("demonstration_of", parts.demonstration_of);
    add("words", parts.words);
    for (const auto& [name, array] : more.floats) add(name, array);
    for (const auto& [name, array] : more.integers) add(name, array);
    add_all_stored("", parts);  // after tensors of 4 bytes per value, which so stay aligned to 4
    for (std::size_t k = 0; k < parts.other_sets.size(); ++k)
      add_all_stored(prefix_of_other_set(k), parts.other_sets[k]);
  }

  const std::vector<std::pair<std::string, TensorView>>& views() const { return views_; }

 private:
  void add_parts(const std::string& prefix, const Contributions& parts) {
    add(prefix + "heads", parts.heads);
    add(prefix + "mlps", parts.mlps);
    add(prefix + "embed", parts.embed);
    add(prefix + "pos_embed", parts.pos_embed);
    add(prefix + "bias", parts.bias);
    add(prefix + "logits", parts.logits);
    add(prefix + "certificate", parts.certificate);
  }
  void add_probabilities(const std::string& prefix, const Contributions& parts) {
    add(prefix + "log_probs", parts.log_probs);
    add(prefix + "label_mass", parts.label_mass);
  }
  void add_all_stored(const std::string& prefix, const Contributions& parts) {
    add_stored(prefix + "hidden", parts.hidden);
    add_stored(prefix + "z", parts.z);
  }

  template <class T>
  void add(const std::string& name, const Array<T>& array) {
    if (!array.empty()) views_.emplace_back(name, view_of(array.data(), array.shape()));
  }
  void add(const std::string& name, const std::vector<std::int32_t>& values) {
    if (!values.empty()) views_.emplace_back(name, view_of(values.data(), {std::ssize(values)}));
  }
  void add_stored(const std::string& name, const Array<float>& array) {
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
  check_internal(std::ssize(run.parts.other_sets) < kMostSets, "there are ten prompt sets at most");
  write_safetensors(out, RunTensors(run, more).views(), run.info.entries);
}

Run read_run(const std::filesystem::path& path) {
  RunReader reader(path);
  Run run;
  run.info.entries = reader.file().metadata();
  run.parts = read_parts(reader);
  const std::int64_t sets = n_sets(reader, run.info);
  read_other_sets(reader, sets, run.parts);
  read_cap(reader, run);
  run.stored_type = stored_type(reader, sets);
  run.label_ids = read_label_ids(reader, run.parts);
  const std::int64_t n = run.parts.n_examples();
  run.labels = reader.has("labels") ? reader.integers("labels", n, -1, run.parts.n_labels() - 1)
                                    : std::vector<std::int32_t>(static_cast<std::size_t>(n), -1);
  if (reader.has("split"))
    for (std::int32_t split : reader.integers("split", n, 0, kLastSplit))
      run.split.push_back(static_cast<Split>(split));
  check_demonstrations(reader, run);
  try {
    run.label_words();  // refuses a malformed list here, where the file's name is known
  } catch (const Error& error) {
    reader.fail(error.what());
  }
  return run;
}

}  // namespace partwise::internal
