"""The scripts of the page share one object: a name on it means one thing."""

import re
from collections import defaultdict
from pathlib import Path

SCRIPTS = sorted(Path(__file__).parents[2].glob("assets/js/**/*.js"))
# A.name = (...) => / function / class, and the names given by Object.assign(A, { one, two })
DEFINED = re.compile(r"\bA\.(\w+)\s*=\s*(?:async\b|function\b|class\b|\([^()]*\)\s*=>|\w+\s*=>)")
ASSIGNED = re.compile(r"Object\.assign\(A,\s*\{([^}]*)\}")


def test_no_name_is_defined_twice_on_the_shared_object():
    places = defaultdict(list)
    for script in SCRIPTS:
        text = script.read_text()
        names = [match[1] for match in DEFINED.finditer(text)]
        names += [
            n for match in ASSIGNED.finditer(text) for n in re.findall(r"(\w+)\s*(?::[^,]*)?(?:,|$)", match[1].strip())
        ]
        for name in names:
            places[name].append(script.name)
    assert len(places) > 80  # the patterns still find them
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
