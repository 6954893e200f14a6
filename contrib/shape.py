#!/usr/bin/env python3
"""Counts what makes code hard to read: python3 contrib/shape.py [FOLDER], `src` where none is named.

Tests count apart: what stands below `#[cfg(test)]` and files named `tests.rs` or in folders `tests`
are left out. The counts are by lines and patterns, alike for every project, so that two can be
compared; they are no parser's.
"""

import collections
import pathlib
import re
import statistics
import sys

FUNCTION = re.compile(r"^(\s*)(?:pub(?:\([^)]*\))? )?(?:const |async |unsafe |extern \"C\" )*fn (\w+)")
# Without the associated types of traits, whose names the traits decide.
TYPE = re.compile(r"^(?:\s*(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|union)|(?:pub(?:\([^)]*\))? )?type) (\w+)")
# A parameter that is taken apart where it is declared: `(one, other): (A, B)`.
PACKED = re.compile(r"[(,]\s*\([a-z_][^()]*\)\s*:\s*&?\(")


def sources(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.rs")):
        parts = path.relative_to(folder).parts
        if path.name == "tests.rs" or "tests" in parts[:-1]:
            continue
        text = path.read_text()
        yield path, text.split("\n#[cfg(test)]\nmod ", 1)[0].splitlines()


def functions(lines):
    """Each function's name, head and number of lines: to the brace that closes its indentation."""
    for at, line in enumerate(lines):
        found = FUNCTION.match(line)
        if not found:
            continue
        head = []
        for rest in lines[at:]:
            head.append(rest)
            if rest.rstrip().endswith(("{", ";", "}")):
                break
        if head[-1].rstrip().endswith((";", "}")):
            continue
        end = next((n for n, it in enumerate(lines[at:]) if it.rstrip() == found[1] + "}"), 0)
        yield found[2], " ".join(head), end + 1


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else "src"
    sizes, long_ones, packed, closures = [], [], [], 0
    names = collections.Counter()
    for path, lines in sources(folder):
        sizes.append(len(lines))
        closures += sum(len(re.findall(r"\|&*it\b[^|]*\|", line)) for line in lines)
        names.update(found[1] for line in lines if (found := TYPE.match(line)))
        for name, head, length in functions(lines):
            if length > 60:
                long_ones.append(f"{path}: {name} ({length} lines)")
            parameters = head[head.index("(") :]
            packed += [f"{path}: {name}"] * len(PACKED.findall(parameters))
    doubled = sorted(name for name, count in names.items() if count > 1)
    total = sum(sizes)
    print(f"files                            {len(sizes)}")
    print(f"lines of the median file         {statistics.median(sizes):.0f}")
    print(f"functions of more than 60 lines  {len(long_ones)}")
    print(f"`it` closures in 1,000 lines     {1000 * closures / total:.0f}")
    print(f"parameters packed in tuples      {len(packed)}")
    print(f"type names used more than once   {len(doubled)} of {len(names)}")
    if "--list" in sys.argv:
        print("\n".join(["", *long_ones, "", *packed, "", *doubled]))


main()
