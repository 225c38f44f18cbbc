// A data file, unpacked and read as JSON, CSV and TSV. The file's own text is the template that each row fills, and its
// first column is the label.
#include "data/data.h"

#include "base/json.h"
#include "data/delimited.h"
#include "data/text_file.h"
#include "fuzz/support.h"
#include "prompts/data_notes.h"
#include "prompts/task.h"

namespace partwise::internal::fuzz {
namespace {

void use_rows(const std::vector<DataRow>& rows, std::string_view text) {
  note_of_quotes(rows, "file");
  if (rows.empty()) return;
  fine_or_refused([&] { fill_template(text, rows.back()); });
  if (rows[0].fields.empty()) return;
  const Task task{"t", rows[0].fields.begin()->first, {"0", "b"}, {{.doc_to_text = "{{text}}"}}};
  fine_or_refused([&] {
    labelled_rows(task, rows);
    check_test_column(task, rows);
    data_notes(task, task.templates[0], rows, rows);
  });
}

}  // namespace
}  // namespace partwise::internal::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace partwise::internal;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  std::string text = bytes;
  fuzz::fine_or_refused([&] { text = to_text(bytes, "file"); });
  for (auto parse : {parse_jsonl, parse_csv, parse_tsv}) {
    fuzz::fine_or_refused([&] { fuzz::use_rows(parse(text, "file"), text); });
  }
  return 0;
}
