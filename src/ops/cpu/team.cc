#include "ops/cpu/team.h"

namespace partwise::cpu {
namespace {

/// About a tenth of a millisecond: longer than most waits between the operations of a pass, shorter than anybody minds.
constexpr int kSpins = 4000;

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Returns when `value` is no longer `old`: looks for a while, then sleeps.
void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < kSpins; ++i) {
    if (value != old) return;
    pause_briefly();
  }
  value.wait(old);
}

}  // namespace

Team::Team(int n_threads) {
  for (int i = 1; i < n_threads; ++i) helpers_.emplace_back([this] { help(); });
}

Team::~Team() {
  stopping_ = true;
  ++n_jobs_;
  n_jobs_.notify_all();
}

void Team::run(std::int64_t n_tasks, const Work& work) {
  Job job{work, Tasks(n_tasks)};
  const bool with_helpers = n_tasks > 1 && !helpers_.empty() && !in_use_.exchange(true);
  if (with_helpers) {
    job_ = &job;
    ++n_jobs_;
    n_jobs_.notify_all();
  }
  job.take_part();
  if (with_helpers) {
    job_ = nullptr;
    while (const std::uint32_t inside = n_inside_) wait_while(n_inside_, inside);
    in_use_ = false;
  }
  if (job.error) std::rethrow_exception(job.error);
}

void Team::help() {
  for (std::uint32_t seen = 0;;) {
    wait_while(n_jobs_, seen);
    seen = n_jobs_;
    if (stopping_) return;
    ++n_inside_;  // before the look at the job: its owner first takes it away and then waits until nobody is inside
    if (Job* job = job_) job->take_part();
    --n_inside_;
    n_inside_.notify_all();
  }
}

void Team::Job::take_part() {
  try {
    work(tasks);
  } catch (...) {
    tasks.drop_rest();
    const std::lock_guard lock(error_lock);
    if (!error) error = std::current_exception();
  }
}

}  // namespace partwise::cpu
