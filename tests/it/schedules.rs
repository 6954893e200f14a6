//! The schedules under `contrib`: when they run the program, how, and what becomes of how it ends.

use std::collections::BTreeSet;
use std::fs;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, TimeDelta};
use clap::Parser as _;
use retool_audit::cli::{Cli, Command, ReportArgs, RunArgs};
use roxmltree::Document;

const FOLDER: &str = "contrib/schedules";
const PAGE: &str = "docs/schedule.md";

/// Each file with what in it says that one run at a time is made, and none of them twice; the timer
/// begins its service, and begins one that was missed.
const SCHEDULES: &[(&str, &[&str])] = &[
    ("github.yml", &["group: access-review\n", "cancel-in-progress: false\n"]),
    ("gitlab-ci.yml", &["resource_group: access-review\n", "retry: 0\n", "interruptible: false\n"]),
    (
        "kubernetes.yaml",
        &["concurrencyPolicy: Forbid\n", "backoffLimit: 0\n", "restartPolicy: Never\n"],
    ),
    // cron knows nothing of it, and leaves it to the lock of the output folder.
    ("retool-audit.cron", &[]),
    ("retool-audit.service", &["Type=oneshot\n"]),
    ("retool-audit.timer", &["Persistent=true\n"]),
    ("windows-task.xml", &["<MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n"]),
];

fn text_of(name: &str) -> String {
    fs::read_to_string(format!("{FOLDER}/{name}")).expect("a schedule")
}

#[test]
fn every_schedule_is_explained_and_makes_one_run_at_a_time() {
    let page = fs::read_to_string(PAGE).expect("a page");
    let mut there: Vec<String> = fs::read_dir(FOLDER)
        .expect("a folder")
        .map(|it| it.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    there.sort();
    assert_eq!(there, SCHEDULES.iter().map(|it| it.0).collect::<Vec<_>>());
    for (name, words) in SCHEDULES {
        assert!(page.contains(&format!("](../{FOLDER}/{name})")), "{PAGE} has no link to {name}");
        let text = text_of(name);
        let lacks = words.iter().find(|it| !text.contains(**it));
        assert_eq!(lacks, None, "{name} lacks a line");
        let again = ["Restart=", "RestartOnFailure"].into_iter().find(|it| text.contains(it));
        assert_eq!(again, None, "{name} begins a run again");
    }
}

/// A day of every month and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Start {
    day: u32,
    hour: u32,
    minute: u32,
    /// Whether the schedule says that this is UTC; else it is the time of some machine.
    utc: bool,
}

/// When a schedule starts the program; the service leaves it to its timer.
fn starts(name: &str) -> Vec<Start> {
    let text = text_of(name);
    let rests = |before: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|it| it.trim().strip_prefix(before));
        lines.map(|it| it.split(['"', '`']).next().unwrap_or_default().to_owned()).collect()
    };
    match name {
        "github.yml" => rests("- cron: \"").iter().map(|it| cron(it, true)).collect(),
        "gitlab-ci.yml" => rests("# pattern `").iter().map(|it| cron(it, true)).collect(),
        "kubernetes.yaml" => {
            let utc = text.contains("\n  timeZone: Etc/UTC\n");
            rests("schedule: \"").iter().map(|it| cron(it, utc)).collect()
        }
        "retool-audit.cron" => {
            let jobs = text.lines().filter(|it| it.starts_with(|it: char| it.is_ascii_digit()));
            jobs.map(|it| cron(it, false)).collect()
        }
        "retool-audit.timer" => rests("OnCalendar=*-*-").iter().map(|it| calendar(it)).collect(),
        "windows-task.xml" => vec![task(&text)],
        _ => Vec::new(),
    }
}

/// `17 6 2 * *`, and what may follow.
fn cron(line: &str, utc: bool) -> Start {
    let fields: Vec<&str> = line.split_whitespace().take(5).collect();
    let [minute, hour, day, "*", "*"] = fields[..] else { panic!("not every month: {line}") };
    let [minute, hour, day] = [minute, hour, day].map(|it| it.parse().expect("a number"));
    Start { day, hour, minute, utc }
}

/// `02 06:00:00 UTC`.
fn calendar(rest: &str) -> Start {
    let (time, utc) = rest.strip_suffix(" UTC").map_or((rest, false), |it| (it, true));
    let numbers: Vec<u32> =
        time.split([' ', ':']).map(|it| it.parse().expect("a number")).collect();
    let [day, hour, minute, 0] = numbers[..] else { panic!("another form: {rest}") };
    Start { day, hour, minute, utc }
}

/// A task of Windows, in every month.
fn task(text: &str) -> Start {
    let xml = Document::parse(text).expect("XML");
    assert!(!text.contains("encoding=") && text.is_ascii(), "who imports it chooses the encoding");
    let root = xml.root_element();
    let namespace = "http://schemas.microsoft.com/windows/2004/02/mit/task";
    assert_eq!(root.tag_name().namespace(), Some(namespace));
    let node = |name: &str| {
        let mut found = root.descendants().filter(|it| it.tag_name().name() == name);
        let node = found.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none(), "{name} twice");
        node
    };
    let value = |name: &str| node(name).text().expect("text").to_owned();
    let months = node("Months").children().filter(|it| it.is_element());
    let months: Vec<&str> = months.map(|it| it.tag_name().name()).collect();
    assert_eq!((months.len(), months[0], months[11]), (12, "January", "December"));
    assert_eq!([value("StartWhenAvailable"), value("Day")], ["true", "2"]);
    let begin: NaiveDateTime = value("StartBoundary").parse().expect("a time without a zone");
    assert_eq!(begin.day(), 2);
    let time = begin.time();
    assert_eq!(time.format("%S").to_string(), "00");
    let number = |it: &str| time.format(it).to_string().parse().expect("a number");
    Start { day: 2, hour: number("%H"), minute: number("%M"), utc: false }
}

/// Hours that some zone of the world is ahead of UTC.
const ZONES: std::ops::RangeInclusive<i64> = -12..=14;

#[test]
fn a_run_is_of_one_month_in_every_time_zone() {
    let mut n_schedules = 0;
    for (name, _) in SCHEDULES.iter().filter(|it| it.0 != "retool-audit.service") {
        let [start] = starts(name)[..] else { panic!("{name} has no start, or several") };
        n_schedules += 1;
        // Where the machine is may be anywhere too, and the organization somewhere else.
        let machines = if start.utc { 0..=0 } else { ZONES };
        for (machine, zone) in machines.flat_map(|it| ZONES.map(move |zone| (it, zone))) {
            for month in 1..=12 {
                let day = NaiveDate::from_ymd_opt(2027, month, start.day).expect("a day");
                let local = day.and_hms_opt(start.hour, start.minute, 0).expect("a time");
                let there = local + TimeDelta::hours(zone - machine);
                assert_eq!(there.month(), month, "{name}: {machine:+}, seen from {zone:+}");
            }
        }
    }
    assert_eq!(n_schedules, 6);
}

/// What follows the program's name in a text: its own command lines, as the program reads them.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let joined = text.replace("\\\n", " ").replace("&gt;", ">").replace("&amp;", "&");
    let pieces = joined.lines().flat_map(|line| line.split(['|', ';', '&', '`', '<']));
    pieces.filter_map(|piece| command_line(piece.trim())).collect()
}

fn command_line(piece: &str) -> Option<Vec<String>> {
    let piece = piece.trim_start_matches("ExecStart=").trim_start_matches("- ");
    let piece = piece.strip_prefix("run: ").unwrap_or(piece);
    let words: Vec<&str> =
        piece.split_whitespace().map(|it| it.trim_matches(['"', '\''])).collect();
    let program = |(at, word): (usize, &&str)| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = name.trim_end_matches(".exe").split(':').next().unwrap_or_default();
        // In the place of a command, by the path of a program, or as an image with a command.
        let of_program = ["bin/", r"\retool-audit.exe"].iter().any(|it| word.contains(it));
        let runs = words.get(at + 1).is_some_and(|it| ["run", "check"].contains(it));
        name == "retool-audit" && (at == 0 || of_program || runs)
    };
    let at = words.iter().enumerate().position(|(at, word)| program((at, word)))?;
    let is_argument = |it: &&&str| !it.starts_with(['>', '#']) && !it.starts_with("2>");
    let rest: Vec<String> =
        words[at + 1..].iter().take_while(is_argument).map(|it| (*it).to_owned()).collect();
    (!rest.is_empty()).then_some(rest)
}

fn parse(arguments: &[String]) -> Cli {
    let words = std::iter::once("retool-audit").chain(arguments.iter().map(String::as_str));
    Cli::try_parse_from(words).unwrap_or_else(|it| panic!("{arguments:?}: {it}"))
}

#[test]
fn the_program_takes_every_command_line_of_schedules_and_their_page() {
    let mut all = command_lines(&fs::read_to_string(PAGE).expect("a page"));
    assert!(all.len() >= 6, "{all:?}");
    for (name, _) in SCHEDULES.iter().filter(|it| it.0 != "retool-audit.timer") {
        let text = text_of(name);
        let mut found = command_lines(&text);
        if let Some(list) = text.lines().find_map(|it| it.trim().strip_prefix("args: [")) {
            let words = list.trim_end_matches(']').split(", ");
            found.push(words.map(|it| it.trim_matches('"').to_owned()).collect());
        }
        let [line] = &found[..] else { panic!("{name}: {found:?}") };
        let Command::Run(RunArgs { job: ReportArgs { fail_on, .. }, .. }) = parse(line).command
        else {
            panic!("{name}: does not run")
        };
        // Findings are a result. Where nothing can take 1 for one, they do not end with it.
        let takes_1 = match *name {
            "retool-audit.service" => text.contains("\nSuccessExitStatus=1\n"),
            "gitlab-ci.yml" => text.contains("\n    exit_codes: [1]\n"),
            "github.yml" => text.contains("\n            1) echo \"::warning::"),
            // What is shown of a task is the code itself.
            "windows-task.xml" => true,
            _ => false,
        };
        assert_eq!(fail_on.is_some(), takes_1, "{name}");
        all.append(&mut found);
    }
    for it in &all {
        parse(it);
    }
}

/// The names that follow one of these marks in a schedule.
fn named_in(name: &str, marks: &[&str]) -> Vec<String> {
    let text = text_of(name);
    let after = marks.iter().flat_map(|it| text.split(it).skip(1));
    let ends = |it: char| !(it.is_ascii_alphanumeric() || "_-./".contains(it));
    let names = after.map(|it| it.split(ends).next().unwrap_or_default().to_owned());
    names.filter(|it| !it.is_empty()).collect()
}

#[test]
fn the_page_names_what_each_schedule_wants_to_find() {
    let page = fs::read_to_string(PAGE).expect("a page");
    let between = |it: char| it.is_whitespace() || "`=:,;|".contains(it);
    let words: BTreeSet<&str> = page.split(between).collect();
    let mut gitlab = named_in("gitlab-ci.yml", &["$"]);
    for it in &mut gitlab {
        it.truncate(it.find('/').unwrap_or(it.len()));
    }
    // What GitLab gives by itself, and what the file or a line of its script gives.
    let text = text_of("gitlab-ci.yml");
    let given = |it: &String| text.contains(&format!("{it}:")) || text.contains(&format!("{it}="));
    gitlab.retain(|it| !it.starts_with("CI_") && !given(it));
    for list in [
        named_in("github.yml", &["vars.", "secrets."]),
        gitlab,
        named_in("kubernetes.yaml", &["secretName: "]),
        named_in("retool-audit.service", &["LoadCredential=", "LoadCredential=cloud:"]),
        named_in("windows-task.xml", &["<UserId>"]),
    ] {
        assert!(!list.is_empty());
        let lacks = list.iter().find(|it| !words.contains(it.as_str()));
        assert_eq!(lacks, None, "{PAGE} does not say it; it says the others of {list:?}");
    }
}

#[test]
fn a_schedule_names_the_version_that_it_comes_with() {
    let image =
        format!("image: registry.acme.example/retool-audit:{}\n", env!("CARGO_PKG_VERSION"));
    assert!(text_of("kubernetes.yaml").contains(&image), "no {image}");
}

/// The jobs of CI systems, carried out with a bucket that is a folder and a program that ends as it
/// is told.
#[cfg(unix)]
mod jobs {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;
    use crate::harness::Home;

    /// Copies between the folder that stands for a bucket and others, as `aws s3 sync` does.
    const STORE: &str = r#"#!/bin/sh
[ "$1 $2" = "s3 sync" ] || exit 64
while [ $# -gt 2 ]; do shift; done
there() { case "$1" in s3://*) echo "$BUCKET_DIR/${1#s3://*/}" ;; *) echo "$1" ;; esac; }
mkdir -p "$(there "$2")" && cp -R "$(there "$1")/." "$(there "$2")"
"#;

    /// Goes on from the month before, and leaves a month.
    const PROGRAM: &str = r#"#!/bin/sh
[ "$1" = run ] && [ -e evidence/2026-10/pack ] || exit 64
mkdir -p evidence/2026-11 && echo "a pack" >evidence/2026-11/pack
exit "$ENDS"
"#;

    /// What a step of a GitHub job runs, by the step's name.
    fn step(text: &str, name: &str) -> String {
        let (_, rest) = text.split_once(&format!("- name: {name}\n")).expect("a step");
        let rest = rest.split("\n      - ").next().expect("its end");
        let (_, run) = rest.split_once("        run: ").expect("it runs something");
        match run.strip_prefix("|\n") {
            Some(block) => block.lines().map(str::trim_start).collect::<Vec<_>>().join("\n"),
            None => run.to_owned(),
        }
    }

    /// The lines of a GitLab job's script.
    fn script(text: &str) -> String {
        let (_, rest) = text.split_once("\n  script:\n").expect("a script");
        let lines = rest.lines().map(|it| it.strip_prefix("    - ").expect("a line of it"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Carries a script out; its code, and whether the bucket has this month and the one before.
    fn carried_out(script: &str, ends: i32) -> (i32, bool) {
        let home = Home::empty();
        let at = |below: &str| home.path(below).display().to_string();
        home.write("bucket/evidence/2026-10/pack", "an older pack");
        home.write("job/retool-audit.toml", "");
        for (name, text) in [("aws", STORE), ("retool-audit", PROGRAM)] {
            home.write(&format!("bin/{name}"), text);
            let path = home.path(&format!("bin/{name}"));
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        }
        let mut bash = std::process::Command::new("bash");
        bash.args(["-e", "-c", script]).current_dir(at("job")).env_clear();
        bash.env("PATH", format!("{}:/usr/bin:/bin", at("bin")));
        let more = [("BUCKET_DIR", at("bucket")), ("GITHUB_OUTPUT", at("output"))];
        bash.envs(more).env("ENDS", ends.to_string());
        bash.envs([("BUCKET", "acme-evidence"), ("EVIDENCE_BUCKET", "acme-evidence")]);
        let code = bash.output().expect("it runs").status.code().expect("it ends by itself");
        let kept =
            |month: &str| Path::new(&at("bucket/evidence")).join(month).join("pack").exists();
        (code, kept("2026-10") && kept("2026-11"))
    }

    #[test]
    fn evidence_is_kept_however_a_job_in_github_actions_ends() {
        let text = text_of("github.yml");
        let last = step(&text, "Keep the evidence, however the run ended");
        let before = step(&text, "Bring back the evidence of the months before");
        // The step is reached whatever became of those before it, once there is what to go on from.
        let keeps = "      - name: Keep the evidence, however the run ended\n        \
                     if: ${{ always() && steps.before.outcome == 'success' }}\n";
        assert!(text.contains(keeps));
        let steps = [before, step(&text, "Run"), last];
        let hand_on = "CODE=$(sed -n 's/^code=//p' \"$GITHUB_OUTPUT\")".to_owned();
        let all = [&steps[..], &[hand_on, step(&text, "Say how the run ended")]].concat();
        let ended = [0, 1, 3, 4].map(|ends| carried_out(&all.join("\n"), ends));
        assert_eq!(ended, [(0, true), (0, true), (3, true), (4, true)]);
    }

    #[test]
    fn evidence_is_kept_however_a_job_in_gitlab_ends() {
        let script = script(&text_of("gitlab-ci.yml"));
        let ended = [0, 1, 3, 4].map(|ends| carried_out(&script, ends));
        assert_eq!(ended, [(0, true), (1, true), (3, true), (4, true)]);
    }
}
