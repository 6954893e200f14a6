//! Management responses: what is answered to findings stands beside them.

use crate::before::{eu_from_files, reported};
use crate::oscal::list;

#[test]
fn a_response_stands_beside_its_finding_in_every_format_and_takes_nothing_away() {
    let home = eu_from_files();
    let text = home.read("retool-audit.toml");
    let formats = text.lines().find(|it| it.starts_with("formats")).expect("formats");
    let all = "formats = [\"csv\", \"html\", \"json\", \"oscal\"]";
    home.write("retool-audit.toml", &text.replace(formats, all));
    home.edit("eu", "users", |it| it[0]["is_admin"] = true.into());
    let before = reported(&home, "2026-11-02T06:00:00Z");
    let exceptions = |it: &crate::pack::Pack| it.report()["totals"]["exceptions"].clone();
    let mut found = before.rows("findings").into_iter();
    let found = found.find(|it| it["verdict"] == "exception").expect("an exception");
    let id = &found["finding_id"];
    home.write(
        "responses.toml",
        &format!(
            "[[response]]\nfinding = \"{id}\"\ncause = \"It was urgent.\"\n\
             action = \"Take the right away.\"\nowner = \"ana@acme.test\"\ndue = 2026-11-01\n\
             ticket = \"CHG-9\"\n\n\
             [[response]]\nfinding = \"F-000000000000\"\naction = \"None.\"\n\
             owner = \"ana@acme.test\"\ndue = 2026-12-01\n"
        ),
    );
    let text = home.read("retool-audit.toml");
    home.write("retool-audit.toml", &format!("{text}\n[responses]\npath = \"responses.toml\"\n"));
    let pack = reported(&home, "2026-11-03T06:00:00Z");
    assert_eq!(exceptions(&before), exceptions(&pack), "it takes nothing away");
    let rows = pack.rows("findings");
    let row = rows.iter().find(|it| it["finding_id"] == *id).expect("the same finding");
    let told = ["response", "response_cause", "response_owner", "response_due", "response_ticket"];
    assert_eq!(
        told.map(|it| row[it].as_str()),
        ["Take the right away.", "It was urgent.", "ana@acme.test", "2026-11-01", "CHG-9"]
    );
    assert_eq!(row["due"], found["due"], "its own day moves no due day");
    assert_eq!(pack.report()["totals"]["answered"], 1);
    let names: Vec<_> = pack.rows("references").into_iter().collect();
    let unknown = names.iter().find(|it| it["named"] == "F-000000000000").expect("it is told");
    assert_eq!((unknown["kind"].as_str(), unknown["found"].as_str()), ("finding", "false"));
    let html = pack.html_text();
    assert!(html.contains("Take the right away. By ana@acme.test until 2026-11-01"), "{html}");
    let results = &pack.json("oscal-assessment-results.json")["assessment-results"]["results"][0];
    let answers = list(results, "risks").flat_map(|it| list(it, "remediations"));
    let mut answers = answers.filter(|it| it["title"] == "What management answers");
    let answer = answers.next().and_then(|it| it["description"].as_str());
    assert!(answer.is_some_and(|it| it.contains("CHG-9")), "{answer:?}");
    assert!(answers.next().is_none());
    home.run(&["verify", &pack.dir.to_string_lossy(), "--replay"]).expect(0);
}

#[test]
fn a_wrong_file_of_responses_is_told_with_its_place_and_nothing_is_made() {
    let home = eu_from_files();
    let text = home.read("retool-audit.toml");
    home.write("retool-audit.toml", &format!("{text}\n[responses]\npath = \"responses.toml\"\n"));
    let missing = home.run(&["check"]);
    assert!(missing.stderr.contains("responses") || missing.stdout.contains("responses"));
    home.write("responses.toml", "[[response]]\nfinding = \"F-1\"\n");
    let ran = home.run(&["run"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("`F-1` is not the id of a finding"), "{}", ran.stderr);
    assert!(!home.path("evidence").join("2026-11").exists());
}
