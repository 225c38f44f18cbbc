// Small made-up studies, for tests of code that reads studies.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "study/methods.h"

namespace partwise::internal::test {

/// The result of a method. `right` has one digit per row: 1 if the answer is right.
inline MethodResult answers(std::string method, std::int64_t shots, std::int64_t labelled, RightRows right) {
  const auto n = std::ssize(right);
  const double accuracy = static_cast<double>(std::count(right.begin(), right.end(), '1')) / static_cast<double>(n);
  return {std::move(method), shots, labelled, n, accuracy, accuracy, 0.5, 0.1, 0.2, std::move(right)};
}

inline RunResult run_of(std::string task, std::uint64_t seed, std::int64_t shots, bool is_main,
                        std::vector<MethodResult> methods) {
  RunResult run{std::move(task), "plain", seed, shots, is_main};
  run.methods = std::move(methods);
  return run;
}

/// A study with methods only: two tasks (the second with three demonstrations), two seeds, four rows.
inline StudyResults study_of_methods() {
  StudyResults results;
  results.study.seeds = {0, 1};
  results.study.labelled = {12, 24};
  results.study.readers = {"reweight", "batch-calibration"};
  results.tasks = {"a", "b"};
  ModelResults& model = results.models.emplace_back();
  model.name = "m";
  const auto add = [&](RunResult run) { model.runs.push_back(std::move(run)); };
  for (const std::string task : {"a", "b"}) {
    const std::int64_t shots = task == "a" ? 4 : 3;
    add(run_of(task, 0, 0, false, {answers("icl", 0, 0, "1000")}));
    for (std::uint64_t seed : {0, 1}) {
      const RightRows reweighted = seed == 0 ? "1111" : "1110";
      add(run_of(task, seed, shots, true,
                 {answers("icl", shots, shots, "1100"), answers("reweight", shots, 12, "1101"),
                  answers("reweight", shots, 24, reweighted), answers("batch-calibration", shots, shots, "1001")}));
      add(run_of(task, seed, 24, false, {answers("icl", 24, 24, seed == 0 ? "1110" : "1010")}));
    }
  }
  return results;
}

/// A study with parts, examples and names to escape: one model, one task, two seeds; one layer with one head; eight
/// rows.
inline StudyResults study_with_parts() {
  StudyResults results;
  results.study = {.models = {"m<1>"},
                   .tasks = {"films"},
                   .templates = {0},
                   .seeds = {0, 1},
                   .labelled = {8},
                   .limit = 8,
                   .readers = {"reweight", "oracle"}};
  results.tasks = {"films"};
  ModelResults& model = results.models.emplace_back();
  model.name = "m<1>";
  for (std::uint64_t seed : {0, 1}) {
    RunResult run = run_of(
        "films", seed, 4, true,
        {answers("icl", 4, 4, "11110000"), answers("reweight", 4, 8, "11111110"), answers("oracle", 4, 4, "11111111")});
    run.label_words = {"good", "<b>bad"};
    run.n = 8;
    run.n_layers = run.n_heads = 1;
    run.chance = 0.5;
    run.full_accuracy = 0.5;
    run.parts = {{6, 0.1, ComponentKind::good, {4, 0, 2, 2}, {0, 1, 2}, {5, 6, 7}},
                 {3, 1.0, ComponentKind::biased, {3, 1, 4, 0}, {1, 2, 3}, {5, 6, 7}}};
    model.runs.push_back(run);
    RunResult many = run_of("films", seed, 8, false, {answers("icl", 8, 8, "11111000")});
    many.left_out = {{"comprw", 4, 8, "no <reason>"}};
    model.runs.push_back(many);
  }
  results.texts["films"] = {"text: </script> fine", "two", "three", "four", "five", "six", "seven", "eight"};
  return results;
}

}  // namespace partwise::internal::test
