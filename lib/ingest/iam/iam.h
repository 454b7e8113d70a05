// IAM inputs: which kinds there are, and the one reader for all of them.
//
//   IamReader reader(sources, facts, diagnostics);
//   for each file: if (const IamInput kind = IamInputOf(tree.root()); kind != IamInput::kNone)
//     reader.Read(kind, tree.root());
//   … all other inputs …
//   reader.Finish();
//
// A policy file on its own belongs to nobody: it becomes a ManagedPolicy that is attached nowhere,
// its name that of the file, its `arn` the file's path (no ARN: it equals none), its account empty.
// A trust policy file is kept the same way, to be looked at. Organization files are read in
// Finish(), when the policy files that they name are there; so are AWS's own managed policies, for
// every ARN that any input attaches. `facts.inputs` gets an entry for each document: "iam-policy",
// "iam-trust-policy", "iam-account" or "iam-organization". Thread safety: none of its own; as Facts
// and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_IAM_IAM_H_
#define WHOMAY_LIB_INGEST_IAM_IAM_H_

#include <vector>

#include "facts/facts.h"
#include "ingest/iam/account_dump.h"
#include "ingest/iam/organization.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

enum class IamInput : uint8_t { kNone, kPolicy, kAccountDump, kOrganization };

// By content.
IamInput IamInputOf(const syntax::Value& root);

class IamReader {
 public:
  // `load` gives the bytes of policy files that an organization file names and that are no inputs.
  IamReader(source::SourceSet& sources, facts::Facts& facts, source::Diagnostics& diagnostics,
            LoadFile load = nullptr);

  // One document. `tree` is kept until Finish() where it must be.
  void Read(syntax::Tree tree);
  void Read(IamInput kind, const syntax::Value& root);  // kOrganization: `root` must live on
  void Finish();

 private:
  void ReadPolicyFile(const syntax::Value& root);
  void AddInput(const syntax::Value& root, std::string_view kind);

  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  LoadFile load_;
  AccountDumps dumps_;
  std::vector<syntax::Value> organizations_;
  std::vector<syntax::Tree> kept_;
};

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_IAM_H_
