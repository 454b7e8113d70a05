// Worlds of IAM requests for benchmarks: a few policies and a thousand distinct requests on them,
// the same for the library and for iam-simulate.
//
// Thread safety: pure functions.
#ifndef WHOMAY_BENCHMARKS_COMPARE_IAM_SIMULATE_WORLDS_H_
#define WHOMAY_BENCHMARKS_COMPARE_IAM_SIMULATE_WORLDS_H_

#include <deque>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "iam/evaluate.h"
#include "source/diagnostic.h"
#include "source/source.h"

namespace whomay::benchmarks {

struct IamRequest {
  std::string action, resource;
  std::vector<std::pair<std::string, std::string>> context;
};

// Policies as JSON texts, by layer, and requests.
struct IamWorld {
  std::string name = {};
  std::string principal = {};  // an ARN, or the provider of a web identity
  bool web_identity = false;
  std::vector<std::string> identity = {};
  std::vector<std::string> scps = {};  // one a level
  std::string resource_policy = {};
  std::vector<IamRequest> requests = {};
};

// One simple policy, an administrator with ten managed policies, an IRSA trust, 200 SCP statements.
std::vector<IamWorld> IamWorlds();

// As cases of the recorded vectors' form, one a line.
void Write(const IamWorld& world, std::ostream& out);

// A world compiled: requests point into it.
class CompiledWorld {
 public:
  explicit CompiledWorld(IamWorld world);
  CompiledWorld(const CompiledWorld&) = delete;  // views into itself
  CompiledWorld& operator=(const CompiledWorld&) = delete;

  const IamWorld& world() const { return world_; }
  const iam::Layers& layers() const { return layers_; }
  const std::vector<iam::Request>& requests() const { return requests_; }

 private:
  const iam::Policy* Compile(const std::string& text, bool on_resource);

  IamWorld world_;
  source::SourceSet sources_;
  source::Diagnostics diagnostics_;
  facts::Facts facts_;
  std::deque<facts::PolicyDocument> documents_;
  std::deque<iam::Policy> policies_;
  std::deque<std::vector<const iam::Policy*>> sets_;
  std::vector<iam::PolicySet> scps_;
  std::vector<std::unique_ptr<iam::Context>> contexts_;
  iam::Layers layers_;
  std::vector<iam::Request> requests_;
};

}  // namespace whomay::benchmarks

#endif  // WHOMAY_BENCHMARKS_COMPARE_IAM_SIMULATE_WORLDS_H_
