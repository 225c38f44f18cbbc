// Checkpoints of one training run: revisions of a model in the hub cache, or folders beside each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace partwise::internal {

struct SeriesEntry {
  std::string label;  // "step1000": the revision, or the folder's name
  std::string model;  // for find_model: "org/name@step1000", "DIR/step1000"
};

/// The checkpoints that a form names. Forms are
///   org/name@step*               revisions in the cache that match (*, ?, [...]), ordered by their numbers
///   org/name@step0..step1000     those whose number lies in the range, ends included, ordered by their numbers
///   org/name@step0,step512,main  just these, in this order
/// and the same over folders: DIR/step*, DIR/step0..step1000, DIR/step0,step512. Errors: usage (a range that ends
/// before it begins, a range whose ends differ in more than their number, a repeated name); missing_input (nothing
/// matches, and then the error lists what there is; a member of a list that does not exist; no such model or folder).
/// The content of the checkpoints is not read.
std::vector<SeriesEntry> find_checkpoint_series(const std::string& form);

/// The last number in a label: 1000 for "step1000". nullopt if there is no number, or if it has more than 18 digits.
std::optional<std::int64_t> checkpoint_number(std::string_view label);

}  // namespace partwise::internal
