// The result of a decomposition: the only thing that readers ever see.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "decompose/run_info.h"
#include "model/component.h"
#include "tensor/array.h"

namespace partwise::internal {

/// How many prompt sets a run may have: set 0 shows no demonstrations, the others show a block of labelled rows each.
constexpr std::int64_t kMostSets = 10;

/// Stands in Contributions::token_ids for the tokens of a label that come before the one that is read.
constexpr std::int32_t kSuffixToken = -2;

/// Direct contributions of every part to every label's logit. Parts sum to the logits:
///   sum of heads + sum of mlps + embed + bias = logits, to within `certificate`.
/// If labels have several tokens, or are scored over the vocabulary, `logits` are their scores, and parts are summed
/// along their tokens (path_sums.h). `embed`, `bias` and `certificate` may be empty: a run file of another program may
/// lack them. `hidden`, `z`, `by_source`, `by_token` and `experts` are empty unless they were asked for.
struct Contributions {
  Array<float> heads;        // [n_examples, n_layers, n_heads, n_labels]
  Array<float> mlps;         // [n_examples, n_layers, n_labels]
  Array<float> embed;        // [n_examples, n_labels]
  Array<float> pos_embed;    // the share of learned positions in `embed`, or empty  [n_examples, n_labels]
  Array<float> bias;         // [n_examples, n_labels]
  Array<float> logits;       // [n_examples, n_labels]
  Array<float> certificate;  // [n_examples], max_y |sum of parts - logit| / max(1, max_y |logit|)
  Array<float> hidden;       // the final norm's output, gain and bias included  [n_examples, d_model]
  Array<float> z;            // blocks.L.attn.hook_z  [n_examples, n_layers, n_heads, d_head]
  /// heads, split by what they attend to: by the sources that RunInfo names, and by token, with zeros after a
  /// prompt's last one.  [n_examples, n_layers, n_heads, n_sources, n_labels], [..., n_tokens, n_labels]
  Array<float> by_source, by_token;
  /// With by_token: the prompt's ids, kSuffixToken for a label's own tokens if they have several, -1 after the last.
  Array<std::int32_t> token_ids;  // [n_examples, n_tokens]
  /// mlps, split by the experts of the layers that have some, with their router weights held; zeros for experts that
  /// were not chosen, and in the other layers.  [n_examples, n_layers, n_experts, n_labels]
  Array<float> experts;
  /// With any of the three: max |sum over sources, tokens or experts - part| / max(1, max_y |logit|)  [n_examples]
  Array<float> source_certificate;
  /// Natural logarithms: of each label's probability among the labels, or the score if it is over the vocabulary.
  Array<float> log_probs;   // [n_examples, n_labels], or empty
  Array<float> label_mass;  // the sum of the labels' probabilities under the model  [n_examples], or empty
  /// The same examples after other demonstrations, if there are several prompt sets (docs/files.md): the arrays above
  /// are those of set 1, these are those of set 0 (no demonstrations), set 2, set 3, ... They have no split parts.
  std::vector<Contributions> other_sets = {};
  /// The set in whose prompts the example is a demonstration, which its parts in that set say nothing about; 0 if
  /// there is none.  [n_examples]; empty if there is one set
  std::vector<std::int32_t> demonstration_of = {};
  /// Hashes of the words of each example's text (prompts/words.h), -1 after the last; or empty.  [n_examples, any]
  Array<std::int32_t> words = {};
  /// If the model caps its logits: the cap, which `logits` and parts do not have (logit_cap.h); else 0.
  float logit_cap = 0;

  std::int64_t n_examples() const { return heads.dim(0); }
  std::int64_t n_layers() const { return heads.dim(1); }
  std::int64_t n_heads() const { return heads.dim(2); }
  std::int64_t n_labels() const { return heads.dim(3); }
  /// Heads layer by layer, then the MLPs: the order of weights everywhere (component_at).
  std::int64_t n_components() const { return n_layers() * (n_heads() + 1); }
};

/// The contributions of prompt set `number`: `parts` itself of set 1, else one of Contributions::other_sets.
/// Errors: bad_data if there is no such set.
const Contributions& prompt_set(const Contributions& parts, std::int64_t number);

/// cap * tanh(logit / cap); the logit itself if `cap` is 0: there is none.
inline double capped(double logit, double cap) { return cap > 0 ? cap * std::tanh(logit / cap) : logit; }
/// What the cap multiplies a logit by: capped(logit) / logit, which is 1 at 0.
inline double held_cap(double logit, double cap) { return cap > 0 && logit != 0 ? capped(logit, cap) / logit : 1; }

/// g_c[y] of one example: a pointer to n_labels values.
const float* component_logits(const Contributions& parts, std::int64_t example, std::int64_t c);
/// The label with the largest logit; the first one on ties.
std::int64_t answer_of(const float* logits, std::int64_t n_labels);
/// The push of logits towards a label: its logit minus the mean of the other labels' logits.
double push_to(std::int64_t label, const float* logits, std::int64_t n_labels);
/// The part of one example's logits that is not from components: embedding and biases. If the run does not hold these:
/// the logits minus the sum of the components. out [n_labels]
void outside_components(const Contributions& parts, std::int64_t example, std::span<double> out);

/// What a row of a run is for.
enum class Split : std::int32_t {
  pool = 0,           // to fit on
  test = 1,           // to judge on
  content_free = 2,   // an input that says nothing, such as "N/A"
  random_words = 3,   // an input of random words of the data
  demonstration = 4,  // a labelled row that set 1 shows; it is there if there are several prompt sets
};
constexpr std::int32_t kLastSplit = 4;

/// A run: contributions, the right answers as far as they are known, and how it was made.
struct Run {
  Contributions parts;
  std::vector<std::int32_t> labels;  // [n_examples], -1 unknown
  std::vector<Split> split;          // [n_examples]; empty without a split
  RunInfo info;                      // how it was made: model, task, label words, ...
  DType stored_type = DType::f32;    // of hidden and z in a file: f32 or bf16
  /// The tokens of each label, if some have several: its path through the label tree (label_tree.h).
  Array<std::int32_t> label_ids = {};  // [n_examples, n_labels, longest label], -1 after the last; or empty

  /// The label words; "0", "1", ... if the run does not name them.
  std::vector<std::string> label_words() const;
};

/// Indices of the rows to fit on, or to evaluate on; all rows if there is no split.
std::vector<std::int64_t> pool_rows(const Run& run);
std::vector<std::int64_t> test_rows(const Run& run);
/// Indices of the rows to evaluate on whose label is known.
std::vector<std::int64_t> labelled_test_rows(const Run& run);
/// Indices of the rows of one kind; none if there is no split.
std::vector<std::int64_t> rows_of(const Run& run, Split split);
/// The contributions of these rows, in this order; hidden and z of the rows `stored`, since they may hold fewer
/// prompts.
Contributions select_rows(const Contributions& parts, const std::vector<std::int64_t>& rows,
                          const std::vector<std::int64_t>& stored);
/// The contributions of several prompt sets: `all` holds the examples of set 1, then as many of each other set.
Contributions fold_sets(Contributions all, std::int64_t n_sets);
/// The same run with only these rows, in this order.
Run select_rows(const Run& run, const std::vector<std::int64_t>& rows);

}  // namespace partwise::internal
