#include "session/ablate.h"

#include "base/json.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "prompts/prompt_traps.h"
#include "prompts/splits.h"
#include "report/data/ablation.h"
#include "report/text/ablation.h"
#include "session/decompose_job.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

class Ablate : public Command {
 public:
  void add_options(OptionList& options) override {
    add_model_options(options, model_);
    add_prompt_options(options, prompts_);
    Option parts = options.option("--parts", names_, "leave these out, one after the other: L5H3,L7MLP")
                       .type_name("PARTS")
                       .comma_list();
    options.option("--top", top_, "otherwise that many of the best and of the worst parts on the test rows (default 5)")
        .type_name("N")
        .range(1, 1 << 20)
        .excludes(parts);
    add_ablate_with_option(options, compute_);
    add_compute_options(options, compute_);
    add_score_option(options, compute_);
    add_json_option(options, json_);
  }

  void run(Console& console) override {
    check_prompt_options(prompts_);
    const LoadedModel loaded(model_);
    const std::vector<Component> named = parts_named(names_, loaded.config());  // reports wrong names before the work
    const PromptSet set = prompts_.read(loaded);
    say_notes(console.listener(), set);
    say_too_long(console.listener(), set);
    check_test_labels(set, "to see an effect on");
    const std::vector<Warning> warnings = prompt_warnings(set, loaded.tokenizer());
    warn(console.listener(), warnings);
    const Ablations found = ablate_with_bar(console, loaded, set, named);
    if (json_) return console.print_json(ablation_json(found, warnings));
    console.print(ablation_text(found, console.colour(), console.width()));
  }

 private:
  Ablations ablate_with_bar(const Console& console, const LoadedModel& loaded, const PromptSet& set,
                            const std::vector<Component>& named) const {
    const Interruptible interruptible;
    ProgressBar bar(console);
    return ablate_parts(loaded, set, compute_, named, top_, bar.listener());
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
    .summary = "shows what the model loses without a part, beside what the part adds itself",
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

}  // namespace partwise::internal
