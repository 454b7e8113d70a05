// The built-in RBAC objects (data/bootstrap_rbac.h) as facts of a cluster.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_BOOTSTRAP_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_BOOTSTRAP_H_

#include "data/bootstrap_rbac.h"
#include "facts/facts.h"

namespace whomay::ingest {

// Appends them with builtin = true, no place, and order 0, so that any object of the inputs with
// the same name stands instead. Both worlds.
void AddBootstrapRbac(const data::BootstrapRbac& bootstrap, facts::Str cluster,
                      facts::Facts& facts);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_BOOTSTRAP_H_
