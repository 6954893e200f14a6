//! Snapshots that were changed on purpose, with hashes that fit the change.

use std::fs;
use std::path::Path;

use retool_audit::digest;
use retool_audit::snapshot::store;
use serde_json::Value;

use super::{cloud, copy, snapshot};
use crate::harness::Home;

/// A stored snapshot of which copies are changed.
struct Sealed {
    home: Home,
    from: String,
}

impl Sealed {
    fn new() -> Self {
        let (home, server) = cloud();
        let from = snapshot(&home);
        drop(server);
        Self { home, from }
    }

    fn manifest(&self) -> String {
        self.home.read(&format!("{}/snapshot.json", self.from))
    }

    /// Why a copy that says something else, and is sealed anew, cannot be read.
    fn refusal(&self, change: impl FnOnce(&Path, &mut String)) -> String {
        let dir = self.home.path("changed");
        copy(&self.home.path(&self.from), &dir);
        let mut text = self.manifest();
        change(&dir, &mut text);
        fs::write(dir.join("snapshot.json"), sealed(&text)).expect("room");
        let read = store::read(&dir).map_or_else(|it| it.to_string(), |_| "it was read".to_owned());
        fs::remove_dir_all(&dir).expect("it is there");
        read.replace(&format!("`{}/snapshot.json` contradicts itself: ", dir.display()), "")
            .replace(&dir.display().to_string(), "HERE")
    }

    /// Refusals of texts that stand in place of others.
    fn refusals(&self, changes: &[(&str, &str)]) -> String {
        let refusal = |(from, to): &(&str, &str)| {
            self.refusal(|_, text| {
                assert!(text.contains(from), "no `{from}` in {text}");
                *text = text.replacen(from, to, 1);
            })
        };
        changes.iter().map(refusal).collect::<Vec<_>>().join("\n")
    }
}

/// The text with the id that it makes.
fn sealed(text: &str) -> String {
    let is_id = |it: &&str| it.starts_with("  \"id\": ");
    let bare: String = text.split_inclusive('\n').filter(|it| !is_id(it)).collect();
    let id = &digest::of(&bare)[..16];
    let format = bare.lines().nth(1).expect("a format").to_owned();
    bare.replacen(&format, &format!("{format}\n  \"id\": \"{id}\","), 1)
}

#[test]
fn what_was_collected_is_read_back_and_a_seal_alone_changes_nothing() {
    let sealed = Sealed::new();
    assert_eq!(super::ledger::sealed(&sealed.manifest()), sealed.manifest());
    assert_eq!(sealed.refusal(|_, _| {}), "it was read");
}

#[test]
fn instances_have_names_of_their_own_and_addresses() {
    let sealed = Sealed::new();
    let name = |to: &'static str| ("\"name\": \"cloud\"", to);
    let address = sealed.manifest();
    let address = address.lines().find(|it| it.contains("\"url\"")).expect("one").trim();
    let refused = sealed.refusals(&[
        name("\"name\": \"=1+1\""),
        name("\"name\": \"../cloud\""),
        name("\"name\": \"all\""),
        name("\"name\": \"snapshot.json\""),
        name("\"name\": \"a\\u001b[31m\\nb\""),
        (address, "\"url\": \"javascript:alert(1)\","),
        (address, "\"url\": \"https://acme.test/\\u001b[31m\","),
        (" \"collector\": \"", " \"collector\": \"<b>\u{202e}"),
        ("\"token-last4\": \"c202\"", "\"token-last4\": \"retool_01k\""),
    ]);
    let twice = sealed.refusal(|_, text| {
        let (start, end) =
            (text.find("    {\n").expect("one"), text.rfind("    }\n").expect("one"));
        let entry = text[start..end + 5].to_owned();
        text.insert_str(end + 5, &format!(",\n{entry}"));
    });
    let none = sealed.refusal(|_, text| {
        let (start, end) =
            (text.find("[\n    {\n").expect("one"), text.rfind("    }\n").expect("one"));
        text.replace_range(start + 1..end + 8, "");
    });
    insta::assert_snapshot!(format!("{refused}\n{twice}\n{none}"), @r"
    `=1+1` cannot be the name of an instance
    `../cloud` cannot be the name of an instance
    `all` cannot be the name of an instance
    `snapshot.json` cannot be the name of an instance
    `a\u{1b}[31m\nb` cannot be the name of an instance
    `cloud`: its address is none
    `cloud`: its address is none
    its collector is no program's name
    `cloud`: what it shows of its token is not its end
    it lists `cloud` twice
    it lists no instance
    ");
}

#[test]
fn a_ledger_fits_itself_and_what_came() {
    let sealed = Sealed::new();
    let text = sealed.manifest();
    let count = |key: &str| {
        let line =
            text.lines().find(|it| it.trim().starts_with(&format!("\"{key}\": "))).expect(key);
        line.trim().trim_end_matches(',').to_owned()
    };
    let lines = ["pages", "rows-received", "distinct-ids", "total-count", "rows-kept"].map(count);
    let [pages, received, distinct, total, kept] = lines.each_ref().map(String::as_str);
    insta::assert_snapshot!(sealed.refusals(&[
        (received, "\"rows-received\": 1000"),
        (distinct, "\"distinct-ids\": 1"),
        (pages, "\"pages\": 0"),
        (pages, "\"pages\": 18446744073709551615"),
        (pages, "\"pages\": 1e308"),
        (total, "\"total-count\": 999"),
        (kept, "\"rows-kept\": 3"),
        ("\"status\": 200", "\"status\": 500"),
        ("\"status\": 200", "\"status\": null"),
        (
            "\"outcome\": \"ok\",\n",
            "\"outcome\": \"ok\",\n          \"reason\": \"<b>x</b>\\u001b[31m\",\n",
        ),
        ("\"outcome\": \"ok\"", "\"outcome\": \"network\""),
        ("\"outcome\": \"ok\"", "\"outcome\": \"not-asked\""),
        ("\"state\": \"complete\"", "\"state\": \"partial\""),
        ("\"endpoint\": \"groups\"", "\"endpoint\": \"users\""),
        ("\"endpoint\": \"roles\"", "\"endpoint\": \"rolls\""),
    ]), @r"
    `cloud`: the row of `users`: 1000 records came, and 66 are accounted for
    `cloud`: the row of `users`: 66 records came, and 1 are accounted for
    `cloud`: the row of `users`: it has 0 pages of 1 answers
    `cloud`: the row of `users`: it has 18446744073709551615 pages of 1 answers
    line 24 of `HERE/snapshot.json` is not what a snapshot holds there
    `cloud`: the row of `users`: 999 records are stated, 66 came, and 0 are missing
    `cloud`: the row of `users`: 66 records came, 3 are kept, 0 aside
    `cloud`: the row of `users`: it was read, with the status 500
    `cloud`: the row of `users`: it was read, with the status of no answer
    `cloud`: the row of `users`: what speaks against it is not what its counts say
    `cloud`: it is called complete, and its ledger makes it failed
    `cloud`: it is called complete, and its ledger makes it failed
    `cloud`: it is called partial, and its ledger makes it complete
    `cloud`: its ledger does not have one row for each endpoint, in their order
    line 206 of `HERE/snapshot.json` is not what a snapshot holds there
    ");
}

#[test]
fn times_are_in_order() {
    let sealed = Sealed::new();
    let text = sealed.manifest();
    let at = |key: &str| {
        let line =
            text.lines().find(|it| it.trim().starts_with(&format!("\"{key}\": "))).expect(key);
        line.trim().trim_end_matches(',').to_owned()
    };
    let keys = ["collected-at", "finished-at", "first-request-at", "last-request-at"];
    let [began, ended, first, last] = keys.map(at);
    let to = |key: &str, time: &str| format!("\"{key}\": \"{time}\"");
    let (early, late) = ("2020-01-01T00:00:00Z", "2050-01-01T00:00:00Z");
    insta::assert_snapshot!(sealed.refusals(&[
        (&began, &to(keys[0], late)),
        (&ended, &to(keys[1], early)),
        (&first, &to(keys[2], early)),
        (&first, &to(keys[2], late)),
        (&last, &to(keys[3], late)),
    ]), @"
    it ended before it began
    it ended before it began
    it was read
    `cloud`: the row of `users`: its times are in no order
    it was read
    ");
}

#[test]
fn nothing_was_collected_later_than_now() {
    let Sealed { home, from } = Sealed::new();
    let text = home.read(&format!("{from}/snapshot.json"));
    let moved = |line: &str| match line.split_once("-at\": \"2") {
        Some((start, end)) => format!("{start}-at\": \"2050{}", &end[3..]),
        None => line.to_owned(),
    };
    let later: String = text.split_inclusive('\n').map(moved).collect();
    home.write(&format!("{from}/snapshot.json"), &sealed(&later));
    let said = home.run(&["report", &from]).complaint(&home);
    let start = said.find("2050").expect("a date");
    let end = start + said[start..].find('Z').expect("a time");
    let said = said.replace(&said[start..=end], "THEN");
    insta::assert_snapshot!(said, @"
    exit 4
    error: `HOME/evidence/snapshots/TIME` says that it was collected at THEN, later than now
      help: set the clock of this machine, or collect again with one that is right
    ");
}

#[test]
fn requests_outside_of_the_collection_are_told() {
    let Sealed { home, from } = Sealed::new();
    let text = home.read(&format!("{from}/snapshot.json"));
    let line = text.lines().find(|it| it.contains("\"first-request-at\"")).expect("a request");
    let early = text.replacen(line.trim(), "\"first-request-at\": \"2020-01-01T00:00:00Z\",", 1);
    home.write(&format!("{from}/snapshot.json"), &sealed(&early));
    let report = home.pack(&home.run(&["report", &from])).report();
    let limits = report["limits"].as_array().expect("a list").iter();
    let told: Vec<&str> =
        limits.filter_map(|it| it.as_str()).filter(|it| it.contains("The ledger of")).collect();
    insta::assert_snapshot!(told.join("\n"), @"The ledger of `cloud` has requests that were not sent while the snapshot says that it was collected: its date is not shown by its own times.");
}

#[test]
fn ids_are_there_once() {
    let sealed = Sealed::new();
    let with = |list: &'static str, change: &dyn Fn(Vec<String>) -> Vec<String>| {
        sealed.refusal(|dir, text| relisted(dir, text, list, change))
    };
    let twice = |mut rows: Vec<String>| {
        rows.push(rows[0].replace("\"active\":true", "\"active\":false"));
        rows
    };
    let without = |mut rows: Vec<String>| {
        let mut row: Value = serde_json::from_str(&rows[0]).expect("a record");
        row["id"] = "".into();
        rows.push(row.to_string());
        rows
    };
    let said = [with("users", &twice), with("groups", &twice), with("users", &without)];
    insta::assert_snapshot!(said.join("\n"), @"
    `HERE/cloud/users.jsonl.zst` contradicts itself: the record `user_70a987722292f0b085f680366910c3d9` is in it twice
    `HERE/cloud/groups.jsonl.zst` contradicts itself: the record `902411` is in it twice
    `HERE/cloud/users.jsonl.zst` contradicts itself: a record has no id
    ");
    assert_eq!(with("users", &|rows| rows), "it was read");
}

#[test]
fn a_setting_that_is_not_sealed_is_refused() {
    let sealed = Sealed::new();
    let planted = |mut rows: Vec<String>| {
        rows[0] = rows[0].replacen('{', "{\"planted_secret\":\"hunter2\",", 1);
        rows
    };
    let with = |list: &'static str| sealed.refusal(|dir, text| relisted(dir, text, list, &planted));
    insta::assert_snapshot!(["organization", "sso-config"].map(with).join("\n"), @"
    `HERE/cloud/organization.jsonl.zst` contradicts itself: it holds a setting that is not sealed
    `HERE/cloud/sso-config.jsonl.zst` contradicts itself: it holds a setting that is not sealed
    ");
}

/// Writes a list anew, with everything that is said about it.
fn relisted(
    dir: &Path,
    text: &mut String,
    list: &str,
    change: &dyn Fn(Vec<String>) -> Vec<String>,
) {
    let path = dir.join(format!("cloud/{list}.jsonl.zst"));
    let before = fs::read(&path).expect("a list");
    let plain = zstd::decode_all(&*before).expect("zstd");
    let rows: Vec<String> =
        String::from_utf8(plain).expect("text").lines().map(str::to_owned).collect();
    let n_before = rows.len();
    let rows = change(rows);
    let plain = rows.iter().flat_map(|it| [it, "\n"]).collect::<String>();
    let after = zstd::encode_all(plain.as_bytes(), 3).expect("zstd");
    fs::write(&path, &after).expect("room");
    *text = text.replace(&digest::of(&before), &digest::of(&after));
    *text = text.replace(
        &format!("\"bytes\": {},\n          \"rows\": {n_before}", before.len()),
        &format!("\"bytes\": {},\n          \"rows\": {}", after.len(), rows.len()),
    );
    let start = text.find(&format!("\"endpoint\": \"{list}\"")).expect("a row");
    let mut end = text.split_off(start);
    for key in ["rows-received", "distinct-ids", "total-count", "rows-kept"] {
        end = end.replacen(
            &format!("\"{key}\": {n_before}"),
            &format!("\"{key}\": {}", rows.len()),
            1,
        );
    }
    text.push_str(&end);
}

#[test]
fn no_number_of_a_ledger_can_be_raised_but_those_that_nothing_counts() {
    let sealed = Sealed::new();
    let text = sealed.manifest();
    let mut free = std::collections::BTreeSet::new();
    for (at, line) in text.lines().enumerate() {
        let Some((key, value)) = line.split_once("\": ") else { continue };
        let Ok(number) = value.trim_end_matches(',').parse::<u64>() else { continue };
        // How far two clocks are apart is of the moment, and counts nothing.
        if key.contains("clock-skew") {
            continue;
        }
        let changed: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(i, it)| {
                if i == at {
                    it.replace(&number.to_string(), &(number + 1).to_string())
                } else {
                    it.to_owned()
                }
            })
            .collect();
        let refused = sealed.refusal(|_, text| *text = changed.join("\n") + "\n");
        if refused == "it was read" {
            free.insert(key.trim().trim_matches('"').to_owned());
        }
    }
    // How much the answers weighed, how often they were asked for, the folders that Retool keeps
    // for itself, and the status of what failed.
    insta::assert_snapshot!(free.into_iter().collect::<Vec<_>>().join(" "), @"bytes retries rows-left-out status");
}
