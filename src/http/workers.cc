#include "http/workers.h"

#include <exception>
#include <utility>

namespace partwise::internal::http {

Workers::Workers(std::size_t most_threads) : most_threads_(most_threads) { add_thread(); }

void Workers::add(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (tasks_.size() > n_idle_ && threads_.size() < most_threads_) try {
        add_thread();
      } catch (
          const std::exception&) {  // there are no more threads, or no memory for one: those that there are must do
      }
  }
  changed_.notify_one();
}

void Workers::finish() {
  {
    const std::lock_guard lock(mutex_);
    is_finishing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Workers::add_thread() {
  threads_.emplace_back([this] { work(); });
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++n_idle_;
    changed_.wait(lock, [&] { return is_finishing_ || !tasks_.empty(); });
    --n_idle_;
    if (tasks_.empty()) return;
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    task = nullptr;  // what it holds is let go before the next one is waited for
    lock.lock();
  }
}

}  // namespace partwise::internal::http
