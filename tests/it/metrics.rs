//! Metrics: what a file says after runs that went well, badly, and not at all.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

use retool_audit::metrics::FAMILIES;
use serde_json::Value;

use crate::harness::{Home, Ran, Server};
use crate::interrupt::silent;
use crate::lake::month;
use crate::months::{Company, GHOST, ROOT};
use crate::pack::Pack;

/// The samples of a file by name and labels, as Prometheus reads them; every line has to be sound.
type Samples = BTreeMap<String, String>;

/// Reads the text format, strictly: a HELP and a TYPE line before the samples of each metric, each
/// metric once, each sample once, and every label and value as the format has them.
fn parsed(text: &str) -> Samples {
    assert!(text.ends_with('\n'), "the last line has no end");
    let (mut res, mut seen, mut current) = (Samples::new(), Vec::new(), String::new());
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a help");
            assert!(is_name(name) && !help.is_empty(), "{line}");
            assert!(!seen.contains(&name.to_owned()), "{name} is there twice");
            seen.push(name.to_owned());
            name.clone_into(&mut current);
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{current} gauge"));
        } else {
            let (key, value) = line.rsplit_once(' ').expect("a value");
            let (name, labels) = key.split_once('{').unwrap_or((key, "}"));
            assert_eq!(name, current, "{line}");
            labels_of(labels);
            assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{line}");
            let before = res.insert(key.to_owned(), value.to_owned());
            assert!(before.is_none(), "{key} is there twice");
        }
    }
    res
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|it| it.is_ascii_alphabetic())
        && letters.all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// The labels between braces, with the closing one; their names.
fn labels_of(text: &str) -> Vec<String> {
    let mut res = Vec::new();
    let mut rest = text;
    while rest != "}" {
        let (name, after) = rest.split_once("=\"").expect("a label");
        assert!(is_name(name), "{name}");
        res.push(name.to_owned());
        let mut end = None;
        let mut letters = after.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => assert!("\\\"n".contains(letters.next().expect("a letter").1)),
                '"' => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        rest = &after[end.expect("an end") + 1..];
        rest = rest.strip_prefix(',').unwrap_or(rest);
    }
    res
}

const FILE: &str = "textfile/retool-audit.prom";
const EXIT_CODE: &str = "retool_audit_last_attempt_exit_code";
const SUCCESS: &str = "retool_audit_last_success_timestamp_seconds";

/// A home whose configuration names a file of metrics.
fn measured(instances: &[&str]) -> (Home, Server) {
    let home = Home::sample();
    let server = home.serve();
    home.configure(&server, instances);
    home.without_documents();
    home.reconfigure("[output]", &format!("[output]\nmetrics = \"{FILE}\""));
    fs::create_dir(home.path("textfile")).expect("room");
    (home, server)
}

fn samples(home: &Home) -> Samples {
    parsed(&home.read(FILE))
}

/// The samples of what is said of the pack alone.
fn of_pack(samples: &Samples) -> Samples {
    let of_run = ["last_attempt", "last_success", "stage_duration"];
    let is_of_pack = |it: &&String| !of_run.iter().any(|word| it.contains(word));
    samples.iter().filter(|it| is_of_pack(&it.0)).map(|it| (it.0.clone(), it.1.clone())).collect()
}

/// What a sample has to say, as a pack has it.
fn expected(pack: &Pack) -> Vec<(String, String)> {
    let (manifest, report) = (pack.json("manifest.json"), pack.report());
    let counts = &manifest["counts"];
    let exceptions = counts["exceptions"].as_array().expect("counts").iter();
    let severity = |it: &Value| it[0].as_str().expect("a word").to_owned();
    let exceptions = exceptions
        .map(|it| (format!("retool_audit_exceptions{{severity=\"{}\"}}", severity(it)), &it[1]));
    let others = [
        ("retool_audit_undetermined", &counts["undetermined"]),
        ("retool_audit_waived_exceptions", &counts["waived"]),
        ("retool_audit_overdue_exceptions", &counts["overdue"]),
        ("retool_audit_accounts{retool_instance=\"eu\"}", &report["instances"][0]["accounts"]),
    ];
    let others = others.map(|(key, value)| (key.to_owned(), value));
    let mut res: Vec<(String, String)> =
        exceptions.chain(others).map(|(key, value)| (key, value.to_string())).collect();
    for (state, is_so) in [("complete", "1"), ("partial", "0"), ("failed", "0")] {
        let labels = format!("retool_instance=\"eu\",state=\"{state}\"");
        res.push((format!("retool_audit_instance_state{{{labels}}}"), is_so.to_owned()));
    }
    let [period, id] = ["period", "report_id"].map(|it| manifest[it].as_str().expect("a word"));
    let program = format!("retool-audit {}", env!("CARGO_PKG_VERSION"));
    let info = format!("period=\"{period}\",report_id=\"{id}\",version=\"{program}\"");
    res.push((format!("retool_audit_pack_info{{{info}}}"), "1".to_owned()));
    res
}

#[test]
fn a_run_says_what_its_pack_comes_to_and_how_long_it_took() {
    let (home, _server) = measured(&["eu"]);
    let ran = home.run(&["run"]).expect(0);
    let said = samples(&home);
    for (key, value) in expected(&home.pack(&ran)) {
        assert_eq!(said.get(&key), Some(&value), "{key} in {said:#?}");
    }
    assert_eq!(said[EXIT_CODE], "0");
    assert_eq!(said[SUCCESS], said["retool_audit_last_attempt_timestamp_seconds"]);
    let time = |key: &str| said[key].parse::<i64>().expect("a time");
    let collected = time("retool_audit_pack_collected_timestamp_seconds");
    assert!((0..600).contains(&(time(SUCCESS) - collected)), "{said:#?}");
    let due = time("retool_audit_next_due_timestamp_seconds{what=\"collection\"}");
    assert!(due > collected, "{due}");
    let parts = said.keys().filter(|it| it.contains("stage_duration"));
    let parts: Vec<&str> = parts.filter_map(|it| it.split('"').nth(1)).collect();
    let all = ["assemble", "collect", "history", "publish", "render", "rules", "tables"];
    assert_eq!(parts, all);
    // It names nobody, and whoever may log in can read it.
    let text = home.read(FILE);
    assert!(!text.contains('@') && !text.contains("user_"), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(home.path(FILE)).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
    }
    assert_eq!(fs::read_dir(home.path("textfile")).expect("it").count(), 1, "nothing is left");
}

#[test]
fn every_metric_that_the_documents_name_is_said_with_its_labels() {
    let (home, _server) = measured(&["eu"]);
    home.run(&["run"]).expect(0);
    let said = samples(&home);
    let name = |it: &str| it.split('{').next().unwrap_or_default().to_owned();
    for family in FAMILIES {
        let of_it = said.keys().find(|it| name(it) == family.name);
        let of_it = of_it.unwrap_or_else(|| panic!("no {}", family.name));
        let labels = of_it.split_once('{').map_or("}", |it| it.1);
        assert_eq!(labels_of(labels), family.labels, "{of_it}");
    }
    let known = |it: &String| FAMILIES.iter().any(|family| family.name == name(it));
    assert!(said.keys().all(known), "{said:#?}");
}

#[test]
fn a_run_that_fails_says_so_and_leaves_the_rest_as_it_was() {
    let (mut home, _server) = measured(&["eu"]);
    home.run(&["run"]).expect(0);
    let before = samples(&home);
    let fails = |home: &Home, code: i32| {
        home.run(&["run"]).expect(code);
        let after = samples(home);
        assert_eq!(after[EXIT_CODE], code.to_string());
        assert_eq!(after[SUCCESS], before[SUCCESS]);
        assert_eq!(of_pack(&after), of_pack(&before));
        after.keys().filter(|it| it.contains("stage")).cloned().collect::<Vec<_>>()
    };
    home.unset("RETOOL_EU_TOKEN");
    let stages = fails(&home, 4);
    assert_eq!(stages, ["retool_audit_stage_duration_seconds{stage=\"collect\"}"]);
    // What people wrote is read before anything is collected.
    let roster = home.read("roster.csv");
    home.write("roster.csv", "nothing\n");
    assert!(fails(&home, 2).is_empty());
    home.write("roster.csv", &roster);
    // Where the configuration is wrong, nobody knows the file.
    home.reconfigure("[output]", "[output]\nno-such-key = 1");
    home.run(&["run"]).expect(2);
}

#[test]
fn incomplete_evidence_is_no_success_and_a_report_of_before_is_not_the_newest_pack() {
    let (mut home, _server) = measured(&["cloud", "eu"]);
    home.unset("RETOOL_EU_TOKEN");
    home.run(&["run"]).expect(3);
    let said = samples(&home);
    assert_eq!(said[EXIT_CODE], "3");
    assert!(!said.contains_key(SUCCESS));
    let failed = "retool_audit_instance_state{retool_instance=\"eu\",state=\"failed\"}";
    assert_eq!(said[failed], "1");
    let accounts = said.keys().filter(|it| it.starts_with("retool_audit_accounts"));
    assert_eq!(accounts.collect::<Vec<_>>(), ["retool_audit_accounts{retool_instance=\"cloud\"}"]);

    let company = Company::new(&["prod"]);
    company.home.reconfigure("[output]", "[output]\nmetrics = \"retool-audit.prom\"");
    company.answers("prod", &[ROOT]);
    let newest = Pack::at(month(&company, "2025-12-01T06:00:00Z")).json("manifest.json");
    let before = parsed(&company.home.read("retool-audit.prom"));
    company.answers("prod", &[ROOT, GHOST]);
    month(&company, "2025-11-03T06:00:00Z");
    let after = parsed(&company.home.read("retool-audit.prom"));
    assert_eq!(of_pack(&after), of_pack(&before));
    let id = newest["report_id"].as_str().expect("an id");
    assert!(after.keys().any(|it| it.contains(id)), "{after:#?}");
}

#[test]
fn metrics_that_cannot_be_written_are_told_and_fail_nothing() {
    let (home, _server) = measured(&["eu"]);
    fs::remove_dir(home.path("textfile")).expect("it is there");
    let told = |words: &[&str]| {
        let ran = home.run(&[&["run", "--out", "out"], words].concat()).expect(0);
        home.steady(ran.stderr.lines().last().expect("a line"))
    };
    let quiet = told(&["--quiet"]);
    assert_eq!(
        quiet,
        "cannot write the metrics `HOME/textfile/retool-audit.prom`: No such file or directory \
         (os error 2)"
    );
    assert_eq!(told(&[]), quiet);
    let line: Value = serde_json::from_str(&told(&["--log-format", "json"])).expect("JSON");
    assert_eq!((&line["event"], &line["level"]), (&"metrics-not-written".into(), &"WARN".into()));
    // Something else of that name is left as it is.
    fs::create_dir(home.path("textfile")).expect("room");
    home.write(FILE, "node_load1 0.5\n");
    assert!(told(&["--quiet"]).contains("is no file of this program's metrics"));
    assert_eq!(home.read(FILE), "node_load1 0.5\n");
    home.reconfigure(FILE, "textfile/retool-audit.txt");
    let refused = home.run(&["run"]).expect(2);
    assert!(refused.stderr.contains("does not end in `.prom`"), "{}", refused.stderr);
}

#[test]
#[cfg(unix)]
fn a_run_that_is_stopped_says_so() {
    let home = Home::empty();
    let listener = silent(&home);
    home.reconfigure("dir = \"out\"\n", "dir = \"out\"\nmetrics = \"retool-audit.prom\"\n");
    let run = home.start(&["run"], Stdio::piped());
    let _connection = listener.accept().expect("the run asks");
    let kill = Command::new("kill").args(["-s", "TERM", &run.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    Ran::wait(run).expect(143);
    let said = parsed(&home.read("retool-audit.prom"));
    assert_eq!(said[EXIT_CODE], "143");
    assert!(!said.contains_key(SUCCESS));
}
