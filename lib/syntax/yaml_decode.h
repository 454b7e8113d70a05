// From a YamlGraph to a Tree, as go.yaml.in/yaml/v2 v2.4 decodes it (decode.go) and
// sigs.k8s.io/yaml v1.6 turns it into JSON: scalars resolved, aliases expanded, merge keys applied,
// keys made texts, of equal keys the last kept. Internal to syntax/.
// Thread safety: pure functions.
#ifndef WHOMAY_LIB_SYNTAX_YAML_DECODE_H_
#define WHOMAY_LIB_SYNTAX_YAML_DECODE_H_

#include <string_view>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"
#include "syntax/yaml_graph.h"

namespace whomay::syntax {

struct YamlContext {
  source::FileId file;
  std::string_view bytes;  // of the file
  source::Diagnostics& diagnostics;
  std::string_view path;
};

// The tree is empty, and the loss reported, if anything in the graph does not decode. The graph has
// nodes and no failure.
Tree DecodeYaml(const YamlGraph& graph, const YamlContext& context);

// As yaml.Unmarshal into a list of strings: of each scalar its text as written; lists and maps in
// the list are dropped, with a diagnostic. What is no list comes out without its content.
Tree DecodeYamlStrings(const YamlGraph& graph, const YamlContext& context);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_DECODE_H_
