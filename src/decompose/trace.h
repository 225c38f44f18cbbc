// What each part adds to every token of a text that continues a prompt.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decompose/decompose.h"
#include "decompose/recording.h"

namespace partwise::internal {

/// A prompt, which is not empty, and the tokens that follow it.
struct Continuation {
  std::vector<std::int32_t> prompt, tokens;

  std::vector<std::int32_t> ids() const;  // the prompt's, then the tokens
};

struct TraceOptions {
  bool log_odds = false;             // read the parts of the log-odds, too
  std::vector<std::int32_t> rivals;  // tokens that are read at every step besides
};

/// One token of a continuation, under the model that has read everything before it. Logarithms are natural.
struct TracedStep {
  std::int32_t id = 0, runner_up = 0;  // the runner-up is the most probable of the other tokens
  double log_prob = 0;
  double margin = 0;    // the token's logit minus that of the runner-up; negative if the token is not the likeliest
  double log_odds = 0;  // log(p / (1 - p))
  double spread = 0;    // entropy of the other tokens' probabilities, if log_odds was asked for
  double lse_certificate = 0;  // likewise: |log-odds - (sum of parts - spread)|, measured as Contributions::certificate
};

/// All steps, text after text. Labels of `parts`: the token, its runner-up, then TraceOptions::rivals, and if log_odds
/// was asked for the rivals' mixture, whose logit is the mean of all other tokens' logits by their probabilities.
struct Trace {
  std::vector<TracedStep> steps;
  std::vector<std::int64_t> first;  // where each text's steps begin  [n_texts + 1]
  Contributions parts;              // an example for each step; no parts at all if there are no steps

  std::int64_t n_steps() const { return std::ssize(steps); }
};

/// The points of every step, one after another, as they were recorded.
struct RecordedSteps {
  const PointRecording& recording;
  std::vector<std::int64_t> points;  // [n_steps]
};

/// Two passes over all texts: the first finds runner-ups and mixtures, the second reads the parts. With `recorded`, and
/// if heads are not split, no pass is needed. Every number has the bits that a pass over the text alone gives.
/// options.failures, label_cache, vocabulary, mixtures and recording are not used.
/// Errors: those of decompose_points(); failure also if a log-odds' certificate exceeds kCertificateBound.
Trace trace(const Engine& engine, std::span<const Continuation> texts, const TraceOptions& asked,
            const DecomposeOptions& options = {}, const RecordedSteps* recorded = nullptr);

/// What each part adds to the margin of a step's token over the label `rival` of Trace::parts: components, embedding,
/// biases. They sum to the margin; over the rivals' mixture, to the log-odds plus the spread.  [n_components + 2]
std::vector<double> parts_of_margin(const Trace& trace, std::int64_t step, std::int64_t rival);

}  // namespace partwise::internal
