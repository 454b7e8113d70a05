// whomay-unknowns FILE...: how many unknown attributes of IAM and EKS resources were resolved.
//
// For each plan: of the attributes listed in unknown_attributes.txt that are unknown until apply,
// how many references lead to one resource, to several, to none; apart from them those that no
// reference leads to (a text made of unknown parts, a local, what the provider computes). Every one
// that is not resolved to one is listed with its reason. --all lists the resolved ones too.

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "ingest/terraform/address.h"
#include "ingest/terraform/document.h"
#include "ingest/terraform/source_files.h"
#include "ingest/terraform/terraform.h"
#include "source/encoding.h"
#include "syntax/json.h"

namespace whomay {
namespace {

using syntax::Value;
using How = ingest::TerraformOptions::Resolved::How;

struct Counts {
  int one = 0, several = 0, none = 0;         // a reference stands behind it
  int ingredients = 0, local = 0, other = 0;  // no reference leads to it
  int not_asked = 0;

  void operator+=(const Counts& c) {
    one += c.one;
    several += c.several;
    none += c.none;
    ingredients += c.ingredients;
    local += c.local;
    other += c.other;
    not_asked += c.not_asked;
  }
  int references() const { return one + several + none; }
};

bool ReadAll(const std::string& path, std::string& bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return false;
  }
  std::stringstream content;
  content << in.rdbuf();
  bytes = content.str();
  const source::Encoding encoding = source::DetectEncoding(bytes);
  if (encoding == source::Encoding::kUtf16LittleEndian ||
      encoding == source::Encoding::kUtf16BigEndian) {
    bytes = source::Utf16ToUtf8(bytes, encoding).utf8;
  }
  return true;
}

std::set<std::string> Attributes() {
  std::set<std::string> attributes;
  std::ifstream in(WHOMAY_SOURCE_DIR "/tests/vectors/unknown_attributes.txt");
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') {
      attributes.insert(line);
    }
  }
  return attributes;
}

// The unknown attributes of a plan as "address\npath".
std::set<std::string> Unknown(const Value& root, const std::set<std::string>& attributes) {
  std::set<std::string> found;
  for (const Value entry : root.Get("resource_changes").elements()) {
    const std::string type(entry.Get("type").text());
    if (type.rfind("aws_iam_", 0) != 0 && type.rfind("aws_eks_", 0) != 0) {
      continue;
    }
    struct Open {
      Value mark;
      std::string path, key;
    };
    std::vector<Open> open = {{entry.Get("change").Get("after_unknown"), "", ""}};
    while (!open.empty()) {
      const Open at = open.back();
      open.pop_back();
      if (at.mark.is_true()) {
        if (attributes.count(at.key) != 0) {
          found.insert(std::string(entry.Get("address").text()) + "\n" + at.path);
        }
        continue;
      }
      int i = 0;
      for (const Value child : at.mark.elements()) {
        open.push_back({child, at.path + "[" + std::to_string(i++) + "]", at.key});
      }
      for (const Value child : at.mark.members()) {
        const std::string key(child.key());
        open.push_back({child, at.path + (at.path.empty() ? "" : ".") + key, key});
      }
    }
  }
  return found;
}

struct Answer {
  How how;
  std::string obstacle, why;
};

Counts CountFile(const std::string& path, const std::set<std::string>& attributes, bool all,
                 const std::string& root) {
  Counts counts;
  std::string bytes;
  if (!ReadAll(path, bytes)) {
    std::cout << path << ": cannot be read\n";
    return counts;
  }
  source::SourceSet sources;
  source::Diagnostics diagnostics;
  facts::Facts facts;
  const source::FileId file = sources.Add(path, bytes);
  std::map<std::string, Answer> answers;
  ingest::TerraformOptions options;
  options.on_resolved = [&](const ingest::TerraformOptions::Resolved& one) {
    answers.insert_or_assign(std::string(one.address) + "\n" + std::string(one.path),
                             Answer{one.how, std::string(one.obstacle), one.why});
  };
  if (!root.empty()) {
    options.source = [&root](source::SourceSet& to, source::Diagnostics& about) {
      return ingest::terraform::SourceFolder(root, to, about);
    };
  }
  ingest::ReadTerraform(file, options, sources, facts, diagnostics);
  std::vector<std::string> lines;
  source::Diagnostics quiet;
  const auto size = static_cast<uint32_t>(sources.bytes(file).size());
  for (const syntax::Tree& tree : syntax::ParseJsonSequence(sources, {file, 0, size}, quiet)) {
    for (const auto& document : ingest::terraform::Recognize(tree.root())) {
      for (const std::string& unknown : Unknown(document.root, attributes)) {
        const auto at = answers.find(unknown);
        std::string shown = unknown;
        shown.replace(shown.find('\n'), 1, "  ");
        if (at == answers.end()) {
          ++counts.not_asked;
          lines.push_back("  NOT ASKED  " + shown);
          continue;
        }
        const Answer& answer = at->second;
        int& count = answer.how == How::kOne            ? counts.one
                     : answer.how == How::kSeveral      ? counts.several
                     : answer.obstacle == "ingredients" ? counts.ingredients
                     : answer.obstacle == "local"       ? counts.local
                     : answer.obstacle == "nothing" || answer.obstacle == "limit" ? counts.none
                                                                                  : counts.other;
        ++count;
        if (answer.how != How::kOne || all) {
          const char* label = answer.how == How::kOne       ? "one        "
                              : answer.how == How::kSeveral ? "several    "
                                                            : "none       ";
          lines.push_back("  " + std::string(label) + shown + ": " + answer.why);
        }
      }
    }
  }
  std::printf("%4d one %3d several %3d none | %3d made of parts %3d local %3d computed or default",
              counts.one, counts.several, counts.none, counts.ingredients, counts.local,
              counts.other);
  std::printf("  %s\n", path.c_str());
  std::fflush(stdout);
  for (const std::string& line : lines) {
    std::cout << line << "\n";
  }
  return counts;
}

}  // namespace
}  // namespace whomay

int main(int argc, char** argv) {
  const std::set<std::string> attributes = whomay::Attributes();
  whomay::Counts total;
  bool all = false;
  std::string root;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--all") {
      all = true;
    } else if (argument == "--source-root" && i + 1 < argc) {
      root = argv[++i];  // of the files behind it
    } else {
      total += whomay::CountFile(argument, attributes, all, root);
    }
  }
  if (argc < 2) {
    std::cerr << "usage: whomay-unknowns [--all] [--source-root DIR] FILE...\n";
    return 2;
  }
  const int references = total.references();
  std::printf(
      "%d with a reference: %d to one (%.1f %%), %d to several, %d to none; %d without: %d made of "
      "unknown parts, %d through locals, %d computed or default; %d not asked\n",
      references, total.one, references == 0 ? 100.0 : 100.0 * total.one / references,
      total.several, total.none, total.ingredients + total.local + total.other, total.ingredients,
      total.local, total.other, total.not_asked);
  return total.not_asked == 0 ? 0 : 1;
}
