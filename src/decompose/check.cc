#include "decompose/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "model/context.h"

namespace partwise::internal {

namespace {

using Ids = std::span<const std::int32_t>;

std::string how_to_shorten(const ModelConfig& c) {
  return "shorten the text or use fewer demonstrations" + why_context_ends(c);
}

std::optional<Error> wrong_id(Ids ids, std::int64_t d_vocab) {
  const auto wrong = std::ranges::find_if(ids, [&](std::int32_t id) { return id < 0 || id >= d_vocab; });
  if (wrong == ids.end()) return std::nullopt;
  return Error(ErrorCode::bad_data, fmt::format("token id {} is outside the vocabulary of {}", *wrong, d_vocab));
}

std::optional<Error> wrong_point(const PromptIds& prompt, const ReadPoint& point, const ModelConfig& c,
                                 std::int64_t n_mixtures) {
  const std::int64_t n = std::ssize(prompt.ids) + std::ssize(point.suffix);
  if (point.label_ids.empty()) return Error(ErrorCode::bad_data, "it has a read point without labels");
  if (point.position < 0 || point.position >= n)
    return Error(ErrorCode::bad_data, fmt::format("it has a read point outside of it, at {}", point.position));
  if (n > c.n_ctx)
    return Error(ErrorCode::bad_data,
                 fmt::format("it is {} tokens long with a label's, the model's context is {}", n, c.n_ctx),
                 how_to_shorten(c));
  if (auto error = wrong_id(point.suffix, c.d_vocab)) return error;
  return wrong_id(point.label_ids, c.d_vocab + n_mixtures);
}

std::optional<Error> wrong_points(const PromptIds& prompt, const ModelConfig& c, std::int64_t n_mixtures) {
  if (prompt.points.empty() && prompt.label_ids.empty()) return Error(ErrorCode::bad_data, "it has no labels");
  for (const ReadPoint& point : prompt.points)
    if (auto error = wrong_point(prompt, point, c, n_mixtures)) return error;
  return wrong_id(prompt.label_ids, c.d_vocab + n_mixtures);
}

std::optional<Error> wrong_prompt(const PromptIds& prompt, const ModelConfig& c, std::int64_t n_mixtures) {
  if (prompt.ids.empty()) return Error(ErrorCode::bad_data, "it is empty");
  if (std::ssize(prompt.ids) > c.n_ctx)
    return Error(ErrorCode::bad_data,
                 fmt::format("it is {} tokens long, the model's context is {}", prompt.ids.size(), c.n_ctx),
                 how_to_shorten(c));
  if (auto error = wrong_id(prompt.ids, c.d_vocab)) return error;
  return wrong_points(prompt, c, n_mixtures);
}

template <class MakeError>
void check_bound(const Array<float>& certificate, std::span<const PointOfPrompt> points, double bound,
                 Failures& failures, const MakeError& make_error) {
  for (std::int64_t p = 0; p < certificate.size(); ++p)
    if (!(certificate(p) <= bound) && !failures.has(points[p].prompt))  // a NaN fails as well
      failures.add(points[p].prompt, make_error(certificate(p)));
}

}  // namespace

void Failures::add(std::int64_t prompt, Error error) {
  if (!listed_) throw Error(error.code(), fmt::format("prompt {}: {}", prompt + 1, error.what()), error.advice());
  const auto place = std::ranges::lower_bound(*listed_, prompt, {}, &PromptFailure::prompt);
  listed_->insert(place, {prompt, std::move(error)});
}

bool Failures::has(std::int64_t prompt) const {
  return listed_ && std::ranges::binary_search(*listed_, prompt, {}, &PromptFailure::prompt);
}

void check_prompts(std::span<const PromptIds> prompts, const ModelConfig& c, std::int64_t n_mixtures,
                   Failures& failures) {
  if (prompts.empty()) throw Error(ErrorCode::bad_data, "there are no prompts");
  for (std::int64_t i = 0; i < std::ssize(prompts); ++i)
    if (auto error = wrong_prompt(prompts[i], c, n_mixtures)) failures.add(i, *std::move(error));
}

void check_sources(std::span<const PromptIds> prompts, const DecomposeOptions& options) {
  for (const PromptIds& prompt : prompts)
    check_internal(options.n_sources == 0 || prompt.sources.size() == prompt.ids.size(), "every id has a source");
  const bool splits_heads = options.n_sources > 0 || options.by_token || options.weighed;
  for (const AblatedPart& part : options.ablated)
    if (part.part.is_mlp() ? options.experts : splits_heads)
      throw Error(ErrorCode::usage, fmt::format("{} is left out and cannot be split", component_name(part.part)),
                  "split heads in a run that leaves out only MLPs, MLPs in one that leaves out only heads");
}

double bound_of_sources(Precision precision) {
  return precision == Precision::bf16 ? 200 * kCertificateBound : kCertificateBound;
}

void check_certificates(const Array<float>& certificate, std::span<const PointOfPrompt> points, double bound,
                        Failures& failures) {
  check_bound(certificate, points, bound, failures, [&](float miss) {
    return Error(ErrorCode::failure,
                 fmt::format("its parts miss its logits by {:.3g}, more than the bound of {:.0e}", miss, bound),
                 {"the model's weights may hold values that are not finite; inspecting it shows what it is made of",
                  {Step::inspect}});
  });
}

void check_source_certificates(const Array<float>& certificate, std::span<const PointOfPrompt> points, double bound,
                               Failures& failures) {
  check_bound(certificate, points, bound, failures, [&](float miss) {
    return Error(
        ErrorCode::failure,
        fmt::format("what one of its parts is split into misses the part by {:.3g}, more than the bound of {:.0e}",
                    miss, bound));
  });
}

void check_sums(const Contributions& parts, std::int64_t first_prompt, Precision precision, Failures& failures) {
  std::vector<PointOfPrompt> examples;
  for (std::int64_t e = 0; e < parts.certificate.size(); ++e) examples.push_back({first_prompt + e, 0, {}});
  check_certificates(parts.certificate, examples, kCertificateBound, failures);
  check_source_certificates(parts.source_certificate, examples, bound_of_sources(precision), failures);
}

}  // namespace partwise::internal
