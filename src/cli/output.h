// Files that commands write.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"

namespace partwise::internal {

/// Refuses to overwrite an input. Errors: usage if `output` is one of `inputs`.
void refuse_input(const std::string& output, const std::vector<std::string>& inputs);
/// Refuses to write two results into one file. Errors: usage if two of `outputs`, of which "" is none, are one file.
void refuse_same_outputs(const std::vector<std::string>& outputs);
/// The same for all files of a model and its tokenizer. Errors: also those of find_model and open_checkpoint.
void refuse_model_file(const std::string& output, const std::string& model);

}  // namespace partwise::internal
