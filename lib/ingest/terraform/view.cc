#include "ingest/terraform/view.h"

namespace whomay::ingest::terraform {

View View::Get(std::string_view key) const {
  if (unknown()) {
    return {{}, marks};
  }
  return {value.Get(key), marks.Get(key)};
}

std::vector<View> View::elements() const {
  std::vector<View> views;
  if (unknown() || !value.is_array()) {
    return views;
  }
  views.reserve(value.size());
  auto mark = marks.elements().begin();
  const auto marks_end = marks.elements().end();
  for (const syntax::Value element : value.elements()) {
    View view{element, {}};
    if (mark != marks_end) {
      view.marks = *mark;
      ++mark;
    }
    views.push_back(view);
  }
  return views;
}

View View::At(size_t i) const {
  if (unknown()) {
    return {{}, marks};
  }
  return {value.At(i), marks.At(i)};
}

bool View::HasUnknown() const {
  std::vector<syntax::Value> open = {marks};
  while (!open.empty()) {
    const syntax::Value at = open.back();
    open.pop_back();
    if (at.is_true()) {
      return true;
    }
    for (const syntax::Value child : at.elements()) {
      open.push_back(child);
    }
    for (const syntax::Value child : at.members()) {
      open.push_back(child);
    }
  }
  return false;
}

std::string PathText(const Path& path) {
  std::string text;
  for (const PathStep& step : path) {
    if (step.key.empty()) {
      text += '[';
      text += std::to_string(step.index);
      text += ']';
    } else {
      text += text.empty() ? "" : ".";
      text += step.key;
    }
  }
  return text;
}

}  // namespace whomay::ingest::terraform
