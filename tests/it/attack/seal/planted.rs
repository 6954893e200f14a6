//! Links, pipes and other things in place of files, and things beside them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use super::{cloud, copy, ended, pipe, snapshot};
use crate::harness::{Home, this_month};

/// The users of the snapshot, below it.
const USERS: &str = "cloud/users.jsonl.zst";

fn replace(path: &Path, plant: impl FnOnce(&Path)) {
    fs::remove_file(path).expect("it is there");
    plant(path);
}

#[test]
fn a_snapshot_is_what_it_lists_and_nothing_else() {
    let (home, _server) = cloud();
    let from = home.path(&snapshot(&home));
    home.write("secret", "PRIVATE");
    let secret = home.path("secret");
    let plants: &[&dyn Fn(&Path)] = &[
        &|dir| symlink(&secret, dir.join("cloud/notes")).expect("room"),
        &|dir| symlink(".", dir.join("loop")).expect("room"),
        &|dir| fs::write(dir.join("cloud/users-2.jsonl.zst"), "more").expect("room"),
        &|dir| fs::create_dir(dir.join("cloud/aside")).expect("room"),
        &|dir| pipe(&dir.join("pipe")),
        &|dir| fs::write(dir.join("new\nerror: line"), "x").expect("room"),
        &|dir| fs::write(dir.join("back\\slash"), "x").expect("room"),
        &|dir| {
            let copy = home.path("copy");
            fs::copy(dir.join(USERS), &copy).expect("room");
            replace(&dir.join(USERS), |it| symlink(&copy, it).expect("room"));
        },
        &|dir| replace(&dir.join(USERS), pipe),
        &|dir| replace(&dir.join("snapshot.json"), pipe),
        &|dir| replace(&dir.join("snapshot.json"), |it| symlink(&secret, it).expect("room")),
    ];
    let mut said = String::new();
    for plant in plants {
        let dir = home.path("planted");
        copy(&from, &dir);
        plant(&dir);
        let ran = ended(home.start(&["report", "planted"], Stdio::piped()));
        let complaint = ran.expect(4).complaint(&home);
        let why = complaint.lines().skip(1).filter(|it| !it.contains("help: "));
        said += &why.map(str::trim).collect::<Vec<_>>().join("; ");
        said += "\n";
        fs::remove_dir_all(dir).expect("it is there");
    }
    insta::assert_snapshot!(said, @r"
    error: `planted` holds `cloud/notes`, a link that is not part of the snapshot
    error: `planted` holds `loop`, a link that is not part of the snapshot
    error: `planted` holds `cloud/users-2.jsonl.zst`, a file that is not part of the snapshot
    error: `planted` holds `cloud/aside`, a folder that is not part of the snapshot
    error: `planted` holds `pipe`, a pipe that is not part of the snapshot
    error: `planted` holds `new\nerror: line`, a file that is not part of the snapshot
    error: `planted` holds `back\\slash`, a file that is not part of the snapshot
    error: `planted` holds `cloud/users.jsonl.zst`, a link that is not part of the snapshot
    error: `planted` holds `cloud/users.jsonl.zst`, a pipe that is not part of the snapshot
    error: cannot read `planted/snapshot.json`; because: it is a pipe, not a file
    error: cannot read `planted/snapshot.json`; because: it is a link, not a file
    ");
}

#[test]
fn a_pack_has_the_very_bytes_of_its_snapshot() {
    let (home, _server) = cloud();
    let from = snapshot(&home);
    symlink(&from, home.path("latest")).expect("room");
    let pack = home.pack(&home.run(&["report", "latest"]).expect(0));
    for name in ["snapshot.json", USERS, "cloud/groups.jsonl.zst"] {
        let there = fs::read(home.path(&from).join(name)).expect("a file");
        assert_eq!(pack.bytes(&format!("snapshot/{name}")), there);
    }
    // A pack in which something was put is not the pack any more.
    fs::write(pack.dir.join("csv/planted.csv"), "x").expect("room");
    let more = home.run(&["report", "latest"]).complaint(&home);
    // Nor is one whose snapshot lies elsewhere.
    fs::rename(pack.dir.join("snapshot"), home.path("moved")).expect("room");
    symlink(home.path("moved"), pack.dir.join("snapshot")).expect("room");
    let moved = home.run(&["report", &pack.dir.display().to_string()]).complaint(&home);
    let said = format!("{more}\n{moved}").replace(&this_month(), "MONTH");
    insta::assert_snapshot!(said, @"
    exit 4
    error: `HOME/evidence/MONTH/TIME-HASH` exists and differs in csv/planted.csv
      help: evidence is never overwritten; choose another folder with `--out DIR`
    exit 4
    error: cannot read `HOME/evidence/MONTH/TIME-HASH/snapshot`
      because: it is a link, not a folder
      help: name the folder of a snapshot, or a pack that holds one
    ");
}

#[test]
fn a_pipe_in_place_of_any_file_is_named_and_not_waited_for() {
    let (home, _server) = cloud();
    home.write("files/cloud/users.json", "[]");
    home.write("templates/html/cover.html.tera", "<p></p>");
    home.write("token", "a token");
    home.write("roots.pem", "");
    fs::create_dir(home.path("evidence")).expect("room");
    let text = home.read("retool-audit.toml");
    let variable = text.lines().find(|it| it.starts_with("token-env")).expect("one").to_owned();
    home.reconfigure(&variable, "token-file = \"token\"\nca-file = \"roots.pem\"");
    home.reconfigure("[output]", "[output]\ntemplates-dir = \"templates\"");
    let import = ["import", "files", "--collected-at", "2026-11-01T00:00:00Z"];
    let table: &[(&str, &[&str])] = &[
        ("retool-audit.toml", &["run"]),
        ("roster.csv", &["run"]),
        ("waivers.toml", &["run"]),
        ("approvals.csv", &["run"]),
        ("baseline.csv", &["run"]),
        ("logo.png", &["run"]),
        ("rules/oversized-group.toml", &["run"]),
        ("templates/html/cover.html.tera", &["run"]),
        // Two that begin within one second would have one name.
        ("token", &["snapshot", "--out", "one"]),
        ("roots.pem", &["snapshot", "--out", "two"]),
        ("evidence/.retool-audit.lock", &["run"]),
        ("evidence/.fingerprint-key", &["snapshot"]),
        ("files/cloud/users.json", &import),
    ];
    for (name, command) in table {
        let (path, saved) = (home.path(name), home.path("saved"));
        let was_there = fs::rename(&path, &saved).is_ok();
        pipe(&path);
        let ran = ended(home.start(command, Stdio::piped()));
        let named = ran.stderr.contains("it is a pipe, not a file");
        assert!(named && ran.code != 0, "{name}: {} {}", ran.code, ran.stderr);
        fs::remove_file(&path).expect("it is there");
        if was_there {
            fs::rename(&saved, &path).expect("room");
        }
    }
}

#[test]
fn a_link_may_stand_for_what_somebody_names() {
    let (home, _server) = cloud();
    let from = snapshot(&home);
    let name = |home: &Home| home.pack(&home.run(&["report", &from]).expect(0)).name();
    let before = name(&home);
    fs::create_dir(home.path("kept")).expect("room");
    let named =
        ["roster.csv", "waivers.toml", "approvals.csv", "baseline.csv", "logo.png", "rules"];
    for it in named.iter().chain(&["evidence"]) {
        fs::rename(home.path(it), home.path("kept").join(it)).expect("room");
        symlink(Path::new("kept").join(it), home.path(it)).expect("room");
    }
    assert_eq!(name(&home), before);
}

#[test]
fn a_link_leads_no_evidence_elsewhere() {
    let (home, _server) = cloud();
    let from = snapshot(&home);
    fs::create_dir(home.path("elsewhere")).expect("room");
    symlink("../elsewhere", home.path("evidence").join(this_month())).expect("room");
    fs::rename(home.path("evidence/snapshots"), home.path("kept")).expect("room");
    let report = home.run(&["report", &from.replace("evidence/snapshots", "kept")]);
    symlink("../elsewhere", home.path("evidence/snapshots")).expect("room");
    let said = [report, home.run(&["snapshot"])].map(|it| it.complaint(&home));
    insta::assert_snapshot!(said.join("\n").replace(&this_month(), "MONTH"), @"
    exit 4
    error: cannot write to `HOME/evidence/MONTH`
      because: it is a link, not a folder
    exit 4
    error: cannot write to `HOME/evidence/snapshots`
      because: it is a link, not a folder
    ");
    assert_eq!(fs::read_dir(home.path("elsewhere")).expect("a folder").count(), 0);
}

#[test]
fn a_rules_file_has_a_name_that_a_list_of_checksums_can_hold() {
    let (home, _server) = cloud();
    let rule = home.path("rules/oversized-group.toml");
    fs::rename(rule, home.path("rules/new\nline.toml")).expect("room");
    insta::assert_snapshot!(home.run(&["run"]).complaint(&home), @r"
    exit 4
    error: cannot read the rules in `HOME/rules/new\nline.toml`
      because: its name is no text, or holds a control character or a `\`
    ");
}
