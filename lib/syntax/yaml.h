// YAML texts to trees, in two dialects.
//
// What Kubernetes reads (manifests, aws-auth) goes through libyaml, whose port Kubernetes uses,
// with go-yaml's rules for scalars, tags, merge keys, aliases and keys on top (spec:
// sigs.k8s.io/yaml v1.6 over go.yaml.in/yaml/v2; recorded answers are replayed by `whomay-replay
// yaml`). Trees come out as JSON would have them: keys are texts, merge keys applied, aliases
// expanded under a budget. Our own files (.whomay.yaml, test cases) go through yaml-cpp, as
// YAML 1.2 core scalars.
#ifndef WHOMAY_LIB_SYNTAX_YAML_H_
#define WHOMAY_LIB_SYNTAX_YAML_H_

#include <string_view>
#include <vector>

#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::syntax {

// One document of a stream, as `kubectl -f` cuts it.
struct StreamDocument {
  Tree tree;
  source::Span span;         // of the chunk
  bool after_error = false;  // kubectl would not have come here (design: code `after-error`)
};

struct StreamOptions {
  // Stop where kubectl stops, instead of reading on (replaying recorded answers).
  bool as_kubectl = false;
  // Asked with the text of a document's top-level `kind:` before it is parsed; false skips it (its
  // separators and encoding are checked all the same). Null: all are parsed.
  bool (*wanted_kind)(std::string_view kind) = nullptr;
};

struct Stream {
  std::vector<StreamDocument> documents;  // empty and null documents are left out
  bool failed = false;                    // kubectl would have reported an error
};

// All documents of a YAML or JSON text, as kubectl -f reads it.
Stream ReadKubernetesStream(const source::SourceSet& sources, source::FileId file,
                            const StreamOptions& options, source::Diagnostics& diagnostics);

// How much of a text a single-value reader takes.
struct YamlValue {
  Tree tree;  // root() missing: an error, or nothing in the text
  bool failed = false;
  source::Span leftover;  // what stands behind the first value and is never read, if anything
};

// The first value of a text, as sigs.k8s.io/yaml reads one (aws-auth's mapRoles and mapUsers).
// `keep_scalars_as_text`: as yaml.Unmarshal into strings sees it (mapAccounts): every scalar keeps
// its text as written.
YamlValue ParseKubernetesYaml(const source::SourceSet& sources, source::Span span,
                              source::Diagnostics& diagnostics, std::string_view path = {},
                              bool keep_scalars_as_text = false);

// One document of our own YAML.
Tree ParseOwnYaml(const source::SourceSet& sources, source::FileId file,
                  source::Diagnostics& diagnostics);

}  // namespace whomay::syntax

#endif  // WHOMAY_LIB_SYNTAX_YAML_H_
