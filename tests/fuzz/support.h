// Functions that the fuzz targets share. Each target turns an input's bytes into files, reads them as the program
// would, and uses the result. Anything wrong with the bytes must end in internal::Error. Targets do not catch anything
// else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "tensor/tensor_view.h"
#include "tokenizer/tokenizer.h"

/// The interface of libFuzzer; returns 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace partwise::internal::fuzz {

/// Runs `action`, which may throw an Error, since damaged files are refused. An internal error is a finding.
template <class Action>
void fine_or_refused(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal) throw std::logic_error(error.what());
  }
}

/// Reports a finding if `holds` is false.
void check(bool holds, const char* promise);

/// Splits an input into files at lines of "--8<--".
std::vector<std::string> split_files(const std::uint8_t* data, std::size_t size);

/// Dequantises the first and last rows of each tensor.
void use_tensors(const std::map<std::string, TensorView>& tensors);

/// Loads the model at `path` and dequantises its weights.
void use_model(const std::filesystem::path& path);

/// Loads the tokenizer at `path`, encodes `text` and decodes the ids.
void use_tokenizer(const std::filesystem::path& path, std::string_view text);

}  // namespace partwise::internal::fuzz
