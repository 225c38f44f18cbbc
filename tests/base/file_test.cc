#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "support/errors.h"
#include "support/paths.h"

namespace partwise::internal {
namespace {

namespace fs = std::filesystem;
using test::error_of;

std::string text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

std::ptrdiff_t files_in(const fs::path& folder) { return std::distance(fs::directory_iterator(folder), {}); }

unsigned mode_of(const fs::path& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST(MappedFile, HoldsTheBytes) {
  test::TempDir dir;
  const std::string content("a\0b\xff", 4);
  test::write_file(dir / "file", content);
  EXPECT_EQ(text_of(MappedFile(dir / "file")), content);
}

TEST(MappedFile, EmptyFileIsAnEmptySpan) {
  test::TempDir dir;
  test::write_file(dir / "empty", "");
  EXPECT_TRUE(MappedFile(dir / "empty").bytes().empty());
}

TEST(MappedFile, MovesTakeTheMappingAlong) {
  test::TempDir dir;
  test::write_file(dir / "a", "first");
  test::write_file(dir / "b", "second");
  MappedFile a(dir / "a");
  MappedFile moved(std::move(a));
  EXPECT_EQ(text_of(moved), "first");
  moved = MappedFile(dir / "b");
  EXPECT_EQ(text_of(moved), "second");
  EXPECT_EQ(moved.path(), dir / "b");
}

TEST(MappedFile, SaysWhatCannotBeRead) {
  test::TempDir dir;
  const Error missing = error_of([&] { MappedFile(dir / "nothing"); });
  EXPECT_EQ(missing.code(), ErrorCode::missing_input);
  EXPECT_NE(std::string(missing.what()).find((dir / "nothing").string()), std::string::npos);
  EXPECT_FALSE(missing.hint().empty());
  EXPECT_NE(std::string(error_of([&] { MappedFile(dir.path()); }).what()).find("folder"), std::string::npos);
  EXPECT_EQ(error_of([&] { MappedFile("/dev/null"); }).code(), ErrorCode::missing_input);
}

TEST(ReadTextFile, ReadsFilesLongerThanItsBuffer) {
  test::TempDir dir;
  const std::string content(200'001, 'x');
  test::write_file(dir / "long", content);
  EXPECT_EQ(read_text_file(dir / "long"), content);
  EXPECT_EQ(read_text_file("/dev/null"), "");
}

TEST(ReadTextFile, DashIsStandardInput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "from a pipe", 11), 11);
  ::close(ends[1]);
  const int standard_input = ::dup(STDIN_FILENO);
  ::dup2(ends[0], STDIN_FILENO);
  const std::string text = read_text_file("-");
  ::dup2(standard_input, STDIN_FILENO);
  ::close(standard_input);
  ::close(ends[0]);
  EXPECT_EQ(text, "from a pipe");
}

TEST(ReadTextFile, MissingFileAndFolder) {
  test::TempDir dir;
  EXPECT_EQ(error_of([&] { read_text_file(dir / "nothing"); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([&] { read_text_file(dir.path()); }).code(), ErrorCode::missing_input);
}

TEST(OutputFile, AppearsOnlyWhenCommitted) {
  test::TempDir dir;
  OutputFile out(dir / "result");
  out.write("one ");
  out.write(std::as_bytes(std::span("two", 3)));
  EXPECT_FALSE(fs::exists(dir / "result"));
  EXPECT_EQ(files_in(dir.path()), 1);
  out.commit();
  EXPECT_EQ(read_text_file(dir / "result"), "one two");
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(OutputFile, LeavesTheOldFileWhenNeverCommitted) {
  test::TempDir dir;
  test::write_file(dir / "result", "old");
  { OutputFile(dir / "result").write("half of the n"); }
  EXPECT_EQ(read_text_file(dir / "result"), "old");
  EXPECT_EQ(files_in(dir.path()), 1);
}

TEST(OutputFile, PermissionsAreTheUsualOnesOrThoseOfTheReplacedFile) {
  test::TempDir dir;
  const mode_t mask = ::umask(027);
  OutputFile fresh(dir / "fresh");
  ::umask(mask);
  fresh.commit();
  EXPECT_EQ(mode_of(dir / "fresh"), 0640u);

  test::write_file(dir / "replaced", "old");
  ::chmod((dir / "replaced").c_str(), 0604);
  OutputFile(dir / "replaced").commit();
  EXPECT_EQ(mode_of(dir / "replaced"), 0604u);
}

TEST(OutputFile, FollowsSymbolicLinks) {
  test::TempDir dir;
  test::write_file(dir / "real", "old");
  fs::create_symlink("real", dir / "link");
  OutputFile out(dir / "link");
  out.write("new");
  out.commit();
  EXPECT_TRUE(fs::is_symlink(dir / "link"));
  EXPECT_EQ(read_text_file(dir / "real"), "new");
}

TEST(OutputFile, NamesMayBeAsLongAsTheSystemAllows) {
  test::TempDir dir;
  const fs::path path = dir / std::string(255, 'x');
  OutputFile out(path);
  OutputFile other(dir / (std::string(254, 'x') + "y"));
  out.write("one");
  other.write("other");
  out.commit();
  other.commit();
  EXPECT_EQ(read_text_file(path), "one");
}

TEST(OutputFile, BareNamesLieInTheWorkingFolder) {
  test::TempDir dir;
  const fs::path before = fs::current_path();
  fs::current_path(dir.path());
  OutputFile out("bare");
  out.commit();
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(dir / "bare"));
}

TEST(OutputFile, RefusesAtConstructionWhatCannotBeWritten) {
  test::TempDir dir;
  const Error no_folder = error_of([&] { OutputFile(dir / "nowhere/result"); });
  EXPECT_EQ(no_folder.code(), ErrorCode::missing_input);
  EXPECT_NE(std::string(no_folder.what()).find((dir / "nowhere").string()), std::string::npos);
  EXPECT_FALSE(no_folder.hint().empty());
  EXPECT_EQ(error_of([&] { OutputFile(dir.path()); }).code(), ErrorCode::failure);
  EXPECT_EQ(error_of([&] { OutputFile(dir / "folder/"); }).code(), ErrorCode::failure);
  EXPECT_THROW(OutputFile("/proc/result"), Error);
  EXPECT_EQ(files_in(dir.path()), 0);
}

TEST(OutputFile, RefusesReadOnlyFilesAndFolders) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  test::TempDir dir;
  test::write_file(dir / "protected", "old");
  ::chmod((dir / "protected").c_str(), 0444);
  EXPECT_EQ(error_of([&] { OutputFile(dir / "protected"); }).code(), ErrorCode::failure);
  ::chmod(dir.path().c_str(), 0555);
  EXPECT_EQ(error_of([&] { OutputFile(dir / "new"); }).code(), ErrorCode::failure);
  ::chmod(dir.path().c_str(), 0755);
}

TEST(OutputFile, FullDiskIsAnError) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  OutputFile out("/dev/full");
  const Error error = error_of([&] {
    out.write("x");
    out.commit();
  });
  EXPECT_EQ(error.code(), ErrorCode::failure);
  EXPECT_NE(std::string(error.what()).find("/dev/full"), std::string::npos);
  EXPECT_FALSE(error.hint().empty());
}

TEST(OutputFile, PipesAreWrittenDirectly) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  OutputFile out("/dev/fd/" + std::to_string(ends[1]));
  out.write("through a pipe");
  out.commit();
  char buffer[32];
  const ssize_t n = ::read(ends[0], buffer, sizeof buffer);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(std::string(buffer, static_cast<std::size_t>(n)), "through a pipe");
  OutputFile("/dev/null").commit();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(OutputFile, StandardOutputInAFileIsAppendedTo) {
  test::TempDir dir;
  test::write_file(dir / "log", "before ");
  std::FILE* log = std::fopen((dir / "log").c_str(), "ab");
  ASSERT_NE(log, nullptr);
  OutputFile out("/dev/fd/" + std::to_string(::fileno(log)));
  out.write("after");
  out.commit();
  std::fclose(log);
  EXPECT_EQ(read_text_file(dir / "log"), "before after");
}

TEST(CheckFolder, MakesNothing) {
  const test::TempDir dir;
  check_folder(dir / "a/b");
  EXPECT_FALSE(is_there(dir / "a"));
  make_folder(dir / "a");
  check_folder(dir / "a");
  test::write_file(dir / "file", "x");
  EXPECT_EQ(error_of([&] { check_folder(dir / "file"); }).code(), ErrorCode::failure);
  EXPECT_EQ(error_of([&] { check_folder(dir / "file/b"); }).code(), ErrorCode::failure);
}

TEST(CheckWritable, WritesNothing) {
  const test::TempDir dir;
  check_writable((dir / "new").string());
  EXPECT_FALSE(is_there(dir / "new"));
  test::write_file(dir / "file", "x");
  check_writable((dir / "file").string());
  EXPECT_EQ(read_text_file(dir / "file"), "x");
  EXPECT_EQ(error_of([&] { check_writable((dir / "no/such").string()); }).code(), ErrorCode::missing_input);
  EXPECT_EQ(error_of([&] { check_writable(dir.path().string()); }).code(), ErrorCode::failure);
  check_writable("/dev/null");
}

TEST(MakeFolder, MakesThoseAboveItToo) {
  test::TempDir dir;
  make_folder(dir / "a/b");
  make_folder(dir / "a/b");
  EXPECT_TRUE(is_folder(dir / "a/b"));
  test::write_file(dir / "file", "x");
  EXPECT_EQ(error_of([&] { make_folder(dir / "file"); }).code(), ErrorCode::failure);
  EXPECT_EQ(error_of([&] { make_folder(dir / "file/b"); }).code(), ErrorCode::failure);
}

TEST(Folders, AreListedByNameAndOnlyThey) {
  test::TempDir dir;
  test::write_file(dir / "file", "");
  for (const char* name : {"b", "a", "c"}) fs::create_directory(dir / name);
  EXPECT_EQ(folders_in(dir / ""), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(is_folder(dir / "a") && is_there(dir / "file") && !is_folder(dir / "file"));
}

TEST(Folders, WhatCannotBeSeenIsNotThere) {
  const fs::path too_long(std::string(5000, 'x'));
  EXPECT_FALSE(is_there(too_long) || is_folder(too_long));
  EXPECT_TRUE(folders_in(too_long).empty());
  EXPECT_TRUE(folders_in("/no such folder").empty());
}

}  // namespace
}  // namespace partwise::internal
