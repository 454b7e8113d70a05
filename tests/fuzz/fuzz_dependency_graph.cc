// Fuzzes the reader of `terraform graph`'s DOT: any bytes give a graph or what stands before the
// place that is said, and every question ends.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "ingest/terraform/dependency_graph.h"
#include "source/diagnostic.h"
#include "source/source.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using whomay::ingest::terraform::DependencyGraph;
  whomay::source::SourceSet sources;
  whomay::source::Diagnostics diagnostics;
  const whomay::source::FileId file =
      sources.Add("graph.dot", std::string(reinterpret_cast<const char*>(data), size));
  const std::string_view bytes = sources.bytes(file);
  const DependencyGraph graph = DependencyGraph::Read(file, bytes, diagnostics);
  for (const auto& each : diagnostics.all()) {
    if (each.span.end > bytes.size()) {
      std::abort();
    }
  }
  bool gave_up = false;
  for (const char* module : {"", "module.m", "module.a.module.b"}) {
    for (const char* node : {"local.a", "local.role", "aws_iam_role.a"}) {
      graph.Behind(module, node, &gave_up);
      graph.Resources(module, node, &gave_up);
    }
  }
  if (gave_up && size < 10'000) {
    std::abort();  // so few bytes cannot need so many steps
  }
  return 0;
}
