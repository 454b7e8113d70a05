// Account dumps: what `aws iam get-account-authorization-details` prints, to facts.
//
// A dump holds the users, groups, roles and customer managed policies of one account, and the AWS
// managed policies in use: their principals are declared, with exactly the policies that stand
// there. Policy documents may be objects, as the command prints them, or URL-encoded texts, as the
// API returns them. A dump may come in pages (IsTruncated), each a document of its own, in one file
// or several.
//
//   iam-dump.value        an entry of the wrong shape; left out
//   iam-dump.name         an entry without Arn or name; left out
//   iam-dump.no-default   a managed policy whose default version is not there: its text is not
//   known iam-dump.pages        every page of an account says that more follow: what they hold is
//   missing
//
// Source: IAM API Reference, GetAccountAuthorizationDetails.
// Thread safety: none of its own; as Facts and Diagnostics.
#ifndef WHOMAY_LIB_INGEST_IAM_ACCOUNT_DUMP_H_
#define WHOMAY_LIB_INGEST_IAM_ACCOUNT_DUMP_H_

#include <map>
#include <string>

#include "facts/facts.h"
#include "source/diagnostic.h"
#include "source/source.h"
#include "syntax/tree.h"

namespace whomay::ingest {

// By content: an object with one of the four lists.
bool LooksLikeAccountDump(const syntax::Value& root);

class AccountDumps {
 public:
  AccountDumps(source::SourceSet& sources, facts::Facts& facts, source::Diagnostics& diagnostics)
      : sources_(sources), facts_(facts), diagnostics_(diagnostics) {}

  // One page. The tree may go afterwards.
  void Read(const syntax::Value& root);
  // When everything is read: says which pages are missing, and makes groups that a user is in and
  // no input holds known as principals whose policies are not given.
  void Finish();

 private:
  class Page;
  struct Pages {
    source::Span truncated;  // a page that says more follow
    bool last = false;       // one that does not
  };

  source::SourceSet& sources_;
  facts::Facts& facts_;
  source::Diagnostics& diagnostics_;
  std::map<std::string, Pages, std::less<>> pages_;  // by account
};

}  // namespace whomay::ingest

#endif  // WHOMAY_LIB_INGEST_IAM_ACCOUNT_DUMP_H_
