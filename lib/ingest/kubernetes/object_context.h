// What the readers of single kinds share: where they are, and how they say what is wrong.
// Internal to lib/ingest/kubernetes.
#ifndef WHOMAY_LIB_INGEST_KUBERNETES_OBJECT_CONTEXT_H_
#define WHOMAY_LIB_INGEST_KUBERNETES_OBJECT_CONTEXT_H_

#include <string>
#include <string_view>

#include "ingest/kubernetes/decode.h"
#include "ingest/kubernetes/names.h"
#include "ingest/kubernetes/object_meta.h"
#include "ingest/kubernetes/objects.h"

namespace whomay::ingest {

// One object on its way to a fact.
class ObjectContext {
 public:
  // `namespaced`: a missing namespace is the default one.
  ObjectContext(const syntax::Value& object, std::string_view kind, bool namespaced,
                const KubernetesOptions& options, facts::Facts& facts,
                source::Diagnostics& diagnostics);

  // Checks types; false when the object is undecodable (said).
  bool Decodes(const Schema& schema);
  // True when the text is an unrendered template (said, once an object): the object is to be
  // skipped.
  bool IsTemplate(std::string_view text);
  // Takes the default namespace where there is none, with a warning.
  void DefaultNamespace();
  // The server's rules for names outside RBAC: `name_rule` for the object's, a label for the
  // namespace's. What it would refuse is said, and marked where no cluster has it already; false
  // for an object without any name, which is none.
  bool CheckNames(Complaints (*name_rule)(std::string_view), facts::KubernetesObject& record);
  // Cluster, names, origin, worlds and order.
  void Fill(facts::KubernetesObject& record) const;

  void Warn(std::string code, source::Span span, std::string message);
  void Error(std::string code, source::Span span, std::string message);
  // kubernetes.refused, by the API server's own message.
  void Refuse(const ValidationError& error);

  const syntax::Value& object() const { return object_; }
  const ObjectMeta& meta() const { return meta_; }
  facts::Facts& facts() { return facts_; }
  const KubernetesOptions& options() const { return options_; }
  // "RoleBinding shop/support"
  std::string Title() const;
  std::string_view namespace_name() const { return namespace_name_; }

 private:
  const syntax::Value object_;
  const std::string_view kind_;
  const bool namespaced_;
  const KubernetesOptions& options_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  ObjectMeta meta_;
  std::string_view namespace_name_;
  bool template_said_ = false;
};

// The order number of the next object: the count of those read so far, plus one.
uint32_t NextOrder(const facts::Facts& facts);

// Readers of kinds outside RBAC (workloads.cc, custom_resources.cc).
void ReadServiceAccount(ObjectContext& context);
void ReadSecret(ObjectContext& context);
void ReadNamespace(ObjectContext& context);
void ReadConfigMap(ObjectContext& context);
// `kind`: "deployment". `schema` says where the pod's spec stands.
void ReadWorkload(ObjectContext& context, std::string_view kind, const Schema& schema);
void ReadCustomResourceDefinition(ObjectContext& context);

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_KUBERNETES_OBJECT_CONTEXT_H_
