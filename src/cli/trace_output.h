// What `generate` and `trace` share: which texts, what is read of them, and how it is shown.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/asked_texts.h"
#include "cli/console.h"
#include "cli/option_list.h"
#include "prompts/chat.h"
#include "session/compute_options.h"
#include "session/session.h"

namespace partwise::internal {

struct TraceSettings {
  ModelChoice model;
  ComputeOptions compute;
  ChatChoice chat;
  std::string prompt, prompts, output, html;
  std::vector<std::string> rivals;
  bool jsonl = false, log_odds = false, by_token = false;
  std::optional<std::int64_t> top;  // --top

  bool collects() const { return !output.empty() || !html.empty(); }  // files hold all rows
  std::shared_ptr<const Chat> chat_with(const LoadedModel& loaded) const;
  std::int64_t n_parts(std::int64_t otherwise) const { return top.value_or(otherwise); }
};

void add_trace_options(OptionList& options, TraceSettings& settings);
/// Errors: usage.
void check_trace_options(const TraceSettings& settings);

/// Traces texts and prints them, and writes files of all of them at the end.
class TraceOutput {
 public:
  TraceOutput(const TraceSettings& settings, const Session& session, Console& console);

  const TraceOptions& asked() const { return asked_; }
  DecomposeOptions pass_options() const;
  /// What is known of these texts before their trace.
  TracedTexts begin(std::vector<AskedText> asked) const;
  /// Prints `rows` in order; those without an error are the texts of `traced`, in order.
  void print(const std::vector<TextToTrace>& rows, const TracedTexts& traced);
  /// Writes the files. `traced` holds all texts.
  void write(const TracedTexts& traced) const;
  /// Says how many tokens there were. Errors: bad_data if a row failed.
  void finish() const;

 private:
  void print_text(const TracedTexts& traced, std::size_t text);

  const TraceSettings& settings_;
  const Session& session_;
  Console& console_;
  TraceOptions asked_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::int64_t n_rows_ = 0, n_failed_ = 0, n_tokens_ = 0;
  std::optional<Error> first_error_;
};

}  // namespace partwise::internal
