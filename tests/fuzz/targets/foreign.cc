// Files that are no model for partwise: a file with its first bytes, and a folder with adapter_config.json.
#include "formats/foreign.h"

#include "formats/adapter.h"
#include "formats/checkpoint.h"
#include "fuzz/support.h"
#include "support/paths.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const test::TempDir folder;
  const std::vector<std::string> files = fuzz::split_files(data, size);
  if (files.empty()) return 0;
  if (const auto found = recognise_content(std::as_bytes(std::span(files[0]))))
    fuzz::check(!found->what.empty() && !found->advice.hint.empty(), "what is recognised has a name and a way on");
  test::write_file(folder / "adapter_model.bin", files[0]);
  fuzz::fine_or_refused([&] { open_checkpoint(folder / "adapter_model.bin"); });
  if (files.size() > 1) test::write_file(folder / "adapter_config.json", files[1]);
  fuzz::fine_or_refused([&] { open_checkpoint(folder.path()); });
  const auto adapter = find_adapter(folder.path());
  fuzz::check(adapter && adapter->text().find('\n') == std::string::npos, "an adapter is named on one line");
  return 0;
}
