#!/usr/bin/env python3
"""Checks evidence packs of retool-audit with Python's standard library alone.

    python3 verify.py             the pack that this file lies in
    python3 verify.py FOLDER ...  packs, or folders of packs with their chain

Each fault is a line; the exit code is 1 where there is one, 2 without a pack. Checked are: files
against both lists; ids against what they are made of; tables against schema, counts and each other;
that packs go on from packs that are there, or that retention removed, as pruned.jsonl records.
"""

import csv
import hashlib
import json
import sys
from pathlib import Path

csv.field_size_limit(1 << 30)


def sha256(it):
    return hashlib.sha256(it if isinstance(it, bytes) else it.read_bytes()).hexdigest()


def read_json(path):
    return json.loads(path.read_bytes())


def read_sums(folder):
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames or [], list(reader)


class Record:
    """What retention removed from a folder; each line names the one before it by its hash."""

    def __init__(self, root):
        self.folder, self.faults, self.notes, self.packs = root / "pruned.jsonl", [], [], {}
        self.bytes = self.folder.read_bytes() if self.folder.is_file() else b""
        before, packs, entry = "", {}, "finished"
        for number, line in enumerate(self.bytes.splitlines(True), 1):
            try:
                it, is_next = json.loads(line), line.endswith(b"\n")
                entry, is_next = it["entry"], is_next and it["before"] == before
                if entry == "pack":
                    packs[it["pack"]] = {**it, "on": f"removed by retention on {it['at'][:10]}"}
            except (ValueError, KeyError, TypeError):
                is_next = False
            if not is_next:
                return self.faults.append(f"line {number} is not the one that followed the line before it")
            before = sha256(line[:-1])
        self.packs, self.notes = packs, [f"{len(packs)} packs removed by retention"]
        lost = [it for it, of in packs.items() if of["kept"] and not (root / it / "manifest.json").is_file()]
        self.faults += [f"{it}: what was kept of it is missing" for it in lost]
        if entry != "finished":
            self.faults.append("a removal was not finished: `retool-audit prune` finishes it")


class Pack:
    def __init__(self, folder, record):
        self.folder, self.faults, self.notes, self.manifest = folder, [], [], {}
        self.fault, self.record = self.faults.append, record
        self.removal = record.packs.get("/".join(folder.resolve().parts[-2:]), {"kept": []})

    def check(self):
        try:
            self.manifest = read_json(self.folder / "manifest.json")
            if self.manifest["format"] > 1:
                return self.fault("manifest.json: of a later format than 1, which is what this file reads")
            self.check_files(self.removal["kept"])
            if not self.removal["kept"]:
                self.check_ids()
                self.check_tables()
                self.check_history()
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.fault(f"cannot be read to its end: {type(error).__name__}: {error}")

    def check_files(self, kept):
        listed, sums = {it["path"]: it for it in self.manifest["files"]}, read_sums(self.folder)
        for path in sorted(sums.keys() | listed.keys() - {"SHA256SUMS"}):
            if sums.get(path) != listed.get(path, {}).get("sha256"):
                self.fault(f"{path}: SHA256SUMS and manifest.json do not have the same hash of it")
        wanted = {path: it for path, it in listed.items() if not kept or path in kept}
        for path, it in sorted(wanted.items()):
            file = self.folder / path
            if file.is_symlink() or not file.is_file():
                self.fault(f"{path}: missing, or no plain file")
            elif file.stat().st_size != it["bytes"] or sha256(file) != it["sha256"]:
                self.fault(f"{path}: changed")
        there = (it for it in self.folder.rglob("*") if it.is_file() or it.is_symlink())
        there = {it.relative_to(self.folder).as_posix() for it in there} - wanted.keys()
        for path in sorted(there - {"manifest.json", "manifest.json.sig", "manifest.json.tsr"}):
            gone = path in listed and f"{self.removal['on']}, and is there"
            self.fault(f"{path}: {gone or 'no list of the pack has it'}")
        if kept and sha256(self.folder / "manifest.json") != self.removal["manifest_sha256"]:
            self.fault("manifest.json: not the one that pruned.jsonl names")
        if "on" in self.removal:
            left = f"but for {len(kept)} files" if kept else "and is there"
            (self.notes if kept else self.faults).append(f"{self.removal['on']} {left}")

    def check_ids(self):
        made = "".join(f"{it['what']} {it['sha256']}\n" for it in self.manifest["inputs"])
        if sha256(made.encode())[:16] != self.manifest["report_id"]:
            self.fault("manifest.json: the report's id is not made of its inputs")
        for it in self.manifest["inputs"]:
            lies_here = it["file"].startswith(("inputs/", "snapshot/", "history/"))
            if lies_here and sha256(self.folder / it["file"]) != it["sha256"]:
                self.fault(f"{it['file']}: not what the report was made from")
        path = self.folder / "snapshot" / "snapshot.json"
        lines, self.snapshot = path.read_bytes().splitlines(True), read_json(path)
        made = sha256(b"".join(it for it in lines if not it.startswith(b'  "id": ')))[:16]
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
            odd = [place for place, it in enumerate(records, 1) if it["row_no"] != str(place)
                   or any(it[key] != self.manifest[key] for key in ("report_id", "snapshot_id"))]
            for place in odd[:1]:
                self.fault(f"{name}: row {place} is not the one that was written there")
        for instance in self.snapshot["instances"] if tables else []:
            shown = [it for it in tables["users.csv"] if it["instance"] == instance["name"]]
            for it in instance["files"]:
                if it["path"].endswith("/users.jsonl.zst") and it["rows"] != len(shown):
                    self.fault(f"csv/users.csv: has {len(shown)} accounts of {instance['name']}, "
                               f"and the snapshot has {it['rows']}")
        for report in self.folder.glob("report.json") if tables else []:
            told = [it for rule in read_json(report)["rules"] for it in rule["findings"]]
            told, shown = ({(it["finding_id"], it["verdict"]) for it in found}
                           for found in (told, tables["findings.csv"]))
            for finding, verdict in sorted(told ^ shown):
                self.fault(f"{finding} ({verdict}): in one of csv/findings.csv and report.json only")

    def check_history(self):
        for previous in self.manifest["previous"]:
            copy = self.folder / "history" / previous["pack"]
            if sha256(copy / "manifest.json") != previous["manifest_sha256"]:
                self.fault(f"history/{previous['pack']}: not the manifest that the pack goes on from")
        for sums in sorted((self.folder / "history").rglob("SHA256SUMS")):
            for file, digest in ((sums.parent / path, it) for path, it in read_sums(sums.parent).items()):
                if file.is_file() and sha256(file) != digest:
                    self.fault(f"{file.relative_to(self.folder).as_posix()}: not what the earlier pack had")

    def check_against(self, before, name):
        """What goes on from a pack is later, and no finding is younger than that pack says."""
        for time in ("collected_at", "rendered_at"):
            if before.manifest[time] > self.manifest[time]:
                self.fault(f"goes on from {name}, which says a later {time}")
        tables = [it.folder / "csv" / "findings.csv" for it in (before, self)]
        if all(it.is_file() for it in tables):
            then, now = ({(it["finding_id"], it["verdict"] == "undetermined"): it["first_seen"]
                          for it in rows(table)[1]} for table in tables)
            for key in sorted(key for key in then.keys() & now.keys() if now[key] > then[key]):
                self.fault(f"{key[0]}: first seen {now[key]}, and {then[key]} in the pack before")


def check_chain(packs, records):
    """Each pack names the manifests that it goes on from, and so does the line of one that is gone."""
    there = {sha256(it.folder / "manifest.json"): it for it in packs}
    lines = [(record, it) for record in records for it in record.packs.values()]
    gone = {it["manifest_sha256"]: it for _, it in lines}
    named = [*((it, it.manifest) for it in packs), *lines]
    links = [(it, link["pack"], link["manifest_sha256"]) for it, of in named for link in of["previous"]]
    for it, name, before in links:
        if before not in there and before not in gone:
            it.faults.append(f"goes on from {name}, which is missing or was changed since")
        elif before not in there and it in packs:
            it.notes.append(f"goes on from {name}, {gone[before]['on']}")
        elif it in packs:
            it.check_against(there[before], name)
    last = max((it.manifest["period"] for it in packs), default="")
    for manifest, it in there.items():
        month, period = it.folder.resolve().parent.name, it.manifest["period"]
        if period < last and manifest not in [before for _, _, before in links]:
            it.fault("no later pack goes on from it: it was put in or made again, or one is missing")
        if month != period:
            it.fault(f"lies in {month}, and is of {period}")
        copy = it.folder / "history" / "pruned.jsonl"
        if copy.is_file() and not it.record.bytes.startswith(copy.read_bytes()):
            it.fault("history/pruned.jsonl: the record of retention does not go on from it")


def main(paths):
    found = [it.parent for path in paths for it in sorted(Path(path).rglob("manifest.json"))
             if "history" not in it.relative_to(path).parts]
    records = {it: Record(it) for it in {folder.resolve().parent.parent for folder in found}}
    packs = [Pack(it, records[it.resolve().parent.parent]) for it in found]
    for it in packs:
        it.check()
    # One pack may go on from packs elsewhere, unless a record says what became of those.
    is_recorded = any(it.bytes for it in records.values()) and not set(map(Path, paths)) <= set(found)
    if len(packs) > 1 or is_recorded:
        needed = {"period", "previous", "collected_at", "rendered_at"}
        check_chain([it for it in packs if needed <= it.manifest.keys()], records.values())
    checked = [*packs, *(it for it in records.values() if it.bytes)]
    for it in checked:
        said = "; ".join([f"{it.folder}: {len(it.faults) or 'no'} faults", *it.notes])
        print(said, *it.faults, sep="\n  ")
    return 2 if not packs else any(it.faults for it in checked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or [Path(__file__).resolve().parent]))
