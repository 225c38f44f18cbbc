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

/// Opens `path` before the work, so that none is lost to a place that cannot be written, runs it, and lets the file
/// appear when it is complete. Errors: those of OutputFile and of `work`; an interruption says that nothing was
/// written.
void write_output(const std::string& path, const std::function<void(OutputFile&)>& work);

}  // namespace partwise
