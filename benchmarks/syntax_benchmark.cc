// Readers of JSON and YAML, in bytes per second. The texts are made here, so that numbers compare
// between machines and versions.

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

#include "source/diagnostic.h"
#include "source/encoding.h"
#include "source/source.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace whomay {
namespace {

// A plan's resources: one in four shapes access, policies are strings with escapes.
std::string Plan(int resources) {
  std::string text = R"({"format_version":"1.2","planned_values":{"root_module":{"resources":[)";
  for (int i = 0; i < resources; ++i) {
    const std::string n = std::to_string(i);
    text += i > 0 ? "," : "";
    text += R"({"address":"aws_x.r[)" + n + R"(]","mode":"managed","type":")";
    text += i % 4 == 0 ? "aws_iam_role" : "aws_instance";
    text += R"(","name":"r","index":)" + n + R"(,"schema_version":0,"values":{"name":"n)" + n +
            R"(","policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",)"
            R"(\"Action\":[\"s3:GetObject\"],\"Resource\":\"arn:aws:s3:::b-)" +
            n + R"(/*\"}]}","tags":{"a":"b","team":"c"},"sizes":[1,2.5,null,true]}})";
  }
  return text + "]}}}";
}

std::string Manifests(int documents) {
  constexpr std::string_view kKinds[] = {"ClusterRole", "Deployment", "Service", "ConfigMap"};
  std::string text;
  for (int i = 0; i < documents; ++i) {
    const std::string n = std::to_string(i);
    text += "---\napiVersion: v1\nkind: " + std::string(kKinds[i % 4]) + "\nmetadata:\n  name: n" +
            n + "\n  labels: {app: x, tier: \"back end\"}\nrules:\n- apiGroups: [\"\", apps]\n" +
            "  resources: [pods, secrets]\n  verbs:\n  - get\n  - list\nspec:\n  replicas: 3\n" +
            "  text: |\n    some literal\n    text here\n";
  }
  return text;
}

// Adds a text of its own to a set, without copying it in every round.
struct Input {
  source::SourceSet sources;
  source::FileId file;
  uint32_t size;

  explicit Input(std::string text) : size(static_cast<uint32_t>(text.size())) {
    file = sources.Add("input", std::move(text));
  }
};

void CountBytes(benchmark::State& state, const Input& input) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * input.size);
}

void BM_Json(benchmark::State& state) {
  const Input input(Plan(static_cast<int>(state.range(0))));
  for (auto unused : state) {
    source::Diagnostics diagnostics;
    benchmark::DoNotOptimize(
        syntax::ParseJson(input.sources, {input.file, 0, input.size}, diagnostics));
  }
  CountBytes(state, input);
}
BENCHMARK(BM_Json)->Arg(100)->Arg(20'000)->Unit(benchmark::kMillisecond);

void BM_JsonKeepingRoles(benchmark::State& state) {
  const Input input(Plan(20'000));
  syntax::JsonOptions options;
  options.keep = [](const syntax::Value& value, size_t depth) {
    return depth != 4 || value.Get("type").text() == "aws_iam_role";
  };
  options.keep_depth = 4;
  for (auto unused : state) {
    source::Diagnostics diagnostics;
    benchmark::DoNotOptimize(
        syntax::ParseJson(input.sources, {input.file, 0, input.size}, diagnostics, "", options));
  }
  CountBytes(state, input);
}
BENCHMARK(BM_JsonKeepingRoles)->Unit(benchmark::kMillisecond);

void ReadStream(benchmark::State& state, const syntax::StreamOptions& options) {
  const Input input(Manifests(10'000));
  for (auto unused : state) {
    source::Diagnostics diagnostics;
    benchmark::DoNotOptimize(
        syntax::ReadKubernetesStream(input.sources, input.file, options, diagnostics));
  }
  CountBytes(state, input);
}

void BM_KubernetesStream(benchmark::State& state) { ReadStream(state, {}); }
BENCHMARK(BM_KubernetesStream)->Unit(benchmark::kMillisecond);

void BM_KubernetesStreamSkipped(benchmark::State& state) {
  syntax::StreamOptions options;
  options.wanted_kind = [](std::string_view) { return false; };
  ReadStream(state, options);
}
BENCHMARK(BM_KubernetesStreamSkipped)->Unit(benchmark::kMillisecond);

void BM_OwnYaml(benchmark::State& state) {
  std::string text = "rules:\n";
  for (int i = 0; i < 2'000; ++i) {
    text += "- {id: rule-" + std::to_string(i) + ", severity: high, text: \"some words\"}\n";
  }
  const Input input(std::move(text));
  for (auto unused : state) {
    source::Diagnostics diagnostics;
    benchmark::DoNotOptimize(syntax::ParseOwnYaml(input.sources, input.file, diagnostics));
  }
  CountBytes(state, input);
}
BENCHMARK(BM_OwnYaml)->Unit(benchmark::kMillisecond);

void BM_ValidateUtf8(benchmark::State& state) {
  const Input input(Plan(20'000));
  for (auto unused : state) {
    benchmark::DoNotOptimize(source::FindInvalidUtf8(input.sources.bytes(input.file)));
  }
  CountBytes(state, input);
}
BENCHMARK(BM_ValidateUtf8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace whomay
