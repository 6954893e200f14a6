//! Stores: packs arrive there whole or are said not to have, and a machine without memory has one there.

mod azure;
mod faults;
mod google;
mod s3;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use retool_audit::digest;

use crate::harness::{Home, Ran};
use crate::months::{Company, GHOST, ROOT, block};
use crate::pack::Pack;

/// Months of which packs are made.
const MONTHS: [&str; 6] = ["2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11"];

/// A company whose packs go to a store.
struct Storing(Company);

impl Storing {
    /// With a store at an address, and what else the configuration says.
    fn new(store: &str, more: &str) -> Self {
        let res = Self(Company::new(&["eu"]));
        res.0.answers("eu", &[ROOT, GHOST]);
        res.configure(store, more);
        res
    }

    /// With a folder of its own as the store.
    fn folder() -> Self {
        let res = Self::new("", "");
        let store = format!("file://{}", res.0.home.path("store").display());
        res.configure(&store, "");
        res
    }

    fn configure(&self, store: &str, more: &str) {
        self.0.configure(&format!("{}{more}", block("eu", "")));
        if !store.is_empty() {
            self.0.home.reconfigure("[output]\n", &format!("[output]\nstore = \"{store}\"\n"));
        }
    }

    /// The pack of a month, as the program says how it went.
    fn month(&self, month: &str) -> Ran {
        let snapshot = self.0.trial(&format!("{month}-02T06:00:00Z"));
        self.0.home.run(&["report", &snapshot])
    }

    fn pack(&self, month: &str) -> Pack {
        let ran = self.month(month);
        assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
        self.0.home.pack(&ran)
    }

    /// A pack goes to the store and is put there once, and a machine without memory goes on from it.
    fn goes_there_and_comes_back(&self) {
        self.pack("2025-10");
        let again = self.run(&["store", "push"]).expect(0);
        assert!(again.stdout.ends_with(": there already\n"), "{}", again.stdout);
        fs::remove_dir_all(self.path("evidence")).expect("it is there");
        let next = self.month("2025-11");
        assert!(next.stderr.contains("what 1 pack recorded"), "{}", next.stderr);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.0.home.run(arguments)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.home.path(below)
    }

    /// The address of the store that is a folder.
    fn store(&self) -> String {
        format!("file://{}", self.path("store").display())
    }
}

/// Every file below a folder but for hidden ones, by its path: SHA-256.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut res = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
            if name.starts_with('.') {
            } else if path.is_dir() {
                open.push(path);
            } else {
                res.insert(name, digest::of(fs::read(&path).expect("a file")));
            }
        }
    }
    res
}

/// The packs among files, and nothing else.
fn packs_of(tree: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let of_pack = tree.iter().filter(|it| it.0.starts_with("20"));
    of_pack.map(|(name, sha256)| (name.clone(), sha256.clone())).collect()
}

#[test]
fn a_pack_goes_to_the_store_whole_and_only_once() {
    let company = Storing::folder();
    let pack = company.pack("2025-10");
    let here = tree(&company.path("evidence"));
    let there = tree(&company.path("store"));
    assert_eq!(packs_of(&here), packs_of(&there));
    assert_eq!(here["index.html"], there["index.html"]);
    assert!(!there.keys().any(|it| it.contains("snapshots")), "{there:?}");
    let again = company.run(&["store", "push"]).expect(0);
    assert!(again.stdout.ends_with(": there already\n"), "{}", again.stdout);
    // A machine on which everything lies already fetches nothing.
    let next = company.month("2025-11");
    assert!(!next.stderr.contains("fetched"), "{}", next.stderr);
    assert!(next.stderr.contains("stored: file://"), "{}", next.stderr);
    assert!(pack.dir.is_dir());
}

#[test]
fn a_run_fetches_collects_and_stores() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    home.without_cis();
    let store = format!("file://{}", home.path("store").display());
    let more = format!("[output]\nstore = \"{store}\"\nmetrics = \"run.prom\"\n");
    home.reconfigure("[output]\n", &more);
    let ran = home.run(&["run"]);
    let pack = home.pack(&ran);
    let there = tree(&home.path("store"));
    let place = pack.dir.strip_prefix(home.path("evidence")).expect("below").display().to_string();
    assert!(there.contains_key(&format!("{place}/SHA256SUMS")), "{}", ran.stderr);
    assert!(home.read("run.prom").contains("stage=\"store\""), "{}", home.read("run.prom"));
    fs::remove_dir_all(home.path("evidence")).expect("it is there");
    let again = home.run(&["run"]);
    assert!(again.stderr.contains("what 1 pack recorded"), "{}", again.stderr);
    let packs = packs_of(&tree(&home.path("store")));
    let whole = packs.keys().filter(|it| it.ends_with("/SHA256SUMS") && !it.contains("history"));
    assert_eq!(whole.count(), 2);
    home.run(&["verify", &store]).expect(0);
}

#[test]
fn what_did_not_come_whole_is_said_and_goes_on_where_it_ended() {
    let company = Storing::folder();
    let pack = company.pack("2025-10");
    let place = pack.dir.strip_prefix(company.path("evidence")).expect("below").to_owned();
    let there = company.path("store").join(&place);
    let before = tree(&company.path("store"));
    for name in ["SHA256SUMS", "report.json", "csv/users.csv"] {
        fs::remove_file(there.join(name)).expect("it is there");
    }
    let checked = company.run(&["verify", &company.store()]).expect(1);
    assert!(checked.stdout.contains("`SHA256SUMS`: it is missing"), "{}", checked.stdout);
    let pushed = company.run(&["store", "push"]).expect(0);
    assert!(pushed.stdout.ends_with(": 3 files put there\n"), "{}", pushed.stdout);
    assert_eq!(tree(&company.path("store")), before);
}

#[test]
fn evidence_in_a_store_is_never_replaced() {
    let company = Storing::folder();
    let pack = company.pack("2025-10");
    let place = pack.dir.strip_prefix(company.path("evidence")).expect("below").to_owned();
    let there = company.path("store").join(&place);
    fs::write(there.join("csv/users.csv"), "no table").expect("it is there");
    fs::remove_file(there.join("SHA256SUMS")).expect("it is there");
    let refused = company.run(&["store", "push"]).expect(4);
    let complaint = refused.complaint(&company.0.home);
    insta::assert_snapshot!(complaint, @"
    exit 4
    error: `file://HOME/store/2025-10/TIME-HASH/csv/users.csv` is there with other content, and evidence is never replaced
      help: find out who else writes there, compare both, and move one of them away
    ");
    assert_eq!(fs::read(there.join("csv/users.csv")).expect("a file"), b"no table");
    // What comes after it is not there as if it had been whole.
    assert!(!there.join("SHA256SUMS").exists());
    // A run that finds it makes its pack all the same, and says that it is not stored.
    let next = company.month("2025-11");
    assert_eq!(next.code, 4);
    let complaint = next.complaint(&company.0.home);
    assert!(complaint.contains("the pack is made, and not all is done"), "{complaint}");
    assert!(complaint.contains("run `retool-audit store push`"), "{complaint}");
    assert!(company.run(&["verify", "evidence"]).code == 0);
    // What is wrong with one keeps no other from the store.
    let there = tree(&company.path("store"));
    assert!(there.keys().any(|it| it.starts_with("2025-11/") && it.ends_with("SHA256SUMS")));
}

#[test]
fn a_pack_that_is_not_what_was_sealed_does_not_go_there() {
    let company = Storing::folder();
    let pack = company.pack("2025-10");
    fs::remove_dir_all(company.path("store")).expect("it is there");
    fs::write(pack.dir.join("csv/users.csv"), "no table").expect("it is there");
    let refused = company.run(&["store", "push"]).expect(4);
    let complaint = refused.complaint(&company.0.home);
    assert!(complaint.contains("csv/users.csv` is not what was sealed"), "{complaint}");
    assert!(!tree(&company.path("store")).keys().any(|it| it.ends_with("SHA256SUMS")));
}

#[test]
fn a_machine_without_memory_has_one_in_the_store() {
    let mut company = Storing::folder();
    company.0.home.write("key", &"ab".repeat(32));
    let section = "[store]\nfingerprint-key-file = \"key\"\n";
    company.configure(&company.store(), section);
    if !six_months(&mut company, false) {
        return;
    }
    fs::rename(company.path("evidence"), company.path("one")).expect("room");
    fs::rename(company.path("store"), company.path("store-of-one")).expect("room");
    six_months(&mut company, true);
    let (one, several) = (tree(&company.path("one")), tree(&company.path("store")));
    assert_eq!(packs_of(&one), packs_of(&several));
    assert_eq!(one["index.html"], several["index.html"]);
    assert!(one.keys().any(|it| it.contains("/history/2025-10/")), "{one:?}");
    let checked = company.run(&["verify", &company.store(), "--replay"]).expect(0);
    assert_eq!(checked.stdout.matches("every file is the same").count(), 6, "{}", checked.stdout);
    let covered = ["coverage", "--from", "2025-06", "--to", "2025-11", "--out"];
    let of = |place: &str| company.run(&[&covered[..], &[place]].concat()).stdout;
    assert_eq!(of(&company.store()), of("one"));
    let left = fs::read_dir(company.path("evidence")).expect("a folder");
    let names = left.map(|it| it.expect("an entry").file_name().into_string().expect("a name"));
    assert!(!names.into_iter().any(|it| it.contains("fetched")));
}

/// Makes the packs of six months at set times, in one folder or each in an empty one; false where the clock
/// cannot be set.
fn six_months(company: &mut Storing, forgets: bool) -> bool {
    for month in MONTHS {
        if forgets {
            fs::remove_dir_all(company.path("evidence")).ok();
        }
        let script = format!(
            "place=$({PROGRAM} import answers --collected-at {month}-02T06:00:00Z) && \
             {PROGRAM} report $place"
        );
        let mut command = std::process::Command::new("faketime");
        command.args(["--exclude-monotonic", "-f", &format!("{month}-02 07:00:00")]);
        command.args(["sh", "-c", &script]).current_dir(company.path("")).env("TZ", "UTC");
        let Ok(ran) = command.output() else {
            crate::harness::skipped("months at set times: faketime is not installed");
            return false;
        };
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!([Some(0), Some(3)].contains(&ran.status.code()), "{month}: {told}");
    }
    true
}

/// The program, as a shell starts it.
const PROGRAM: &str = env!("CARGO_BIN_EXE_retool-audit");

#[test]
fn a_key_of_fingerprints_that_is_none_is_refused() {
    let company = Storing::folder();
    company.0.home.write("key", "hunter2");
    let section = "[store]\nfingerprint-key-file = \"key\"\n";
    company.configure(&company.store(), section);
    let arguments = ["import", "answers", "--collected-at", "2025-10-02T06:00:00Z"];
    let refused = company.run(&arguments).expect(4).complaint(&company.0.home);
    insta::assert_snapshot!(refused, @"
    exit 4
    error: cannot use the key of the fingerprints that `[store]` gives: it is not 64 hex digits
      help: put 64 hex digits where `fingerprint-key-env` or its like in `[store]` says
    ");
    company.0.home.write("key", &"ab".repeat(32));
    company.run(&arguments).expect(0);
    assert_eq!(company.0.home.read("evidence/.fingerprint-key").trim(), "ab".repeat(32));
}

#[test]
fn snapshots_in_a_store_are_compared_as_in_a_folder() {
    let company = Storing::folder();
    let first = company.pack("2025-10");
    company.0.answers("eu", &[ROOT]);
    let second = company.pack("2025-11");
    let place = |pack: &Pack| {
        let below = pack.dir.strip_prefix(company.path("evidence")).expect("below").to_owned();
        format!("{}/{}", company.store(), below.display())
    };
    let here = ["diff", first.dir.to_str().expect("text"), second.dir.to_str().expect("text")];
    let there = ["diff", &place(&first), &place(&second)];
    let told = company.run(&there).expect(0).stdout;
    assert_eq!(told, company.run(&here).expect(0).stdout);
    assert!(told.contains("ghost"), "{told}");
    let one = company.run(&["verify", &place(&second)]).expect(0).stdout;
    assert!(one.starts_with(&place(&second)), "{one}");
}

#[test]
fn what_retention_removed_stays_in_the_store_and_is_not_fetched() {
    let company = Storing::folder();
    for month in ["2025-08", "2025-09", "2025-10", "2025-11"] {
        company.pack(month);
    }
    company.run(&["prune", "--keep-months", "2"]).expect(0);
    company.run(&["store", "push"]).expect(0);
    let there = tree(&company.path("store"));
    assert!(there.contains_key("pruned.jsonl"));
    assert!(there.keys().any(|it| it.starts_with("2025-08/")), "the store is never removed from");
    let checked = company.run(&["verify", &company.store()]).expect(0);
    assert!(checked.stdout.contains("removed by retention on"), "{}", checked.stdout);
    assert!(!checked.stdout.contains("store/2025-08/"), "{}", checked.stdout);
    // A machine without memory learns of it.
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let next = company.month("2025-12");
    assert!(next.stderr.contains("what 2 packs recorded"), "{}", next.stderr);
    assert!(company.path("evidence/pruned.jsonl").is_file());
    // A record that says something else is no continuation.
    fs::write(company.path("store/pruned.jsonl"), "{}\n").expect("room");
    let refused = company.run(&["store", "push"]).expect(4).complaint(&company.0.home);
    assert!(refused.contains("does not go on from"), "{refused}");
}

#[test]
fn the_journal_of_notices_goes_on_in_the_store_and_fails_nothing() {
    let mut company = Storing::folder();
    let receiver = "[[notify.webhook]]\nname = \"soc\"\nformat = \"json\"\n\
                    when = \"always\"\nurl-env = \"HOOK\"\n";
    company.configure(&company.store(), receiver);
    company.0.home.set("HOOK", "https://127.0.0.1:1/hook");
    let told = |month: &str| {
        let snapshot = company.0.trial(&format!("{month}-02T06:00:00Z"));
        let ran = company.run(&["report", &snapshot, "--notify"]);
        assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
        assert!(ran.stderr.contains("notice for `soc` failed"), "{}", ran.stderr);
        (ran.stderr, company.0.home.read("store/notices.jsonl"))
    };
    let (_, first) = told("2025-09");
    assert_eq!(first.lines().count(), 1);
    // A machine without memory goes on from there.
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let (_, second) = told("2025-10");
    assert!(second.starts_with(&first) && second.lines().count() == 2, "{second}");
    assert_eq!(company.0.home.read("evidence/notices.jsonl"), second);
    // One that says something else is told, and neither takes the place of the other.
    company.0.home.write("evidence/notices.jsonl", "{}\n");
    let (said, third) = told("2025-11");
    assert!(said.contains("cannot fetch `notices.jsonl` from the store"), "{said}");
    assert!(said.contains("cannot put `notices.jsonl` into the store"), "{said}");
    assert_eq!(third, second);
}

#[test]
fn reviews_go_there_and_come_back() {
    let company = Storing::folder();
    company.pack("2025-10");
    let told = company.run(&["review", "open"]);
    assert!([0, 1].contains(&told.code), "{}", told.stderr);
    company.run(&["store", "push"]).expect(0);
    let there = tree(&company.path("store"));
    let of_review: Vec<&String> = there.keys().filter(|it| it.starts_with("review/")).collect();
    assert!(of_review.iter().any(|it| it.ends_with("campaign.json")), "{of_review:?}");
    assert!(!of_review.iter().any(|it| it.contains("worksheets")), "{of_review:?}");
    let covered = ["coverage", "--from", "2025-10", "--to", "2025-10"];
    let here = company.run(&covered).stdout;
    assert!(here.contains(" of "), "{here}");
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let there = company.run(&[&covered[..], &["--out", &company.store()]].concat()).stdout;
    assert_eq!(there, here);
    let next = company.pack("2025-11");
    let copies = tree(&next.dir.join("inputs/review"));
    assert!(copies.keys().any(|it| it.ends_with("campaign.json")), "{copies:?}");
}

#[test]
fn what_a_store_holds_leads_nowhere_else() {
    let company = Storing::folder();
    let pack = company.pack("2025-10");
    let place = pack.dir.strip_prefix(company.path("evidence")).expect("below").to_owned();
    let planted = company.path("store").join(&place).join("csv/planted.csv");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc/passwd", &planted).expect("room");
        let checked = company.run(&["verify", &company.store()]).expect(4);
        let complaint = checked.complaint(&company.0.home);
        assert!(complaint.contains("holds an object that is no evidence"), "{complaint}");
        fs::remove_file(&planted).expect("it is there");
    }
    fs::write(&planted, "who,what\n").expect("room");
    let checked = company.run(&["verify", &company.store()]).expect(1);
    assert!(checked.stdout.contains("planted.csv"), "{}", checked.stdout);
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let next = company.pack("2025-11");
    let strange = next.report().to_string();
    assert!(strange.contains("csv/planted.csv"), "what no list has is told");
}

#[test]
fn a_configuration_says_what_is_wrong_with_its_store() {
    let cases = [
        ("s3://acme", "[store]\naccess-key-id = \"AKIA\"\n"),
        ("s3://acme", "[store]\nsecret = \"hunter2\"\n"),
        ("s3://acme", "[store]\nendpoint = \"http://s3.acme.example\"\n"),
        ("s3://acme", "[store]\nlock = { mode = \"forever\", days = 0 }\n"),
        ("s3://acme", "[store]\nlock = { days = 30 }\n"),
        ("s3://acme", "[store]\nsecret-env = \"A\"\nsecret-file = \"b\"\naccess-key-id = \"C\"\n"),
        ("az://acme", "[store]\nlock = { mode = \"governance\", days = 30 }\nregion = \"eu\"\n"),
        ("gs://acme", "[store]\nsecret-env = \"A\"\n"),
        ("s3://key:hunter2@acme", ""),
        ("https://acme.s3.amazonaws.com", ""),
    ];
    let mut told = String::new();
    for (store, more) in cases {
        let company = Storing::new(store, more);
        let ran = company.run(&["store", "push"]).expect(2);
        let complaint = ran.complaint(&company.0.home);
        assert!(!complaint.contains("hunter2"), "{complaint}");
        told = format!("{told}{store}\n{complaint}\n");
    }
    insta::assert_snapshot!(told);
    let none = Storing::new("", "");
    let complaint = none.run(&["store", "push"]).expect(2).complaint(&none.0.home);
    assert!(complaint.contains("there is no store"), "{complaint}");
}

#[test]
fn a_store_that_cannot_be_reached_is_told_with_the_reason() {
    let cases = [
        (
            "s3://acme",
            "endpoint = \"http://127.0.0.1:9\"\naccess-key-id = \"A\"\nsecret-env = \"SECRET\"\n",
        ),
        (
            "s3://acme",
            "ca-file = \"retool-audit.toml\"\naccess-key-id = \"A\"\nsecret-env = \"SECRET\"\n",
        ),
        ("az://acme", "endpoint = \"http://127.0.0.1:9/acme\"\n"),
        ("gs://acme", "secret-file = \"nobody.json\"\n"),
        ("file:///nowhere/to/be/found", ""),
    ];
    let mut told = String::new();
    for (store, more) in cases {
        let mut company = Storing::new(store, &format!("[store]\n{more}"));
        company.0.home.set("SECRET", "hunter2");
        let ran = company.month("2025-10");
        let complaint = ran.complaint(&company.0.home);
        assert!(!complaint.contains("hunter2"), "{complaint}");
        assert!(!company.path("evidence/2025-10").exists() || store.starts_with("file"), "{store}");
        told = format!("{told}{store}\n{complaint}\n");
    }
    insta::assert_snapshot!(told);
}
