// A data file, read as JSONL, CSV and TSV; the file's own text is the template that each row fills.
#include "experiment/data.h"

#include "experiment/delimited.h"
#include "experiment/task.h"
#include "fuzz/support.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (auto parse : {parse_jsonl, parse_csv, parse_tsv}) {
    fuzz::fine_or_refused([&] {
      const std::vector<DataRow> rows = parse(text, "file");
      if (!rows.empty()) fill_template(text, rows.back());
    });
  }
  return 0;
}
