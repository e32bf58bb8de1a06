#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fields.py SEALDESK FOLDER [--alone | --stored]: how surely fields are read

Checks every bundle of FOLDER (generated, with truth.json) and prints a line per
field: what the order knows is decided (confirmed where the page shows it,
contradicted where it does not), undecided or wrong; what it does not know is
exact, not read or wrong. --alone: without the second reader. --stored: from the
report.json that rulebook left in each bundle.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ORDERED = {"org_name": ("organization", "name"),
           "credit_code": ("organization", "credit_code"),
           "legal_rep": ("legal_representative", "name"),
           "handler_name": ("handler", "name"),
           "handler_id": ("handler", "id_number")}
DATES = ("date", "valid_from", "valid_to")


def truths(bundle):
    for document in json.loads((bundle / "truth.json").read_text())["documents"]:
        for page in document["pages"]:
            for field in page.get("fields", []):
                yield document["slot"], field["name"], field["value"]


def judge(printed, known, field):
    """0: right, 1: left open, 2: wrong."""
    if known is None:
        return 1 if field is None else 0 if field["value"] == printed else 2
    result = ((field or {}).get("verified") or {}).get("result", "cannot_tell")
    if result == "cannot_tell":
        return 1
    return 0 if (result == "confirmed") == (printed == known) else 2


def fields_of(report):
    return {d["slot"]: d.get("fields") or {} for d in report["documents"]}


def check(program, bundle, settings):
    if "--stored" in sys.argv:
        return fields_of(json.loads((bundle / "report.json").read_text()))
    words = [program, "check", str(bundle), "--format", "json", "--reveal"]
    done = subprocess.run(words + settings, capture_output=True, check=False)
    if done.returncode > 4:
        sys.exit(done.stderr.decode())
    return fields_of(json.loads(done.stdout))


def main():
    program, folder = sys.argv[1:3]
    table = {}
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write('reading: { second_reader = "off"; };\n')
        conf.flush()
        settings = ["--config", conf.name] if "--alone" in sys.argv else []
        for bundle in sorted(pathlib.Path(folder).iterdir()):
            order = json.loads((bundle / "application.json").read_text())
            read = check(program, bundle, settings)
            for slot, name, printed in truths(bundle):
                if name not in ORDERED and name not in DATES:
                    continue
                part, member = ORDERED.get(name, ("", ""))
                known = order.get(part, {}).get(member)
                field = read.get(slot, {}).get(name)
                answer = judge(printed, known, field)
                table.setdefault(name, [0, 0, 0])[answer] += 1
                if answer == 2:
                    print(f"  {bundle.name} {slot} {name}: {field}, "
                          f"printed {printed}")
    print(f"{'field':<16}{'right':>8}{'open':>8}{'wrong':>8}")
    for name, counts in table.items():
        print(f"{name:<16}" + "".join(f"{n:>8}" for n in counts))
    return 1 if any(counts[2] for counts in table.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
