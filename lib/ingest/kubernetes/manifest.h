// Manifest files: the documents of a YAML or JSON text, as `kubectl -f` cuts them, to facts.
//
// Documents of kinds that say nothing of access are not even parsed. Documents that hold, or stand
// inside, unrendered template directives ({{ if … }}) are skipped with a note that names
// `helm template`; the rest of such a file is read. Documents behind an error, which kubectl would
// not have reached, are read, with a diagnostic. Thread safety: that of the sources, facts and
// diagnostics given.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_MANIFEST_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_MANIFEST_H_

#include <string>
#include <vector>

#include "facts/facts.h"
#include "ingest/kubernetes/objects.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

struct ManifestResult {
  // The text is one of Kubernetes manifests, be they of kinds that are passed over, broken or
  // unrendered. Of any other text nothing was read and nothing said.
  bool recognised = false;
  size_t documents = 0;  // that were handed to ReadObject(); skipped kinds are not counted
  bool templated = false;
};

ManifestResult ReadManifestFile(const source::SourceSet& sources, source::FileId file,
                                const KubernetesOptions& options, facts::Facts& facts,
                                source::Diagnostics& diagnostics);

// The files, relative to the kustomization's own folder, that a kustomization names as patches:
// they look like objects and are none.
std::vector<std::string> KustomizePatchFiles(const syntax::Value& kustomization);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_MANIFEST_H_
