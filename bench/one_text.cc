// bench_one_text MODEL READER.json THREADS f32|bf16: reads texts, one per line, answers each as `classify` does, and
// prints where the time of a text goes, in seconds: medians without the first three, as JSON for bench/latency. Every
// other text is decomposed without reading parts: its pass is what the others take less the readout. (No text is
// decomposed twice, since its keys and values would be known then.)

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "data/input_rows.h"
#include "readers/explain.h"
#include "session/answer.h"
#include "session/decompose_rows.h"
#include "session/session.h"
#include "session/text_rows.h"

namespace partwise::internal::bench {
namespace {

/// Seconds of each part of the work, text by text.
struct Times {
  std::vector<double> tokens, pass, pass_and_readout, reader;
};

class Clock {
 public:
  /// Seconds since the last call.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    return passed.count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

void answer(const Session& session, const ReaderFile& reader, const TextRows& rows, const std::string& text,
            bool with_parts, Times& times) {
  Clock clock;
  const TextRow row = rows.make({{text, "standard input"}, {}});
  times.tokens.push_back(clock.lap());
  const std::vector<PromptIds> prompts = {{row.prompt.ids, row.prompt.label_ids, {}}};
  DecomposeOptions options = session.options();
  options.read_parts = with_parts;
  const Contributions parts = session.decompose(prompts, options);
  (with_parts ? times.pass_and_readout : times.pass).push_back(clock.lap());
  if (!with_parts) return;
  const Answer answer = answer_of(reader, parts, 0);
  explain(*reader.reader, parts, 0, static_cast<std::int64_t>(answer.label), kDrivers);
  times.reader.push_back(clock.lap());
}

double median(std::vector<double> seconds) {
  seconds.erase(seconds.begin(), seconds.begin() + std::min<std::ptrdiff_t>(3, std::ssize(seconds) - 1));
  const auto middle = seconds.begin() + std::ssize(seconds) / 2;
  std::ranges::nth_element(seconds, middle);
  return *middle;
}

void run(char** argv) {
  const LoadedModel loaded({argv[1], {}, {}});
  const ReaderFile reader = read_reader(argv[2]);
  ComputeOptions compute;
  compute.threads = std::atoi(argv[3]);
  compute.precision = std::string_view(argv[4]) == "bf16" ? Precision::bf16 : Precision::f32;
  const Session session(loaded, compute, Passes::many);
  const TextRows rows(reader, RowForm::text, TooLong::refuse, loaded, {});
  Times times;
  bool with_parts = true;
  for (std::string text; std::getline(std::cin, text); with_parts = !with_parts)
    answer(session, reader, rows, text, with_parts, times);
  const double pass = median(times.pass);
  fmt::print("{{\"tokens\": {:.3e}, \"pass\": {:.3e}, \"readout\": {:.3e}, \"reader\": {:.3e}}}\n",
             median(times.tokens), pass, median(times.pass_and_readout) - pass, median(times.reader));
}

}  // namespace
}  // namespace partwise::internal::bench

namespace internal = partwise::internal;

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "usage: bench_one_text MODEL READER.json THREADS f32|bf16 < TEXTS\n");
    return 2;
  }
  try {
    internal::bench::run(argv);
  } catch (const internal::Error& e) {
    fmt::print(stderr, "bench_one_text: {}\n", e.what());
    return static_cast<int>(e.code());
  }
}
