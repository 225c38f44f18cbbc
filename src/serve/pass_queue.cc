#include "serve/pass_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "serve/waiting.h"

namespace partwise::internal {

namespace {

/// An error that shares nothing with the other: several threads throw one each.
Error copy_of(const Error& error) { return {error.code(), std::string(error.what()), Advice(error.advice())}; }

void check_sources(const PassKind& kind, const std::vector<PromptIds>& prompts) {
  for (const PromptIds& prompt : prompts)
    check_internal(kind.n_sources == 0 || prompt.sources.size() == prompt.ids.size(), "every id has a source");
}

float largest_certificate(const std::vector<PassResult>& results) {
  float largest = 0;
  for (const PassResult& result : results)
    if (!result.error) largest = std::max(largest, result.parts.certificate(0));
  return largest;
}

}  // namespace

class PassQueue::Impl {
 public:
  Impl(const Session& session, Options options, std::function<void(const PassFigures&)> on_pass)
      : session_(session), options_(options), on_pass_(std::move(on_pass)), worker_([this] { work(); }) {}

  ~Impl() {
    std::unique_lock lock(mutex_);
    is_ending_ = true;
    asked_.notify_all();
    answered_.notify_all();
    left_.wait(lock, [&] { return n_callers_ == 0; });
    lock.unlock();
    worker_.join();
  }

  std::vector<PassResult> ask(const PassKind& kind, std::vector<PromptIds> prompts, std::stop_token gone) {
    check_sources(kind, prompts);
    if (prompts.empty()) return {};
    const auto caller = std::make_shared<Caller>(kind, std::move(prompts));
    std::unique_lock lock(mutex_);
    const Counted counted(*this);
    waiting_.add(caller);
    n_waiting_ = waiting_.n_prompts();
    asked_.notify_all();
    answered_.wait(lock, std::move(gone), [&] { return is_ending_ || caller->is_done(); });
    if (!caller->is_done()) leave(*caller);
    if (caller->error) throw copy_of(*caller->error);
    return std::move(caller->results);
  }

  std::size_t n_waiting() const { return n_waiting_; }

 private:
  /// Counts a caller while it is here. The mutex is held at both ends.
  struct Counted {
    explicit Counted(Impl& queue) : impl(queue) { ++impl.n_callers_; }
    ~Counted() {
      if (--impl.n_callers_ == 0) impl.left_.notify_all();
    }
    Impl& impl;
  };

  [[noreturn]] void leave(Caller& caller) {
    caller.is_gone = true;
    waiting_.remove(caller);
    n_waiting_ = waiting_.n_prompts();
    throw Error(ErrorCode::interrupted, is_ending_ ? "the server stops" : "nobody waits for the answer any more");
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      asked_.wait(lock, [&] { return is_ending_ || !waiting_.empty(); });
      if (is_ending_) return;
      SharedPass pass = waiting_.next(options_);
      n_waiting_ = waiting_.n_prompts();
      lock.unlock();
      complete(std::move(pass));
      lock.lock();
    }
  }

  /// If a pass that is shared fails, each caller gets one of its own: the error may be due to another's prompts.
  void complete(SharedPass pass) {
    std::optional<Error> error;
    std::vector<PassResult> results = run(pass, error);
    if (error && pass.is_shared() && !nobody_waits_for(pass)) {
      for (SharedPass& own : by_caller(std::move(pass))) complete(std::move(own));
      return;
    }
    const std::lock_guard lock(mutex_);
    error ? refuse(pass, *error) : hand_out(pass, std::move(results));
    answered_.notify_all();
  }

  std::vector<PassResult> run(const SharedPass& pass, std::optional<Error>& error) const {
    try {
      return compute(pass);
    } catch (const Error& thrown) {
      error = as_of_prompts(thrown);
    } catch (const std::bad_alloc&) {
      error = Error(ErrorCode::interrupted, "there is not enough memory for this", "ask about less, or later");
    } catch (const std::exception& thrown) {
      error = Error(ErrorCode::failure, thrown.what());
    }
    return {};
  }

  std::vector<PassResult> compute(const SharedPass& pass) const {
    std::vector<PromptFailure> failures;
    DecomposeOptions options = session_.options();
    options.stored = pass.kind.stored;
    options.score = pass.kind.score;
    options.label_mass = pass.kind.label_mass;
    options.n_sources = pass.kind.n_sources;
    options.failures = &failures;
    options.progress = [&](const Progress&) { stop_if_nobody_waits(pass); };
    DecomposeStats stats;
    std::vector<PassResult> results;
    for (Contributions& parts : session_.decompose_each(pass.prompts, options, &stats))
      results.push_back({std::move(parts), {}});
    for (PromptFailure& failure : failures) results[failure.prompt] = {{}, std::move(failure.error)};
    if (on_pass_)
      on_pass_({std::ssize(results), stats.n_prompt_tokens, stats.n_computed_tokens, stats.seconds,
                double{largest_certificate(results)}});
    return results;
  }

  bool nobody_waits_for(const SharedPass& pass) const {
    const auto is_gone = [](const SharedPass::Place& place) { return place.caller->is_gone.load(); };
    return is_ending_ || std::ranges::all_of(pass.places, is_gone);
  }

  void stop_if_nobody_waits(const SharedPass& pass) const {
    if (nobody_waits_for(pass)) throw Error(ErrorCode::interrupted, "nobody waits for this pass any more");
  }

  static void hand_out(const SharedPass& pass, std::vector<PassResult> results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto& [caller, prompt] = pass.places[i];
      caller->results[prompt] = std::move(results[i]);
      ++caller->n_answered;
    }
  }

  void refuse(const SharedPass& pass, const Error& error) {
    for (const auto& [caller, prompt] : pass.places) {
      waiting_.remove(*caller);
      caller->error = copy_of(error);
    }
  }

  const Session& session_;
  const Options options_;
  const std::function<void(const PassFigures&)> on_pass_;
  mutable std::mutex mutex_;
  std::condition_variable asked_, left_;  // for the worker, and for the end
  std::condition_variable_any answered_;  // for callers
  Waiting waiting_;
  std::size_t n_callers_ = 0;
  std::atomic<std::size_t> n_waiting_ = 0;  // prompts, for those who may not wait for the mutex
  std::atomic<bool> is_ending_ = false;
  std::thread worker_;  // last: it uses everything else
};

void throw_if_failed(const PassResult& result, const std::string& place) {
  if (!result.error) return;
  throw Error(result.error->code(), fmt::format("{}: {}", place, result.error->what()), result.error->advice());
}

Error as_of_prompts(const Error& error) {
  if (error.code() != ErrorCode::usage) return error;
  return {ErrorCode::bad_data, "this takes more memory than the server may use", "ask about less at a time"};
}

PassQueue::PassQueue(const Session& session, Options options, std::function<void(const PassFigures&)> on_pass)
    : impl_(std::make_unique<Impl>(session, options, std::move(on_pass))) {}

PassQueue::~PassQueue() = default;

std::vector<PassResult> PassQueue::ask(const PassKind& kind, std::vector<PromptIds> prompts, std::stop_token gone) {
  return impl_->ask(kind, std::move(prompts), std::move(gone));
}

std::size_t PassQueue::n_waiting() const { return impl_->n_waiting(); }

}  // namespace partwise::internal
