#include "study/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "decompose/memory.h"
#include "decompose/run_file.h"
#include "session/decompose_job.h"
#include "study/run_result.h"
#include "study/sweep_estimate.h"

namespace partwise {

namespace fs = std::filesystem;

namespace {

/// Bytes that the results of one pass may take if there is no memory limit. If there is one, they may take half of it.
constexpr std::int64_t kUsualResults = 2'000'000'000;

/// Whether the run file is there and is that of `job`, with rows that do not fit treated as `how` says. Metadata about
/// such rows are not compared: they follow from the prompts' texts, which are compared by their hash.
bool is_decomposed(const StudyJob& job, TooLong how) {
  std::optional<Metadata> found = metadata_of_run(job.run_file);
  if (!found) return false;
  Metadata wanted = job.metadata;
  found->erase("prompt_ids");
  if (const auto entry = found->find("too_long"); entry != found->end()) {
    if (entry->second.find(fmt::format("\"how\":\"{}\"", to_string(how))) == std::string::npos) return false;
    for (const char* key : {"too_long", "repeated_test_rows", "content_free"}) {
      found->erase(key);
      wanted.erase(key);
    }
  }
  return is_same_run(*found, wanted);
}

void write_result(const StudyJob& job, const RunResult& result) {
  Json json = to_json(result);
  json["key"] = job.key;
  write_output(job.result_file.string(), [&](OutputFile& out) { out.write(json.dump() + "\n"); });
}

/// The prompts of several runs, one run after the other. Runs that store more than contributions come first.
struct Pass {
  std::vector<StudyJob*> jobs;
  std::vector<PromptIds> prompts;
  std::int64_t stored_prompts = 0;

  void add(StudyJob& job) {
    jobs.push_back(&job);
    const std::vector<PromptIds> more = ids_of(job.prompts);
    prompts.insert(prompts.end(), more.begin(), more.end());
    if (job.run.is_main) stored_prompts = std::ssize(prompts);
  }
};

/// The units of one model that are still to do, with an estimate of what each takes.
struct ModelPlan {
  std::vector<std::pair<StudyUnit, PassEstimate>> units;
  double flops = 0;
};

class Sweep {
 public:
  Sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute, const Listener& listener)
      : setting_(setting), ranks_(ranks), compute_(compute), listener_(listener), backend_(compute.backend()) {}

  void run() {
    std::vector<ModelPlan> plans;
    for (const LoadedModel& model : setting_.models()) plans.push_back(plan(model));
    for (const ModelPlan& plan : plans) {
      flops_all_ += plan.flops;
      n_units_ += std::ssize(plan.units);
    }
    if (n_units_ == 0) return;
    for (std::size_t i = 0; i < plans.size(); ++i) run_model(setting_.models()[i], plans[i]);
  }

  ModelPlan plan(const LoadedModel& model) {
    ModelPlan plan;
    for (const StudyUnit& unit : setting_.units()) {
      std::vector<StudyJob> jobs = pending(unit, model);
      if (n_seen_++ % ranks_.size != ranks_.rank || jobs.empty()) continue;
      std::erase_if(jobs, [&](const StudyJob& job) { return is_decomposed(job, setting_.study().too_long); });
      plan.units.emplace_back(unit, estimate_pass(setting_, unit, jobs, model, *backend_));
      plan.flops += plan.units.back().second.flops;
    }
    return plan;
  }

 private:
  std::vector<StudyJob> pending(const StudyUnit& unit, const LoadedModel& model) const {
    std::vector<StudyJob> jobs = setting_.jobs(unit, model);
    std::erase_if(jobs, finished_result);
    return jobs;
  }

  void run_model(const LoadedModel& model, const ModelPlan& plan) {
    for (const auto& [unit, estimate] : plan.units) {
      const std::string place =
          fmt::format("pass {} of {}: {}, {}", ++n_begun_, n_units_, short_name(model.place()), setting_.name(unit));
      listener_.say(place);
      try {
        run_unit(unit, model, estimate.flops);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::interrupted)
          throw Error(error.code(), place + ": " + error.what(), error.advice());
        throw Error(error.code(), "interrupted at " + place, "the same work, begun again, goes on from there");
      }
      flops_done_ += estimate.flops;
    }
  }

  void run_unit(const StudyUnit& unit, const LoadedModel& model, double flops) {
    std::vector<StudyJob> jobs = pending(unit, model);
    std::vector<StudyJob> missing;
    for (StudyJob& job : jobs) {
      make_folder(job.run_file.parent_path());
      if (is_decomposed(job, setting_.study().too_long))
        judge(job, read_run(job.run_file));
      else if (tokenize(job, model))
        missing.push_back(std::move(job));
    }
    double share_done = 0;
    for (const Pass& pass : passes(missing, model)) {
      const double share = static_cast<double>(pass.jobs.size()) / static_cast<double>(missing.size());
      run_pass(pass, model, flops * share_done, flops * share);
      share_done += share;
    }
  }

  /// Makes the tokens of the job's prompts. If the run must be left out since prompts do not fit into the model's
  /// context, writes that down and returns false.
  bool tokenize(StudyJob& job, const LoadedModel& model) const {
    model.tokenize_any_length(job.prompts);
    try {
      model.fit(job.prompts, setting_.study().too_long);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data) throw;
      leave_out(job, error.what());
      return false;
    }
    if (const auto rows = too_long_rows(job.prompts.metadata))
      listener_.say(fmt::format("{} demonstrations, seed {}: {}", job.run.shots, job.run.seed, describe(*rows)));
    return true;
  }

  void leave_out(const StudyJob& job, const std::string& reason) const {
    const StudyRun& run = job.run;
    RunResult result{run.task, run.template_name, run.seed, run.shots, run.is_main};
    result.left_out.push_back({std::string(kInContext), run.shots, run.labelled, reason});
    listener_.say(fmt::format("left out: {} demonstrations: {}", run.shots, reason));
    write_result(job, result);
  }

  /// One pass with all runs, or several passes if the results of one would take too much memory.
  std::vector<Pass> passes(std::vector<StudyJob>& jobs, const LoadedModel& model) const {
    std::stable_partition(jobs.begin(), jobs.end(), [](const StudyJob& job) { return job.run.is_main; });
    const std::int64_t most = compute_.memory_bytes ? *compute_.memory_bytes / 2 : kUsualResults;
    std::vector<Pass> passes;
    std::int64_t bytes = 0;
    for (StudyJob& job : jobs) {
      const auto n_labels = std::ssize(job.prompts.prompts[0].options);
      Stored stored = setting_.compute(job.run).stored;
      stored.type = DType::f32;  // in memory
      const std::int64_t own = std::ssize(job.prompts.prompts) * result_bytes(model.config(), n_labels, stored);
      if (passes.empty() || bytes + own > most) {
        passes.emplace_back();
        bytes = 0;
      }
      bytes += own;
      passes.back().add(job);
    }
    return passes;
  }

  void run_pass(const Pass& pass, const LoadedModel& model, double flops_before, double flops) {
    DecomposeOptions options = prepare_decompose(setting_.compute(pass.jobs[0]->run));
    options.stored_prompts = pass.stored_prompts;
    options.progress = [&](const Progress& p) {
      const double share = static_cast<double>(p.done) / static_cast<double>(p.total);
      report(flops_done_ + flops_before + share * flops);
    };
    Run all;
    all.parts = decompose(model.model(), *backend_, pass.prompts, options);
    std::int64_t first = 0;
    for (StudyJob* job : pass.jobs) {
      listener_.stop_if_asked();
      if (!job->run.is_main) all.parts.hidden = all.parts.z = {};
      const Run run = take(all, first, *job, model);
      first += run.parts.n_examples();
      write_output(job->run_file.string(), [&](OutputFile& out) { write_run(out, run); });
      judge(*job, run);
    }
  }

  /// The job's run: its rows of `all`, which begin at `first`, with their metadata.
  Run take(const Run& all, std::int64_t first, const StudyJob& job, const LoadedModel& model) const {
    std::vector<std::int64_t> rows(job.prompts.prompts.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = first + static_cast<std::int64_t>(i);
    Run run = as_run(model, job.prompts, setting_.compute(job.run), select_rows(all, rows).parts);
    run.metadata["prompt_texts"] = job.metadata.at("prompt_texts");
    return run;
  }

  void judge(const StudyJob& job, const Run& run) const {
    write_result(job, judge_run(run, job.run, setting_.study().readers, setting_.study().labelled));
  }

  void report(double flops) const {
    constexpr double kUnit = 1e6;
    if (!listener_.progress) return;
    listener_.progress(
        {"sweeping", static_cast<std::int64_t>(flops / kUnit), static_cast<std::int64_t>(flops_all_ / kUnit)});
  }

  const StudySetting& setting_;
  Ranks ranks_;
  const ComputeOptions& compute_;
  const Listener& listener_;
  std::unique_ptr<Backend> backend_;
  double flops_all_ = 0, flops_done_ = 0;
  std::int64_t n_seen_ = 0, n_units_ = 0, n_begun_ = 0;
};

}  // namespace

void run_sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute,
               const Listener& listener) {
  Sweep(setting, ranks, compute, listener).run();
}

}  // namespace partwise
