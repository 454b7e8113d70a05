#include "syntax/yaml.h"

#include <algorithm>
#include <string>

#include "base/strings.h"
#include "syntax/yaml_decode.h"
#include "syntax/yaml_document.h"
#include "syntax/yaml_graph.h"

namespace whomay::syntax {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Whether a line says nothing: blank, a comment, or a document marker with at most a comment.
bool SaysNothing(std::string_view line) {
  if (line.substr(0, 3) == kByteOrderMark) {
    line.remove_prefix(3);
  }
  if (line.substr(0, 3) == "---" || line.substr(0, 3) == "...") {
    line.remove_prefix(3);
  }
  const size_t first = line.find_first_not_of(" \t\r");
  return first == line.npos || line[first] == '#';
}

}  // namespace

uint32_t FindContent(std::string_view file, uint32_t begin, uint32_t end) {
  while (begin < end) {
    const size_t stop = std::min<size_t>(file.find_first_of("\r\n", begin), end);
    if (!SaysNothing(file.substr(begin, stop - begin))) {
      return begin;
    }
    begin = static_cast<uint32_t>(stop) + 1;
  }
  return end;
}

YamlValue ReadYamlDocument(const YamlInput& input, const YamlContext& context, bool as_strings) {
  YamlValue value;
  const std::string_view text = input.file.substr(input.begin, input.end - input.begin);
  if (text.substr(0, 6) == Concat({kByteOrderMark, kByteOrderMark})) {
    context.diagnostics.AddLoss("yaml.undecided", {context.file, input.begin, input.begin + 6},
                                "two byte order marks stand in front, with which Kubernetes "
                                "garbles the first keys; the text "
                                "was not read",
                                std::string(context.path));
    value.failed = true;
    return value;
  }
  const YamlGraph graph = ParseYamlGraph(input);
  if (graph.failure.has_value()) {
    const uint32_t at = graph.failure->at;
    context.diagnostics.AddLoss(std::string(graph.failure->code), {context.file, at, at},
                                graph.failure->message, std::string(context.path));
    value.failed = true;
    return value;
  }
  if (!graph.nodes.empty()) {
    value.tree = as_strings ? DecodeYamlStrings(graph, context) : DecodeYaml(graph, context);
    value.failed = !value.tree.root();
  }
  const uint32_t rest = FindContent(input.file, graph.rest, input.end);
  if (rest < input.end && !value.failed) {
    value.leftover = {context.file, rest, input.end};
    context.diagnostics.Add("yaml.dropped", source::Severity::kWarning, value.leftover,
                            "Kubernetes reads only the first value of this text; what stands from "
                            "here on is dropped in silence",
                            std::string(context.path));
  }
  return value;
}

YamlValue ParseKubernetesYaml(const source::SourceSet& sources, source::Span span,
                              source::Diagnostics& diagnostics, std::string_view path,
                              bool keep_scalars_as_text) {
  const std::string_view bytes = sources.bytes(span.file);
  const YamlContext context{span.file, bytes, diagnostics, path};
  return ReadYamlDocument({bytes, span.begin, span.end, false}, context, keep_scalars_as_text);
}

}  // namespace whomay::syntax
