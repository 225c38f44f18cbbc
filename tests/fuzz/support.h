// What the fuzz targets share. Each turns an input's bytes into files, reads them as the program would, and uses what
// was read. Whatever is wrong with the bytes must end in partwise::Error; a target lets everything else out.
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

namespace partwise::fuzz {

/// Runs `action`, which may throw an Error: damaged files are refused. One that speaks of a mistake of ours is a
/// finding.
template <class Action>
void fine_or_refused(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::internal) throw std::logic_error(error.what());
  }
}

/// A finding where something that was read does not keep its promise.
void check(bool holds, const char* promise);

/// The files that an input stands for: its parts between lines of "--8<--".
std::vector<std::string> split_files(const std::uint8_t* data, std::size_t size);

/// Dequantises the first and last rows of each tensor.
void use_tensors(const std::map<std::string, TensorView>& tensors);

/// Loads the model at `path` and dequantises its weights.
void use_model(const std::filesystem::path& path);

/// Loads the tokenizer at `path`, encodes `text` and decodes what comes out.
void use_tokenizer(const std::filesystem::path& path, std::string_view text);

}  // namespace partwise::fuzz
