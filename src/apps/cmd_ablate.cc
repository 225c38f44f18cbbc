#include <fmt/format.h>

#include <algorithm>

#include "apps/command.h"
#include "apps/decompose_job.h"
#include "apps/interrupt.h"
#include "apps/options.h"
#include "apps/progress_bar.h"
#include "apps/prompt_source.h"
#include "base/error.h"
#include "experiment/ablation.h"
#include "report/describe.h"
#include "report/text_table.h"

namespace partwise {

namespace {

std::string points(double share) { return fmt::format("{:+.1f}", 100 * share); }

class Ablate : public Command {
 public:
  void add_options(CLI::App& app) override {
    model_.add_to(app);
    prompts_.add_to(app);
    app.add_option("--parts", names_, "leave out these, one after the other: L5H3,L7MLP")
        ->type_name("PARTS")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--top", top_, "else so many of the best and of the worst parts on the test rows (default 5)")
        ->type_name("N")
        ->check(CLI::Range(1, 1 << 20));
    compute_.add_ablate_with_to(app);
    compute_.add_to(app);
    add_json_option(app, json_);
  }

  void run(Console& console) override {
    for (const std::string& name : names_) parse_component(name);  // what is misspelt is said before the work
    const LoadedModel loaded(model_);
    const PromptSet set = prompts_.read(loaded);
    const Run full = decompose_prompts(loaded, set, compute_, console, nullptr);
    std::vector<std::int64_t> rows = test_rows(full);
    std::erase_if(rows, [&](std::int64_t row) { return full.labels[row] < 0; });
    const Analysis analysis = analyze(full, rows);
    std::vector<AblationEffect> effects;
    for (std::int64_t c : chosen(full, analysis)) {
      console.note(
          fmt::format("{} of {}: without {}", effects.size() + 1, chosen(full, analysis).size(), name_of(full, c)));
      ComputeOptions compute = compute_;
      compute.ablate = {name_of(full, c)};
      effects.push_back(ablation_effect(full, decompose_prompts(loaded, set, compute, console, nullptr), rows, c));
    }
    json_ ? console.print_json(json(full, analysis, effects)) : console.print(text(full, analysis, effects, console));
  }

 private:
  static std::string name_of(const Run& run, std::int64_t c) {
    return component_name(component_at(c, run.parts.n_layers(), run.parts.n_heads()));
  }

  /// Those that are named, or the best and the worst, each once. Errors: usage for a part that the model does not have.
  std::vector<std::int64_t> chosen(const Run& run, const Analysis& analysis) const {
    std::vector<std::int64_t> parts;
    for (const std::string& name : names_) {
      const Component part = parse_component(name);
      if (part.layer >= run.parts.n_layers() || part.head >= run.parts.n_heads())
        throw Error(ErrorCode::usage, fmt::format("the model has no part {}", name));
      parts.push_back(part.is_mlp() ? run.parts.n_layers() * run.parts.n_heads() + part.layer
                                    : part.layer * run.parts.n_heads() + part.head);
    }
    if (!parts.empty()) return parts;
    parts = analysis.best(top_);
    for (std::int64_t c : analysis.worst(top_))
      if (std::find(parts.begin(), parts.end(), c) == parts.end()) parts.push_back(c);
    return parts;
  }

  std::string text(const Run& run, const Analysis& analysis, const std::vector<AblationEffect>& effects,
                   const Console& console) const {
    std::vector<TextColumn> columns(7);
    columns[0].left = true;
    const auto add = [&](const std::vector<std::string>& cells, std::string_view style) {
      for (std::size_t i = 0; i < cells.size(); ++i) columns[i].cells.push_back({cells[i], style});
    };
    add({"part", "alone", "direct effect", "total effect", "model without it", "gain by it, points", "answers changed"},
        "2");
    for (const AblationEffect& e : effects) {
      add({name_of(run, e.component), percent(e.alone), fmt::format("{:+.3f}", e.direct),
           fmt::format("{:+.3f}", e.total), percent(e.accuracy),
           fmt::format("{} ({} to {})", points(e.gain.value), points(e.gain.low), points(e.gain.high)),
           percent(e.changed)},
          "");
    }
    return text_table(columns, console.colour()) +
           fmt::format(
               "\nThe full model answers {} of {} rows correctly. Effects are on the true label's logit over the mean "
               "of the others:\ndirect, what the part itself adds; total, what the model loses without it, at "
               "every position ({} in its place).\n",
               percent(analysis.full.value), analysis.full.n, compute_.ablate_with_mean ? "its mean" : "zero");
  }

  OrderedJson json(const Run& run, const Analysis& analysis, const std::vector<AblationEffect>& effects) const {
    OrderedJson parts = OrderedJson::array();
    for (const AblationEffect& e : effects)
      parts.push_back({{"name", name_of(run, e.component)},
                       {"accuracy_alone", e.alone},
                       {"direct_effect", e.direct},
                       {"total_effect", e.total},
                       {"accuracy_without", e.accuracy},
                       {"gain", {{"value", e.gain.value}, {"low", e.gain.low}, {"high", e.gain.high}}},
                       {"answers_changed", e.changed}});
    return {{"ablate_with", compute_.ablate_with_mean ? "mean" : "zero"},
            {"n", analysis.full.n},
            {"accuracy", analysis.full.value},
            {"parts", parts}};
  }

  ModelSource model_;
  PromptSource prompts_;
  ComputeOptions compute_;
  std::vector<std::string> names_;
  std::int64_t top_ = 5;
  bool json_ = false;
};

const RegisterCommand registered({
    .place = 58,
    .name = "ablate",
    .summary = "what becomes of the model without a part, beside what the part adds itself",
    .usage = "--model MODEL (--prompts FILE | --task NAME|FILE [options]) [--parts L5H3,L7MLP | --top N]",
    .description =
        "A part's share of a logit is its direct effect. Here the model is run without it, at every position, so that "
        "what it does through later layers shows too: for the best and the worst parts, or for those that are named, "
        "the direct and the total effect side by side, and the accuracy without the part.",
    .example = "partwise ablate --model SmolLM2.gguf --task reviews\n"
               "partwise ablate --model SmolLM2.gguf --task reviews --parts L18H4,L26MLP --ablate-with mean",
    .make = make_command<Ablate>,
});

}  // namespace

}  // namespace partwise
