#include "decompose/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "decompose/path_sums.h"

namespace partwise::internal {

namespace {

/// The prompts of a pass, each read before every token that follows it. A text without tokens is not among them. The
/// last token is not read by the model.
std::vector<PromptIds> read_before_tokens(std::span<const Continuation> texts) {
  std::vector<PromptIds> prompts;
  for (const Continuation& text : texts) {
    if (text.tokens.empty()) continue;
    PromptIds& prompt = prompts.emplace_back(PromptIds{text.ids(), {}});
    prompt.ids.pop_back();
    for (std::int64_t i = 0; i < std::ssize(text.tokens); ++i)
      prompt.points.push_back({std::ssize(text.prompt) - 1 + i, {text.tokens[i]}});
  }
  return prompts;
}

std::vector<std::int64_t> first_steps(std::span<const Continuation> texts) {
  std::vector<std::int64_t> first = {0};
  for (const Continuation& text : texts) first.push_back(first.back() + std::ssize(text.tokens));
  return first;
}

TracedStep step_of(std::int32_t id, const VocabularyAtPoints& found, std::int64_t p) {
  const bool is_likeliest = found.top_ids(p, 0) == id;
  return {.id = id, .runner_up = found.top_ids(p, is_likeliest ? 1 : 0)};
}

/// Gives every point the labels of Trace::parts.
void add_labels(std::vector<PromptIds>& prompts, const std::vector<TracedStep>& steps, const TraceOptions& asked,
                std::int64_t d_vocab) {
  std::int64_t p = 0;
  for (PromptIds& prompt : prompts)
    for (ReadPoint& point : prompt.points) {
      point.label_ids.push_back(steps[p].runner_up);
      point.label_ids.insert(point.label_ids.end(), asked.rivals.begin(), asked.rivals.end());
      if (asked.log_odds) point.label_ids.push_back(static_cast<std::int32_t>(d_vocab + p));
      ++p;
    }
}

void fill_in(Trace& trace, const TraceOptions& asked, const VocabularyAtPoints& found) {
  const Array<float>& logits = trace.parts.logits;
  const std::int64_t mixture = logits.dim(1) - 1;
  for (std::int64_t p = 0; p < trace.n_steps(); ++p) {
    TracedStep& step = trace.steps[p];
    step.log_prob = double{logits(p, 0)} - found.log_sum_exp[p];
    step.margin = double{logits(p, 0)} - double{logits(p, 1)};
    if (!asked.log_odds) continue;
    step.log_odds = double{logits(p, 0)} - found.mixed_log_sum_exp[p];
    step.spread = found.entropy[p];
    const double by_parts = double{logits(p, 0)} - double{logits(p, mixture)} - step.spread;
    step.lse_certificate = std::abs(step.log_odds - by_parts) / size_of_logits(logits, p);
  }
}

void check_log_odds(const Trace& trace) {
  for (std::size_t text = 0; text + 1 < trace.first.size(); ++text)
    for (std::int64_t p = trace.first[text]; p < trace.first[text + 1]; ++p)
      if (const double miss = trace.steps[p].lse_certificate; !(miss <= kCertificateBound))
        throw Error(ErrorCode::failure, fmt::format("prompt {}: the parts of its token {} miss the log-odds by {:.3g}, "
                                                    "more than the bound of {:.0e}",
                                                    text + 1, p - trace.first[text] + 1, miss, kCertificateBound));
}

}  // namespace

std::vector<std::int32_t> Continuation::ids() const {
  std::vector<std::int32_t> all = prompt;
  all.insert(all.end(), tokens.begin(), tokens.end());
  return all;
}

std::vector<double> parts_of_margin(const Trace& trace, std::int64_t step, std::int64_t rival) {
  const Contributions& parts = trace.parts;
  std::vector<double> margins;
  const auto add = [&](const float* logits) { margins.push_back(double{logits[0]} - double{logits[rival]}); };
  for (std::int64_t c = 0; c < parts.n_components(); ++c) add(component_logits(parts, step, c));
  add(&parts.embed(step, 0));
  add(&parts.bias(step, 0));
  return margins;
}

Trace trace(const Engine& engine, std::span<const Continuation> texts, const TraceOptions& asked,
            const DecomposeOptions& options, const RecordedSteps* recorded) {
  Trace trace{{}, first_steps(texts), {}};
  std::vector<PromptIds> prompts = read_before_tokens(texts);
  if (prompts.empty()) return trace;
  const auto read = [&](const DecomposeOptions& how) {
    if (recorded && !options.by_token)
      return read_recorded(engine, recorded->recording, recorded->points, prompts, how);
    return decompose_points(engine, prompts, how);
  };
  DecomposeOptions first = options;
  first.label_cache = nullptr;
  first.failures = nullptr;
  first.recording = nullptr;
  DecomposeOptions second = first;
  first.read_parts = false;
  first.split_nothing();
  first.stored = {};
  first.vocabulary = {.log_sum_exp = true, .n_top = 2, .mixture = asked.log_odds ? Mixture::of_rivals : Mixture::none};
  first.progress = pass_of(options.progress, 0, 2);
  const VocabularyAtPoints found = read(first).vocabulary;
  for (const PromptIds& prompt : prompts)
    for (const ReadPoint& point : prompt.points)
      trace.steps.push_back(step_of(point.label_ids[0], found, trace.n_steps()));

  add_labels(prompts, trace.steps, asked, engine.model().config().d_vocab);
  second.vocabulary = {};
  if (asked.log_odds) second.mixtures = &found.mixtures;
  second.progress = pass_of(options.progress, 1, 2);
  trace.parts = read(second).as_examples();
  fill_in(trace, asked, found);
  check_log_odds(trace);
  return trace;
}

}  // namespace partwise::internal
