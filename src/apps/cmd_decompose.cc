#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "apps/command.h"
#include "apps/decompose_job.h"
#include "apps/options.h"
#include "apps/output.h"
#include "apps/prompt_source.h"
#include "base/error.h"
#include "base/text.h"
#include "decompose/run_file.h"

namespace partwise {

namespace {

class DecomposeCommand : public Command {
 public:
  void add_options(CLI::App& app) override {
    model_.add_to(app);
    prompts_.add_to(app);
    app.add_option("-o,--output", output_, "run file to write (safetensors)")->type_name("RUN");
    compute_.add_to(app);
    app.add_flag("--dry-run", dry_run_, "say what would be done, and do not do it");
  }

  void run(Console& console) override {
    if (dry_run_) return plan(console);
    if (output_.empty()) throw Error(ErrorCode::usage, "-o RUN.safetensors is needed");
    write_output(output_, [&](OutputFile& out) { write(out, console); });
  }

 private:
  void write(OutputFile& out, Console& console) const {
    const LoadedModel loaded(model_);
    const PromptSet set = prompts_.read(loaded);
    DecomposeStats stats;
    const Run run = decompose_prompts(loaded, set, compute_, console, &stats);
    write_run(out, run);
    const auto errors = run.parts.certificate.flat();
    console.note(describe(stats, set.prompts.size()));
    console.note(fmt::format("the parts sum to the logits within {:.1e} (certificate); written to {}",
                             *std::max_element(errors.begin(), errors.end()), output_));
  }

  void plan(Console& console) const {
    const LoadedModel loaded(model_);
    const PromptSet set = prompts_.read(loaded);
    DecomposeOptions options;
    options.memory_bytes = compute_.memory_bytes;
    const DecomposeStats stats = plan_decompose(loaded.model(), prompt_ids(set), options);
    const ModelConfig& config = loaded.config();
    console.print(fmt::format("model     {}, {} parameters, {} components\n", model_.path.filename().string(),
                              format_count(loaded.model().n_parameters()),
                              format_count(config.n_layers * (config.n_heads + 1))));
    console.print(fmt::format("prompts   {}\n", count_prompts(set)));
    console.print(fmt::format("labels    {}\n", fmt::join(set.label_words, ", ")));
    console.print(fmt::format("tokens    {} in all, {} to compute, {:.1f} TFLOP\n", format_count(stats.n_prompt_tokens),
                              format_count(stats.n_computed_tokens), stats.flops * 1e-12));
    console.print(fmt::format("memory    {} for activations at most, {} group{} of prompts\n",
                              format_bytes(static_cast<std::uint64_t>(compute_.memory_bytes)), stats.n_groups,
                              stats.n_groups == 1 ? "" : "s"));
  }

  static std::string count_prompts(const PromptSet& set) {
    const auto n = static_cast<std::int64_t>(set.prompts.size());
    if (set.split.empty()) return format_count(n);
    const std::int64_t n_test = std::count(set.split.begin(), set.split.end(), 1);
    return fmt::format("{} in the pool, {} to test on", format_count(n - n_test), format_count(n_test));
  }

  ModelSource model_;
  PromptSource prompts_;
  ComputeOptions compute_;
  std::string output_;
  bool dry_run_ = false;
};

const RegisterCommand registered({
    .place = 40,
    .name = "decompose",
    .summary = "what every head and MLP adds to the logit of each label word, as a run file",
    .usage = "--model PATH (--prompts FILE | --task NAME|FILE [options]) -o RUN.safetensors",
    .description =
        "Runs the model over all prompts once and writes, for every prompt, what each attention head and each MLP "
        "adds to the logit of each label word, exactly. With a task, K labelled rows are drawn: some become the "
        "demonstrations that all prompts share, the others the pool that readers are fitted on; the test rows "
        "follow.",
    .example = "partwise decompose --model SmolLM2.gguf --task reviews -o reviews.safetensors\n"
               "partwise decompose --model SmolLM2.gguf --prompts prompts.jsonl -o run.safetensors",
    .make = make_command<DecomposeCommand>,
});

}  // namespace

}  // namespace partwise
