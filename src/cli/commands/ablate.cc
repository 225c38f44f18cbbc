#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analysis/ablation.h"
#include "base/error.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "prompts/prompt_traps.h"
#include "report/describe.h"
#include "report/text/text_table.h"
#include "session/decompose_job.h"
#include "session/warnings.h"

namespace partwise {

namespace {

std::string points(double share) { return fmt::format("{:+.1f}", 100 * share); }

/// Runs of one model over the same prompts, with one bar for all.
class Passes {
 public:
  Passes(const LoadedModel& loaded, const PromptSet& set, const ComputeOptions& compute, const Console& console,
         std::int64_t n_passes)
      : loaded_(loaded),
        set_(set),
        prompts_(ids_of(set)),
        compute_(compute),
        backend_(compute.backend()),
        n_passes_(n_passes),
        bar_(console),
        listener_(bar_.listener().progress) {}

  Run without(std::vector<AblatedPart> parts) {
    DecomposeOptions options = next();
    options.ablated = std::move(parts);
    Contributions found = decompose(loaded_.model(), *backend_, prompts_, options);
    throw_if_interrupted();
    return as_run(loaded_, set_, compute_, std::move(found));
  }

  /// What stands in each part's place.
  std::vector<AblatedPart> replacements(const std::vector<Component>& parts) {
    return compute_.ablate_with_mean ? mean_parts(loaded_.model(), *backend_, prompts_, parts, next())
                                     : zero_parts(loaded_.config(), parts);
  }

 private:
  DecomposeOptions next() {
    DecomposeOptions options = prepare_decompose(compute_);
    options.progress = pass_of(listener_, n_begun_++, n_passes_);
    return options;
  }

  const LoadedModel& loaded_;
  const PromptSet& set_;
  std::vector<PromptIds> prompts_;
  const ComputeOptions& compute_;
  std::unique_ptr<Backend> backend_;
  std::int64_t n_passes_, n_begun_ = 0;
  Interruptible interruptible_;
  ProgressBar bar_;
  ProgressFn listener_;
};

/// Errors: bad_data where no effect could be computed.
void check_labels(const PromptSet& set) {
  for (std::size_t i = 0; i < set.prompts.size(); ++i) {
    const bool is_test = set.split.empty() || set.split[i] == static_cast<std::int32_t>(Split::test);
    if (is_test && set.prompts[i].label >= 0) return;
  }
  throw Error(ErrorCode::bad_data, "there is no test row with a label to see an effect on",
              "give --test rows with the task, or prompts with labels");
}

class Ablate : public Command {
 public:
  void add_options(OptionList& options) override {
    add_model_options(options, model_);
    add_prompt_options(options, prompts_);
    Option parts = options.option("--parts", names_, "leave out these, one after the other: L5H3,L7MLP")
                       .type_name("PARTS")
                       .comma_list();
    options.option("--top", top_, "else so many of the best and of the worst parts on the test rows (default 5)")
        .type_name("N")
        .range(1, 1 << 20)
        .excludes(parts);
    add_ablate_with_option(options, compute_);
    add_compute_options(options, compute_);
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    check_prompt_options(prompts_);
    const LoadedModel loaded(model_);
    const std::vector<Component> named = parts_named(names_, loaded.config());  // what is wrong is said before the work
    const PromptSet set = prompts_.read(loaded);
    print_notes(set, console);
    say_too_long(console.listener(), set);
    check_labels(set);
    const std::vector<Warning> warnings = prompt_warnings(set, loaded.tokenizer());
    warn(console.listener(), warnings);
    const auto [analysis, effects] = measure(loaded, set, named, console);
    json_ ? console.print_json(json(analysis, effects, warnings))
          : console.print(text(analysis, effects, console.colour()));
  }

 private:
  /// Of the full model, and of each part.
  std::pair<Analysis, std::vector<AblationEffect>> measure(const LoadedModel& loaded, const PromptSet& set,
                                                           const std::vector<Component>& named,
                                                           const Console& console) const {
    const ModelConfig& config = loaded.config();
    const std::int64_t n_parts =
        named.empty() ? std::min(2 * top_, config.n_components()) : static_cast<std::int64_t>(named.size());
    console.note(fmt::format("{} part{} to leave out, one after the other", n_parts, n_parts == 1 ? "" : "s"));
    Passes passes(loaded, set, compute_, console, 1 + (compute_.ablate_with_mean ? 1 : 0) + n_parts);
    const Run full = passes.without({});
    const std::vector<std::int64_t> rows = labelled_test_rows(full);
    Analysis analysis = analyze(full, rows);
    std::vector<AblationEffect> effects;
    for (const AblatedPart& part : passes.replacements(named.empty() ? best_and_worst(analysis) : named)) {
      const std::int64_t c = component_index({part.layer, part.head}, config.n_layers, config.n_heads);
      effects.push_back(ablation_effect(full, passes.without({part}), rows, c));
    }
    return {std::move(analysis), std::move(effects)};
  }

  static std::string name_of(const Analysis& analysis, const AblationEffect& effect) {
    return component_name(analysis.components[effect.component].component);
  }

  /// Each once: the worst are those of the others.
  std::vector<Component> best_and_worst(const Analysis& analysis) const {
    const auto n_all = static_cast<std::int64_t>(analysis.components.size());
    std::vector<std::int64_t> chosen = analysis.best(top_);
    const std::size_t n_best = chosen.size(), n = n_best + static_cast<std::size_t>(top_);
    for (std::int64_t c : analysis.worst(n_all)) {
      const auto best_end = chosen.begin() + static_cast<std::ptrdiff_t>(n_best);
      if (chosen.size() < n && std::find(chosen.begin(), best_end, c) == best_end) chosen.push_back(c);
    }
    std::vector<Component> parts;
    for (std::int64_t c : chosen) parts.push_back(analysis.components[c].component);
    return parts;
  }

  std::string text(const Analysis& analysis, const std::vector<AblationEffect>& effects, bool colour) const {
    std::vector<std::vector<std::string>> lines = {{"part", "alone", "direct effect", "total effect",
                                                    "model without it", "gain by it, points", "answers changed"}};
    for (const AblationEffect& e : effects)
      lines.push_back({name_of(analysis, e), percent(e.alone), fmt::format("{:+.3f}", e.direct),
                       fmt::format("{:+.3f}", e.total), percent(e.accuracy),
                       fmt::format("{} ({} to {})", points(e.gain.value), points(e.gain.low), points(e.gain.high)),
                       percent(e.changed)});
    return text_table(lines, 1, "2", colour) +
           fmt::format(
               "\nThe full model answers {} of {} rows correctly. Effects are on the true label's logit over the mean "
               "of the others:\ndirect, what the part itself adds; total, what the model loses without it, at "
               "every position ({} in its place).\n",
               percent(analysis.full.value), analysis.full.n, compute_.ablate_with_mean ? "its mean" : "zero");
  }

  OrderedJson json(const Analysis& analysis, const std::vector<AblationEffect>& effects,
                   const std::vector<Warning>& warnings) const {
    OrderedJson parts = OrderedJson::array();
    for (const AblationEffect& e : effects)
      parts.push_back({{"name", name_of(analysis, e)},
                       {"accuracy_alone", e.alone},
                       {"direct_effect", e.direct},
                       {"total_effect", e.total},
                       {"accuracy_without", e.accuracy},
                       {"gain", {{"value", e.gain.value}, {"low", e.gain.low}, {"high", e.gain.high}}},
                       {"answers_changed", e.changed}});
    return {{"ablate_with", compute_.ablate_with_mean ? "mean" : "zero"},
            {"n", analysis.full.n},
            {"accuracy", analysis.full.value},
            {"parts", parts},
            {"warnings", warnings_json(warnings)}};
  }

  ModelChoice model_;
  PromptChoice prompts_;
  ComputeOptions compute_;
  std::vector<std::string> names_;
  std::int64_t top_ = 5;
  bool json_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 58,
    .name = "ablate",
    .summary = "what becomes of the model without a part, beside what the part adds itself",
    .usage = "--model MODEL (--prompts FILE | --task NAME|FILE [options]) [--parts L5H3,L7MLP | --top N]",
    .description =
        "A part's share of a logit is its direct effect. Here the model is run without it, at every position, so that "
        "what it does through later layers shows too: for the best and the worst parts, or for those that are named, "
        "the direct and the total effect side by side, and the accuracy without the part.",
    .example =
        "partwise ablate --model SmolLM2.gguf --task reviews\n"
        "partwise ablate --model SmolLM2.gguf --task reviews --parts L18H4,L26MLP --ablate-with mean",
    .make = make_command<Ablate>,
};

}  // namespace

void register_ablate(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise
