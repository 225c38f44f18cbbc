#include "study/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "decompose/memory.h"
#include "decompose/run_file.h"
#include "session/decompose_job.h"
#include "session/session.h"
#include "study/run_result.h"
#include "study/sweep_estimate.h"

namespace partwise::internal {

namespace fs = std::filesystem;

namespace {

/// Bytes that the results of one pass may take if there is no memory limit. If there is one, they may take half of it.
constexpr std::int64_t kUsualResults = 2'000'000'000;

/// How rows that do not fit were dealt with. nullopt if every row fitted, or if the run's file does not say it.
std::optional<TooLong> way_of(const RunInfo& run) {
  try {
    const auto rows = run.find(facts::kTooLong);
    return rows ? std::optional(rows->how) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// Whether the run file is there and is that of `job`, with rows that do not fit treated as `how` says. What it says of
/// such rows is not compared: it follows from the prompts' texts, which are compared by their hash.
bool is_decomposed(const StudyJob& job, TooLong how) {
  std::optional<RunInfo> found = info_of_run(job.run_file);
  if (!found) return false;
  RunInfo wanted = job.info;
  found->erase(facts::kPromptIds.key);
  found->erase(facts::kLabelTokens.key);
  if (way_of(*found) == how) {
    for (std::string_view key : {facts::kTooLong.key, facts::kRepeatedTestRows.key, facts::kContentFree.key}) {
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

/// The prompts of several runs, one run after the other.
struct Pass {
  std::vector<const PromptedJob*> jobs;
  std::vector<PromptIds> prompts;

  /// Readers are fitted on main runs alone, so nothing but contributions is stored of others.
  void add(const PromptedJob& job) {
    jobs.push_back(&job);
    for (PromptIds& ids : ids_of(job.prompts)) {
      ids.is_stored = job.job.run.is_main;
      prompts.push_back(std::move(ids));
    }
  }
};

/// A unit with its runs that have no result yet, and what those of them take that are not decomposed.
struct UnitPlan {
  const StudyUnit* unit;
  std::vector<StudyJob> jobs;
  PassEstimate estimate;
};

/// first, first + 1, ..., first + n - 1
std::vector<std::int64_t> rows_from(std::int64_t first, std::int64_t n) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

/// The units of one model that are still to do.
struct ModelPlan {
  std::vector<UnitPlan> units;
  double flops = 0;
};

class Sweep {
 public:
  Sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute, const Listener& listener)
      : setting_(setting), ranks_(ranks), compute_(compute), listener_(listener) {}

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
    const Session session(model, compute_, Passes::many);
    ModelPlan plan;
    for (const StudyUnit& unit : setting_.units()) {
      std::vector<StudyJob> jobs = setting_.jobs(unit, model);
      std::erase_if(jobs, finished_result);
      if (n_seen_++ % ranks_.size != ranks_.rank || jobs.empty()) continue;
      const PassEstimate estimate = estimate_pass(setting_, unit, to_decompose(unit, jobs, model), session);
      plan.units.push_back({&unit, std::move(jobs), estimate});
      plan.flops += estimate.flops;
    }
    return plan;
  }

 private:
  bool is_done(const StudyJob& job) const { return is_decomposed(job, setting_.study().too_long); }

  std::vector<PromptedJob> to_decompose(const StudyUnit& unit, const std::vector<StudyJob>& jobs,
                                        const LoadedModel& model) const {
    std::vector<PromptedJob> missing;
    for (const StudyJob& job : jobs)
      if (!is_done(job)) missing.push_back(setting_.with_prompts(unit, job, model));
    return missing;
  }

  void run_model(const LoadedModel& model, const ModelPlan& plan) {
    const Session session(model, compute_, plan.units.size() > 1 ? Passes::many : Passes::one);
    for (const UnitPlan& unit : plan.units) {
      const std::string place = fmt::format("pass {} of {}: {}, {}", ++n_begun_, n_units_, short_name(model.place()),
                                            setting_.name(*unit.unit));
      listener_.say(place);
      try {
        run_unit(unit, session);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::interrupted)
          throw Error(error.code(), place + ": " + error.what(), error.advice());
        throw Error(error.code(), "interrupted at " + place,
                    "start the same work again to continue; what is done is kept");
      }
      flops_done_ += unit.estimate.flops;
    }
  }

  void run_unit(const UnitPlan& plan, const Session& session) {
    const LoadedModel& model = session.loaded();
    std::vector<PromptedJob> missing;
    for (const StudyJob& job : plan.jobs) {
      make_folder(job.run_file.parent_path());
      if (is_done(job))
        judge(job, read_run(job.run_file));
      else
        missing.push_back(setting_.with_prompts(*plan.unit, job, model));
    }
    std::erase_if(missing, [&](PromptedJob& job) { return !tokenize(job, model); });
    double share_done = 0;
    for (const Pass& pass : passes(missing, model)) {
      const double share = static_cast<double>(pass.jobs.size()) / static_cast<double>(missing.size());
      run_pass(pass, session, plan.estimate.flops * share_done, plan.estimate.flops * share);
      share_done += share;
    }
  }

  /// Makes the tokens of the job's prompts. If the run must be left out since prompts do not fit into the model's
  /// context, writes that down and returns false.
  bool tokenize(PromptedJob& prompted, const LoadedModel& model) const {
    auto& [job, prompts] = prompted;
    model.tokenize_any_length(prompts);
    try {
      model.fit(prompts, setting_.study().too_long);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_data) throw;
      leave_out(job, error.what());
      return false;
    }
    if (const auto rows = prompts.info.find(facts::kTooLong))
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
  std::vector<Pass> passes(const std::vector<PromptedJob>& jobs, const LoadedModel& model) const {
    const std::int64_t most = compute_.memory_bytes ? *compute_.memory_bytes / 2 : kUsualResults;
    std::vector<Pass> passes;
    std::int64_t bytes = 0;
    for (const PromptedJob& job : jobs) {
      const auto n_labels = std::ssize(job.prompts.prompts[0].options);
      Stored stored = setting_.compute(job.job.run).stored;
      stored.type = DType::f32;  // in memory
      const std::int64_t own = count_prompts(job.prompts) * result_bytes(model.config(), n_labels, stored);
      if (passes.empty() || bytes + own > most) {
        passes.emplace_back();
        bytes = 0;
      }
      bytes += own;
      passes.back().add(job);
    }
    return passes;
  }

  void run_pass(const Pass& pass, const Session& session, double flops_before, double flops) {
    DecomposeOptions options = session.options();
    options.stored = stored_of(pass);
    options.progress = [&](const Progress& p) {
      const double share = static_cast<double>(p.done) / static_cast<double>(p.total);
      report(flops_done_ + flops_before + share * flops);
    };
    const Contributions all = session.decompose(pass.prompts, options);
    std::int64_t first = 0, first_stored = 0;
    for (const PromptedJob* prompted : pass.jobs) {
      listener_.stop_if_asked();
      const auto& [job, prompts] = *prompted;
      const std::int64_t n = count_prompts(prompts), n_stored = job.run.is_main ? n : 0;
      Run run = as_run(session.loaded(), prompts, setting_.compute(job.run),
                       select_rows(all, rows_from(first, n), rows_from(first_stored, n_stored)));
      run.info.set(facts::kPromptTexts, job.info.text(facts::kPromptTexts));
      first += n;
      first_stored += n_stored;
      write_output(job.run_file.string(), [&](OutputFile& out) { write_run(out, run); });
      judge(job, run);
    }
  }

  /// What is stored of the prompts of main runs, if the pass has one.
  Stored stored_of(const Pass& pass) const {
    const auto main = std::ranges::find_if(pass.jobs, [](const PromptedJob* job) { return job->job.run.is_main; });
    return setting_.compute((main == pass.jobs.end() ? pass.jobs.front() : *main)->job.run).stored;
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
  double flops_all_ = 0, flops_done_ = 0;
  std::int64_t n_seen_ = 0, n_units_ = 0, n_begun_ = 0;
};

}  // namespace

void run_sweep(const StudySetting& setting, const Ranks& ranks, const ComputeOptions& compute,
               const Listener& listener) {
  Sweep(setting, ranks, compute, listener).run();
}

}  // namespace partwise::internal
