#!/usr/bin/env python3
"""Makes a large Terraform plan of a real one: its root module becomes a module, called many times.

    large_plan.py examples/shop/plan.json --megabytes 100 > large.json

Every copy is the whole system under a module address of its own (module.copy_0001 ...), the text
given by --word (shop) replaced in it by shop0001 ..., so that names, ARNs and keys differ from copy
to copy as those of different systems do; so do the identifiers of the clusters' OIDC issuers. AWS
providers stay those of the root; others, which refer to resources, move into the module. What comes
out is what `terraform show -json` prints of such a configuration: resource_changes, planned_values,
prior_state, configuration, relevant_attributes.
Only Python's standard library; a second for each 30 MB.
"""

import argparse
import json
import re
import sys

MARK = "\x01COPY\x01"  # stands where a copy's number goes
MODULE = "module.copy_" + MARK
ISSUER = re.compile(r"(oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/id/[0-9A-Za-z]+)")


def prefixed(address):
    return MODULE + ("." + address if address else "")


def move_change(entry):
    """An entry of resource_changes or resource_drift, below the module."""
    moved = dict(entry)
    for key in ("address", "previous_address"):
        if key in moved:
            moved[key] = prefixed(moved[key])
    moved["module_address"] = prefixed(moved.get("module_address", ""))
    return moved


def move_values(module):
    """A module of planned_values or prior_state, with all below it."""
    moved = dict(module)
    moved["address"] = prefixed(module.get("address", ""))
    moved["resources"] = [
        {**resource, "address": prefixed(resource["address"]),
         **({"depends_on": [prefixed(on) for on in resource["depends_on"]]}
            if "depends_on" in resource else {})}
        for resource in module.get("resources", [])
    ]
    moved["child_modules"] = [move_values(child) for child in module.get("child_modules", [])]
    return {key: value for key, value in moved.items() if value != []}


def move_providers(module, local_keys):
    """The configuration of a module whose providers other than AWS' have moved into it."""
    moved = dict(module)
    moved["resources"] = []
    for resource in module.get("resources", []):
        key = resource.get("provider_config_key", "")
        if key in local_keys:
            resource = {**resource, "provider_config_key": MODULE + ":" + key}
        moved["resources"].append(resource)
    if "module_calls" in module:
        moved["module_calls"] = {
            name: {**call, "module": move_providers(call.get("module", {}), local_keys)}
            for name, call in module["module_calls"].items()
        }
    return moved


class Template:
    """A part of the plan as text, written out for one copy at a time."""

    def __init__(self, value, word):
        text = json.dumps(value, separators=(",", ":"))
        self.text = text.replace(json.dumps(MARK)[1:-1], "\0")
        if word:
            self.text = ISSUER.sub("\\1\0", self.text.replace(word, word + "\0"))

    def copy(self, number):
        return self.text.replace("\0", "%04d" % number)


def elements(values, word):
    """The text of a list's elements, without its brackets."""
    template = Template(values, word)
    template.text = template.text[1:-1]
    return template


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("plan", help="output of `terraform show -json PLAN`")
    parser.add_argument("--megabytes", type=float, default=100, help="size of the result (100)")
    parser.add_argument("--word", default="shop", help="text to be numbered in each copy (shop)")
    options = parser.parse_args()
    with open(options.plan, encoding="utf-8") as file:
        plan = json.load(file)

    configuration = plan.get("configuration", {})
    providers = configuration.get("provider_config", {})
    local = {key: value for key, value in providers.items()
             if value.get("name") != "aws" and "expressions" in value}
    root = move_providers(configuration.get("root_module", {}), set(local))
    root["variables"] = {
        name: {**declared, **({"default": plan["variables"][name]["value"]}
                              if name in plan.get("variables", {}) else {})}
        for name, declared in root.get("variables", {}).items()
    }
    changes = elements([move_change(one) for one in plan.get("resource_changes", [])], options.word)
    planned = Template(move_values(plan.get("planned_values", {}).get("root_module", {})),
                       options.word)
    prior = Template(
        move_values(plan.get("prior_state", {}).get("values", {}).get("root_module", {})),
        options.word)
    call = Template({"source": "./stack", "module": root}, options.word)
    moved = Template({MODULE + ":" + key: {**value, "module_address": MODULE}
                      for key, value in local.items()}, options.word)
    moved.text = moved.text[1:-1]
    relevant = elements([{**one, "resource": prefixed(one["resource"])}
                         for one in plan.get("relevant_attributes", [])], options.word)
    shared = {key: value for key, value in providers.items() if key not in local}

    size = sum(len(part.copy(0)) for part in (changes, planned, prior, call, moved, relevant))
    copies = range(1, max(1, int(options.megabytes * 1e6 / size)) + 1)
    out = sys.stdout

    def write_all(template, separator=","):
        first = True
        for number in copies:
            text = template.copy(number)
            if text:
                out.write(("" if first else separator) + text)
                first = False

    out.write('{"format_version":%s,"terraform_version":%s,"variables":%s,' % tuple(
        json.dumps(plan.get(key)) for key in ("format_version", "terraform_version", "variables")))
    out.write('"planned_values":{"root_module":{"child_modules":[')
    write_all(planned)
    out.write(']}},"resource_changes":[')
    write_all(changes)
    out.write('],"prior_state":{"format_version":"1.0","terraform_version":%s,"values":'
              '{"root_module":{"child_modules":[' % json.dumps(plan.get("terraform_version")))
    write_all(prior)
    out.write(']}}},"configuration":{"provider_config":%s' %
              json.dumps(shared, separators=(",", ":"))[:-1])
    if moved.text:
        out.write("," if shared else "")
        write_all(moved)
    out.write('},"root_module":{"module_calls":{')
    for number in copies:
        out.write('%s"copy_%04d":%s' % ("" if number == 1 else ",", number, call.copy(number)))
    out.write('},"variables":%s}},"relevant_attributes":[' %
              json.dumps({name: {} for name in plan.get("variables", {})}))
    write_all(relevant)
    out.write('],"timestamp":"%s","applyable":true,"complete":true,"errored":false}\n' %
              plan.get("timestamp", ""))


if __name__ == "__main__":
    main()
