// What a decomposition found: the parts of every prompt.
#pragma once

#include <partwise/array.h>
#include <partwise/export.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace partwise {

/// What a row of a run is for.
enum class Split : std::int32_t {
  pool = 0,           // to fit on
  test = 1,           // to judge on
  content_free = 2,   // an input that says nothing, such as "N/A"
  random_words = 3,   // an input of random words of the data
  demonstration = 4,  // a labelled row that the prompts of set 1 show; only if there are several prompt sets
};

/// A part and how far it pushes towards a label: its logit minus the mean of the other labels' logits.
struct Push {
  std::string part;  // "L3H7", "L19MLP"
  double push = 0;
};

class Parts;

/// The parts of all prompts that were decomposed together. Immutable; copies share the numbers.
class PARTWISE_API Run {
 public:
  /// Reads a run file (docs/files.md). Errors: missing_input, bad_data.
  static Run open(const std::string& path);
  /// Writes a run file. It appears under its name when it is complete. Errors: missing_input if the folder does not
  /// exist, failure if it cannot be written.
  void save(const std::string& path) const;

  std::int64_t n_examples() const;
  std::int64_t n_layers() const;
  std::int64_t n_heads() const;  // per layer
  std::int64_t n_labels() const;
  /// [n_labels]; "0", "1", ... if the run does not name them.
  std::vector<std::string> label_words() const;
  /// [n_components] "L3H7", ..., "L19MLP": heads layer by layer, then the MLPs.
  std::vector<std::string> part_names() const;

  Array<float> heads() const;  // [n_examples, n_layers, n_heads, n_labels], in logits, as all parts
  Array<float> mlps() const;   // [n_examples, n_layers, n_labels]
  Array<float> embed() const;  // [n_examples, n_labels]
  Array<float> pos_embed()
      const;                    // the share of learned positions in it; empty if there are none  [n_examples, n_labels]
  Array<float> bias() const;    // [n_examples, n_labels]
  Array<float> logits() const;  // [n_examples, n_labels]
  Array<float> certificate() const;  // [n_examples]
  Array<float> log_probs() const;    // of each label among the labels, or the score asked for  [n_examples, n_labels]
  // Those below are empty unless they were asked for.
  Array<float> label_mass() const;  // the sum of the labels' probabilities under the model  [n_examples]
  Array<float> hidden() const;      // the final norm's output  [n_examples, d_model]
  Array<float> z() const;  // what each head reads, before its output weights  [n_examples, n_layers, n_heads, d_head]
  Array<float> by_source() const;  // heads, split by source  [n_examples, n_layers, n_heads, n_sources, n_labels]
  std::vector<std::string> source_names() const;  // [n_sources] "bos", "instruction", "demo0", ..., "input"
  Array<float> by_token() const;  // heads, split by token, zeros after the last  [..., n_tokens, n_labels]
  /// With by_token: [n_examples, n_tokens], -2 for a label's own tokens if they have several, -1 after the last.
  Array<std::int32_t> token_ids() const;

  /// mlps, split by the experts of a mixture; zeros for experts that were not chosen, and in layers without experts.
  Array<float> experts() const;  // [n_examples, n_layers, n_experts, n_labels]

  /// [n_examples] the right labels; -1 if not known.
  const std::vector<std::int32_t>& labels() const;
  /// [n_examples]; empty if the rows are not split.
  const std::vector<Split>& split() const;
  /// How the run was made, as its file says it (docs/files.md): "model", "fingerprint", "task", ...
  const std::map<std::string, std::string>& info() const;
  /// What may be wrong with the prompts, as sentences (docs/warnings.md).
  std::vector<std::string> warnings() const;

  /// The parts of one example. Errors: usage if there is no such example.
  Parts parts(std::int64_t example) const;

  struct Impl;  // the library's own
  explicit Run(std::shared_ptr<const Impl> impl);
  const std::shared_ptr<const Impl>& impl() const { return impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

/// The parts of one prompt. heads + mlps + embed + bias = logits, to within the certificate.
class PARTWISE_API Parts {
 public:
  /// Errors: usage if the run has no such example.
  Parts(Run run, std::int64_t example);
  const Run& run() const { return run_; }  // which the parts are of, with what was recorded of it

  Array<float> logits() const;     // [n_labels]
  Array<float> heads() const;      // [n_layers, n_heads, n_labels]
  Array<float> mlps() const;       // [n_layers, n_labels]
  Array<float> embed() const;      // [n_labels]; empty, like bias, if a run file of another program lacks it
  Array<float> pos_embed() const;  // the share of learned positions in it  [n_labels]; empty if there are none
  Array<float> bias() const;       // [n_labels]
  /// max |sum of the parts - logit| / max(1, max |logit|); NaN if a run file of another program lacks it.
  double certificate() const;

  /// [n_labels]
  std::vector<std::string> label_words() const;
  /// The index of a label word. Errors: usage if it is none of them.
  std::int64_t label_index(const std::string& word) const;
  /// The label with the largest logit; the first one if several have it.
  std::int64_t answer() const;

  /// How far the whole model pushes towards `label`, an index. Errors here and below: usage for labels and parts that
  /// do not exist.
  double push(std::int64_t label) const;
  /// How far one part does, by name. "embed" and "bias" are parts as well.
  double push(std::int64_t label, const std::string& part) const;
  /// The `n` heads and MLPs that push most towards `label`, the strongest first; those against it have negative pushes
  /// and come last.
  std::vector<Push> top(std::int64_t label, std::int64_t n) const;

 private:
  Run run_;
  std::int64_t example_;
};

}  // namespace partwise
