#include "base/error.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/progress_bar.h"
#include "cli/prompt_options.h"
#include "decompose/run_file.h"
#include "prompts/prompt_traps.h"
#include "prompts/splits.h"
#include "report/text/decompose_plan.h"
#include "session/decompose_job.h"
#include "session/decompose_plan.h"
#include "session/decompose_series.h"
#include "session/fitting.h"
#include "session/warnings.h"

namespace partwise::internal {

namespace {

constexpr const char* kRunForm = "RUN.safetensors";

class DecomposeCommand : public Command {
 public:
  void add_options(OptionList& options) override {
    add_model_options(options, model_).required(false);
    add_series_option(options, series_);
    add_random_init_option(options, model_);
    add_prompt_options(options, prompts_);
    add_sets_option(options, prompts_);
    add_output_option(options, output_, kRunForm, "run file to write; of a series, the folder for its run files");
    add_compute_options(options, compute_);
    add_store_options(options, compute_, is_store_chosen_);
    add_score_option(options, compute_);
    options.flag("--label-mass", compute_.label_mass,
                 "also store how probable the model finds it to write one of the labels");
    Option ablate =
        options.option("--ablate", compute_.ablate, "run the model without these parts, at every position: L5H3,L7MLP")
            .type_name("PARTS")
            .comma_list();
    add_ablate_with_option(options, compute_).needs(ablate);
    options.flag("--dry-run", dry_run_, "print what would be done, and do not do it");
  }

  void run(Console& console) override {
    check_one_source(model_.model, series_, "--model MODEL");
    if (model_.random_init && !series_.empty())
      throw Error(ErrorCode::usage, "--random-init replaces all that checkpoints differ in",
                  "give --model with one of the checkpoints");
    check_prompt_options(prompts_);
    if (!dry_run_) check_output_given(output_, series_.empty() ? kRunForm : "DIR");
    refuse_input(output_, prompts_.files());
    if (series_.empty()) refuse_model_file(output_, model_.model);
    if (dry_run_) return plan(console);
    if (!series_.empty()) return run_series(console);
    write_output(output_, [&](OutputFile& out) { write(out, console); });
  }

 private:
  std::string unused_rows(const PromptSet& set) const {
    const std::string unused = prompts_.describe_unused(set);
    return unused.empty() ? "" : unused + ": --labelled all takes them, too";
  }

  /// What is stored for the default reader, unless the user chose.
  ComputeOptions compute_for(const PromptSet& prompts) const {
    ComputeOptions compute = compute_;
    if (!is_store_chosen_ && has_rows_to_fit_on(prompts)) compute.stored = what_the_default_reads(compute.stored.type);
    return compute;
  }

  void run_series(Console& console) const {
    const Interruptible interruptible;
    ProgressBar bar(console);
    const CheckpointSeries all = series();
    const PromptSet prompts = prompts_.read_texts(all.front().source.model);
    decompose_series(all, output_, prompts, prompts_.too_long, compute_for(prompts), bar.listener());
  }

  CheckpointSeries series() const { return open_series(series_, model_.allow_unknown); }

  void write(OutputFile& out, Console& console) const {
    const LoadedModel loaded(model_);
    const PromptSet set = prompts_.read(loaded);
    say_notes(console.listener(), set);
    say_too_long(console.listener(), set);
    warn(console.listener(), prompt_warnings(set, loaded.tokenizer()));
    if (const std::string unused = unused_rows(set); !unused.empty()) console.note(unused);
    DecomposeStats stats;
    const Interruptible interruptible;
    ProgressBar bar(console);
    const ComputeOptions compute = compute_for(set);
    const Run run = decompose_prompts(Session(loaded, compute, passes_of(compute)), set, bar.listener(), &stats);
    bar.clear();
    write_run(out, run);
    say_written(console.listener(), run, stats, out.target());
  }

  /// Prints the plan of a decomposition, after a look at where it would be written. For a series, it is that of the
  /// first checkpoint, which stands for all.
  void plan(Console& console) const {
    if (!output_.empty()) series_.empty() ? check_writable(output_) : check_folder(output_);
    if (series_.empty()) return plan(console, model_);
    const CheckpointSeries all = series();
    console.print(series_plan_text(all));
    plan(console, all.front().source);
  }

  void plan(Console& console, const ModelChoice& source) const {
    const LoadedModel loaded(source);
    const PromptSet set = prompts_.read(loaded);
    say_notes(console.listener(), set);
    console.print(decompose_plan_text(plan_of_decompose(loaded, set, compute_for(set)), unused_rows(set)));
  }

  ModelChoice model_;
  PromptChoice prompts_;
  ComputeOptions compute_;
  std::string series_, output_;
  bool is_store_chosen_ = false, dry_run_ = false;
};

constexpr CommandInfo kInfo = {
    .place = 40,
    .name = "decompose",
    .summary = "writes what every head and MLP adds to the logit of each label word, as a run file",
    .usage = "(--model MODEL | --checkpoint-series FORM) (--prompts FILE | --task NAME|FILE [options]) -o RUN",
    .description =
        "Runs the model over all prompts once and writes, for every prompt, what each attention head and each MLP "
        "adds to the logit of each label word, exactly. With a task, K labelled rows are drawn: some become the "
        "demonstrations that all prompts share, the others the pool that readers are fitted on; the test rows "
        "follow. --sets 3 decomposes the same rows after three kinds of demonstrations. With a checkpoint series, "
        "every checkpoint gets the same prompts and a run file of its own, "
        "FOLDER/LABEL.safetensors. Run files that are there already are kept: if the work was interrupted, run the "
        "same command again to continue.",
    .example =
        "partwise decompose --model SmolLM2.gguf --task reviews -o reviews.safetensors\n"
        "partwise decompose --model SmolLM2.gguf --task reviews --sets 3 --content-free -o three.safetensors\n"
        "partwise decompose --model SmolLM2.gguf --prompts prompts.jsonl -o run.safetensors\n"
        "partwise decompose --checkpoint-series 'EleutherAI/pythia-70m@step*' --task reviews -o pythia-70m",
    .make = make_command<DecomposeCommand>,
};

}  // namespace

void register_decompose(std::vector<CommandInfo>& commands) { commands.push_back(kInfo); }

}  // namespace partwise::internal
