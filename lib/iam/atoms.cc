#include "iam/atoms.h"

#include "base/strings.h"

namespace whomay::iam {
namespace {

void AddField(std::string& content, std::string_view field) {
  content += std::to_string(field.size());
  content += ' ';
  content += field;
}

std::string Content(const Atom& atom) {
  std::string content;
  const uint32_t numbers[] = {static_cast<uint32_t>(atom.kind),   static_cast<uint32_t>(atom.set),
                              static_cast<uint32_t>(atom.op),     static_cast<uint32_t>(atom.hole),
                              static_cast<uint32_t>(atom.reason), atom.free ? 1u : 0u};
  for (const uint32_t number : numbers) {
    AddField(content, std::to_string(number));
  }
  AddField(content, AsciiLower(atom.key));
  AddField(content, atom.scope);
  AddField(content, atom.within);
  AddField(content, atom.always_present ? "!" : "");
  for (const std::string& value : atom.values) {
    AddField(content, value);
  }
  return content;
}

}  // namespace

AtomId AtomTable::Intern(Atom atom) {
  const auto [at, is_new] =
      by_content_.try_emplace(Content(atom), static_cast<uint32_t>(atoms_.size()));
  if (is_new) {
    atoms_.push_back(std::move(atom));
  }
  return static_cast<AtomId>(at->second);
}

void AtomTable::Clear() {
  atoms_.clear();
  by_content_.clear();
}

}  // namespace whomay::iam
