//! Verification: whatever is done to packs is told, by the program and by the check that lies in
//! each pack and needs neither the program nor trust in it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::before::{eu_from_files, reported};
use crate::harness::{Home, lacks_the_right};
use crate::pack::sha256;

/// Three months of one instance in which a few things happen.
struct Months {
    home: Home,
    packs: [PathBuf; 3],
}

static MONTHS: LazyLock<Months> = LazyLock::new(|| {
    let home = eu_from_files();
    let first = reported(&home, "2026-09-07T06:00:00Z").dir;
    home.edit("eu", "users", |it| it[0]["is_admin"] = json!(true));
    let second = reported(&home, "2026-10-05T06:00:00Z").dir;
    home.edit("eu", "organization", |it| it["two_factor_auth_required"] = json!(false));
    let third = reported(&home, "2026-11-02T06:00:00Z").dir;
    fs::remove_dir_all(home.path("evidence/snapshots")).expect("they are in packs");
    Months { home, packs: [first, second, third] }
});

/// A copy of the months, to be tampered with.
struct Copy {
    dir: TempDir,
    packs: [PathBuf; 3],
}

impl Copy {
    fn new() -> Self {
        let dir = TempDir::new().expect("room");
        let evidence = MONTHS.home.path("evidence");
        copy(&evidence, dir.path());
        let packs = MONTHS
            .packs
            .clone()
            .map(|it| dir.path().join(it.strip_prefix(&evidence).expect("it lies there")));
        Self { dir, packs }
    }

    /// The faults that the program finds, and those that the check in the newest pack finds.
    fn judged(&self) -> [Vec<String>; 2] {
        let ours = MONTHS.home.run(&["verify", &self.dir.path().to_string_lossy()]);
        assert!([0, 1].contains(&ours.code), "{}", ours.stderr);
        let script = MONTHS.packs[2].join("verify.py");
        let theirs = Command::new("python3").arg(script).arg(self.dir.path()).output();
        let theirs = theirs.expect("python3 is there");
        assert_eq!(String::from_utf8_lossy(&theirs.stderr), "");
        let [ours_told, theirs_told] =
            [ours.stdout.clone(), String::from_utf8_lossy(&theirs.stdout).into_owned()]
                .map(|it| faults(&it, self.dir.path()));
        assert_eq!(ours.code == 1, !ours_told.is_empty(), "{}", ours.stdout);
        assert_eq!(theirs.status.code() == Some(1), !theirs_told.is_empty());
        [ours_told, theirs_told]
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").map(|it| it.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            fs::create_dir_all(&target).expect("room");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("room");
        }
    }
}

/// Every file below a folder.
fn files(dir: &Path) -> Vec<PathBuf> {
    let (mut res, mut open) = (Vec::new(), vec![dir.to_owned()]);
    while let Some(dir) = open.pop() {
        for path in fs::read_dir(dir).expect("a folder").map(|it| it.expect("an entry").path()) {
            if path.is_dir() { open.push(path) } else { res.push(path) }
        }
    }
    res.sort();
    res
}

/// The faults, each behind the month of its pack.
fn faults(told: &str, dir: &Path) -> Vec<String> {
    let mut month = String::new();
    let mut res = Vec::new();
    for line in told.lines() {
        if let Some(fault) = line.strip_prefix("  ") {
            let fault = fault.replace(&format!("{}/", dir.display()), "");
            res.push(format!("{month} {}", MONTHS.home.steady(&fault)));
        } else {
            let rest = line.strip_prefix(&format!("{}/", dir.display())).expect("a pack");
            rest.split('/').next().expect("a month").clone_into(&mut month);
        }
    }
    res
}

fn edit_text(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).expect("a text");
    fs::write(path, change(text)).expect("room");
}

fn edit_json(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    change(&mut value);
    fs::write(path, serde_json::to_string_pretty(&value).expect("JSON") + "\n").expect("room");
}

/// Makes both lists of a pack say what its files are now, as somebody would who knows how.
fn mend(pack: &Path) {
    let manifest = pack.join("manifest.json");
    edit_json(&manifest, |it| {
        let mut files = it["files"].as_array().expect("files").clone();
        files.retain(|it| pack.join(it["path"].as_str().expect("a path")).is_file());
        let mut sums = String::new();
        for it in &mut files {
            let path = it["path"].as_str().expect("a path").to_owned();
            let bytes = fs::read(pack.join(&path)).expect("a file");
            if path != "SHA256SUMS" {
                writeln!(sums, "{}  {path}", sha256(&bytes)).expect("a text");
            }
            (it["bytes"], it["sha256"]) = (json!(bytes.len()), json!(sha256(&bytes)));
        }
        fs::write(pack.join("SHA256SUMS"), &sums).expect("room");
        for it in files.iter_mut().filter(|it| it["path"] == "SHA256SUMS") {
            (it["bytes"], it["sha256"]) = (json!(sums.len()), json!(sha256(sums.as_bytes())));
        }
        it["files"] = json!(files);
    });
}

/// Takes the second record out of a CSV file.
fn without_a_row(path: &Path) {
    edit_text(path, |text| {
        let mut lines: Vec<&str> = text.split_inclusive("\r\n").collect();
        lines.remove(2);
        lines.concat()
    });
}

/// Makes a row of a CSV file the one that was there, by its number.
fn renumber(path: &Path) {
    edit_text(path, |text| {
        let lines = text.split_inclusive("\r\n").enumerate().map(|(place, line)| {
            let cells: Vec<&str> = line.splitn(5, ',').collect();
            match (place, &cells[..]) {
                (1.., [report, snapshot, instance, _, rest]) => {
                    format!("{report},{snapshot},{instance},{place},{rest}")
                }
                _ => line.to_owned(),
            }
        });
        lines.collect()
    });
}

/// Gives a snapshot the id that its content makes.
fn identify(pack: &Path) {
    let header = pack.join("snapshot/snapshot.json");
    let text = fs::read_to_string(&header).expect("a text");
    let rest: String =
        text.split_inclusive('\n').filter(|it| !it.starts_with("  \"id\": ")).collect();
    let id = &sha256(rest.as_bytes())[..16];
    let with_id = |line: &str| {
        if line.starts_with("  \"id\": ") {
            format!("  \"id\": \"{id}\",\n")
        } else {
            line.to_owned()
        }
    };
    fs::write(&header, text.split_inclusive('\n').map(with_id).collect::<String>()).expect("room");
}

/// Rewrites the findings of a record.
fn edit_record(pack: &Path, change: impl Fn(&mut Value)) {
    let path = pack.join("record/findings.jsonl.zst");
    let text = zstd::decode_all(&*fs::read(&path).expect("a file")).expect("zstd");
    let mut res = Vec::new();
    for line in String::from_utf8(text).expect("UTF-8").lines() {
        let mut value = serde_json::from_str(line).expect("JSON");
        change(&mut value);
        res.extend(format!("{value}\n").into_bytes());
    }
    fs::write(&path, zstd::encode_all(&*res, 3).expect("zstd")).expect("room");
}

/// Makes what was first reported in September look as if it were reported in October.
fn younger(it: &mut Value) {
    if it["exception"]["since"] == "2026-09-07T06:00:00Z" {
        it["exception"]["since"] = json!("2026-10-05T06:00:00Z");
    }
}

/// Something that somebody does to packs.
type Tampering = (&'static str, fn(&Copy));

const TAMPERINGS: &[Tampering] = &[
    ("nothing", |_| {}),
    ("a file is added", |it| fs::write(it.packs[1].join("csv/more.csv"), "a").expect("room")),
    ("a file is taken out", |it| {
        fs::remove_file(it.packs[1].join("report.json")).expect("it is there");
    }),
    ("a file is taken out, and the lists are mended", |it| {
        fs::remove_file(it.packs[2].join("csv/findings.csv")).expect("it is there");
        mend(&it.packs[2]);
    }),
    ("a link stands for a file", |it| {
        let path = it.packs[1].join("inputs/roster.csv");
        fs::rename(&path, it.dir.path().join("kept")).expect("room");
        std::os::unix::fs::symlink(it.dir.path().join("kept"), path).expect("room");
    }),
    ("a row is taken out of a table", |it| without_a_row(&it.packs[2].join("csv/users.csv"))),
    ("a row is taken out, and the lists are mended", |it| {
        without_a_row(&it.packs[2].join("csv/users.csv"));
        mend(&it.packs[2]);
    }),
    ("a row is taken out, and the lists, its number and the counts are mended", |it| {
        let path = it.packs[2].join("csv/users.csv");
        without_a_row(&path);
        renumber(&path);
        edit_json(&it.packs[2].join("manifest.json"), |it| {
            for file in it["files"].as_array_mut().expect("files") {
                if file["path"] == "csv/users.csv" {
                    file["rows"] = json!(file["rows"].as_u64().expect("a count") - 1);
                }
            }
        });
        mend(&it.packs[2]);
    }),
    ("a finding is taken out of a table in the same way", |it| {
        let path = it.packs[2].join("csv/findings.csv");
        without_a_row(&path);
        renumber(&path);
        edit_json(&it.packs[2].join("manifest.json"), |it| {
            for file in it["files"].as_array_mut().expect("files") {
                if file["path"] == "csv/findings.csv" {
                    file["rows"] = json!(file["rows"].as_u64().expect("a count") - 1);
                }
            }
        });
        mend(&it.packs[2]);
    }),
    ("a column has another name, and the lists are mended", |it| {
        edit_text(&it.packs[2].join("csv/users.csv"), |it| it.replacen("user_id", "id", 1));
        mend(&it.packs[2]);
    }),
    ("the lists of an earlier pack are mended consistently", |it| {
        edit_text(&it.packs[0].join("README.txt"), |it| it + "more\n");
        mend(&it.packs[0]);
    }),
    ("the roster is another one, and the lists are mended", |it| {
        edit_text(&it.packs[2].join("inputs/roster.csv"), |it| it.replace("Active", "Leave"));
        mend(&it.packs[2]);
    }),
    ("the report has another id", |it| {
        edit_json(&it.packs[2].join("manifest.json"), |it| {
            it["report_id"] = json!("0123456789abcdef");
        });
    }),
    ("an input is left out of the manifest", |it| {
        edit_json(&it.packs[2].join("manifest.json"), |it| {
            it["inputs"].as_array_mut().expect("inputs").remove(1);
        });
    }),
    ("the clock is set back", |it| {
        edit_json(&it.packs[2].join("manifest.json"), |it| {
            it["rendered_at"] = json!("2026-09-01T06:00:00Z");
        });
    }),
    ("the ledger counts one record more, and all is mended", |it| {
        edit_text(&it.packs[2].join("snapshot/snapshot.json"), |text| {
            let (before, count) = text.split_once("\"rows-kept\": ").expect("a count");
            let (count, after) = count.split_once(',').expect("a count");
            let more = count.parse::<u64>().expect("a number") + 1;
            format!("{before}\"rows-kept\": {more},{after}")
        });
        identify(&it.packs[2]);
        mend(&it.packs[2]);
    }),
    ("a month is taken out", |it| fs::remove_dir_all(&it.packs[1]).expect("it is there")),
    ("a month is put in", |it| {
        let there = it.dir.path().join("2026-08/20260803T060000Z-0123abcd");
        fs::create_dir_all(&there).expect("room");
        copy(&it.packs[0], &there);
        edit_json(&there.join("manifest.json"), |it| it["period"] = json!("2026-08"));
    }),
    ("a month is made again", |it| {
        edit_json(&it.packs[1].join("manifest.json"), |it| {
            it["rendered_at"] = json!("2026-11-20T06:00:00Z");
        });
    }),
    ("two months are swapped", |it| {
        let [first, second] = [&it.packs[0], &it.packs[1]];
        let aside = it.dir.path().join("aside");
        fs::rename(first, &aside).expect("room");
        fs::rename(second, first).expect("room");
        fs::rename(&aside, second).expect("room");
    }),
    ("findings of an earlier pack look younger, and its lists are mended", |it| {
        edit_record(&it.packs[1], younger);
        mend(&it.packs[1]);
    }),
    ("findings of the newest pack look younger, and its lists are mended", |it| {
        edit_record(&it.packs[2], younger);
        edit_text(&it.packs[2].join("csv/findings.csv"), |it| {
            it.replace("2026-09-07T06:00:00Z", "2026-10-05T06:00:00Z")
        });
        mend(&it.packs[2]);
    }),
    ("what was taken from an earlier pack is another, and the lists are mended", |it| {
        let history = it.packs[2].join("history/2026-10");
        let copied = fs::read_dir(history).expect("a folder").next().expect("one").expect("it");
        edit_record(&copied.path(), younger);
        mend(&it.packs[2]);
    }),
    ("the manifest is of a later format", |it| {
        edit_json(&it.packs[1].join("manifest.json"), |it| it["format"] = json!(2));
    }),
    ("the manifest is none", |it| {
        fs::write(it.packs[1].join("manifest.json"), "{}").expect("room");
    }),
];

#[test]
fn a_05_whatever_is_done_to_packs_is_told() {
    let lines = TAMPERINGS.iter().map(|(what, deed)| {
        let months = Copy::new();
        deed(&months);
        let [ours, theirs] = months.judged();
        let list = |name: &str, faults: &[String]| {
            let lines = faults.iter().take(4).map(|it| format!("  {name}: {it}"));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(ours.is_empty(), *what == "nothing", "{what}: {ours:#?}");
        let lines = [vec![what.to_string()], list("program", &ours), list("verify.py", &theirs)];
        lines.concat().join("\n")
    });
    insta::assert_snapshot!("tamperings", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_05_a_byte_in_any_file_is_told_by_both() {
    let months = Copy::new();
    let [before, after] = months.judged();
    assert!(before.is_empty() && after.is_empty(), "{before:?} {after:?}");
    let pack = &months.packs[2];
    let mut kinds = std::collections::BTreeSet::new();
    for path in files(pack) {
        // One of each kind and folder: all of a kind are read in the same way.
        let below = path.strip_prefix(pack).expect("below it").to_string_lossy().into_owned();
        let folder = below.split('/').next().expect("a name").to_owned();
        let kind = below.rsplit('.').next().expect("an ending").to_owned();
        if !kinds.insert((folder, kind)) {
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        let mut flipped = bytes.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        fs::write(&path, flipped).expect("room");
        let [ours, theirs] = months.judged();
        assert!(!ours.is_empty() && !theirs.is_empty(), "{below}: {ours:?} {theirs:?}");
        fs::write(&path, bytes).expect("room");
    }
    assert!(kinds.len() > 12, "{kinds:?}");
}

#[test]
fn a_03_a_pack_is_rendered_again_from_what_lies_in_it() {
    let months = Copy::new();
    let pack = months.packs[2].to_string_lossy().into_owned();
    let ran = MONTHS.home.run(&["verify", &pack, "--replay"]).expect(0);
    assert!(ran.stdout.contains("rendered again, every file is the same"), "{}", ran.stdout);
    // What nobody can see from the lists, since they were mended.
    edit_text(&months.packs[2].join("csv/settings.csv"), |it| it.replace("no,", "yes,"));
    mend(&months.packs[2]);
    let ran = MONTHS.home.run(&["verify", &pack, "--replay"]).expect(1);
    assert!(
        ran.stdout.contains("csv/settings.csv: rendered again, it is another one"),
        "{}",
        ran.stdout
    );
}

/// Whoever reads the script can: it is short, and needs nothing.
#[test]
fn the_check_in_python_is_short_and_needs_nothing() {
    let script = fs::read_to_string("src/pack/verify.py").expect("the script");
    let n_lines = script.lines().filter(|it| !it.trim().is_empty()).count();
    assert!(n_lines < 200, "{n_lines} lines that say something");
    let imports: Vec<&str> = script.lines().filter(|it| it.contains("import ")).collect();
    insta::assert_snapshot!(imports.join("\n"), @r"
    import csv
    import hashlib
    import json
    import sys
    from pathlib import Path
    ");
}

/// What `README.txt` says of the ids, with other people's tools.
#[test]
fn a_05_ids_can_be_recomputed_with_sha256sum_and_jq() {
    let pack = &MONTHS.packs[2];
    let readme = fs::read_to_string(pack.join("README.txt")).expect("it lies there");
    let manifest: Value =
        serde_json::from_slice(&fs::read(pack.join("manifest.json")).expect("it")).expect("JSON");
    let recipes = readme.lines().map(str::trim).filter(|it| it.ends_with("| cut -c1-16"));
    let made = recipes.map(|recipe| {
        let ran = Command::new("sh").args(["-c", recipe]).current_dir(pack).output().expect("sh");
        assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{recipe}");
        String::from_utf8_lossy(&ran.stdout).trim().to_owned()
    });
    let made: Vec<String> = made.collect();
    assert_eq!(made, ["report_id", "snapshot_id"].map(|it| manifest[it].as_str().expect("an id")));
    let mut sums = Command::new("sha256sum");
    sums.args(["--check", "--quiet", "--strict", "SHA256SUMS"]).current_dir(pack);
    let sums = sums.output().expect("sha256sum");
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stderr));
}

/// Makes a key of a kind, and gives the line of its public half.
fn key(dir: &Path, kind: &[&str]) -> (PathBuf, String) {
    let path = dir.join(format!("key-{}", kind.join("-")));
    let mut keygen = Command::new("ssh-keygen");
    keygen.args(["-q", "-N", "", "-C", "", "-t"]).args(kind).arg("-f").arg(&path);
    let made = keygen.output().expect("ssh-keygen is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let public = fs::read_to_string(path.with_extension("pub")).expect("the public half");
    (path, public.trim().to_owned())
}

#[test]
fn a_05_signatures_are_those_of_ssh_keygen() {
    let months = Copy::new();
    let dir = TempDir::new().expect("room");
    let allowed = dir.path().join("allowed_signers");
    let kinds: [&[&str]; 3] = [&["ed25519"], &["ecdsa", "-b", "384"], &["rsa", "-b", "2048"]];
    for (kind, pack) in kinds.iter().zip(&months.packs) {
        let (path, public) = key(dir.path(), kind);
        let (path, shown) = (path.to_string_lossy().into_owned(), pack.to_string_lossy());
        MONTHS.home.run(&["sign", &shown, "--key", &path]).expect(0);
        fs::write(&allowed, format!("# Ours.\nana@acme.example {public}\n")).expect("room");
        let checked = Command::new("ssh-keygen")
            .args(["-Y", "verify", "-I", "ana@acme.example", "-n", "retool-audit", "-f"])
            .arg(&allowed)
            .arg("-s")
            .arg(pack.join("manifest.json.sig"))
            .stdin(fs::File::open(pack.join("manifest.json")).expect("it is there"))
            .output()
            .expect("ssh-keygen is there");
        let told = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(told.starts_with("Good \"retool-audit\" signature for ana@acme.example"), "{told}");
        let allowed = allowed.to_string_lossy();
        let ours = MONTHS.home.run(&["verify", &shown, "--allowed-signers", &allowed]).expect(0);
        assert!(ours.stdout.contains("signed by ana@acme.example (SHA256:"), "{}", ours.stdout);
        let twice = MONTHS.home.run(&["sign", &shown, "--key", &path]).complaint(&MONTHS.home);
        assert!(twice.contains("is signed already"), "{twice}");
    }
    // The packs are whole beside their signatures, and what comes after is made as before.
    let [ours, theirs] = months.judged();
    assert_eq!((ours, theirs), (Vec::new(), Vec::new()));
}

#[test]
fn a_05_a_signature_of_somebody_or_something_else_is_told() {
    let months = Copy::new();
    let dir = TempDir::new().expect("room");
    let [first, second, third] = &months.packs;
    let (ours, public) = key(dir.path(), &["ed25519"]);
    let (theirs, _) = key(dir.path(), &["ecdsa", "-b", "256"]);
    let allowed = dir.path().join("allowed_signers");
    fs::write(&allowed, format!("ana@acme.example {public}\n")).expect("room");
    for (pack, key) in [(first, &ours), (second, &theirs), (third, &ours)] {
        let words = ["sign", &pack.to_string_lossy(), "--key", &key.to_string_lossy()];
        MONTHS.home.run(&words).expect(0);
    }
    fs::copy(first.join("manifest.json.sig"), third.join("manifest.json.sig")).expect("room");
    let all = months.dir.path().to_string_lossy().into_owned();
    let ran = MONTHS.home.run(&["verify", &all, "--allowed-signers", &allowed.to_string_lossy()]);
    let told: Vec<String> = faults(&ran.expect(1).stdout, months.dir.path());
    let nameless = |it: &String| {
        it.split(' ')
            .map(|it| if it.starts_with("SHA256:") { "[key]" } else { it })
            .collect::<Vec<_>>()
            .join(" ")
    };
    insta::assert_snapshot!(told.iter().map(nameless).collect::<Vec<_>>().join("\n"), @r"
    2026-10 manifest.json.sig: [key] made it, which is no allowed signer
    2026-11 manifest.json.sig: it is of [key] and not of this manifest
    ");
    fs::write(&allowed, "ana@acme.example valid-after=\"2026\" ssh-ed25519 AAAA\n").expect("room");
    let ran = MONTHS.home.run(&["verify", &all, "--allowed-signers", &allowed.to_string_lossy()]);
    assert!(ran.complaint(&MONTHS.home).contains("`valid-after=\"2026\"` is not supported"));
}

#[test]
fn a_05_a_key_that_an_agent_holds_signs_and_one_that_it_lacks_does_not() {
    let months = Copy::new();
    let dir = TempDir::new().expect("room");
    let (path, _) = key(dir.path(), &["ed25519"]);
    let public = path.with_extension("pub");
    let socket = dir.path().join("agent");
    let mut agent = Command::new("ssh-agent");
    agent.args(["-D", "-a"]).arg(&socket).stdout(Stdio::null());
    let mut agent = agent.spawn().expect("ssh-agent is there");
    let add = || {
        let mut add = Command::new("ssh-add");
        add.args(["-q"]).arg(&path).env("SSH_AUTH_SOCK", &socket);
        add.output().expect("ssh-add is there").status.success()
    };
    let mut tries = 0..100;
    while !add() {
        assert!(tries.next().is_some(), "the agent takes no key");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // The agent alone has the private half.
    fs::remove_file(&path).expect("it is there");
    let mut home = Home::empty();
    home.set("SSH_AUTH_SOCK", &socket.to_string_lossy());
    let words = |pack: &Path| {
        ["sign", &*pack.to_string_lossy(), "--key", &*public.to_string_lossy()].map(str::to_owned)
    };
    let run = |pack: &Path| home.run(&words(pack).each_ref().map(String::as_str));
    run(&months.packs[0]).expect(0);
    agent.kill().expect("it runs");
    agent.wait().expect("it ends");
    let complaint = run(&months.packs[1]).expect(4).complaint(&home);
    assert!(complaint.contains("`ssh-keygen` does not sign with"), "{complaint}");
    assert!(!months.packs[1].join("manifest.json.sig").exists());
    let shown = months.packs[0].to_string_lossy().into_owned();
    let ours = home.run(&["verify", &shown]).expect(0).stdout;
    assert!(ours.contains("(SHA256:") || ours.contains("SHA256:"), "{ours}");
}

#[test]
fn a_month_without_a_pack_is_missing_and_not_absent() {
    let months = Copy::new();
    fs::remove_dir_all(&months.packs[1]).expect("it is there");
    let dir = months.dir.path().to_string_lossy().into_owned();
    let told = |words: &[&str]| {
        let ran = MONTHS.home.run(&[&["coverage", "--out", &dir], words].concat());
        format!("exit {}\n{}", ran.code, ran.stdout)
    };
    // The roster of the sample makes the reports partial, and no instance.
    insta::assert_snapshot!(told(&["--from", "2026-08", "--to", "2026-11"]), @r"
    exit 3
    month    eu        packs  signed  reviewed
    2026-08  missing       0      no        no
    2026-09  complete      1      no        no
    2026-10  missing       0      no        no
    2026-11  late          1      no        no
    ");
    insta::assert_snapshot!(told(&["--from", "2026-11", "--to", "2026-11", "--format", "json"]), @r#"
    exit 3
    {
      "covered": false,
      "instances": [
        "eu"
      ],
      "months": [
        {
          "period": "2026-11",
          "instances": [
            "late"
          ],
          "packs": 1,
          "signed": false,
          "reviewed": "",
          "removed": ""
        }
      ],
      "removed": []
    }
    "#);
}

#[test]
fn the_page_over_the_packs_leads_to_each_and_is_no_evidence() {
    let home = &MONTHS.home;
    let page = home.read("evidence/index.html");
    for pack in &MONTHS.packs {
        let place = pack.strip_prefix(home.path("evidence")).expect("it lies there");
        assert!(page.contains(&format!("<a href=\"{}/\">", place.display())), "{page}");
    }
    assert!(!page.contains("<script") && page.contains("default-src 'none'"));
    assert!(!page.contains("again in this period"));
    // It is made anew, and what lies in it counts for nothing.
    let months = Copy::new();
    fs::write(months.dir.path().join("index.html"), "changed").expect("room");
    assert_eq!(months.judged(), [Vec::<String>::new(), Vec::new()]);
}

/// What a report says hangs on its inputs, and on nothing else of the machine.
#[test]
fn a_03_another_day_zone_language_umask_and_folder_give_the_same_bytes() {
    let home = &MONTHS.home;
    let elsewhere = TempDir::new().expect("room");
    let snapshot = MONTHS.packs[2].join("snapshot");
    let report = format!(
        "umask 027 && exec faketime '2031-05-05 03:04:05' {} report {} --out {} --previous evidence",
        env!("CARGO_BIN_EXE_retool-audit"),
        snapshot.display(),
        elsewhere.path().display(),
    );
    let ran = Command::new("sh")
        .args(["-c", &report])
        .current_dir(home.path("."))
        .envs([("TZ", "Asia/Tokyo"), ("LC_ALL", "de_DE.UTF-8"), ("USER", "somebody-else")])
        .output()
        .expect("sh is there");
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    let pack = PathBuf::from(String::from_utf8_lossy(&ran.stdout).trim());
    let sums = |pack: &Path| fs::read_to_string(pack.join("SHA256SUMS")).expect(&told);
    assert_eq!(sums(&pack), sums(&MONTHS.packs[2]));
    let manifest: Value =
        serde_json::from_slice(&fs::read(pack.join("manifest.json")).expect("it")).expect("JSON");
    assert_eq!(
        manifest["rendered_at"].as_str().map(|it| &it[..4]),
        Some("2031"),
        "the clock was set"
    );
}

/// Who renders stands in the manifest, and changes nothing else.
#[cfg(unix)]
#[test]
fn a_03_another_user_gives_the_same_bytes() {
    let elsewhere = TempDir::new().expect("room");
    let place = |name: &str| elsewhere.path().join(name);
    copy(&MONTHS.home.path("."), elsewhere.path());
    fs::copy(env!("CARGO_BIN_EXE_retool-audit"), place("program")).expect("room");
    let snapshot = MONTHS.packs[2].join("snapshot");
    let snapshot = snapshot.strip_prefix(MONTHS.home.path(".")).expect("it lies there");
    // Who may become anybody becomes nobody; 77 says that this user may not.
    let report = format!(
        "if [ $(id -u) = 0 ]; then as=; elif sudo -n true; then as='sudo -n'; else exit 77; fi; \
         $as chown -R 65534:65534 . && $as setpriv --reuid=65534 --regid=65534 --clear-groups \
         ./program report {} --out again --previous evidence; code=$?; \
         $as chown -R $(id -u) .; exit $code",
        snapshot.display(),
    );
    let ran = Command::new("sh").args(["-c", &report]).current_dir(elsewhere.path()).output();
    let ran = ran.expect("sh is there");
    if ran.status.code() == Some(77) {
        return lacks_the_right("another user: this one may not become any");
    }
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    let pack = place(String::from_utf8_lossy(&ran.stdout).trim());
    let sums = |pack: &Path| fs::read_to_string(pack.join("SHA256SUMS")).expect(&told);
    assert_eq!(sums(&pack), sums(&MONTHS.packs[2]));
    let account = |pack: &Path| {
        let manifest = fs::read(pack.join("manifest.json")).expect("it is there");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        manifest["rendered_by"]["account"].as_str().map(str::to_owned).expect("somebody")
    };
    assert_ne!(account(&pack), account(&MONTHS.packs[2]));
}

/// Clocks have parts of seconds, which days written by hand have not.
/// A pack of a later program is not half understood: its month counts as missing.
#[test]
fn a_manifest_of_a_later_format_covers_nothing() {
    let months = Copy::new();
    let words = ["--from", "2026-10", "--to", "2026-10", "--format", "json"];
    let state = |months: &Copy| {
        let out = months.dir.path().to_string_lossy();
        let told = MONTHS.home.run(&[&["coverage", "--out", &out], &words[..]].concat()).stdout;
        let told: Value = serde_json::from_str(&told).expect("JSON");
        told["months"][0]["instances"][0].as_str().expect("a state").to_owned()
    };
    assert_ne!(state(&months), "missing");
    edit_json(&months.packs[1].join("manifest.json"), |it| it["format"] = json!(2));
    assert_eq!(state(&months), "missing");
}

#[test]
fn months_that_were_collected_at_any_moment_verify() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    home.reconfigure("[output]", "[output]\nmode = \"group\"");
    home.run(&["run"]);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    home.run(&["run"]);
    let ran = home.run(&["verify", "evidence", "--replay"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert_eq!(ran.stdout.matches("every file is the same").count(), 2, "{}", ran.stdout);
    // The group may read what is made, and no secret.
    #[cfg(unix)]
    for path in files(&home.path("evidence")) {
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let is_secret = name.contains("key");
        assert_eq!(mode(&path), if is_secret { 0o600 } else { 0o640 }, "{}", path.display());
        assert_eq!(mode(path.parent().expect("a folder")), 0o750, "{}", path.display());
    }
}
