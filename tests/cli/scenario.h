// Command lines and their expected results, as readable text (scenarios/*.txt).
//
//   == a typo in a command                 a case: runs in an empty folder of its own
//   file rows.jsonl                        makes a file of the lines below that begin with "| "
//   | {"text": "good"}
//   $ partwise decompse                    runs a command with sh; the lines below are about it
//   exit 2                                 its exit code; 0 if there is no such line
//   out TEXT / err TEXT                    standard output / error holds TEXT
//   no out / no err                        standard output / error is empty
//   no out TEXT / no err TEXT              standard output / error does not hold TEXT
//   out lines 3                            number of lines of standard output
//   json /full/accuracy 0.5                the first line of the output is JSON with this value at the pointer
//   json /components size 15               ... an array or object of that size
//   json /certificate/max                  ... anything at all
//   exists NAME / absent NAME              the file is there / is not there
//
// Empty lines and lines that begin with # are comments.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace partwise::internal::test {

struct ScenarioLine {
  std::string text;
  int number;
};

struct Scenario {
  std::string file, name;
  std::vector<ScenarioLine> lines;
};

/// All cases of all scenario files in `folder`.
std::vector<Scenario> load_scenarios(const std::filesystem::path& folder);

/// Runs one case in `folder`. Expectations that do not hold become test failures.
void run_scenario(const Scenario& scenario, const std::filesystem::path& folder);

}  // namespace partwise::internal::test
