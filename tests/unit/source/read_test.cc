#include "source/read.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "source/limits.h"
#include "source/source.h"

namespace whomay::source {
namespace {

namespace fs = std::filesystem;

class ReadTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ =
        fs::temp_directory_path() / ("whomay_read_test_" + std::to_string(getpid()) + "_" +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    fs::create_directories(root_ / "in");
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }
  std::vector<std::string> Find(const std::string& path) const {
    std::vector<std::string> names;
    const auto found = FindFiles((root_ / path).string());
    EXPECT_TRUE(found.ok());
    if (found.ok()) {
      for (const FoundFile& file : *found) {
        names.push_back(fs::path(file.path).lexically_relative(root_ / path).string());
      }
    }
    return names;
  }

  fs::path root_;
};

TEST_F(ReadTest, FoldersAreWalkedInByteOrder) {
  for (const char* path :
       {"in/b.yaml", "in/B.json", "in/a/z.yml", "in/a.tfstate", "in/.git/c.yaml",
        "in/a/.terraform/d.yaml", "in/node_modules/e.json", "in/readme.md", "in/.hidden/f.yaml"}) {
    Write(path, "x");
  }
  EXPECT_EQ(Find("in"), (std::vector<std::string>{".hidden/f.yaml", "B.json", "a.tfstate",
                                                  "a/z.yml", "b.yaml"}));
}

TEST_F(ReadTest, LinksThatLeadOutAreNotFollowed) {
  Write("out/secret.yaml", "x");
  Write("in/real.yaml", "x");
  fs::create_symlink(root_ / "out/secret.yaml", root_ / "in/file.yaml");
  fs::create_symlink(root_ / "out", root_ / "in/folder");
  fs::create_symlink(root_ / "in", root_ / "in/loop");
  fs::create_symlink("real.yaml", root_ / "in/inside.yaml");
  fs::create_symlink("nowhere", root_ / "in/dangling.yaml");
  EXPECT_EQ(Find("in"), (std::vector<std::string>{"inside.yaml", "real.yaml"}));
}

TEST_F(ReadTest, WhatIsNotThereIsAStatus) {
  EXPECT_FALSE(FindFiles((root_ / "none").string()).ok());
  EXPECT_FALSE(ReadFile((root_ / "none").string()).ok());
  EXPECT_FALSE(OpenFile((root_ / "none").string()).ok());
  EXPECT_FALSE(ReadFile((root_ / "in").string()).ok());
  const auto named = FindFiles(root_.string() + "/in");
  ASSERT_TRUE(named.ok());
  EXPECT_TRUE(named->empty());
}

TEST_F(ReadTest, LargeFilesAreMappedAndReadAgainAfterRelease) {
  Write("in/small.json", "[1]");
  // A whole number of pages: nothing stands behind the last byte.
  std::string text(kMappedFileBytes, ' ');
  text.front() = '[';
  text.back() = ']';
  Write("in/large.json", text);
  absl::StatusOr<FileBytes> small = OpenFile((root_ / "in/small.json").string());
  ASSERT_TRUE(small.ok());
  EXPECT_FALSE(small->mapped());
  EXPECT_EQ(small->view(), "[1]");
  absl::StatusOr<FileBytes> large = OpenFile((root_ / "in/large.json").string());
  ASSERT_TRUE(large.ok());
  EXPECT_TRUE(large->mapped());
  SourceSet sources;
  const FileId file = sources.Add("large.json", *std::move(large));
  EXPECT_EQ(sources.bytes(file), text);
  sources.Release({file, 0, static_cast<uint32_t>(text.size())});
  EXPECT_EQ(sources.bytes(file), text);
  // Somebody writes a new plan over the old one: no place, but no crash either.
  EXPECT_EQ(sources.Locate({file, 1, 2}).line, 1u);
  Write("in/large.json", "[2]");
  EXPECT_EQ(sources.Locate({file, 1, 2}).line, 0u);
  EXPECT_EQ(sources.Locate({file, 1, 2}).file, "large.json");
  EXPECT_TRUE(sources.text({file, 0, 2}).empty());
  const FileId kept = sources.Add("small.json", *std::move(small));
  sources.Release({kept, 0, 3});
  EXPECT_EQ(sources.bytes(kept), "[1]");
}

}  // namespace
}  // namespace whomay::source
