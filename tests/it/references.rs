//! Names that are misspelt in the configuration, the waivers, the approvals and the baseline: each
//! is reported, and no rule passes by it.

use std::collections::BTreeMap;

use crate::harness::Home;
use crate::pack::Pack;

/// A name, how it is misspelt, and what that does.
struct Misspelling {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// The name as the references print it.
    told: &'static str,
    /// The rule that must give no pass, where one rests on the name.
    rests: Option<&'static str>,
}

const fn misspelt(
    file: &'static str,
    [from, to, told]: [&'static str; 3],
    rests: Option<&'static str>,
) -> Misspelling {
    Misspelling { file, from, to, told, rests }
}

const CONFIG: &str = "retool-audit.toml";

const MISSPELLINGS: &[Misspelling] = &[
    misspelt(CONFIG, ["[[\"Refund makers\"", "[[\"Refund maker\"", "refund maker"], Some("PRV-10")),
    misspelt(CONFIG, ["\"Dispatch EU\" =", "\"Dispatch UE\" =", "dispatch ue"], Some("PRV-16")),
    misspelt(
        CONFIG,
        [
            "Customs = [\"kateryna.",
            "Customs = [\"katarina.",
            "katarina.lysenko@kestrel-spedition.example",
        ],
        Some("PRV-16"),
    ),
    misspelt(
        CONFIG,
        ["audit-groups = [\"Compliance\"]", "audit-groups = [\"Complianze\"]", "complianze"],
        Some("PRV-08"),
    ),
    misspelt(
        CONFIG,
        ["[\"76115633-", "[\"76115634-", "76115634-2837-415b-a245-96994e12ed34"],
        Some("TOK-03"),
    ),
    misspelt(
        CONFIG,
        ["approved-delegates = []  ", "approved-delegates = [\"Finanze\"]  ", "finanze"],
        Some("PRV-18"),
    ),
    misspelt(
        CONFIG,
        ["\"Tamer.Haddad@", "\"Tamer.Hadad@", "tamer.hadad@kestrel-freight.example"],
        None,
    ),
    misspelt(
        CONFIG,
        ["\"training.kestrel", "\"trainings.kestrel", "trainings.kestrel.retool.example"],
        None,
    ),
    misspelt(CONFIG, ["\"users\", \"groups\"", "\"user\", \"groups\"", "user"], Some("EVD-01")),
    misspelt("baseline.csv", ["eu,zuzana.", "uk,zuzana.", "uk"], Some("PRV-17")),
    misspelt(
        "baseline.csv",
        ["eu,zuzana.", "eu,susana.", "susana.kovacova@kestrel-spedition.example"],
        Some("PRV-17"),
    ),
    misspelt(
        "baseline.csv",
        [",Tools developers", ",Tool developers", "tool developers"],
        Some("PRV-17"),
    ),
    misspelt("approvals.csv", ["cloud,wiktoria", "clout,wiktoria", "clout"], None),
    misspelt(
        "approvals.csv",
        ["wiktoria.zajac", "viktoria.zajac", "viktoria.zajac@kestrel-freight.example"],
        None,
    ),
    misspelt(
        "approvals.csv",
        ["rahul.verma", "raul.verma", "raul.verma@kestrel-freight.example"],
        None,
    ),
    misspelt("waivers.toml", ["group:902453", "group:902454", "902454"], Some("PRV-16")),
    misspelt(
        "waivers.toml",
        ["approver = \"chloe", "approver = \"cloe", "cloe.lefevre@kestrel-freight.example"],
        None,
    ),
];

#[test]
fn every_misspelt_name_is_told_and_nothing_passes_by_it() {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, &["cloud", "eu"]);
    home.without_documents();
    let snapshot = home.run(&["snapshot"]).expect(0).stdout.trim().to_owned();
    let report = |out: &str| {
        let ran = home.run(&["report", &snapshot, "--out", out]);
        assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
        home.pack(&ran)
    };
    let right = report("right");
    let before = verdicts(&right);
    let shown: Vec<String> = missing(&right).iter().map(|it| it["named"].clone()).collect();
    assert_eq!(shown, ["meera.josi@kestrel-freight.example"], "what the sample shows itself");
    for (at, it) in MISSPELLINGS.iter().enumerate() {
        let text = home.read(it.file);
        assert!(text.contains(it.from), "{} holds no `{}`", it.file, it.from);
        home.write(it.file, &text.replace(it.from, it.to));
        let wrong = report(&format!("wrong-{at}"));
        home.write(it.file, &text);
        let missing = missing(&wrong);
        assert!(missing.iter().any(|row| row["named"] == it.told), "{}: {missing:?}", it.told);
        let after = verdicts(&wrong);
        // What asks whether waivers accept too much has less to ask where they accept nothing.
        for (place, verdict) in after.iter().filter(|(place, _)| place.0 != "GOV-08") {
            let passes = verdict.starts_with("pass");
            assert!(!passes || before[place].starts_with("pass"), "{}: {place:?} passes", it.told);
        }
        let Some(code) = it.rests else { continue };
        let where_it_is: Vec<_> = after.iter().filter(|(place, _)| place.0 == code).collect();
        let open = where_it_is.iter().any(|(_, it)| it.as_str() != "pass");
        assert!(open, "{}: {where_it_is:?}", it.told);
    }
}

/// What is listed as matching nothing.
fn missing(pack: &Pack) -> Vec<BTreeMap<String, String>> {
    pack.rows("references").into_iter().filter(|it| it["found"] == "false").collect()
}

/// The verdict of each rule on each instance.
fn verdicts(pack: &Pack) -> BTreeMap<(String, String), String> {
    let report = pack.report();
    let mut res = BTreeMap::new();
    for rule in report["rules"].as_array().expect("rules") {
        for it in rule["instances"].as_array().expect("instances") {
            let text = |it: &serde_json::Value| it.as_str().expect("a text").to_owned();
            res.insert((text(&rule["code"]), text(&it["instance"])), text(&it["verdict"]));
        }
    }
    res
}
