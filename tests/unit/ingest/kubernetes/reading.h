// What the tests of this folder share: a JSON text read into facts and diagnostics.
#ifndef WHOMAY_TESTS_UNIT_INGEST_KUBERNETES_READING_H_
#define WHOMAY_TESTS_UNIT_INGEST_KUBERNETES_READING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/kubernetes/objects.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/json.h"

namespace whomay::ingest {

// A JSON text as a tree, with the sources that its positions refer to.
struct Parsed {
  explicit Parsed(std::string text) {
    const auto size = static_cast<uint32_t>(text.size());
    const source::FileId file = sources.Add("object.json", std::move(text));
    tree = syntax::ParseJson(sources, {file, 0, size}, diagnostics);
    EXPECT_TRUE(tree.root()) << "the test's own JSON does not parse";
  }
  syntax::Value root() const { return tree.root(); }

  source::SourceSet sources;
  source::Diagnostics diagnostics;
  syntax::Tree tree;
};

struct Reading {
  explicit Reading(std::string text, KubernetesOptions options = {}) : parsed(std::move(text)) {
    ReadObject(parsed.root(), options, facts, diagnostics);
  }

  // The codes of all diagnostics, in order.
  std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const source::Diagnostic& each : diagnostics.all()) {
      codes.push_back(each.code);
    }
    return codes;
  }
  std::string message(size_t i) const {
    return i < diagnostics.all().size() ? diagnostics.all()[i].message : "(none)";
  }

  Parsed parsed;
  facts::Facts facts;
  source::Diagnostics diagnostics;
};

}  // namespace whomay::ingest

#endif  // WHOMAY_TESTS_UNIT_INGEST_KUBERNETES_READING_H_
