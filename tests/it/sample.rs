//! Samples: drawn so that anybody can draw them again, with all that packs say of each unit.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::json;

use crate::before::{eu_from_files, reported};
use crate::harness::{Home, skipped};

/// Two months, in the second of which somebody is an administrator.
fn two_months() -> Home {
    let home = eu_from_files();
    reported(&home, "2026-10-05T06:00:00Z");
    home.edit("eu", "users", |it| it[0]["is_admin"] = json!(true));
    reported(&home, "2026-11-02T06:00:00Z");
    home
}

fn rows(home: &Home, file: &str) -> Vec<csv::StringRecord> {
    let bytes = std::fs::read(home.path(file)).expect("a file");
    csv::Reader::from_reader(&bytes[..]).records().map(|it| it.expect("a row")).collect()
}

#[test]
fn a_sample_is_drawn_again_with_other_means() {
    let home = two_months();
    let draw = |out: &str| {
        let of = ["--of", "findings", "--size", "5", "--seed", "Auditor \u{e9}", "--out", out];
        home.run(&[&["sample"], &of[..]].concat()).expect(0)
    };
    draw("one");
    draw("other");
    for file in ["sample.html", "sample.csv", "population.csv"] {
        let [one, other] = ["one", "other"].map(|it| home.read(&format!("{it}/{file}")));
        assert_eq!(one, other, "{file}");
    }
    let population = rows(&home, "one/population.csv");
    let drawn = population.iter().filter(|it| !it[0].is_empty());
    let drawn: Vec<String> = drawn.map(|it| it[1].to_owned()).collect();
    assert_eq!(drawn.len(), 5);
    // As the page says it.
    let script = "import csv, hashlib, sys\n\
        units = [row['unit_id'] for row in csv.DictReader(open(sys.argv[1], encoding='utf-8-sig'))]\n\
        key = lambda unit: hashlib.sha256(f'{sys.argv[2]}\\n{unit}\\n'.encode()).hexdigest()\n\
        print('\\n'.join(sorted(units, key=key)[:5]))";
    let path = home.path("one/population.csv");
    let again =
        Command::new("python3").args(["-c", script]).arg(&path).arg("Auditor \u{e9}").output();
    match again {
        Ok(it) => {
            assert!(it.status.success(), "{}", String::from_utf8_lossy(&it.stderr));
            let told = String::from_utf8(it.stdout).expect("text");
            assert_eq!(told.lines().collect::<Vec<_>>(), drawn);
        }
        Err(error) => {
            skipped(&format!("python3: {error}"));
        }
    }
}

#[test]
fn a_unit_comes_with_every_row_that_packs_of_the_window_have_about_it() {
    let home = two_months();
    let of = ["sample", "--of", "changes", "--size", "99", "--seed", "7", "--out", "drawn"];
    home.run(&of).expect(0);
    let rows = rows(&home, "drawn/sample.csv");
    assert!(!rows.is_empty());
    let of_packs: BTreeSet<&str> = rows.iter().map(|it| &it[3]).collect();
    assert_eq!(of_packs, ["2026-10", "2026-11"].into());
    let files: BTreeSet<&str> = rows.iter().map(|it| &it[5]).collect();
    for file in ["csv/users.csv", "csv/changes.csv", "csv/memberships.csv", "csv/findings.csv"] {
        assert!(files.contains(file), "{file}: {files:?}");
    }
    let page = home.read("drawn/sample.html");
    assert!(page.contains("Sample of changes"), "{page}");
    let of = ["sample", "--of", "changes", "--seed", "7", "--from", "2026-11", "--out", "late"];
    home.run(&of).expect(0);
    assert!(rows_of(&home, "late/sample.csv", 3).iter().all(|it| it == "2026-11"));
    for kind in ["leavers", "joiners", "privileged", "findings"] {
        let ran = home.run(&["sample", "--of", kind, "--seed", "7"]).expect(0);
        assert!(home.path(ran.stdout.trim()).join("sample.csv").is_file(), "{kind}");
    }
}

fn rows_of(home: &Home, file: &str, column: usize) -> BTreeSet<String> {
    rows(home, file).iter().map(|it| it[column].to_owned()).collect()
}

#[test]
fn nothing_is_drawn_from_a_pack_that_was_changed() {
    let home = two_months();
    let of = ["sample", "--of", "findings", "--seed", "7", "--out", "drawn"];
    let place = home.run(&of).stderr;
    assert!(place.contains("drawn from 2 packs"), "{place}");
    let months = home.path("evidence/2026-10");
    let pack = months.read_dir().expect("a month").next().expect("a pack").expect("a pack").path();
    let path = pack.join("csv/users.csv");
    let text = std::fs::read_to_string(&path).expect("a table");
    std::fs::write(&path, text.replace("true", "false")).expect("room");
    std::fs::remove_dir_all(home.path("drawn")).expect("it was there");
    let ran = home.run(&of);
    assert!(ran.code == 4 && ran.stderr.contains("cannot draw from"), "{}", ran.stderr);
    assert!(!home.path("drawn").exists());
}
