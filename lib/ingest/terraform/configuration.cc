#include "ingest/terraform/configuration.h"

#include <algorithm>
#include <set>

#include "base/strings.h"
#include "source/diagnostic.h"
#include "syntax/json.h"

namespace whomay::ingest::terraform {
namespace {

using syntax::Value;

constexpr size_t kModulesBetweenReleases = 64;

// An expression, as opposed to a nested block: `{}`, or only these keys.
bool IsExpression(const Value& value) {
  if (!value.is_object()) {
    return false;
  }
  for (const Value member : value.members()) {
    if (member.key() != "references" && member.key() != "constant_value") {
      return false;
    }
  }
  return true;
}

// Could a block of the configuration have made this element, judging by its constants?
bool Fits(const Value& block, const View& element) {
  for (const Value member : block.members()) {
    const Value constant = member.Get("constant_value");
    const View value = element.Get(member.key());
    if (!constant || constant.is_null() || !value.set()) {
      continue;
    }
    if (constant.is_array()) {
      std::multiset<std::string_view> wanted, got;
      for (const Value one : constant.elements()) {
        wanted.insert(one.text());
      }
      for (const Value one : value.value.elements()) {
        got.insert(one.text());
      }
      if (value.value.is_array() && wanted != got) {
        return false;
      }
    } else if (!constant.is_object() && !value.value.is_array() && !value.value.is_object() &&
               constant.text() != value.text()) {
      return false;
    }
  }
  return true;
}

// Blocks that the provider keeps as sets: their order is not that of the configuration.
bool IsSetBlock(std::string_view key) {
  static constexpr std::string_view kSets[] = {
      "principals", "not_principals", "condition", "inline_policy", "ingress", "egress", "set"};
  return std::find(std::begin(kSets), std::end(kSets), key) != std::end(kSets);
}

}  // namespace

Configuration::Configuration(const Value& root, const source::SourceSet& sources)
    : sources_(sources),
      providers_(Whole(root.Get("configuration").Get("provider_config"))),
      variables_(Whole(root.Get("variables"))) {
  for (const Value provider : providers_.members()) {
    provider_by_key_.insert_or_assign(provider.key(), provider);
  }
  const Value top = root.Get("configuration").Get("root_module");
  if (!top.is_object()) {
    return;
  }
  struct Open {
    std::string path;
    const ConfigModule* parent;
    Value call;
    Value module;
  };
  std::vector<Open> open;
  open.push_back({"", nullptr, {}, top});
  size_t seen = 0;
  const auto saw_one = [&] {
    if (++seen % kModulesBetweenReleases == 0) {
      sources.Release(root.span());  // of a large plan this is most
    }
  };
  while (!open.empty()) {
    const Open at = std::move(open.back());
    open.pop_back();
    saw_one();
    const ConfigModule& module =
        modules_.try_emplace(at.path, ConfigModule{at.path, at.parent, at.call, at.module})
            .first->second;
    for (const Value resource : at.module.Get("resources").elements()) {
      resources_.try_emplace(Concat({at.path, "\n", resource.Get("address").text()}), resource);
    }
    for (const Value call : at.module.Get("module_calls").members()) {
      saw_one();
      open.push_back({Concat({at.path, at.path.empty() ? "" : ".", "module.", call.key()}), &module,
                      call, call.Get("module")});
    }
  }
}

const ConfigModule* Configuration::Module(std::string_view path) const {
  const auto at = modules_.find(path);
  return at == modules_.end() ? nullptr : &at->second;
}

Value Configuration::Outline(std::string_view module_path, std::string_view address) const {
  const auto at = resources_.find(Concat({module_path, "\n", address}));
  return at == resources_.end() ? Value() : at->second;
}

Value Configuration::Resource(std::string_view module_path, std::string_view address) const {
  const Value resource = Outline(module_path, address);
  if (!resource.Get("expressions").is_collapsed()) {
    return resource;
  }
  const auto [at, is_new] = parsed_.try_emplace(resource.span().begin);
  if (is_new) {
    source::Diagnostics said;  // when the plan was parsed
    at->second = syntax::ParseJson(sources_, resource.span(), said);
  }
  return at->second.root();
}

Value Configuration::Whole(const Value& value) const {
  if (!value.is_collapsed()) {
    return value;
  }
  const auto [at, is_new] = parsed_.try_emplace(value.span().begin);
  if (is_new) {
    source::Diagnostics said;  // when the plan was parsed
    at->second = syntax::ParseJson(sources_, value.span(), said);
  }
  return at->second.root();
}

Value Configuration::Provider(std::string_view key) const {
  const auto at = provider_by_key_.find(key);
  return at == provider_by_key_.end() ? Value() : at->second;
}

Value Configuration::Variable(std::string_view name) const {
  return variables_.Get(name).Get("value");
}

ExpressionSet ExpressionsAt(const Value& expressions, const View& values, const Path& path) {
  ExpressionSet set;
  struct Open {
    Value at;
    View view;
    size_t step;
    std::string_view key;  // of the list that `at` stands under
  };
  std::vector<Open> open = {{expressions, values, 0, {}}};
  while (!open.empty()) {
    const Open now = open.back();
    open.pop_back();
    if (now.step > 0 && IsExpression(now.at)) {
      set.found = true;
      set.leaves.push_back(now.at);
      continue;
    }
    if (now.step == path.size()) {
      // A whole block is asked for: everything in it.
      set.found = set.found || static_cast<bool>(now.at);
      for (const Value child : now.at.members()) {
        open.push_back({child, now.view.Get(child.key()), now.step, child.key()});
        if (IsExpression(child)) {
          set.leaves.push_back(child);
          open.pop_back();
        }
      }
      for (const Value child : now.at.elements()) {
        open.push_back({child, {}, now.step, now.key});
      }
      continue;
    }
    const PathStep& step = path[now.step];
    if (!step.key.empty()) {
      const Value child = now.at.Get(step.key);
      if (child) {
        open.push_back({child, now.view.Get(step.key), now.step + 1, step.key});
      } else if (now.step + 1 < path.size() && (now.at.is_object() || now.step == 0)) {
        set.dynamic = true;
      }
      continue;
    }
    if (now.at.is_object()) {  // a single block, or a map of blocks
      open.push_back({now.at, now.view.At(step.index), now.step + 1, now.key});
      continue;
    }
    const View element = now.view.At(step.index);
    const bool by_index = now.at.size() == now.view.value.size() && !IsSetBlock(now.key);
    uint32_t i = 0;
    for (const Value block : now.at.elements()) {
      if (by_index ? i == step.index : Fits(block, element)) {
        open.push_back({block, element, now.step + 1, now.key});
      }
      ++i;
    }
  }
  return set;
}

}  // namespace whomay::ingest::terraform
