//! Retention: what goes is written down first, what stays is proven, and whatever is done to the
//! record is told.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

use crate::harness::{Home, copy};
use crate::lake::month;
use crate::months::{Company, GHOST, ROOT, block};
use crate::pack::{Pack, sha256};
use crate::review::{fill_csv, worksheets};

/// The days on which the company's packs were collected.
const DAYS: [&str; 5] = ["2025-08-04", "2025-09-01", "2025-10-06", "2025-11-03", "2025-12-01"];

/// Five months of one instance, in which an account comes and goes.
fn company() -> Company {
    let company = Company::new(&["prod"]);
    for (at, day) in DAYS.iter().enumerate() {
        company.answers("prod", if at % 2 == 0 { &[ROOT] } else { &[ROOT, GHOST] });
        month(&company, &format!("{day}T06:00:00Z"));
    }
    fs::remove_dir_all(company.home.path("evidence/snapshots")).expect("they are in packs");
    company
}

/// The months, with nothing removed.
static WHOLE: LazyLock<Company> = LazyLock::new(company);

/// The same with three months removed, and with three months of which the proof stays.
static REMOVED: LazyLock<Company> = LazyLock::new(|| pruned(&["--keep-months", "2"]));
static REDUCED: LazyLock<Company> =
    LazyLock::new(|| pruned(&["--keep-months", "2", "--keep-reports"]));

fn pruned(words: &[&str]) -> Company {
    let res = copied(&WHOLE);
    res.home.run(&[&["prune"], words].concat()).expect(0);
    res
}

/// The same company elsewhere.
fn copied(from: &Company) -> Company {
    let res = Company { home: Home::empty() };
    copy(&from.home.path(""), &res.home.path(""));
    res
}

/// Every file below the evidence, the page over it left out, which is made anew.
fn tree(company: &Company) -> BTreeMap<String, Vec<u8>> {
    let mut res = Pack::at(company.home.path("evidence")).files();
    res.remove("index.html");
    res
}

/// The packs that lie there, in the order of their months.
fn packs(company: &Company) -> Vec<PathBuf> {
    let all = tree(company).into_keys().filter_map(|it| {
        let parts: Vec<&str> = it.split('/').collect();
        let is_pack = parts.len() == 3 && parts[2] == "manifest.json";
        is_pack.then(|| company.home.path(&format!("evidence/{}/{}", parts[0], parts[1])))
    });
    all.collect()
}

/// The day on which the record says that something was removed.
fn day(home: &Home) -> String {
    let line = home.read("evidence/pruned.jsonl");
    let first: Value = serde_json::from_str(line.lines().next().expect("a line")).expect("JSON");
    first["at"].as_str().expect("a time")[..10].to_owned()
}

/// A text without what differs from run to run.
fn steady(home: &Home, text: &str) -> String {
    let text = home.steady(text);
    if home.path("evidence/pruned.jsonl").is_file() {
        text.replace(&day(home), "DAY")
    } else {
        text
    }
}

/// What `verify` and the check in the newest pack say of the evidence.
fn judged(company: &Company) -> [String; 2] {
    let home = &company.home;
    let ours = home.run(&["verify", "evidence"]);
    let script = packs(company).pop().expect("a pack").join("verify.py");
    let mut theirs = Command::new("python3");
    theirs.arg(script).arg("evidence").current_dir(home.path(""));
    let theirs = theirs.output().expect("python3 is there");
    assert_eq!(String::from_utf8_lossy(&theirs.stderr), "");
    let theirs_told = String::from_utf8_lossy(&theirs.stdout).into_owned();
    for (code, told) in
        [(ours.code, &ours.stdout), (theirs.status.code().unwrap_or(-1), &theirs_told)]
    {
        assert_eq!(code == 1, told.lines().any(|it| it.starts_with("  ")), "{told}");
    }
    [ours.stdout, theirs_told].map(|it| steady(home, it.trim_end()))
}

/// The lines about faults, each behind what it is about.
fn faults(told: &str) -> Vec<String> {
    let mut about = String::new();
    let mut res = Vec::new();
    for line in told.lines() {
        if let Some(fault) = line.strip_prefix("  ") {
            res.push(format!("{about}: {fault}"));
        } else {
            let below = line.trim_start_matches("HOME/").trim_start_matches("evidence/");
            let end = below.find([':', ';']).unwrap_or(below.len());
            below[..end].trim_end_matches("/TIME-HASH").clone_into(&mut about);
        }
    }
    res
}

#[test]
fn what_is_older_goes_and_the_record_says_so_everywhere() {
    let company = copied(&WHOLE);
    let home = &company.home;
    let ran = home.run(&["prune", "--keep-months", "2"]).expect(0);
    let said = steady(home, &ran.stdout);
    let months: Vec<String> = packs(&company)
        .iter()
        .map(|it| it.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(months, ["2025-11", "2025-12"]);
    assert!(!home.path("evidence/2025-08").exists());
    let [ours, theirs] = judged(&company);
    let coverage = |words: &[&str], code| {
        let ran = home.run(&[&["coverage"], words].concat()).expect(code);
        steady(home, ran.stdout.trim_end())
    };
    let window = ["--from", "2025-09", "--to", "2025-12"];
    let pictures = [
        format!("$ prune\n{said}"),
        format!("$ verify\n{ours}"),
        format!("$ verify.py\n{theirs}"),
        format!("$ coverage of what is there\n{}", coverage(&["--to", "2025-12"], 0)),
        format!("$ coverage of a window\n{}", coverage(&window, 3)),
    ];
    insta::assert_snapshot!(pictures.join("\n\n"));
    let page = home.read("evidence/index.html");
    assert!(page.contains("Removed by retention") && page.contains("shape-removed"), "{page}");
    let json: Value = serde_json::from_str(&coverage(
        &["--from", "2025-09", "--to", "2025-09", "--format", "json"],
        3,
    ))
    .expect("JSON");
    assert_eq!(json["months"][0]["instances"][0], "removed");
    assert_eq!(json["removed"].as_array().expect("a list").len(), 3);
    let json = home.run(&["verify", "evidence", "--format", "json"]).expect(0).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[2]["removed"].as_array().expect("the record").len(), 3);
}

#[test]
fn a_line_of_the_record_says_what_went_when_by_whom_and_why() {
    let home = &REMOVED.home;
    let lines: Vec<Value> = home
        .read("evidence/pruned.jsonl")
        .lines()
        .map(|it| serde_json::from_str(it).expect("JSON"))
        .collect();
    let manifests: Vec<Pack> = packs(&WHOLE).into_iter().map(Pack::at).collect();
    for (line, pack) in lines.iter().zip(&manifests).take(3) {
        let manifest = pack.json("manifest.json");
        for key in ["period", "report_id", "previous"] {
            assert_eq!(line[key], manifest[key], "{line}");
        }
        let hash = sha256(&pack.bytes("manifest.json"));
        assert_eq!((&line["manifest_sha256"], &line["entry"]), (&hash.into(), &"pack".into()));
        assert!(line["pack"].as_str().expect("a place").ends_with(&pack.name()), "{line}");
        assert!(!line["by"]["account"].as_str().expect("an account").is_empty(), "{line}");
        assert_eq!(line["policy"], "packs of 2 months are kept, counted from 2025-12");
    }
    assert_eq!((lines.len(), &lines[3]["entry"]), (4, &"finished".into()));
}

#[test]
fn a_dry_run_prints_the_same_and_changes_nothing_and_a_second_run_does_nothing() {
    for words in [&["--keep-months", "2"][..], &["--keep-months", "2", "--keep-reports"]] {
        let company = copied(&WHOLE);
        let (home, prune) = (&company.home, [&["prune"], words].concat());
        let before = Pack::at(home.path("evidence")).files();
        let dry = home.run(&[&prune[..], &["--dry-run"]].concat()).expect(0);
        assert_eq!(Pack::at(home.path("evidence")).files(), before);
        assert!(dry.stderr.contains("nothing was removed"), "{}", dry.stderr);
        assert_eq!(home.run(&prune).expect(0).stdout, dry.stdout);
        let after = Pack::at(home.path("evidence")).files();
        assert_ne!(after, before);
        let again = home.run(&prune).expect(0).stdout;
        assert!(again.contains("nothing is to be removed"), "{again}");
        assert_eq!(Pack::at(home.path("evidence")).files(), after);
    }
}

#[test]
fn what_proves_an_old_pack_stays_and_names_nobody() {
    let home = &REDUCED.home;
    let [ours, theirs] = judged(&REDUCED);
    let oldest = Pack::at(packs(&REDUCED)[0].clone());
    let kept: Vec<String> = oldest.files().into_keys().collect();
    let pictures = [
        format!("$ verify\n{ours}"),
        format!("$ verify.py\n{theirs}"),
        format!("what stays\n{}", kept.join("\n")),
    ];
    insta::assert_snapshot!(pictures.join("\n\n"));
    for (path, bytes) in oldest.files() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for word in ["root@acme.test", "user_root", "ghost", "bo@acme.test", "user_"] {
            // The schema explains columns; it has no cell.
            let is_named = text.contains(word) && path != "csv/schema.json";
            assert!(!is_named, "{path}: {word}");
        }
    }
    // The check that lies in it says the same of it alone.
    let script = oldest.dir.join("verify.py");
    let alone = Command::new("python3").arg(script).output().expect("python3 is there");
    assert_eq!(alone.status.code(), Some(0), "{}", String::from_utf8_lossy(&alone.stdout));
    let alone = home.run(&["verify", &oldest.dir.to_string_lossy(), "--replay"]).expect(0).stdout;
    assert!(alone.contains("not rendered again: its files were removed"), "{alone}");
    // What stays can go, too.
    let company = copied(&REDUCED);
    let ran = company.home.run(&["prune", "--keep-months", "2"]).expect(0);
    assert!(ran.stdout.contains("what was kept of a pack"), "{}", ran.stdout);
    assert_eq!(packs(&company).len(), 2);
    assert!(judged(&company).iter().all(|it| faults(it).is_empty()));
}

/// Something that somebody does to a folder of which something was removed.
type Tampering = (&'static str, &'static LazyLock<Company>, fn(&Company));

/// Changes a line of the record, counted from 0.
fn edit_line(company: &Company, at: usize, change: impl FnOnce(&str) -> String) {
    let text = company.home.read("evidence/pruned.jsonl");
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    lines[at] = change(&lines[at]);
    company.home.write("evidence/pruned.jsonl", &lines.concat());
}

/// Puts a file or folder back that was removed.
fn put_back(company: &Company, month: &str, below: &str) {
    let from = packs(&WHOLE).into_iter().find(|it| it.to_string_lossy().contains(month));
    let from = from.expect("a pack");
    let place = from.strip_prefix(WHOLE.home.path("evidence")).expect("below it").to_owned();
    let to = company.home.path("evidence").join(place);
    if below.is_empty() {
        copy(&from, &to);
    } else {
        fs::create_dir_all(to.join(below).parent().expect("a folder")).expect("room");
        fs::copy(from.join(below), to.join(below)).expect("room");
    }
}

const TAMPERINGS: &[Tampering] = &[
    ("nothing", &REMOVED, |_| {}),
    ("the day of the first line is another", &REMOVED, |it| {
        edit_line(it, 0, |line| line.replacen("\"at\":\"20", "\"at\":\"19", 1));
    }),
    ("the reason in the last line about a pack is another", &REMOVED, |it| {
        edit_line(it, 2, |line| line.replace("2 months", "9 months"));
    }),
    ("the hash in a line is another", &REMOVED, |it| {
        edit_line(it, 1, |line| {
            line.replacen("\"manifest_sha256\":\"", "\"manifest_sha256\":\"0", 1)
        });
    }),
    ("a line is taken out", &REMOVED, |it| edit_line(it, 1, |_| String::new())),
    ("the last line about a pack and the end are taken out", &REMOVED, |it| {
        edit_line(it, 3, |_| String::new());
        edit_line(it, 2, |_| String::new());
    }),
    ("the end is taken out", &REMOVED, |it| edit_line(it, 3, |_| String::new())),
    ("a line is cut off", &REMOVED, |it| edit_line(it, 3, |line| line[..40].to_owned())),
    ("two lines are swapped", &REMOVED, |it| {
        let text = it.home.read("evidence/pruned.jsonl");
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        it.home.write("evidence/pruned.jsonl", &[lines[1], lines[0], lines[2], lines[3]].concat());
    }),
    ("the last line is none", &REMOVED, |it| edit_line(it, 3, |_| "{}\n".to_owned())),
    ("the record is taken out", &REMOVED, |it| {
        fs::remove_file(it.home.path("evidence/pruned.jsonl")).expect("it is there");
    }),
    ("another pack is taken out without a line", &REMOVED, |it| {
        fs::remove_dir_all(&packs(it)[0]).expect("it is there");
    }),
    ("a pack that was removed is put back", &REMOVED, |it| put_back(it, "2025-09", "")),
    ("a file of a reduced pack is put back", &REDUCED, |it| {
        put_back(it, "2025-09", "csv/users.csv");
    }),
    ("a file that is kept is changed", &REDUCED, |it| {
        let path = packs(it)[1].join("csv/trend.csv");
        let text = fs::read_to_string(&path).expect("it is kept");
        fs::write(path, text.replace("complete", "partial ")).expect("room");
    }),
    ("a file that is kept is taken out", &REDUCED, |it| {
        fs::remove_file(packs(it)[1].join("csv/tie-out.csv")).expect("it is kept");
    }),
    ("a file is put into a reduced pack", &REDUCED, |it| {
        fs::write(packs(it)[1].join("csv/more.csv"), "a").expect("room");
    }),
    ("the manifest of a reduced pack is another", &REDUCED, |it| {
        let path = packs(it)[1].join("manifest.json");
        let text = fs::read_to_string(&path).expect("it is kept");
        fs::write(path, text.replace("\"waived\": 0", "\"waived\": 1")).expect("room");
    }),
    ("the manifest of a reduced pack is taken out", &REDUCED, |it| {
        fs::remove_file(packs(it)[1].join("manifest.json")).expect("it is kept");
    }),
    ("a reduced pack is taken out", &REDUCED, |it| {
        fs::remove_dir_all(&packs(it)[1]).expect("it is there");
    }),
];

#[test]
fn whatever_is_done_to_the_record_or_to_what_stays_is_told_by_both() {
    let pictures = TAMPERINGS.iter().map(|(what, base, deed)| {
        let company = copied(base);
        deed(&company);
        let [ours, theirs] = judged(&company).map(|it| faults(&it));
        assert_eq!(ours.is_empty(), *what == "nothing", "{what}: {ours:#?}");
        assert_eq!(ours.is_empty(), theirs.is_empty(), "{what}: {theirs:#?}");
        let list = |name: &str, faults: &[String]| {
            faults.iter().map(|it| format!("  {name}: {it}")).collect::<Vec<_>>()
        };
        let lines = [vec![(*what).to_owned()], list("program", &ours), list("verify.py", &theirs)];
        lines.concat().join("\n")
    });
    insta::assert_snapshot!(pictures.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_removal_that_was_interrupted_is_told_and_finished() {
    // As it is where the program was killed: the lines are there, one pack is gone, one is left in
    // part, one is whole.
    for base in [&REMOVED, &REDUCED] {
        let company = copied(base);
        edit_line(&company, 3, |_| String::new());
        put_back(
            &company,
            "2025-09",
            if packs(&company).len() == 2 { "" } else { "csv/users.csv" },
        );
        put_back(&company, "2025-10", "");
        let told = judged(&company).map(|it| faults(&it).join("\n"));
        assert!(told.iter().all(|it| it.contains("not finished")), "{told:#?}");
        let refused = company.home.run(&["prune", "--keep-months", "12", "--dry-run"]).expect(0);
        assert_eq!(refused.stdout.matches("finish  ").count(), 3, "{}", refused.stdout);
        let ran = company.home.run(&["prune", "--keep-months", "12"]).expect(0);
        assert_eq!(ran.stdout, refused.stdout);
        assert_eq!(judged(&company).map(|it| faults(&it)), [Vec::<String>::new(), Vec::new()]);
        let paths = |it: &Company| tree(it).into_keys().collect::<Vec<_>>();
        assert_eq!(paths(&company), paths(base));
    }
}

#[test]
fn what_a_kill_leaves_of_a_folder_is_swept_by_the_next_run() {
    let company = copied(&REMOVED);
    let left = company.home.path("evidence/2025-10/.20251006T060000Z-0123abcd.unfinished");
    fs::create_dir_all(left.join("csv")).expect("room");
    assert!(judged(&company).iter().all(|it| faults(it).is_empty()));
    company.home.run(&["prune", "--keep-months", "2"]).expect(0);
    assert!(!left.exists());
}

#[test]
fn a_record_that_is_not_sound_removes_nothing_and_leads_nowhere() {
    let company = copied(&WHOLE);
    let home = &company.home;
    fs::create_dir_all(home.path("precious/one")).expect("room");
    let line = "{\"before\":\"\",\"at\":\"2026-01-01T00:00:00Z\",\"by\":{\"program\":\"p\",\"account\":\"a\",\
                \"host\":\"h\"},\"policy\":\"all\",\"entry\":\"pack\",\"period\":\"2025-08\",\
                \"pack\":\"PLACE\",\"report_id\":\"r\",\"manifest_sha256\":\"m\",\"previous\":[],\
                \"kept\":[]}\n";
    let told = |place: &str| {
        home.write("evidence/pruned.jsonl", &line.replace("PLACE", place));
        home.run(&["prune", "--keep-months", "2"]).complaint(home)
    };
    let pictures = [told("../precious/one"), told("/etc/one"), told("2025-08"), {
        home.write("evidence/pruned.jsonl", &line[..60]);
        home.run(&["prune", "--keep-months", "2"]).complaint(home)
    }];
    insta::assert_snapshot!(pictures.join("\n\n"));
    assert!(home.path("precious/one").is_dir());
    assert_eq!(packs(&company).len(), DAYS.len());
    // A month whose folder leads elsewhere is left alone.
    #[cfg(unix)]
    {
        fs::rename(home.path("evidence/2025-08"), home.path("moved")).expect("room");
        std::os::unix::fs::symlink("../moved", home.path("evidence/2025-08")).expect("room");
        let name = fs::read_dir(home.path("moved")).expect("it").next().expect("one").expect("it");
        let place = format!("2025-08/{}", name.file_name().to_string_lossy());
        let refused = told(&place);
        assert!(refused.contains("it is a link, not a folder"), "{refused}");
        assert!(home.path("moved").join(name.file_name()).join("manifest.json").is_file());
    }
}

/// What a run says of the months before it, as far as packs and record tell.
fn compared(pack: &Pack) -> Value {
    let report = pack.report();
    serde_json::json!({
        "compared": report["comparison"]["instances"],
        "changes": pack.rows("changes").len(),
        "trend": report["trend"]["periods"],
        "reported": report["reported"]["periods"],
        "findings": pack.rows("findings").iter()
            .map(|it| [&it["finding_id"], &it["state"], &it["first_seen"], &it["due"]].map(String::clone))
            .collect::<Vec<_>>(),
    })
}

#[test]
fn a_run_after_months_were_removed_compares_as_before_and_holds_the_record() {
    let of = |base: &Company| {
        let company = copied(base);
        company.answers("prod", &[ROOT, GHOST]);
        let window = "[audit]\nwindow = { from = \"2025-08\", to = \"2026-01\" }\n";
        company.configure(&format!("{window}{}", block("prod", "")));
        let pack = Pack::at(month(&company, "2026-01-05T06:00:00Z"));
        (company, pack)
    };
    let (_whole, before) = of(&WHOLE);
    let (company, after) = of(&REMOVED);
    assert_eq!(compared(&after), compared(&before));
    let coverage = &after.report()["coverage"];
    let text = serde_json::to_string_pretty(&coverage["gaps"]).expect("JSON");
    insta::assert_snapshot!(steady(&company.home, &text));
    assert_eq!(after.text("history/pruned.jsonl"), company.home.read("evidence/pruned.jsonl"));
    let inputs = after.json("manifest.json")["inputs"].clone();
    let inputs = inputs.as_array().expect("inputs").clone();
    assert!(inputs.iter().any(|it| it["file"] == "history/pruned.jsonl"), "{inputs:#?}");
    assert_eq!(judged(&company).map(|it| faults(&it)), [Vec::<String>::new(), Vec::new()]);
    let place = after.dir.to_string_lossy().into_owned();
    let replayed = company.home.run(&["verify", &place, "--replay"]).expect(0).stdout;
    assert!(replayed.contains("rendered again, every file is the same"), "{replayed}");
    // A whole new record does not go on from the one that the pack knows.
    let text = company.home.read("evidence/pruned.jsonl").replace("2 months", "3 months");
    let mut last = String::new();
    let mut forged = String::new();
    for line in text.lines() {
        let mut value: Value = serde_json::from_str(line).expect("JSON");
        value["before"] = last.into();
        let line = value.to_string();
        last = sha256(line.as_bytes());
        forged.push_str(&line);
        forged.push('\n');
    }
    company.home.write("evidence/pruned.jsonl", &forged);
    for told in judged(&company).map(|it| faults(&it)) {
        assert!(told.len() == 1 && told[0].contains("does not go on from it"), "{told:#?}");
    }
}

#[test]
fn a_sample_says_which_months_it_cannot_draw_from() {
    let home = &copied(&REDUCED).home;
    let draw = |words: &[&str]| {
        let sample = ["sample", "--of", "privileged", "--seed", "7", "--quiet"];
        home.run(&[&sample[..], words].concat()).expect(0).stderr.replace(&day(home), "DAY")
    };
    assert_eq!(
        draw(&["--from", "2025-09"]),
        "removed by retention, and not in the population: 2025-09 on DAY, 2025-10 on DAY\n"
    );
    assert_eq!(draw(&["--from", "2025-11"]), "");
}

#[test]
fn a_review_that_is_open_keeps_its_pack_and_what_came_after() {
    let company = copied(&WHOLE);
    let home = &company.home;
    company.configure(&format!("[review]\nfallback = \"bo@acme.test\"\n{}", block("prod", "")));
    let second = packs(&company)[1].to_string_lossy().into_owned();
    let folder = home.run(&["review", "open", &second]).expect(0).stdout;
    let folder = home.path(folder.trim());
    let prune = |words: &[&str]| {
        let ran = home.run(&[&["prune", "--keep-months", "2"], words].concat()).expect(0);
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        steady(home, &ran.stdout.replace(&name, "CAMPAIGN"))
    };
    let open = prune(&[]);
    assert_eq!(packs(&company).len(), 4);
    for it in worksheets(&folder, "csv") {
        fill_csv(&it);
        home.run(&["review", "import", &it.to_string_lossy()]).expect(0);
    }
    let words = ["review", "sign", "--name", "Bo", "--role", "CISO", "--statement", "all-decided"];
    home.run(&words).expect(0);
    let signed = prune(&[]);
    assert_eq!(packs(&company).len(), 2);
    insta::assert_snapshot!(format!("{open}\n{signed}"));
    assert!(judged(&company).iter().all(|it| faults(it).is_empty()));
}

#[test]
fn a_review_goes_once_its_pack_is_gone_and_no_pack_has_to_hold_it() {
    let company = Company::new(&["prod"]);
    company.configure(&format!("[review]\nfallback = \"bo@acme.test\"\n{}", block("prod", "")));
    company.answers("prod", &[ROOT, GHOST]);
    let home = &company.home;
    month(&company, "2022-01-03T06:00:00Z");
    let folder = home.path(home.run(&["review", "open"]).expect(0).stdout.trim());
    for it in worksheets(&folder, "csv") {
        fill_csv(&it);
        home.run(&["review", "import", &it.to_string_lossy()]).expect(0);
    }
    let words = ["review", "sign", "--name", "Bo", "--role", "CISO", "--statement", "all-decided"];
    home.run(&words).expect(0);
    for at in ["2023-12-04T06:00:00Z", "2025-11-03T06:00:00Z", "2025-12-01T06:00:00Z"] {
        month(&company, at);
    }
    fs::remove_dir_all(home.path("evidence/snapshots")).expect("they are in packs");
    let ran = home.run(&["prune", "--keep-months", "3"]).expect(0);
    assert!(ran.stdout.contains("review, complete"), "{}", ran.stdout);
    assert!(!folder.exists());
    assert!(home.read("evidence/pruned.jsonl").contains("\"entry\":\"review\""));
    assert_eq!(judged(&company).map(|it| faults(&it)), [Vec::<String>::new(), Vec::new()]);
}

#[test]
fn an_old_pack_that_is_not_what_was_sealed_stays_and_is_told() {
    let company = copied(&WHOLE);
    let second = packs(&company)[1].clone();
    fs::write(second.join("csv/users.csv"), "changed").expect("room");
    let ran = company.home.run(&["prune", "--keep-months", "1"]).expect(1);
    assert_eq!(packs(&company).len(), 4);
    insta::assert_snapshot!(steady(&company.home, &ran.stdout));
}

#[test]
fn snapshots_of_which_no_pack_was_made_go_with_the_packs_of_their_time() {
    let company = copied(&WHOLE);
    let old = company.home.path(&company.trial("2025-08-20T06:00:00Z"));
    let new = company.home.path(&company.trial("2025-11-20T06:00:00Z"));
    let broken = company.home.path("evidence/snapshots/20250701T060000Z");
    fs::create_dir_all(&broken).expect("room");
    let ran = company.home.run(&["prune", "--keep-months", "2"]).expect(1);
    assert!(!old.exists() && new.is_dir() && broken.is_dir(), "{}", ran.stdout);
    let record = company.home.read("evidence/pruned.jsonl");
    let entry = record.lines().find(|it| it.contains("\"entry\":\"snapshot\"")).expect("a line");
    assert!(entry.contains("snapshots/20250820T060000Z"), "{entry}");
}

#[test]
fn a_pack_of_a_month_to_come_is_not_counted_from() {
    let company = copied(&WHOLE);
    let script = format!(
        "faketime '2091-01-05' {program} import answers --collected-at 2091-01-04T06:00:00Z > place && \
         faketime '2091-01-05' {program} report \"$(cat place)\"",
        program = env!("CARGO_BIN_EXE_retool-audit"),
    );
    let made = Command::new("sh").args(["-c", &script]).current_dir(company.home.path("")).output();
    assert_eq!(String::from_utf8_lossy(&made.expect("sh").stderr).matches("error").count(), 0);
    assert_eq!(packs(&company).len(), DAYS.len() + 1);
    let ran = company.home.run(&["prune", "--keep-months", "2", "--dry-run"]).expect(0);
    assert!(
        ran.stdout.contains("counted from 2025-12: those of 2025-11 and later"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_folder_without_packs_is_told_and_stays_as_it_is() {
    let home = Home::empty();
    let company = Company { home };
    company.configure(&block("prod", ""));
    let refused = company.home.run(&["prune", "--keep-months", "2"]).expect(4);
    assert!(refused.complaint(&company.home).contains("there is no pack in `HOME/evidence`"));
    assert!(!company.home.path("evidence").exists());
    let refused = company.home.run(&["prune", "--keep-months", "0"]).expect(2);
    assert!(refused.stderr.contains("0 is not in 1..=1200"), "{}", refused.stderr);
    company.home.run(&["prune"]).expect(2);
}
