// MigrateAwsAuth: the access entries that give what an aws-auth ConfigMap gives, and the proof.
//
//   absl::StatusOr<whomay::MigrateAnswer> answer = whomay::MigrateAwsAuth(snapshot, {});
//   if (answer.ok() && answer->proven()) { … }
//
// The proof is a diff between the inputs as they are and the same with each ConfigMap gone, its
// access entries made and the authentication mode API_AND_CONFIG_MAP. Source of the semantics:
// aws-iam-authenticator v0.7.18; Amazon EKS user guide, "Create access entries" (2026-01). Errors:
// InvalidArgument when no cluster of the inputs has an aws-auth ConfigMap, or there is no cluster
// of the name in the options. Thread safety: as Snapshot.
#ifndef WHOMAY_MIGRATE_H_
#define WHOMAY_MIGRATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "whomay/analyzer.h"
#include "whomay/answer.h"
#include "whomay/export.h"

namespace whomay {

struct MigrateAnswer {
  // One access entry to be made.
  struct Entry {
    std::string principal;                     // ARN as EKS wants it, path and all
    std::string type;                          // STANDARD, EC2_LINUX …
    std::string username;                      // "": none given, EKS's default
    std::vector<std::string> groups;           // of Kubernetes
    std::vector<std::string> access_policies;  // ARNs; associated with cluster scope
    std::vector<std::string> notes;            // in what it is not what the mapping is
    Origin origin;                             // of the mapping
  };
  // A mapping of which there is no entry.
  struct Left {
    std::string mapping;  // "mapRoles arn:aws:iam::1…:role/x"
    std::string reason;
    bool loses = false;  // somebody is let in by it, who would not be any more
    Origin origin;
  };
  struct Cluster {
    std::string name;
    std::string region;               // "" where it is not known
    std::string authentication_mode;  // as EKS writes it; "" where it is not known
    std::vector<Entry> entries;
    std::vector<Left> left;
  };

  World world = World::kAfter;
  std::vector<Cluster> clusters;
  DiffAnswer proof;
  std::vector<std::string> notes;
  bool incomplete = false;

  // Nobody gains or loses anything.
  bool proven() const {
    return proof.gained.empty() && proof.lost.empty() && proof.changed.empty() && !incomplete;
  }
};

// Of the options `cluster` and those of Diff count.
WHOMAY_API absl::StatusOr<MigrateAnswer> MigrateAwsAuth(const Snapshot& snapshot,
                                                        const QuestionOptions& options);

}  // namespace whomay

#endif  // WHOMAY_MIGRATE_H_
