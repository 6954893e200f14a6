//! Runs that nobody watches: whatever ends them or takes their disk away, evidence is whole or not
//! there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::harness::{Home, Ran, Server, lacks_the_right, this_month};

/// A home whose runs sign, fill a lake and leave an index; with the server that they ask.
fn busy() -> (Home, Server) {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure("\"pdf\", \"json\", \"xlsx\", \"oscal\", ", "\"json\", ");
    let lake = "\n[lake]\npath = \"evidence/lake\"\n\n[sign]\nkey = \"key\"\n";
    home.write("retool-audit.toml", &(home.read("retool-audit.toml") + lake));
    let key = ["-q", "-N", "", "-t", "ed25519", "-f"];
    let made = Command::new("ssh-keygen").args(key).arg(home.path("key")).status();
    assert!(made.expect("ssh-keygen is there").success());
    (home, server)
}

/// The packs and what else is in the folders of months, by their names.
fn in_months(home: &Home) -> BTreeSet<PathBuf> {
    let months = fs::read_dir(home.path("evidence")).into_iter().flatten().flatten();
    let months = months.filter(|it| it.file_name().to_string_lossy().starts_with("20"));
    months
        .flat_map(|it| fs::read_dir(it.path()).expect("a folder").flatten())
        .map(|it| it.path())
        .collect()
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().expect("a name").to_string_lossy().starts_with('.')
}

/// Whoever waits for something that a program does waits no longer than it runs.
fn expect_running(program: &mut Child) {
    assert!(program.try_wait().expect("a state").is_none(), "it ended too early");
}

fn signal(program: &Child, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &program.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

#[test]
fn whenever_a_run_is_killed_every_pack_is_whole() {
    let (home, _server) = busy();
    let begun = Instant::now();
    home.run(&["run"]);
    let whole = begun.elapsed();
    let mut verified = in_months(&home);
    for point in 0..50_u32 {
        let mut program = home.start(&["run"], Stdio::null());
        // The multiples of the golden ratio lie evenly, however many there are.
        sleep(whole.mul_f64((f64::from(point) * 0.618_034).fract() * 1.1));
        program.kill().ok();
        program.wait().expect("it ends");
        for pack in in_months(&home).into_iter().filter(|it| !is_hidden(it)) {
            if verified.insert(pack.clone()) {
                let told = home.run(&["verify", &pack.to_string_lossy()]);
                assert_eq!(told.code, 0, "killed at point {point}\n{}", told.stdout);
            }
        }
    }
    assert!(verified.len() < 50, "some runs were killed before they had a pack");
    // The next run goes on as if nothing had happened, and clears away what was begun.
    let last = home.run(&["run"]);
    assert!([0, 3].contains(&last.code), "{}", last.stderr);
    let hidden: Vec<PathBuf> = in_months(&home).into_iter().filter(|it| is_hidden(it)).collect();
    assert_eq!(hidden, Vec::<PathBuf>::new());
    let told = home.run(&["verify", "evidence"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    // What did not come into the lake is named there, and comes into it later.
    home.run(&["lake", "add", "evidence"]);
    let told = home.run(&["lake", "check"]);
    assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
}

#[test]
fn a_signal_while_the_pack_is_made_leaves_the_snapshot_and_nothing_half_made() {
    for (name, code) in [("TERM", 143), ("INT", 130)] {
        let (home, _server) = busy();
        let mut program = home.start(&["run"], Stdio::piped());
        while !in_months(&home).iter().any(|it| is_hidden(it)) {
            expect_running(&mut program);
            sleep(Duration::from_millis(2));
        }
        signal(&program, name);
        let pressed = Instant::now();
        let ran = Ran::wait(program);
        assert!(pressed.elapsed().as_secs() < 10, "it ends at once");
        let told = ran.complaint(&home);
        let error = told.split_once("error: ").expect("an error").1.to_owned();
        assert_eq!(ran.code, code, "{told}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(error.replace(&format!("SIG{name}"), "SIGNAL"), @r"
            stopped by SIGNAL while the pack was made, and there is no new pack; the snapshot is whole and is kept at `HOME/evidence/snapshots/TIME`
              help: run `retool-audit report HOME/evidence/snapshots/TIME`
            ");
        }
        assert_eq!(in_months(&home), BTreeSet::new());
        let snapshots = fs::read_dir(home.path("evidence/snapshots")).expect("a folder");
        let [snapshot] = snapshots.flatten().collect::<Vec<_>>().try_into().expect("one");
        let pack = home.run(&["report", &snapshot.path().to_string_lossy()]).stdout;
        assert_eq!(home.run(&["verify", pack.trim()]).code, 0);
    }
}

#[test]
fn a_run_that_takes_longer_than_its_deadline_ends_and_says_so() {
    let home = Home::sample();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let server = home.serve();
    home.configure(&server, &["eu"]);
    let silent = format!("http://{}", listener.local_addr().expect("an address"));
    home.reconfigure(&server.url_of("eu"), &silent);
    let ran = home.run(&["run", "--deadline", "2s"]);
    let told = ran.complaint(&home);
    insta::assert_snapshot!(told.split_once("error: ").expect("an error").1, @r"
    stopped by `--deadline` after 2 seconds while instances were asked; what came of them was removed, and there is no new snapshot
      help: run again
    ");
    for wrong in ["0", "90", "0m", "2d", "-1s", "m", "1.5h", "99999999999s"] {
        let ran = home.run(&["run", &format!("--deadline={wrong}")]);
        assert_eq!(ran.code, 2, "{wrong}: {}", ran.stderr);
    }
}

/// A disk of its own in a folder of a home, where this user may mount one.
struct Disk {
    place: PathBuf,
    _dir: TempDir,
}

impl Disk {
    /// A disk of so many kibibytes.
    fn new(kib: u32) -> Option<Self> {
        let dir = TempDir::new().expect("room");
        let place = dir.path().join("disk");
        fs::create_dir(&place).expect("room");
        let options = format!("size={kib}k,mode=0777");
        let words = ["-t", "tmpfs", "-o", &options, "tmpfs"];
        as_root("mount", &words, &place).then(|| Self { place, _dir: dir })
    }

    fn path(&self) -> String {
        self.place.to_string_lossy().into_owned()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        as_root("umount", &["-l"], &self.place);
    }
}

/// Whether root, or who may become it, could do so.
fn as_root(program: &str, words: &[&str], path: &Path) -> bool {
    let script = "if [ $(id -u) = 0 ]; then exec \"$@\"; else exec sudo -n \"$@\"; fi";
    let done =
        Command::new("sh").args(["-c", script, "sh", program]).args(words).arg(path).output();
    done.is_ok_and(|it| it.status.success())
}

#[test]
fn a_disk_that_is_full_at_any_point_leaves_whole_evidence_and_an_error() {
    let (home, _server) = busy();
    let mut told = BTreeSet::new();
    let mut size = 16;
    loop {
        let Some(disk) = Disk::new(size) else {
            return lacks_the_right("disks that are full: none can be mounted here");
        };
        let out = disk.place.join("evidence").to_string_lossy().into_owned();
        let ran = home.run(&["run", "--out", &out]);
        let packs = home.run(&["verify", &disk.path()]);
        if ran.code != 4 {
            assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
            assert_eq!(packs.code, 0, "{}", packs.stdout);
            break;
        }
        assert!(packs.code == 0 || packs.stderr.contains("there is no pack"), "{}", packs.stdout);
        let half = hidden_in(&disk.place);
        assert!(half.is_empty(), "{half:?}");
        told.insert(error(&home, &ran, &disk));
        size = size * 3 / 2;
    }
    insta::assert_snapshot!(told.into_iter().collect::<Vec<_>>().join("\n"), @r"
    cannot make a pack of the snapshot, which is kept at `DISK/evidence/snapshots/TIME`
      because: cannot write `DISK/evidence/MONTH/.TIME-HASH.unfinished/FILE`
      because: No space left on device (os error 28)
      help: make room on the disk, or choose a folder on another one with `--out DIR`; then run `retool-audit report DISK/evidence/snapshots/TIME`
    cannot write `DISK/evidence/snapshots/.TIME.unfinished/FILE`
      because: No space left on device (os error 28)
      help: make room on the disk, or choose a folder on another one with `--out DIR`
    ");
}

/// What a run complains of, without the names of single files.
fn error(home: &Home, ran: &Ran, disk: &Disk) -> String {
    let text = ran.complaint(home).replace(&disk.path(), "DISK").replace(&this_month(), "MONTH");
    let text = text.split_once("error: ").expect("an error").1.trim();
    let line = |it: &str| match it.split_once(".unfinished/") {
        Some((folder, _)) => format!("{folder}.unfinished/FILE`"),
        None => it.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// What is begun in the folders of a disk's evidence.
fn hidden_in(disk: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(disk.join("evidence")).into_iter().flatten().flatten();
    let below = folders.flat_map(|it| fs::read_dir(it.path()).into_iter().flatten().flatten());
    below.map(|it| it.path()).filter(|it| is_hidden(it)).collect()
}

#[test]
fn a_disk_that_may_not_be_written_or_goes_away_is_an_error_and_no_evidence_lies_elsewhere() {
    let (home, _server) = busy();
    let Some(disk) = Disk::new(65_536) else {
        return lacks_the_right("disks that are full: none can be mounted here");
    };
    let out = disk.place.join("evidence");
    fs::create_dir(&out).expect("room");
    let run = ["run", "--out", &out.to_string_lossy()];
    assert!(as_root("mount", &["-o", "remount,ro"], &disk.place));
    let read_only = error(&home, &home.run(&run), &disk);
    assert!(as_root("mount", &["-o", "remount,rw"], &disk.place));

    let mut running = home.start(&run, Stdio::piped());
    while !out.join("snapshots").exists() {
        expect_running(&mut running);
        sleep(Duration::from_millis(2));
    }
    assert!(as_root("umount", &["-l"], &disk.place));
    // Whatever the run was at, it says what is gone, and promises nothing that is not there.
    let gone = error(&home, &Ran::wait(running), &disk);
    assert!(gone.contains("DISK/evidence") && !gone.contains("is kept at"), "{gone}");
    let left = fs::read_dir(&disk.place).expect("a folder").flatten();
    assert_eq!(left.map(|it| it.file_name()).collect::<Vec<_>>(), Vec::<std::ffi::OsString>::new());
    insta::assert_snapshot!(read_only, @r"
    cannot lock `DISK/evidence/.retool-audit.lock`
      because: Read-only file system (os error 30)
      help: the disk is mounted read-only: mount it for writing, or choose a folder on another one with `--out DIR`
    ");
}
