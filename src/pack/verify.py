#!/usr/bin/env python3
"""Checks evidence packs of retool-audit with Python's standard library alone.

    python3 verify.py             the pack that this file lies in
    python3 verify.py FOLDER ...  packs, or folders of packs with their chain

Each fault is a line; the exit code is 1 where there is one, 2 without a pack.
Checked are: every file against the lists, and that there is no other; ids
against what they are made of; tables against their schema, their counts and
each other; and that each pack goes on from packs that are there, unchanged.
"""

import csv
import hashlib
import json
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
    return json.loads(path.read_text(encoding="utf-8"))


def read_sums(folder):
    """The hash of each file by its path, as SHA256SUMS has it."""
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def rows(path):
    """The header of a CSV file, and its records."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames or [], list(reader)


class Pack:
    def __init__(self, folder):
        self.folder, self.faults, self.manifest = folder, [], {}
        self.fault = self.faults.append

    def check(self):
        try:
            self.manifest = read_json(self.folder / "manifest.json")
            self.check_files()
            self.check_ids()
            self.check_tables()
            self.check_history()
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.fault(f"cannot be read to its end: {type(error).__name__}: {error}")

    def check_files(self):
        listed, sums = {it["path"]: it for it in self.manifest["files"]}, read_sums(self.folder)
        for path in sorted(sums.keys() | listed.keys() - {"SHA256SUMS"}):
            if sums.get(path) != listed.get(path, {}).get("sha256"):
                self.fault(f"{path}: SHA256SUMS and manifest.json do not have the same hash of it")
        for path, it in sorted(listed.items()):
            file = self.folder / path
            if file.is_symlink() or not file.is_file():
                self.fault(f"{path}: missing, or no plain file")
            elif file.stat().st_size != it["bytes"] or sha256(file) != it["sha256"]:
                self.fault(f"{path}: changed")
        for file in sorted(self.folder.rglob("*")):
            path = file.relative_to(self.folder).as_posix()
            known = path in listed or path in ("manifest.json", "manifest.json.sig", "manifest.json.tsr")
            if (file.is_file() or file.is_symlink()) and not known:
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
        lines = path.read_text(encoding="utf-8").splitlines(True)
        rest = "".join(it for it in lines if not it.startswith('  "id": '))
        made, self.snapshot = hashlib.sha256(rest.encode()).hexdigest()[:16], read_json(path)
        if not made == self.snapshot["id"] == self.manifest["snapshot_id"]:
            self.fault("snapshot/snapshot.json: its id is not made of its content")
        for instance in self.snapshot["instances"]:
            for it in instance["files"] + instance.get("aside", []):
                if sha256(path.parent / it["path"]) != it["sha256"]:
                    self.fault(f"snapshot/{it['path']}: not what snapshot.json says")
            kept = {it["path"].rsplit("/", 1)[1].split(".")[0]: it["rows"] for it in instance["files"]}
            for row in instance["ledger"]:
                there, counted = kept.get(row["endpoint"]), row["rows-kept"]
                if there not in (None, counted):
                    self.fault(f"snapshot/snapshot.json: {row['endpoint']} of {instance['name']}: "
                               f"{there} records, and the ledger counts {counted}")

    def check_tables(self):
        counts = {it["path"]: it.get("rows") for it in self.manifest["files"]}
        schema, tables = self.folder / "csv" / "schema.json", {}
        for table in read_json(schema) if schema.is_file() else []:
            header, records = rows(self.folder / "csv" / table["name"])
            name, tables[table["name"]] = f"csv/{table['name']}", records
            if header != [it["name"] for it in table["columns"]]:
                self.fault(f"{name}: its columns are not those of csv/schema.json")
                continue
            if len(records) != counts.get(name):
                self.fault(f"{name}: has {len(records)} rows, and manifest.json counts {counts.get(name)}")
            ids = (self.manifest["report_id"], self.manifest["snapshot_id"])
            odd = [place for place, it in enumerate(records, 1)
                   if (it["row_no"], it["report_id"], it["snapshot_id"]) != (str(place), *ids)]
            for place in odd[:1]:
                self.fault(f"{name}: row {place} is not the one that was written there")
        for instance in self.snapshot["instances"] if tables else []:
            shown = [it for it in tables["users.csv"] if it["instance"] == instance["name"]]
            for it in instance["files"]:
                if it["path"].endswith("/users.jsonl.zst") and it["rows"] != len(shown):
                    self.fault(f"csv/users.csv: has {len(shown)} accounts of {instance['name']}, "
                               f"and the snapshot has {it['rows']}")
        report = self.folder / "report.json"
        if tables and report.is_file():
            told = [it for rule in read_json(report)["rules"] for it in rule["findings"]]
            pairs = [{(it["finding_id"], it["verdict"]) for it in found}
                     for found in (told, tables["findings.csv"])]
            for finding, verdict in sorted(pairs[0] ^ pairs[1]):
                self.fault(f"{finding} ({verdict}): in one of csv/findings.csv and report.json only")

    def check_history(self):
        for previous in self.manifest["previous"]:
            copy = self.folder / "history" / previous["pack"]
            if sha256(copy / "manifest.json") != previous["manifest_sha256"]:
                self.fault(f"history/{previous['pack']}: not the manifest that the pack goes on from")
        for sums in sorted((self.folder / "history").rglob("SHA256SUMS")):
            for path, digest in read_sums(sums.parent).items():
                file = sums.parent / path
                if file.is_file() and sha256(file) != digest:
                    path = file.relative_to(self.folder).as_posix()
                    self.fault(f"{path}: not what the earlier pack had")


def check_ages(pack, before):
    """A finding is as old as the pack before says, where that reported it in the same way."""
    tables = [it.folder / "csv" / "findings.csv" for it in (before, pack)]
    if all(it.is_file() for it in tables):
        then, now = ({(it["finding_id"], it["verdict"] == "undetermined"): it["first_seen"]
                      for it in rows(table)[1]} for table in tables)
        for key in sorted(then.keys() & now.keys()):
            if now[key] > then[key]:
                pack.fault(f"{key[0]}: first seen {now[key]}, and {then[key]} in the pack before")


def check_chain(packs):
    """Each pack names the manifests that it goes on from."""
    there, continued = {sha256(it.folder / "manifest.json"): it for it in packs}, set()
    for it in packs:
        for previous in it.manifest.get("previous", []):
            before = there.get(previous["manifest_sha256"])
            continued.add(previous["manifest_sha256"])
            if before is None:
                it.fault(f"goes on from {previous['pack']}, which is missing or was changed since")
                continue
            check_ages(it, before)
            for time in ("collected_at", "rendered_at"):
                if before.manifest[time] > it.manifest[time]:
                    it.fault(f"goes on from {previous['pack']}, which says a later {time}")
    last = max((it.manifest.get("period", "") for it in packs), default="")
    for manifest, it in there.items():
        if it.manifest.get("period", "") < last and manifest not in continued:
            it.fault("no later pack goes on from it: it was put in or made again, or one is missing")
        month, period = it.folder.resolve().parent.name, it.manifest.get("period")
        if month != period:
            it.fault(f"lies in {month}, and is of {period}")


def folders(path):
    """The packs in a folder, but for what they took from each other."""
    found = (it.parent for it in Path(path).rglob("manifest.json"))
    return sorted(it for it in found if "history" not in it.relative_to(path).parts)


def main(paths):
    packs = [Pack(it) for path in paths for it in folders(path)]
    for it in packs:
        it.check()
    if len(packs) > 1:
        check_chain([it for it in packs if it.manifest])
    for it in packs:
        print(f"{it.folder}: {len(it.faults) or 'no'} faults", *it.faults, sep="\n  ")
    return 2 if not packs else any(it.faults for it in packs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [Path(__file__).resolve().parent]))
