#!/usr/bin/env python3
"""Checks evidence packs of retool-audit with Python's standard library alone.

    python3 verify.py             the pack that this file lies in
    python3 verify.py FOLDER ...  packs, or folders of packs with their chain

Each fault is a line; the exit code is 1 where there is one, and 2 where there
is no pack. What is checked: that every file is as its lists say, and that no
other one is there; that the ids are made of what they name; that tables have
the rows and the columns that they say, and agree with each other; and that
each pack goes on from packs that are there and unchanged.
"""

import csv
import hashlib
import json
import os
import re
import sys
from pathlib import Path

csv.field_size_limit(1 << 30)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def rows(path):
    """The header of a CSV file, and its records as dictionaries."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames or [], list(reader)


class Pack:
    def __init__(self, folder):
        self.folder, self.faults = folder, []
        self.manifest = {}

    def fault(self, text):
        self.faults.append(text)

    def check(self):
        try:
            self.manifest = read_json(self.folder / "manifest.json")
            self.check_files()
            self.check_ids()
            self.check_tables()
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.fault(f"cannot be read to its end: {type(error).__name__}: {error}")

    def check_files(self):
        listed = {it["path"]: it for it in self.manifest["files"]}
        sums = {}
        for line in (self.folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
            digest, _, path = line.partition("  ")
            sums[path] = digest
        in_manifest = {path: it["sha256"] for path, it in listed.items() if path != "SHA256SUMS"}
        for path in sorted(sums.keys() ^ in_manifest.keys()):
            self.fault(f"{path}: only one of SHA256SUMS and manifest.json has it")
        for path in sorted(sums.keys() & in_manifest.keys()):
            if sums[path] != in_manifest[path]:
                self.fault(f"{path}: SHA256SUMS and manifest.json have different hashes")
        for path, it in sorted(listed.items()):
            file = self.folder / path
            if file.is_symlink() or not file.is_file():
                self.fault(f"{path}: missing, or no plain file")
            elif file.stat().st_size != it["bytes"] or sha256(file) != it["sha256"]:
                self.fault(f"{path}: changed")
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            if (file.is_file() or file.is_symlink()) and path not in listed:
                if path != "manifest.json" and not path.endswith(".sig"):
                    self.fault(f"{path}: no list of the pack has it")

    def check_ids(self):
        made = "".join(f"{it['what']} {it['sha256']}\n" for it in self.manifest["inputs"])
        if hashlib.sha256(made.encode()).hexdigest()[:16] != self.manifest["report_id"]:
            self.fault("manifest.json: the report's id is not made of its inputs")
        for it in self.manifest["inputs"]:
            file = self.folder / it["file"]
            if it["file"].startswith(("inputs/", "snapshot/")) and sha256(file) != it["sha256"]:
                self.fault(f"{it['file']}: not what the report was made from")
        path = self.folder / "snapshot" / "snapshot.json"
        text = path.read_text(encoding="utf-8")
        rest = "".join(it for it in text.splitlines(True) if not it.startswith('  "id": '))
        made, self.snapshot = hashlib.sha256(rest.encode()).hexdigest()[:16], json.loads(text)
        if not made == self.snapshot["id"] == self.manifest["snapshot_id"]:
            self.fault("snapshot/snapshot.json: its id is not made of its content")
        for instance in self.snapshot["instances"]:
            for it in instance["files"] + instance.get("aside", []):
                if sha256(path.parent / it["path"]) != it["sha256"]:
                    self.fault(f"snapshot/{it['path']}: not what snapshot.json says")
            kept = {it["path"].rsplit("/", 1)[1].split(".")[0]: it["rows"] for it in instance["files"]}
            for row in instance["ledger"]:
                if row["endpoint"] in kept and kept[row["endpoint"]] != row["rows-kept"]:
                    self.fault(f"snapshot/snapshot.json: the ledger of {row['endpoint']} of "
                               f"{instance['name']} counts {row['rows-kept']} records, its file "
                               f"has {kept[row['endpoint']]}")

    def check_tables(self):
        listed = {it["path"]: it for it in self.manifest["files"]}
        schema = self.folder / "csv" / "schema.json"
        if not schema.is_file():
            return
        tables = {}
        for table in read_json(schema):
            header, records = rows(self.folder / "csv" / table["name"])
            name, tables[table["name"]] = f"csv/{table['name']}", records
            if header != [it["name"] for it in table["columns"]]:
                self.fault(f"{name}: its columns are not those of csv/schema.json")
                continue
            if len(records) != listed.get(name, {}).get("rows"):
                self.fault(f"{name}: has {len(records)} rows, and manifest.json counts "
                           f"{listed.get(name, {}).get('rows')}")
            ids = (self.manifest["report_id"], self.manifest["snapshot_id"])
            for place, it in enumerate(records, 1):
                if it["row_no"] != str(place) or (it["report_id"], it["snapshot_id"]) != ids:
                    self.fault(f"{name}: row {place} is not the one that was written there")
                    break
        self.check_counts(tables)

    def check_counts(self, tables):
        for instance in self.snapshot["instances"]:
            for row in instance["ledger"]:
                kept = [it["rows"] for it in instance["files"]
                        if it["path"].endswith("/users.jsonl.zst")]
                shown = [it for it in tables.get("users.csv", []) if it["instance"] == instance["name"]]
                if row["endpoint"] == "users" and kept and len(shown) != kept[0]:
                    self.fault(f"csv/users.csv: has {len(shown)} accounts of {instance['name']}, "
                               f"and the snapshot has {kept[0]}")
        report = self.folder / "report.json"
        if report.is_file() and "findings.csv" in tables:
            shown = {(it["finding_id"], it["verdict"]) for it in tables["findings.csv"]}
            told = {(it["finding_id"], it["verdict"]) for rule in read_json(report)["rules"]
                    for it in rule["findings"]}
            for finding, verdict in sorted(shown ^ told):
                self.fault(f"{finding} ({verdict}): only one of csv/findings.csv and report.json has it")


def check_chain(packs):
    """Each pack names the manifests that it goes on from."""
    there = {sha256(it.folder / "manifest.json"): it for it in packs}
    continued = {}
    for it in packs:
        for previous in it.manifest.get("previous", []):
            before = there.get(previous["manifest_sha256"])
            continued.setdefault(previous["manifest_sha256"], it)
            if before is None:
                it.fault(f"goes on from {previous['pack']}, which is missing or was changed since")
                continue
            for time in ("collected_at", "rendered_at"):
                if before.manifest[time] > it.manifest[time]:
                    it.fault(f"goes on from {previous['pack']}, which says a later {time}")
    last = max((it.manifest.get("period", "") for it in packs), default="")
    for manifest, it in there.items():
        if it.manifest.get("period", "") < last and manifest not in continued:
            it.fault("no later pack goes on from it: it was put in, or made again")
    for it in packs:
        if not re.fullmatch(re.escape(it.manifest.get("period", "?")), it.folder.resolve().parent.name):
            it.fault(f"lies in {it.folder.resolve().parent.name}, and is of "
                     f"{it.manifest.get('period')}")


def main(paths):
    folders = []
    for path in map(Path, paths):
        found = [path] if (path / "manifest.json").is_file() else sorted(
            Path(where) for where, below, names in os.walk(path)
            if "manifest.json" in names and "history" not in Path(where).relative_to(path).parts)
        folders.extend(found)
    packs = [Pack(it) for it in folders]
    for it in packs:
        it.check()
    if len(packs) > 1:
        check_chain([it for it in packs if it.manifest])
    for it in packs:
        print(f"{it.folder}: {'ok' if not it.faults else f'{len(it.faults)} faults'}")
        for fault in it.faults:
            print(f"  {fault}")
    return 2 if not packs else any(it.faults for it in packs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [Path(__file__).parent]))
