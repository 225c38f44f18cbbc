// A safetensors file: as weights, and as the run that `partwise analyze` reads.
#include "formats/safetensors.h"

#include "analysis/analysis.h"
#include "decompose/run_file.h"
#include "fuzz/support.h"
#include "support/paths.h"

namespace partwise::internal::fuzz {
namespace {

void use_run(const std::filesystem::path& path, const std::filesystem::path& copy) {
  const Run run = read_run(path);
  fine_or_refused([&] { analyze(run, test_rows(run)); });
  OutputFile out(copy);
  write_run(out, run);
  out.commit();
  check(read_run(copy).labels == run.labels, "a run is written as it was read");
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const test::TempDir folder;
  const std::filesystem::path path = folder / "run.safetensors";
  test::write_file(path, {reinterpret_cast<const char*>(data), size});
  fuzz::fine_or_refused([&] { fuzz::use_tensors(SafetensorsFile(path).tensors()); });
  fuzz::fine_or_refused([&] { fuzz::use_run(path, folder / "copy.safetensors"); });
  return 0;
}
