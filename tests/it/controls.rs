//! The control matrices: which are shown, and that none is better than what stands behind it.

use serde_json::Value;

use crate::harness::Home;
use crate::pack::Pack;

const ALL: &str = r#"["soc2", "iso27001", "nist80053", "pci", "cis"]"#;

#[test]
fn a_control_without_an_evaluable_rule_never_passes() {
    let home = Home::sample();
    home.expect_token("eu", "another");
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    home.without_cis();
    let pack = home.pack(&home.run(&["run", "--out", "out"]).expect(3));
    let rows = pack.rows("controls");
    assert!(rows.len() > 60);
    for it in rows {
        // What stands in the configuration is known although nothing was collected.
        let judged = it["rules"].contains("pass") || it["rules"].contains("fail");
        assert!(judged || it["result"] == "not evaluable", "{it:?}");
    }
    assert_eq!(result(&pack, "pci", "8.2.6"), "not evaluable");
    assert_eq!(result(&pack, "soc2", "CC2.1"), "exceptions noted");
}

#[test]
fn evd_11_a_loose_threshold_fails_the_control_that_passes_otherwise() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.reconfigure(ALL, r#"["pci", "cis"]"#);
    home.reconfigure("days = 90 ", "days = 400 ");
    let pack = home.pack(&home.run(&["run", "--out", "out"]).expect(0));
    let failing: Vec<String> = pack
        .rows("controls")
        .iter()
        .filter(|it| it["result"] == "exceptions noted")
        .map(|it| {
            format!(
                "{} {} {}: {}",
                it["framework"], it["control"], it["result"], it["loose_thresholds"]
            )
        })
        .collect();
    insta::assert_snapshot!(failing.join("\n"), @"
    pci 8.2.6 exceptions noted: DRM-01: 400 days configured, PCI DSS 8.2.6 allows 90
    cis 5.3 exceptions noted: DRM-01: 400 days configured, CIS Controls 5.3 allows 45
    ");
    let findings: Vec<String> = pack
        .rows("findings")
        .iter()
        .filter(|it| it["rule_code"] == "EVD-11")
        .map(|it| {
            format!(
                "{} {} {}: {}",
                it["instance"], it["rule_code"], it["subject_id"], it["observed"]
            )
        })
        .collect();
    insta::assert_snapshot!(findings.join("\n"), @"
    all EVD-11 DRM-01 days cis 5.3: rule dormant-account, parameter days, used 400, asked_by CIS Controls 5.3, tolerated 45, looser yes
    all EVD-11 DRM-01 days pci 8.2.6: rule dormant-account, parameter days, used 400, asked_by PCI DSS 8.2.6, tolerated 90, looser yes
    ");
    assert_eq!(pack.report()["state"], "complete", "the population is whole all the same");
    let words = "DRM-01: 400 days configured, PCI DSS 8.2.6 allows 90.";
    assert!(pack.html_text().contains(words));
    assert!(pack.pdf_text().is_none_or(|it| it.contains(words)));
}

#[test]
fn evd_09_failed_by_a_person_makes_the_report_partial() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    let answer = "[[manual-evidence]]\nrule = \"EVD-09\"\ninstance = \"all\"\nanswer = \"fail\"\n\
                  text = \"The export lacks the warehouse.\"\nevidence = \"GRC-470.png\"\n\
                  by = \"nikos.papadopoulos@kestrel-freight.example\"\n";
    let sha256 = "b1946ac92492d2347c6235b4d2611184c3d2f1a0b9e8d7c6b5a4f3e2d1c0b9a8";
    let [at, until] = Home::days([-1, 20]);
    let times = format!("sha256 = \"{sha256}\"\nat = {at}T08:00:00Z\nvalid-until = {until}\n");
    home.write("waivers.toml", &format!("{answer}{times}"));
    let pack = home.pack(&home.run(&["run", "--out", "out"]).expect(3));
    let report = pack.report();
    assert_eq!(report["state"], "partial");
    insta::assert_snapshot!(report["opinion"].as_str().expect("text"), @"Collection of evidence: PARTIAL, because 1 evidence check found a problem. Users and groups: complete on the instance. The server's own count agrees for every list that comes with one. Problems were found by 1 evidence check: Roster that is out of date, incomplete or unexpectedly changed (EVD-09, by a person's answer). 1 threshold is looser than a control allows (EVD-11).");
}

#[test]
fn evd_11_switched_off_the_control_still_fails() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["eu"]);
    home.without_documents();
    let off = "[rules]\ndisable = [{ rule = \"loose-threshold\", reason = \"Not asked for.\" }]";
    home.reconfigure("[rules]", off);
    let pack = home.pack(&home.run(&["run", "--out", "out"]).expect(0));
    assert!(pack.rows("findings").iter().all(|it| it["rule_code"] == "EVD-09"), "a first roster");
    assert_eq!(result(&pack, "cis", "5.3"), "exceptions noted");
    assert_eq!(result(&pack, "pci", "8.2.6"), "no exceptions noted");
}

#[test]
fn the_report_shows_the_frameworks_that_the_configuration_chooses() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud"]);
    home.without_documents();
    let shown = |choice: &str, out: &str| {
        home.configure(&server, &["cloud"]);
        home.without_documents();
        home.reconfigure(&format!("controls = {ALL}"), choice);
        home.pack(&home.run(&["run", "--out", out]).expect(3))
    };
    let pack = shown("", "usual");
    assert_eq!(frameworks(&pack), ["soc2", "iso27001", "nist80053", "pci"]);
    let pack = shown(r#"controls = ["iso27001", "soc2"]"#, "two");
    assert_eq!(frameworks(&pack), ["soc2", "iso27001"]);
    let findings = pack.rows("findings");
    let filled = |column: &str| findings.iter().any(|it| !it[column].is_empty());
    assert_eq!(["soc2", "iso27001", "nist80053", "pci"].map(filled), [true, true, false, false]);
    assert!(pack.rows("thresholds").iter().all(|it| it["framework"] != "pci"));
}

fn result(pack: &Pack, framework: &str, control: &str) -> String {
    let rows = pack.rows("controls");
    let row = rows.iter().find(|it| it["framework"] == framework && it["control"] == control);
    row.expect("a control")["result"].clone()
}

fn frameworks(pack: &Pack) -> Vec<String> {
    let report = pack.report();
    let all = report["frameworks"].as_array().expect("a list");
    all.iter().map(|it: &Value| it["key"].as_str().expect("a text").to_owned()).collect()
}
