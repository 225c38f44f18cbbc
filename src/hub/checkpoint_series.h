// Checkpoints of one training run: revisions of a model in the hub cache, or folders beside each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace partwise {

struct SeriesEntry {
  std::string label;  // "step1000": the revision, or the folder's name
  std::string model;  // for find_model: "org/name@step1000", "DIR/step1000"
};

/// The checkpoints that a form names, which is one of
///   org/name@step*               revisions in the cache that match (*, ?, [...]), ordered by their numbers
///   org/name@step0..step1000     those whose number lies in the range, ends included, ordered by their numbers
///   org/name@step0,step512,main  just these, in this order
/// and the same over folders: DIR/step*, DIR/step0..step1000, DIR/step0,step512.
/// Errors: usage (a range that ends before it begins or whose ends differ in more than their number, a name that is
/// there twice); missing_input (nothing matches, with what there is; a member of a list that is not there; no such
/// model or folder). What is in the checkpoints is not looked at.
std::vector<SeriesEntry> find_checkpoint_series(const std::string& form);

/// The last number in a label: 1000 of "step1000"; nothing where there is none, or one beyond 18 digits.
std::optional<std::int64_t> checkpoint_number(std::string_view label);

}  // namespace partwise
