//! A real server that speaks as S3 does, and checks who asks.

use std::fs;

use retool_audit::digest::hex;
use serde_json::json;

use super::server::S3;
use super::{Storing, packs_of, tree};

/// A company whose packs go to a bucket of the server.
pub(super) fn storing(s3: &S3, bucket: &str, more: &str) -> Storing {
    let mut res = Storing::new("", "");
    let section = s3.section(&mut res.0.home, more);
    res.configure(&format!("s3://{bucket}/retool"), &section);
    res
}

#[test]
fn a_pack_goes_to_a_bucket_and_a_machine_without_memory_goes_on_from_it() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let checked = company.run(&["check"]);
    assert!(checked.stdout.contains("ok, `s3://evidence/retool`, 0 packs"), "{}", checked.stdout);
    company.pack("2025-10");
    for (name, _) in packs_of(&tree(&company.path("evidence"))) {
        let local = fs::read(company.path("evidence").join(&name)).expect("a file");
        assert_eq!(s3.read("evidence", &format!("retool/{name}")), hex(&local), "{name}");
    }
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let next = company.month("2025-11");
    assert!(next.stderr.contains("what 1 pack recorded"), "{}", next.stderr);
    let pack = company.0.home.pack(&next);
    let before = pack.report()["comparison"].to_string();
    assert!(before.contains("2025-10"), "{before}");
    let verified = company.run(&["verify", "s3://evidence/retool", "--replay"]).expect(0);
    assert_eq!(verified.stdout.matches("ok, ").count(), 2, "{}", verified.stdout);
    assert!(verified.stdout.starts_with("s3://evidence/retool/2025-10/"), "{}", verified.stdout);
    let month = company.run(&["verify", "s3://evidence/retool/2025-11"]).expect(0);
    assert_eq!(month.stdout.lines().count(), 1, "{}", month.stdout);
}

#[test]
fn what_is_put_into_a_bucket_is_locked_where_that_is_wanted() {
    let Some(s3) = S3::start() else { return };
    let lock = "lock = { mode = \"governance\", days = 400 }";
    let company = storing(&s3, "locked", lock);
    let checked = company.run(&["check"]);
    assert!(checked.stdout.contains("Object Lock is on"), "{}", checked.stdout);
    let pack = company.pack("2025-10");
    let names = s3.names("locked");
    let of_pack: Vec<&String> = names.iter().filter(|it| it.contains("/2025-10/")).collect();
    assert!(of_pack.len() > 10, "{names:?}");
    for name in of_pack {
        let said = s3.ask(&json!({"do": "lock", "bucket": "locked", "name": name}));
        assert_eq!(said["mode"], "GOVERNANCE", "{name}");
        assert!(said["until"].as_str().is_some_and(|it| it.starts_with("20")), "{name}");
    }
    // The page over the packs is no evidence, and is made anew.
    let page = s3.ask(&json!({"do": "lock", "bucket": "locked", "name": "retool/index.html"}));
    assert_eq!(page["mode"], json!(null));
    // What lies there unlocked is no reason to call the pack whole.
    let place = format!("retool/2025-10/{}", pack.name());
    let text = pack.text("report.json");
    s3.write("locked", &format!("{place}/report.json"), &text);
    s3.remove("locked", &format!("{place}/SHA256SUMS"));
    let refused = company.run(&["store", "push"]).expect(4).complaint(&company.0.home);
    assert!(
        refused.contains("report.json` is not locked as `lock` in `[store]` says"),
        "{refused}"
    );

    let other = storing(&s3, "evidence", lock);
    let checked = other.run(&["check"]);
    assert!(checked.stdout.contains("it has no Object Lock"), "{}", checked.stdout);
    let refused = other.month("2025-10");
    assert_eq!(refused.code, 4, "{}", refused.stderr);
}

#[test]
fn whoever_may_not_is_told_so_and_no_secret_is_shown() {
    let Some(s3) = S3::start() else { return };
    let mut company = storing(&s3, "evidence", "");
    let mut told = String::new();
    let mut tell = |what: &str, company: &Storing| {
        let ran = company.run(&["store", "push"]).expect(4);
        let complaint = ran.complaint(&company.0.home);
        told = format!("{told}{what}: {complaint}\n");
    };
    company.0.home.set("STORE_SECRET", "hunter2-is-no-secret-of-anybody");
    tell("another secret", &company);
    company.0.home.set("STORE_SECRET", &s3.secret);
    s3.fail("deny", 1, true);
    tell("an answer that repeats what was signed", &company);
    s3.work();
    let text = company.0.home.read("retool-audit.toml");
    company.0.home.write("retool-audit.toml", &text.replace("s3://evidence", "s3://nobodys"));
    tell("another bucket", &company);
    company.0.home.write("retool-audit.toml", &text);
    company.0.home.unset("STORE_SECRET");
    tell("no secret", &company);
    assert!(!told.contains("hunter2") && !told.contains(&s3.secret), "{told}");
    assert!(!told.contains("Signature="), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn no_file_and_no_log_has_the_secret_of_the_store() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let snapshot = company.0.trial("2025-10-02T06:00:00Z");
    let ran = company.run(&["report", &snapshot, "--log-format", "json", "--verbose"]);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("\"event\":\"pack-stored\""), "{said}");
    assert!(!said.contains(&s3.secret) && !said.contains("Signature"), "{said}");
    let secret = s3.secret.as_bytes();
    for name in tree(&company.path("")).keys() {
        let bytes = fs::read(company.path(name)).expect("a file");
        assert!(!bytes.windows(secret.len()).any(|it| it == secret), "{name}");
    }
}

#[test]
fn names_in_a_bucket_lead_nowhere_else() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let pack = company.pack("2025-10");
    let name = pack.dir.file_name().expect("a name").to_string_lossy().into_owned();
    for planted in ["../../../tmp/planted", "a//b", "back\\slash"] {
        let planted = format!("retool/2025-10/{name}/{planted}");
        s3.write("evidence", &planted, "planted");
        let refused = company.run(&["verify", "s3://evidence/retool"]).expect(4);
        let complaint = refused.complaint(&company.0.home);
        assert!(complaint.contains("holds an object that is no evidence"), "{complaint}");
        s3.remove("evidence", &planted);
    }
    // What stands for a folder in a console is nothing.
    s3.write("evidence", &format!("retool/2025-10/{name}/csv/"), "");
    company.run(&["verify", "s3://evidence/retool"]).expect(0);
}

#[test]
fn what_was_changed_in_a_bucket_is_used_for_nothing_and_told() {
    let Some(s3) = S3::start() else { return };
    let company = storing(&s3, "evidence", "");
    let pack = company.pack("2025-10");
    let name = pack.dir.file_name().expect("a name").to_string_lossy().into_owned();
    let changed = format!("retool/2025-10/{name}/record/record.json");
    let text = fs::read_to_string(pack.dir.join("record/record.json")).expect("a file");
    s3.write("evidence", &changed, &text.replace("2025-10", "2025-01"));
    fs::remove_dir_all(company.path("evidence")).expect("it is there");
    let next = company.pack("2025-11");
    let report = next.report().to_string();
    assert!(report.contains("`record/record.json` was changed"), "{report}");
}
