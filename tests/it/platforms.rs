//! The accounts in the form that compliance platforms take.

use std::fs;

use serde_json::json;

use crate::harness::Home;
use crate::pack::Pack;

/// A pack of two instances in that format.
fn packed(change: impl FnOnce(&Home)) -> (Home, Pack) {
    let home = Home::sample();
    change(&home);
    let server = home.serve();
    home.configure(&server, &["eu", "legacy"]);
    home.reconfigure(
        r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#,
        r#"["json", "vanta"]"#,
    );
    let pack = home.pack(&home.run(&["run"]));
    (home, pack)
}

#[test]
fn vanta_gets_every_account_and_nothing_that_is_not_known() {
    let (_home, pack) = packed(|home| {
        home.edit("eu", "users", |it| {
            it[0]["email"] = json!("=cmd|calc@kestrel-freight.example");
            it[1]["active"] = json!("perhaps");
        });
        home.edit("eu", "groups", |it| {
            let all = it.as_array_mut().expect("groups");
            let group = all.iter_mut().find(|it| it["name"] == "Customs").expect("a group");
            group["name"] = json!("Customs, EU");
        });
    });
    let text = fs::read_to_string(pack.dir.join("vanta/access-file-eu.csv")).expect("a file");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    assert_eq!(header, "Account name,Account owner,Role,Status");
    let eu = pack.report()["instances"][0].clone();
    assert_eq!((&eu["name"], eu["accounts"].as_u64()), (&json!("eu"), Some(lines.count() as u64)));
    let telling = text
        .lines()
        .enumerate()
        .filter(|(at, it)| *at < 6 || it.contains("cmd") || it.contains("Deactivated"));
    let telling: Vec<&str> = telling.map(|it| it.1).take(14).collect();
    insta::assert_snapshot!(telling.join("\n"));
}

#[test]
fn c_01_an_instance_that_was_not_read_has_no_access_file() {
    let (_home, pack) = packed(|home| home.expect_token("eu", "another"));
    assert!(!pack.dir.join("vanta/access-file-eu.csv").exists());
    assert!(pack.dir.join("vanta/access-file-legacy.csv").exists());
    let told = fs::read_to_string(pack.dir.join("vanta/left-out.txt")).expect("a file");
    assert_eq!(told, "eu: its accounts were not read; there is no file\n");
}
