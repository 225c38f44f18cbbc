// Command lines and what they must do, as readable text (scenarios/*.txt).
//
//   == a typo in a command                 a case: runs in an empty folder of its own
//   file rows.jsonl                        makes a file of the lines below that begin with "| "
//   | {"text": "good"}
//   $ partwise decompse                    runs through sh; what follows is about it
//   exit 2                                 its exit code, 0 where nothing is said
//   out TEXT / err TEXT                    standard output / error holds TEXT
//   no out / no err                        nothing there at all
//   no out TEXT / no err TEXT              does not hold TEXT
//   out lines 3                            number of lines
//   json /full/accuracy 0.5                the first line of the output is JSON, and holds this value there
//   json /components size 15               ... an array or object of that size
//   json /certificate/max                  ... anything at all
//   exists NAME / absent NAME              a file
//
// Lines that begin with # and empty ones are for the reader.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace partwise::test {

struct ScenarioLine {
  std::string text;
  int number;
};

struct Scenario {
  std::string file, name;
  std::vector<ScenarioLine> lines;
};

/// All cases of all scenario files.
std::vector<Scenario> load_scenarios(const std::filesystem::path& folder);

/// Runs one in `folder`; reports what does not hold as test failures.
void run_scenario(const Scenario& scenario, const std::filesystem::path& folder);

}  // namespace partwise::test
