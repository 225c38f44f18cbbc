#include "apps/output.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/error.h"

namespace partwise {

void refuse_input(const std::string& output, std::initializer_list<std::string> inputs) {
  std::error_code ignored;
  for (const std::string& input : inputs) {
    if (!std::filesystem::is_regular_file(output, ignored) || !std::filesystem::equivalent(output, input, ignored))
      continue;
    throw Error(ErrorCode::usage, fmt::format("{} is read, and would be written over", output), "name another file");
  }
}

void write_output(const std::string& path, const std::function<void(OutputFile&)>& work) {
  if (path == "-") throw Error(ErrorCode::usage, "'-' is no name for a file to write", "name one");
  OutputFile out(path);
  try {
    work(out);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::interrupted) throw;
    throw Error(error.code(), fmt::format("interrupted: nothing was written to {}", path));
  }
  out.commit();
}

}  // namespace partwise
