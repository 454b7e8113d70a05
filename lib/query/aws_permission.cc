#include "query/aws_permission.h"

#include <algorithm>

#include "base/arn.h"
#include "base/glob.h"
#include "base/strings.h"

namespace whomay::query {
namespace {

using data::AwsAction;

constexpr size_t kNearMisses = 3;

bool HasWildcard(std::string_view text) { return text.find_first_of("*?") != text.npos; }

std::vector<std::string> SplitWords(std::span<const std::string> words) {
  std::vector<std::string> all;
  for (const std::string& word : words) {
    for (const std::string_view piece : Split(word, ' ')) {
      if (!piece.empty()) {
        all.emplace_back(piece);
      }
    }
  }
  return all;
}

// "a.b[0].c": what a Terraform address looks like.
bool LooksLikeAddress(std::string_view text) {
  const char first = AsciiLower(text.empty() ? '.' : text[0]);
  return first >= 'a' && first <= 'z' && text.find('.') != text.npos &&
         text.find(':') == text.npos && text.find('/') == text.npos;
}

// A sentence that names the near misses.
std::string Suggest(std::string sentence, const std::vector<std::string>& near) {
  if (near.empty()) {
    return sentence;
  }
  return Concat({sentence, "; near it: ", Join(near, ", ")});
}

void ReadAction(const std::string& word, const data::AwsActions& actions, ReadAwsPermission& read) {
  AwsPermission& permission = read.permission;
  const size_t colon = word.find(':');
  const std::string service = AsciiLower(std::string_view(word).substr(0, colon));
  const std::string name = word.substr(colon + 1);
  permission.action = Concat({service, ":", name});
  permission.is_pattern = HasWildcard(word);
  if (permission.is_pattern) {
    permission.known = actions.Match(permission.action);
    if (service == "*" && name == "*") {
      permission.action = "*";
    }
    if (permission.known.empty()) {
      permission.notes.push_back(Concat({"no known action is covered by ", permission.action, " (",
                                         data::ActionsSource(), "); it is asked as it stands"}));
    }
    return;
  }
  if (const AwsAction* action = actions.Find(permission.action)) {
    permission.action = action->FullName();
    permission.known = {action};
    return;
  }
  const std::vector<std::string> near = actions.Near(permission.action, kNearMisses);
  const bool known_service = actions.FindService(service) != nullptr;
  permission.notes.push_back(
      Suggest(known_service ? Concat({permission.action, " is not among the known actions of ",
                                      service, " and is asked as it stands"})
                            : Concat({"no service ", service, " is known; ", permission.action,
                                      " is asked as it stands"}),
              near));
}

// Is this ARN one that some of the known actions may be asked on?
bool Fits(const std::vector<const AwsAction*>& known, std::string_view arn) {
  return std::any_of(known.begin(), known.end(), [&](const AwsAction* action) {
    const std::vector<std::string> patterns = data::ResourcePatterns(*action);
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string& pattern) { return Glob(pattern).Match(arn); });
  });
}

void NoteMisfit(AwsPermission& permission) {
  if (permission.known.empty() || permission.is_pattern || permission.resource_is_address) {
    return;
  }
  const AwsAction& action = *permission.known[0];
  if (permission.takes_no_resource) {
    permission.notes.push_back(
        Concat({permission.action, " takes no resource: only statements on \"*\" cover it"}));
  } else if (!Fits(permission.known, *permission.resource)) {
    permission.notes.push_back(
        Concat({permission.action, " is asked on ", Join(data::ResourcePatterns(action), ", "),
                ", which ", *permission.resource, " is not"}));
  }
}

void ReadResource(const std::string& word, ReadAwsPermission& read) {
  AwsPermission& permission = read.permission;
  permission.resource = word;
  if (word == "*") {
    return;
  }
  if (ParseArn(word).valid) {
    if (HasWildcard(word)) {
      permission.notes.push_back(
          Concat({word, " is asked as one resource of that name, its wildcard a plain character; ",
                  "leave the resource out to ask about any"}));
    }
    NoteMisfit(permission);
    return;
  }
  permission.resource_is_address = LooksLikeAddress(word);
  if (!permission.resource_is_address) {
    read.error = Concat({"\"", word,
                         "\" is no resource: an ARN (arn:PARTITION:SERVICE:REGION:ACCOUNT:"
                         "NAME), '*', or the address of a Terraform resource"});
  }
}

}  // namespace

std::string AwsPermission::Text() const {
  return resource.has_value() ? Concat({action, " ", *resource}) : action;
}

ReadAwsPermission ReadAwsPermissionWords(std::span<const std::string> all_words,
                                         const data::AwsActions& actions) {
  ReadAwsPermission read;
  const std::vector<std::string> words = SplitWords(all_words);
  const size_t colon = words.empty() ? std::string::npos : words[0].find(':');
  if (colon == std::string::npos || words[0].find(':', colon + 1) != std::string::npos) {
    read.error = "an AWS permission begins with SERVICE:ACTION";
    return read;
  }
  if (colon == 0 || colon + 1 == words[0].size()) {
    read.error = Concat({"\"", words[0], "\" is no action: SERVICE:ACTION, such as s3:GetObject"});
    return read;
  }
  const auto flag = std::find_if(words.begin(), words.end(),
                                 [](const std::string& word) { return word[0] == '-'; });
  if (flag != words.end()) {
    read.error = Concat({*flag, " does not go with an AWS action"});
    return read;
  }
  if (words.size() > 2) {
    read.error = Concat({"\"", words[2], "\" is one word too many: SERVICE:ACTION [RESOURCE]"});
    return read;
  }
  ReadAction(words[0], actions, read);
  const std::vector<const AwsAction*>& known = read.permission.known;
  read.permission.takes_no_resource =
      !known.empty() && std::all_of(known.begin(), known.end(), [](const AwsAction* action) {
        return action->wildcard_only() &&
               data::EvaluatedArn(action->service->prefix, action->name).empty();
      });
  if (words.size() == 2) {
    ReadResource(words[1], read);
  }
  return read;
}

}  // namespace whomay::query
