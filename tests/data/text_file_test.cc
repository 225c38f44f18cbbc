#include "data/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/data.h"
#include "support/errors.h"
#include "support/mutations.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

using namespace std::string_view_literals;
using test::error_of;
using test::TempDir;
using test::write_file;
using ::testing::HasSubstr;

/// Python's gzip.compress(b'text,label\na,x\n', mtime=0).
constexpr std::string_view kPackedCsv =
    "\037\213\010\000\000\000\000\000\002\003\053\111\255\050\321\311\111\114\112\315\341\112\324\251\340\002\000\001\002\113\123\017\000\000\000"sv;
/// A byte-order mark, then 'text\tlabel\r\n\u00e9\U0001f600\tx\r\n'.encode('utf-16-le'); and the same in big-endian
/// order.
constexpr std::string_view kLittle =
    "\377\376\164\000\145\000\170\000\164\000\011\000\154\000\141\000\142\000\145\000\154\000\015\000\012\000\351\000\075\330\000\336\011\000\170\000\015\000\012\000"sv;
constexpr std::string_view kBig =
    "\376\377\000\164\000\145\000\170\000\164\000\011\000\154\000\141\000\142\000\145\000\154\000\015\000\012\000\351\330\075\336\000\000\011\000\170\000\015\000\012"sv;

Error refusal(std::string_view bytes, std::string_view source = "rows.csv") {
  const Error error = error_of([&] { to_text(std::string(bytes), source); });
  EXPECT_EQ(error.code(), ErrorCode::bad_data);
  return error;
}

TEST(ToText, TextStaysAsItIs) {
  for (std::string_view text : {""sv, "a,b\r\n"sv, "\xEF\xBB\xBFtext"sv, "not \xff UTF-8"sv, "PAR1 is a word"sv,
                                "BZh,1"sv, "GGUF\tx"sv, "a,\n<html>"sv, "ORC\xC3\xA9,a"sv, "<b>a</b>"sv})
    EXPECT_EQ(to_text(std::string(text), "t"), text);
}

TEST(ToText, Utf16IsConverted) {
  EXPECT_EQ(to_text(std::string(kLittle), "t"), "text\tlabel\r\n\u00e9\U0001f600\tx\r\n");
  EXPECT_EQ(to_text(std::string(kBig), "t"), "text\tlabel\r\n\u00e9\U0001f600\tx\r\n");
  EXPECT_THAT(refusal(kLittle.substr(0, 9)).what(), HasSubstr("half of a character"));
  EXPECT_THAT(refusal("\xff\xfe\x3d\xd8"sv).what(), HasSubstr("half of a pair"));
  EXPECT_THAT(refusal("\xff\xfe\x3d\xd8\x41\x00"sv).what(), HasSubstr("half of a pair"));
  EXPECT_THAT(refusal("\xff\xfe\x00\xdc"sv).what(), HasSubstr("half of a pair"));
  EXPECT_THAT(refusal(kLittle.substr(2)).what(), HasSubstr("UTF-16 without a byte order mark"));
  EXPECT_THAT(refusal("\xff\xfe\0\0a\0\0\0"sv).what(), HasSubstr("UTF-32"));
}

TEST(ToText, ZerosAreNoText) {
  EXPECT_THAT(refusal("text,label\ngood\0film,positive\n"sv).what(), HasSubstr("rows.csv line 2: a NUL byte"));
}

struct Kind {
  std::string_view bytes;
  const char *name, *hint;
};

TEST(ToText, OtherKindsOfFilesAreNamedWithAWayOut) {
  const std::string tar = "rows.csv" + std::string(249, '\0') + "ustar" + std::string(250, '\0');
  const std::vector<Kind> kinds = {
      {"PAR1\x15\x04\x15\xf8"sv, "a Parquet file", "read_parquet"},
      {"ARROW1\0\0\xff\xff"sv, "Arrow", "read_feather"},
      {"\xff\xff\xff\xff\x10\x01\0\0"sv, "a stream of Arrow", "Dataset.from_file"},
      {"PK\x03\x04\x14\0\x08\0[Content_Types].xml"sv, "an Excel file", "as CSV"},
      {"PK\x03\x04\x14\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet"sv, ".ods", "as CSV"},
      {"PK\x03\x04\x14\0\0\0rows.csv"sv, "a zip archive", "unzip"},
      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"sv, "Excel (.xls)", "as CSV"},
      {"SQLite format 3\0\x10"sv, "SQLite", "sqlite3"},
      {"\x28\xb5\x2f\xfd\x04"sv, "Zstandard", "zstd -d"},
      {"BZh91AY&SY\xd1\x8f\xff"sv, "bzip2", "bzip2 -d"},
      {"\xfd\x37zXZ\0\0"sv, "xz", "xz -d"},
      {"\x80\x04\x95\x0e\0\0."sv, "pickle", "read_pickle"},
      {"\x93NUMPY\x01\0"sv, "NumPy", "JSONL"},
      {tar, "a tar archive", "unpack"},
      {"GGUF\x03\0\0\0"sv, "a model", "not a model"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"sv, "Git LFS", "download"},
      {"<!DOCTYPE html><html>"sv, "HTML", "download"},
      {"<HTML><body>"sv, "HTML", "download"},
      {"\xEF\xBB\xBF\n  <html>"sv, "HTML", "download"},
      {"\x0a\0\0\0\0\0\0\0{\"w\":{}}  "sv, "a safetensors file", "not a model"},
      {"\x22\0\0\0\0\0\0\0{\"heads\":{},\"mlps\":{},\"logits\":{}}"sv, "a run file of partwise", "a run"},
  };
  for (const Kind& kind : kinds) {
    const Error error = refusal(kind.bytes);
    EXPECT_THAT(error.what(), HasSubstr("rows.csv: this is ")) << kind.name;
    EXPECT_THAT(error.what(), HasSubstr(kind.name));
    EXPECT_THAT(error.hint(), HasSubstr(kind.hint)) << kind.name;
  }
  EXPECT_THAT(refusal("GGUF\x03\0\0\0"sv).remedies(), testing::ElementsAre(Remedy(Setting::model)));
  EXPECT_THAT(refusal("PK\x03\x04\x14\0\x06\0"sv, "rows.xlsx").what(), HasSubstr("Excel"));
}

TEST(ReadData, PackedAndUtf16TablesAreReadByWhatTheyHold) {
  TempDir dir;
  for (const char* name : {"rows.csv.gz", "rows.CSV.GZ", "rows.gz", "rows.csv"}) {
    write_file(dir / name, std::string(kPackedCsv));
    const auto rows = read_data(dir / name);
    ASSERT_EQ(rows.size(), 1u) << name;
    EXPECT_EQ(rows[0].fields.at("text"), "a") << name;
    EXPECT_THAT(rows[0].place, HasSubstr("line 2"));
  }
  write_file(dir / "sheet.txt", std::string(kLittle));
  EXPECT_EQ(read_data(dir / "sheet.txt")[0].fields.at("text"), "\u00e9\U0001f600");
}

TEST(ToText, DamagedFilesAreReadOrRefused) {
  test::parse_mutations(std::string(kLittle), [](const std::string& bytes) { to_text(bytes, "t"); });
  test::parse_mutations(std::string(kPackedCsv), [](const std::string& bytes) { to_text(bytes, "t"); });
}

}  // namespace
}  // namespace partwise::internal
