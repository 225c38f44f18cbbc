#include "report/text/decompose_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "base/utf8.h"

namespace partwise::internal {

namespace {

void add_line(std::string& text, std::string_view name, const std::string& value) {
  text += fmt::format("{:10}{}\n", name, value);
}

std::string describe_prompts(const DecomposePlan& plan) {
  if (!plan.has_split) return format_count(plan.n_prompts);
  const std::string rows =
      fmt::format("{} in the pool, {} to test on{}{}", format_count(plan.n_pool), format_count(plan.n_test),
                  plan.content_free.empty() ? "" : ", ", plan.content_free);
  if (plan.n_sets == 1) return rows;
  return fmt::format("{} of demonstrations, {}; {} in {} sets", format_count(plan.n_demonstrations), rows,
                     format_count(plan.n_prompts), plan.n_sets);
}

void add_warnings(std::string& text, const DecomposePlan& plan) {
  if (plan.too_long) add_line(text, "warning", describe(*plan.too_long));
  for (const Warning& warning : plan.warnings)
    add_line(text, "warning", printable(fmt::format("{} [{}]", warning.message, warning.code)));
}

std::string describe_work(const DecomposeStats& stats) {
  return fmt::format("{} in all, {} to compute, {:.1f} TFLOP", format_count(stats.n_prompt_tokens),
                     format_count(stats.n_computed_tokens), stats.flops * 1e-12);
}

std::string describe_memory(const DecomposeStats& stats) {
  return fmt::format("about {}, {} group{} of prompts", format_bytes(static_cast<std::uint64_t>(stats.memory)),
                     stats.n_groups, stats.n_groups == 1 ? "" : "s");
}

}  // namespace

std::string decompose_plan_text(const DecomposePlan& plan, const std::string& unused) {
  std::string text;
  add_line(text, "model",
           fmt::format("{}, {} parameters, {} components", plan.model, format_count(plan.n_parameters),
                       format_count(plan.n_components)));
  add_line(text, "prompts", describe_prompts(plan));
  if (!plan.label_words.empty()) add_line(text, "labels", fmt::format("{}", fmt::join(plan.label_words, ", ")));
  add_warnings(text, plan);
  if (!unused.empty()) add_line(text, "not used", unused);
  add_line(text, "tokens", describe_work(plan.stats));
  if (!plan.stored.empty()) add_line(text, "stored", plan.stored);
  if (!plan.without.empty())
    add_line(text, "without",
             fmt::format("{}{}", fmt::join(plan.without, ", "),
                         plan.with_mean ? ", after a pass that finds their means" : ""));
  add_line(text, "memory", describe_memory(plan.stats));
  return text;
}

std::string series_plan_text(const CheckpointSeries& series) {
  return fmt::format("series    {} checkpoint{}, {} to {}; each of them:\n", series.size(),
                     series.size() == 1 ? "" : "s", series.front().label, series.back().label);
}

}  // namespace partwise::internal
