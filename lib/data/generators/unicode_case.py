#!/usr/bin/env python3
"""Writes unicode_case_tables.inc: Unicode's simple lower-case and simple case-folding mappings.

Go (strings.ToLower, strings.EqualFold, encoding/json's field names) uses those of Unicode 15.0, which
has the case pairs of 14.0. Python knows the full foldings only; the simple ones follow from them:
where a full folding is one character it is the simple one, elsewhere (U+1E9E, U+1F88 ...) the simple
one is the lower case, save for U+0130, which has none.

    python3 lib/data/generators/unicode_case.py > lib/data/unicode_case_tables.inc
"""
import unicodedata

DOTTED_I = 0x130


def lower(code):
    return ord("i") if code == DOTTED_I else ord(text) if len(text := chr(code).lower()) == 1 else code


def fold(code):
    folded = chr(code).casefold()
    if len(folded) == 1:
        return ord(folded)
    return code if code == DOTTED_I else lower(code)


def ranges(mapping):
    """(first, last, step, delta) with step 1 or 2, in order."""
    runs = []
    for code in range(0x80, 0x110000):
        if 0xD800 <= code < 0xE000 or mapping(code) == code:
            continue
        delta = mapping(code) - code
        if runs:
            first, last, step, run_delta = runs[-1]
            gap = code - last
            if run_delta == delta and gap in (1, 2) and (first == last or step == gap):
                runs[-1] = (first, code, gap, delta)
                continue
        runs.append((code, code, 1, delta))
    return runs


def write(name, mapping):
    print(f"constexpr CaseRange {name}[] = {{")
    for first, last, step, delta in ranges(mapping):
        print(f"    {{{first:#x}, {last:#x}, {step}, {delta}}},")
    print("};")


print("// Made by generators/unicode_case.py from Unicode", unicodedata.unidata_version, "(case pairs as in 15.0). Do not edit.")
write("kLower", lower)
write("kFold", fold)
