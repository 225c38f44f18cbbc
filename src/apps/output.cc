#include "apps/output.h"

#include <fmt/format.h>

#include "base/error.h"

namespace partwise {

void write_output(const std::string& path, const std::function<void(OutputFile&)>& work) {
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
