#include "ingest/kubernetes/manifest.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>

#include "tests/unit/ingest/kubernetes/reading.h"

namespace whomay::ingest {
namespace {

struct ManifestReading {
  explicit ManifestReading(std::string text, const KubernetesOptions& options = {}) {
    const source::FileId file = sources.Add("manifest.yaml", std::move(text));
    result = ReadManifestFile(sources, file, options, facts, diagnostics);
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> codes;
    for (const source::Diagnostic& each : diagnostics.all()) {
      codes.push_back(each.code);
    }
    return codes;
  }
  std::string names() const {
    std::string names;
    for (const facts::Namespace& each : facts.namespaces) {
      names += each.name;
    }
    return names;
  }

  source::SourceSet sources;
  facts::Facts facts;
  source::Diagnostics diagnostics;
  ManifestResult result;
};

std::string Namespace(const std::string& name) {
  return "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: " + name + "\n";
}

TEST(ReadManifestFile, Documents) {
  const struct {
    std::string_view name;
    std::string text;
    std::string names;
    std::vector<std::string> codes;
    bool incomplete;
  } cases[] = {
      {"two", Namespace("a") + "---\n" + Namespace("b"), "ab", {}, false},
      {"empty ones between", "---\n# x\n---\n" + Namespace("a") + "---\n---\n", "a", {}, false},
      {"JSON", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}})", "a", {}, false},
      {"other kinds",
       "kind: Secret\napiVersion: v1\ndata: 7\n---\n" + Namespace("a"),
       "a",
       {},
       false},
      {"a list in the middle",
       "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: "
       "a}}\n"
       "- {apiVersion: v1, kind: Secret}\n---\n" +
           Namespace("b"),
       "ab",
       {},
       false},
      {"no map", "- a\n---\n" + Namespace("a"), "a", {"kubernetes.undecodable"}, true},
      {"nothing", "", "", {}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const ManifestReading reading(c.text);
    EXPECT_EQ(reading.names(), c.names);
    EXPECT_EQ(reading.codes(), c.codes);
    EXPECT_EQ(reading.diagnostics.incomplete(), c.incomplete);
  }
}

TEST(ReadManifestFile, TextsOfOtherKindsAreLeftAlone) {
  const struct {
    std::string text;
    bool recognised;
    size_t said;
  } cases[] = {
      {"services:\n  web:\n    image: x\n", false, 0},
      {"on: push\njobs: {a: {steps: [{run: 'kind: x\n\n  apiVersion: v1'}]}}\n", false, 0},
      {"{\"a\": 1}", false, 0},
      {"a: [\n", false, 0},
      {"- 1\n", false, 0},
      {"just text", false, 0},
      {"", false, 0},
      {"apiVersion: v1\nkind: Service\nmetadata: {name: a}\n", true, 0},
      {"{\"kind\": \"Service\", \"apiVersion\": \"v1\"}", true, 0},
      {"\"apiVersion\": v1\n\"kind\": Service\n", true, 0},
      {"\xEF\xBB\xBF"
       "apiVersion: v1\nkind: Service\n",
       true, 0},
      {"apiVersion: v1\nkind: Role\nrules: [\n", true, 1},
      {"resources: [a.yaml]\n", true, 1},
      {"{{ include \"x\" . }}\napiVersion: v1\nkind: Role\n", true, 1},
      {Namespace("a") + "---\nservices: {}\n", true, 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const ManifestReading reading(c.text);
    EXPECT_EQ(reading.result.recognised, c.recognised);
    EXPECT_EQ(reading.diagnostics.all().size(), c.said);
    EXPECT_TRUE(c.recognised || !reading.diagnostics.incomplete());
  }
}

TEST(ReadManifestFile, ReadsOnBehindAnError) {
  const ManifestReading reading(Namespace("a") + "---\nkind: [\n---\n" + Namespace("b"));
  EXPECT_EQ(reading.names(), "ab");
  EXPECT_TRUE(reading.diagnostics.incomplete());
  EXPECT_EQ(reading.codes().back(), "after-error");
  EXPECT_FALSE(reading.result.templated);
}

TEST(ReadManifestFile, TemplatesAreSkippedWithANote) {
  const struct {
    std::string_view name;
    std::string text;
    std::string names;  // of what is read all the same
  } cases[] = {
      {"a directive breaks the document",
       Namespace("a") + "---\n{{- if .Values.x }}\n" + Namespace("b") + "{{- end }}\n---\n" +
           Namespace("c"),
       "ac"},
      {"whole documents inside a block",
       "{{- if .Values.rbac }}\n---\n" + Namespace("a") + "---\n" + Namespace("b") +
           "---\n{{- end }}\n---\n" + Namespace("c"),
       "c"},
      {"a value", Namespace("{{ .Release.Name }}") + "---\n" + Namespace("a"), "a"},
      {"a quoted value", Namespace("\"{{ .Release.Name }}\"") + "---\n" + Namespace("a"), "a"},
      {"nested blocks",
       "{{ range .x }}\n{{ if .y }}\n{{ end }}\n---\n" + Namespace("a") + "---\n{{ end }}\n", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const ManifestReading reading(c.text);
    EXPECT_EQ(reading.names(), c.names);
    EXPECT_FALSE(reading.diagnostics.incomplete());
    ASSERT_FALSE(reading.diagnostics.all().empty());
    for (const source::Diagnostic& each : reading.diagnostics.all()) {
      EXPECT_EQ(each.code, "kubernetes.template");
      EXPECT_EQ(each.severity, source::Severity::kNote);
      EXPECT_NE(each.message.find("helm template"), std::string::npos);
    }
  }
}

TEST(ReadManifestFile, BracesInTextsThatSayNothingOfAccess) {
  const ManifestReading reading(
      "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: ns\n  annotations:\n"
      "    x: '{{ if .y }}'\nspec: {serviceAccountName: s}\n");
  EXPECT_EQ(reading.codes(), std::vector<std::string>{});
  EXPECT_EQ(reading.facts.workloads.size(), 1u);
}

TEST(ReadManifestFile, PlacesAreThoseOfTheFile) {
  const ManifestReading reading(Namespace("a") +
                                "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: s\n"
                                "  namespace: ns\n  annotations:\n"
                                "    eks.amazonaws.com/role-arn: arn:x\n");
  ASSERT_EQ(reading.facts.service_accounts.size(), 1u);
  const source::Location place =
      reading.sources.Locate(reading.facts.service_accounts[0].role_arn_span);
  EXPECT_EQ(place.line, 12u);
  EXPECT_EQ(place.column, 33u);
}

TEST(KustomizePatchFiles, NamesFilesAndNoTexts) {
  const Parsed parsed(R"({"kind":"Kustomization","patches":[{"path":"a.yaml"},{"patch":"- op: x"}],
      "patchesStrategicMerge":["b.yaml","kind: Role\nx: y"],"patchesJson6902":[{"path":"c.json"}]})");
  EXPECT_EQ(KustomizePatchFiles(parsed.root()),
            (std::vector<std::string>{"a.yaml", "c.json", "b.yaml"}));
}

std::filesystem::path SharedFolder() {
  const char* const shared = std::getenv("WHOMAY_SHARED");
  return shared != nullptr ? std::filesystem::path(shared)
                           : std::filesystem::path(WHOMAY_SOURCE_DIR) / ".." / "shared";
}

// Of public repositories' manifests the reader refuses what kubectl and the API server refuse, and
// nothing else (recorded answers of `kubectl apply --dry-run=server`, document by document).
TEST(ReadManifestFile, AcceptsWhatTheServerAccepts) {
  const std::filesystem::path corpus = SharedFolder() / "corpus" / "kubernetes";
  std::ifstream recorded(SharedFolder() / "oracle" / "kubernetes" / "apply.jsonl");
  if (!recorded) {
    std::cout << "SKIPPED: no recorded answers below WHOMAY_SHARED\n";
    return;
  }
  std::map<std::string, bool> accepted;  // by file: all of its documents
  for (std::string line; std::getline(recorded, line);) {
    const Parsed parsed(line);
    const syntax::Value apply = parsed.root().Get("apply_server");
    const std::string reason(apply.Get("class").text());
    bool& all =
        accepted.try_emplace(std::string(parsed.root().Get("file").text()), true).first->second;
    // Kinds that we do not read are not ours to refuse.
    all &= reason.empty() || reason == "empty" || reason == "no-match" || reason == "invalid" ||
           apply.Get("accepted").is_true();
  }
  ASSERT_FALSE(accepted.empty());
  for (const auto& [name, all] : accepted) {
    std::ifstream in(corpus / name, std::ios::binary);
    if (!in) {
      continue;
    }
    const ManifestReading reading(std::string{std::istreambuf_iterator<char>(in), {}});
    bool refused = reading.result.templated || !reading.result.recognised;
    std::string said;
    for (const source::Diagnostic& each : reading.diagnostics.all()) {
      refused |= each.severity == source::Severity::kError;
      said += each.code + ": " + each.message + "\n";
    }
    EXPECT_EQ(refused, !all) << name << "\n" << said.substr(0, 400);
  }
}

}  // namespace
}  // namespace whomay::ingest
