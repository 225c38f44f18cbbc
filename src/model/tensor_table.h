// The tensors of a checkpoint under our names, checked against the architecture's table.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "formats/checkpoint.h"
#include "model/architecture.h"

namespace partwise::internal {

struct BoundTensor {
  std::string name;        // ours
  Shape shape;             // ours
  TensorView view;         // as it lies in the file
  TensorView scales = {};  // of MXFP4
  RowOrder rows = RowOrder::same;
  bool transposed = false;  // as InFile has these
  float factor = 1.0f, offset = 0.0f;
};

/// Finds every tensor of the architecture's table, by the names of model/tensor_names.h. Errors: bad_data for a tensor
/// that is missing, has another shape, or has a type that holds no weights; for a head that is not the embedding
/// although the configuration says so; and for all tensors that are surplus and not known to be neutral.
/// `allow_unknown` lets the last two pass, by their names in the file, or by a name with * for a number.
std::map<std::string, BoundTensor> bind_tensors(const Checkpoint& checkpoint, const Architecture& architecture,
                                                const ModelConfig& config, const std::set<std::string>& allow_unknown);

}  // namespace partwise::internal
