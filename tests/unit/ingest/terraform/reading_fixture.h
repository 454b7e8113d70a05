// What the tests of this folder share: plans from a few lines, and files of the shared folder.
#ifndef WHOMAY_TESTS_UNIT_INGEST_TERRAFORM_READING_FIXTURE_H_
#define WHOMAY_TESTS_UNIT_INGEST_TERRAFORM_READING_FIXTURE_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "ingest/terraform/terraform.h"
#include "source/diagnostic.h"
#include "source/encoding.h"
#include "source/source.h"
#include "tests/unit/ingest/terraform/facts_text.h"

namespace whomay::ingest {

struct ReadResult {
  source::SourceSet sources;
  facts::Facts facts;
  source::Diagnostics diagnostics;

  std::vector<std::string> Lines() const { return FactsText(facts).Lines(); }
  // The lines of one address (its records), without the address.
  std::vector<std::string> Of(std::string_view address) const {
    std::vector<std::string> found;
    const std::string mark = " " + std::string(address) + " | ";
    for (const std::string& line : Lines()) {
      const size_t at = line.find(mark);
      if (at != std::string::npos) {
        found.push_back(line.substr(0, at) + ": " + line.substr(at + mark.size()));
      }
    }
    return found;
  }
  bool Has(std::string_view code) const {
    for (const source::Diagnostic& one : diagnostics.all()) {
      if (one.code == code) {
        return true;
      }
    }
    return false;
  }
};

// True where something of Terraform's was in it.
inline bool ReadText(std::string text, ReadResult& result, const TerraformOptions& options = {}) {
  const source::FileId file = result.sources.Add("plan.json", std::move(text));
  return ReadTerraform(file, options, result.sources, result.facts, result.diagnostics);
}

// A plan of format 1.2 from its resource_changes, the root module's configuration, and more
// members.
inline std::string Plan(const std::string& changes, const std::string& root_module = "{}",
                        const std::string& more = "") {
  return R"({"format_version":"1.2","terraform_version":"1.9.0","resource_changes":[)" + changes +
         R"(],"configuration":{"provider_config":{"aws":{"name":"aws","expressions":{"region":{)"
         R"("constant_value":"eu-west-1"}}}},"root_module":)" +
         root_module + "}" + (more.empty() ? "" : "," + more) + "}";
}

// One entry of resource_changes: `values` of what is made, `unknown` its marks.
inline std::string Create(const std::string& address, const std::string& type,
                          const std::string& values, const std::string& unknown = "{}") {
  std::string quoted;
  for (const char c : address) {
    quoted += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  const bool data = address.find("data.") != std::string::npos;
  return R"({"address":")" + quoted + R"(","mode":")" + (data ? "data" : "managed") +
         R"(","type":")" + type + R"(","change":{"actions":[")" + (data ? "read" : "create") +
         R"("],"before":null,"after":)" + values + R"(,"after_unknown":)" + unknown + "}}";
}

inline std::string SharedFolder() {
  if (const char* folder = std::getenv("WHOMAY_SHARED")) {
    return folder;
  }
  return std::string(WHOMAY_SOURCE_DIR) + "/../shared";
}

// A file of the shared folder, as UTF-8; empty, with a loud line, when it is not there.
inline std::string SharedFile(const std::string& path) {
  std::ifstream in(SharedFolder() + "/" + path, std::ios::binary);
  if (!in) {
    std::cout << "SKIPPED: " << path << " is not in WHOMAY_SHARED\n";
    return {};
  }
  std::stringstream content;
  content << in.rdbuf();
  std::string bytes = content.str();
  const source::Encoding encoding = source::DetectEncoding(bytes);
  if (encoding == source::Encoding::kUtf16LittleEndian ||
      encoding == source::Encoding::kUtf16BigEndian) {
    bytes = source::Utf16ToUtf8(bytes, encoding).utf8;
  }
  return bytes;
}

}  // namespace whomay::ingest

#endif  // WHOMAY_TESTS_UNIT_INGEST_TERRAFORM_READING_FIXTURE_H_
