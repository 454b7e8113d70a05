// YamlGraph: the first value of a YAML text as go.yaml.in/yaml/v2 parses it, before scalars are
// resolved, aliases expanded and merge keys applied. Internal to syntax/.
//
// libyaml is the parser. go-yaml is a port of an earlier libyaml; where the two differ in what they
// take, this reader does as go-yaml (differences found by comparing libyaml 0.2.5 with go-yaml
// v2.4.2, and by asking both):
//
//   text                          libyaml 0.2.5        go-yaml
//   [x:, y]   {a: b:}             error                the plain text `x:`
//   [a?b]                         the text `a?b`       error
//   "\/"                          /                    error
//   "\'"                          error                '
//   [!!str, x]   !a,b c           tag ends at , [ ]    they are part of the tag
//   %YAML 1.2                     taken                error
//   U+FEFF at the begin of a line skipped              part of the text
//
// What libyaml refuses is rewritten to something of the same length that it takes, and put right in
// the scalars that come out; what go-yaml refuses is checked for afterwards.
// Thread safety: pure function.
#ifndef WHOMAY_LIB_SYNTAX_YAML_GRAPH_H_
#define WHOMAY_LIB_SYNTAX_YAML_GRAPH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text_arena.h"
#include "syntax/yaml_scalar.h"

namespace whomay::syntax {

struct YamlNode {
  enum class Kind : uint8_t { kScalar, kSequence, kMapping, kAlias };

  std::string_view value;  // of a scalar: its content
  uint32_t begin = 0;      // the content in the file, without anchor and tag
  uint32_t end = 0;
  uint32_t next = 0;    // the node behind this whole subtree; document order
  uint32_t target = 0;  // of an alias
  Kind kind = Kind::kScalar;
  YamlTag tag = YamlTag::kNone;
  bool implicit = false;  // plain without tag, or tagged `!`
  bool verbatim = false;  // the value is the file's bytes [begin, end), less the quotes
  bool quoted = false;    // in quotes, single or double
};

// Where and why nothing could be read.
struct YamlFailure {
  std::string_view code;  // yaml.syntax, yaml.encoding, yaml.depth, yaml.nodes, yaml.undecided
  uint32_t at = 0;        // in the file
  std::string message;
};

struct YamlGraph {
  std::vector<YamlNode> nodes;  // the root first; empty: nothing in the text, or a failure
  TextArena texts;
  std::optional<YamlFailure> failure;
  uint32_t rest = 0;  // offset in the file of what stands behind the value
  bool has_alias = false;
};

struct YamlInput {
  std::string_view file;  // all bytes of the file, for offsets
  uint32_t begin = 0;     // the text
  uint32_t end = 0;
  bool as_lines = false;  // kubectl hands lines to the parser: CR LF becomes LF, and the last line
                          // gets an end
};

YamlGraph ParseYamlGraph(const YamlInput& input);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_GRAPH_H_
