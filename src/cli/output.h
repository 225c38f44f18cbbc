// Files that commands write.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/file.h"

namespace partwise {

/// Errors: usage where `output` is a file that is read, which would be gone.
void refuse_input(const std::string& output, const std::vector<std::string>& inputs);
/// The same of all files of a model and its tokenizer. Errors: also those of finding and opening the model.
void refuse_model_file(const std::string& output, const std::string& model);

}  // namespace partwise
