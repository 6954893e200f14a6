//! The output folder and what lies in it: one writer, whole snapshots, plain files, for one owner.

mod ledger;
#[cfg(unix)]
mod planted;

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use retool_audit::snapshot::store;

use crate::harness::{Home, Ran, Server};

/// The sample's `cloud`, without documents.
fn cloud() -> (Home, Server) {
    let home = Home::sample();
    home.without_doubts();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    home.without_cis();
    (home, server)
}

/// A snapshot of it, by its path below the folder.
fn snapshot(home: &Home) -> String {
    home.run(&["snapshot"]).expect(0).stdout.trim().to_owned()
}

/// Waits for the program, but not for ever.
fn ended(mut program: Child) -> Ran {
    let since = Instant::now();
    while program.try_wait().expect("it runs").is_none() {
        if since.elapsed().as_secs() > 60 {
            program.kill().expect("it runs");
            panic!("the program waits for something that never comes");
        }
        sleep(Duration::from_millis(20));
    }
    Ran::wait(program)
}

/// Adds an instance that takes a connection and never answers.
fn with_a_silent_one(home: &Home) -> TcpListener {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    home.write("token", "a token");
    let block = format!(
        "[[instance]]\nname = \"slow\"\nurl = \"http://{address}\"\ntoken-file = \"token\"\n\n\
         # Every rule"
    );
    home.reconfigure("# Every rule", &block);
    listener
}

/// Every file and folder below one, with its rights.
#[cfg(unix)]
fn rights(dir: &Path, res: &mut Vec<(PathBuf, bool, u32)>) {
    use std::os::unix::fs::PermissionsExt as _;
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        let there = path.symlink_metadata().expect("it is there");
        res.push((path.clone(), there.is_dir(), there.permissions().mode() & 0o777));
        if there.is_dir() {
            rights(&path, res);
        }
    }
}

#[test]
fn who_writes_below_an_output_folder_keeps_everybody_else_out() {
    let (home, _server) = cloud();
    // Two that begin within one second would have one name.
    fs::rename(home.path(&snapshot(&home)), home.path("older")).expect("room");
    let listener = with_a_silent_one(&home);
    home.write("files/cloud/users.json", "[]");
    let mut first = home.start(&["snapshot"], Stdio::piped());
    let _connection = listener.accept().expect("it asks");
    let lists = || {
        let found = fs::read_dir(home.path("evidence/snapshots")).expect("a folder");
        let mut names = found.map(|it| it.expect("an entry").path());
        names.find(|it| {
            it.to_string_lossy().ends_with(".unfinished")
                && it.join("cloud/groups.jsonl.zst").exists()
        })
    };
    while lists().is_none() {
        sleep(Duration::from_millis(20));
    }
    let at = ["--collected-at", "2026-11-01T00:00:00Z"];
    let others: &[&[&str]] = &[
        &["run"],
        &["report", "older"],
        &["report", "older", "--out", "evidence/deeper"],
        &["snapshot"],
        &["snapshot", "--out", "./evidence/../evidence/snapshots"],
        &["import", "files", at[0], at[1]],
        &["import", "files", at[0], at[1], "--out", "evidence/snapshots"],
        &["demo", "--out", "evidence"],
    ];
    for other in others {
        let refused = home.run(other).expect(4);
        assert!(
            refused.stderr.contains("another run is writing to"),
            "{other:?}: {}",
            refused.stderr
        );
    }
    assert!(lists().is_some(), "the first one's lists were not taken");
    // Another folder is free, and what the first one holds is safe from those who lock only that.
    home.write(
        "other.toml",
        &home.read("retool-audit.toml").replace("dir = \"evidence\"", "dir = \"else\""),
    );
    home.run(&["--config", "other.toml", "report", "older", "--out", "evidence/snapshots"])
        .expect(3);
    assert!(lists().is_some(), "nor who is configured for another folder");
    first.kill().expect("it runs");
    first.wait().expect("it ended");
    let left = lists().expect("it was interrupted");
    home.run(&["report", "older"]).expect(3);
    assert!(!left.exists(), "what no process holds any more is swept");
}

#[test]
fn a_snapshot_that_lost_a_list_before_it_was_whole_is_none() {
    let (home, _server) = cloud();
    let (whole, _) = store::read(&home.path(&snapshot(&home))).expect("a snapshot");
    let spoils: &[&dyn Fn(&Path)] = &[
        &|dir| fs::remove_dir_all(dir.join("cloud")).expect("it is there"),
        &|dir| fs::remove_file(dir.join("cloud/users.jsonl.zst")).expect("it is there"),
        &|dir| {
            let mut file = fs::OpenOptions::new()
                .append(true)
                .open(dir.join("cloud/groups.jsonl.zst"))
                .expect("it is there");
            file.write_all(b"x").expect("room");
        },
        &|dir| fs::write(dir.join("cloud/more"), "x").expect("room"),
    ];
    let said = spoils.iter().map(|spoil| {
        let dir = home.path("spoilt");
        let mut draft = store::SnapshotDraft::begin(&dir).expect("room");
        draft.add(0, &whole.instances[0]).expect("room");
        spoil(&home.path(".spoilt.unfinished"));
        let error = draft.finish(&whole.header()).expect_err("it is not whole");
        assert!(!dir.exists() && !home.path(".spoilt.unfinished").exists());
        home.steady(&error.to_string())
    });
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @"
    `cloud/access-requests.jsonl.zst` in `HOME/.spoilt.unfinished` was changed or removed while the snapshot was written
    `cloud/users.jsonl.zst` in `HOME/.spoilt.unfinished` was changed or removed while the snapshot was written
    `cloud/groups.jsonl.zst` in `HOME/.spoilt.unfinished` was changed or removed while the snapshot was written
    `HOME/.spoilt.unfinished` holds `cloud/more`, a file that is not part of the snapshot
    ");
}

#[test]
#[cfg(unix)]
fn what_is_made_is_its_owners_alone_whatever_the_umask() {
    use std::os::unix::fs::DirBuilderExt as _;

    let (home, _server) = cloud();
    home.write("files/cloud/users.json", "[]");
    fs::create_dir(home.path("shared")).expect("room");
    for umask in ["000", "277"] {
        let made = home.path("made");
        // A parent that is missing may be a disk that is not mounted, so none is made.
        fs::DirBuilder::new().mode(0o700).create(&made).expect("room");
        let commands: &[&[&str]] = &[
            &["run", "--out", "made/run"],
            &["snapshot", "--out", "made/snapshot"],
            &["import", "files", "--collected-at", "2026-11-01T00:00:00Z", "--out", "made/import"],
            &["templates", "export", "made/templates"],
            &["demo", "--out", "made/demo"],
        ];
        // The demonstration works in a folder of the system, which such a process cannot use.
        let n_commands = if umask == "277" { commands.len() - 1 } else { commands.len() };
        for command in &commands[..n_commands] {
            let ran = home.run_under(umask, command);
            assert!([0, 3].contains(&ran.code), "{command:?}: {}", ran.stderr);
        }
        let mut found = Vec::new();
        rights(&made, &mut found);
        rights(&home.path("evidence"), &mut found);
        assert!(found.len() > 50, "{} files and folders", found.len());
        for (path, is_dir, mode) in found {
            let expected = if is_dir { 0o700 } else { 0o600 };
            assert_eq!(mode, expected, "{} under {umask}: {mode:o}", path.display());
        }
        fs::remove_dir_all(made).expect("it is there");
        fs::remove_dir_all(home.path("evidence")).expect("it is there");
    }
}

#[test]
#[cfg(unix)]
fn a_folder_that_somebody_made_keeps_its_rights_and_may_be_a_file_system() {
    use std::os::unix::fs::PermissionsExt as _;
    let (home, _server) = cloud();
    let out = home.path("evidence");
    fs::create_dir_all(out.join("lost+found")).expect("room");
    fs::set_permissions(&out, fs::Permissions::from_mode(0o750)).expect("ours");
    fs::set_permissions(out.join("lost+found"), fs::Permissions::from_mode(0o000)).expect("ours");
    home.run(&["run"]).expect(0);
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&out), mode(&out.join("lost+found"))), (0o750, 0o000));
}

#[test]
fn the_service_that_is_shipped_makes_nothing_for_others() {
    let unit = fs::read_to_string("contrib/schedules/retool-audit.service").expect("a unit");
    assert!(unit.lines().any(|it| it == "UMask=0077"));
}

/// Copies a snapshot.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("room");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("room");
        }
    }
}

/// Makes a pipe.
#[cfg(unix)]
fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}
