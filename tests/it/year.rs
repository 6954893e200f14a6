//! A year that nobody watches: a month after the other on a clock that is moved, each with another
//! fault, and at its end every month is covered, or named as one that is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::harness::{Home, skipped, token};
use crate::pack::Pack;
use crate::reperform::Dice;

const INSTANCES: [&str; 3] = ["eu", "old", "us"];

/// Days after which a month's snapshot is late: the default of EVD-05.
const ALLOWED_DAYS: i64 = 35;

/// The exit codes of a run that got everything.
const WHOLE: &[i32] = &[0, 3];

/// What happens to the run of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Nothing,
    /// One instance answers nothing but 503.
    Down,
    /// One instance sends fewer users than it counts.
    Short,
    /// One instance refuses a list beside users and groups.
    Refused,
    /// No instance takes its token.
    Tokens,
    /// The variable of one token is not set.
    Variable,
    /// The roster is gone.
    Roster,
    /// The process is killed at some moment.
    Killed,
    /// It is asked to stop at some moment.
    Stopped,
    /// The scheduler does not start it.
    Forgotten,
    /// The scheduler starts it late in the month.
    Late,
    /// It is started a second time the next day.
    Twice,
    /// The clock is a month behind.
    Behind,
}

const FAULTS: [Fault; 12] = [
    Fault::Down,
    Fault::Short,
    Fault::Refused,
    Fault::Tokens,
    Fault::Variable,
    Fault::Roster,
    Fault::Killed,
    Fault::Stopped,
    Fault::Forgotten,
    Fault::Late,
    Fault::Twice,
    Fault::Behind,
];

/// What the servers see of the world.
#[derive(Debug)]
struct Weather {
    now: DateTime<Utc>,
    fault: Fault,
    month: u32,
}

/// A company, its servers, and what is known of its year by those who made it.
struct Year {
    home: Home,
    weather: Arc<Mutex<Weather>>,
    /// By month and instance, what each run with a pack had of it, in the order of the runs.
    expected: BTreeMap<(String, &'static str), Vec<(NaiveDate, &'static str)>>,
    _server: (StandIn, Runtime),
}

/// The same items in another order.
fn shuffled<T: Copy, const N: usize>(mut items: [T; N], dice: &mut Dice) -> [T; N] {
    for last in (1..N).rev() {
        items.swap(last, dice.below(last + 1));
    }
    items
}

fn lock(weather: &Mutex<Weather>) -> MutexGuard<'_, Weather> {
    weather.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Year {
    fn new(library: &Path) -> Self {
        let mut home = Home::empty();
        let first = Weather { now: DateTime::default(), fault: Fault::Nothing, month: 1 };
        let weather = Arc::new(Mutex::new(first));
        let seen = Arc::clone(&weather);
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("threads");
        let server = StandIn::scripted(move |it| answer(it, &lock(&seen)));
        let server = runtime.block_on(server).expect("a port");
        let mut text = "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n\
                        [roster]\npath = \"roster.csv\"\n\
                        [audit]\nwindow = { from = \"2026-01\", to = \"2026-12\" }\n\
                        [collection]\nretries = 0\n\
                        [output]\ndir = \"evidence\"\nformats = [\"csv\", \"json\"]\n"
            .to_owned();
        for name in INSTANCES {
            let url = server.url_of(name);
            let block = format!(
                "[[instance]]\nname = \"{name}\"\nurl = \"{url}\"\ntoken-env = \"T_{name}\"\n\
                 requests-per-minute = 0\n"
            );
            text.push_str(&block);
            home.set(&format!("T_{name}"), &token(name));
        }
        home.write("retool-audit.toml", &text);
        home.set("LD_PRELOAD", &library.to_string_lossy());
        // What waits, waits in the time of this machine.
        home.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Self { home, weather, expected: BTreeMap::new(), _server: (server, runtime) }
    }

    /// Sets every clock, the servers' too.
    fn set_clock(&mut self, day: NaiveDate) {
        let now = day.and_hms_opt(6, 0, 0).expect("an hour").and_utc();
        lock(&self.weather).now = now;
        self.home.set("FAKETIME", &format!("@{}", now.format("%Y-%m-%d %H:%M:%S")));
        let roster = format!(
            "report_date,email,status\n{day},root@acme.test,active\n{day},bo@acme.test,active\n"
        );
        self.home.write("roster.csv", &roster);
    }

    /// A month with its fault.
    fn pass(&mut self, month: u32, fault: Fault, dice: &mut Dice) {
        let day = |day| NaiveDate::from_ymd_opt(2026, month, day).expect("a day");
        self.set_clock(day(2));
        let mut weather = lock(&self.weather);
        (weather.fault, weather.month) = (fault, month);
        drop(weather);
        match fault {
            Fault::Forgotten => {}
            Fault::Late => {
                self.set_clock(day(27));
                self.run(day(27), WHOLE);
            }
            Fault::Twice => {
                self.run(day(2), WHOLE);
                self.set_clock(day(3));
                self.run(day(3), WHOLE);
            }
            Fault::Behind => {
                let then = day(2) - TimeDelta::days(30);
                self.set_clock(then);
                self.run(then, WHOLE);
            }
            Fault::Roster => {
                fs::remove_file(self.home.path("roster.csv")).expect("it is there");
                let ran = self.home.run(&["run"]);
                assert!(ran.code == 2 || ran.code == 4, "{}", ran.stderr);
            }
            Fault::Variable => {
                self.home.unset("T_us");
                self.run(day(2), &[3]);
                self.home.set("T_us", &token("us"));
            }
            Fault::Killed | Fault::Stopped => self.interrupt(fault, day(2), dice),
            Fault::Nothing => self.run(day(2), WHOLE),
            Fault::Down | Fault::Short | Fault::Refused | Fault::Tokens => self.run(day(2), &[3]),
        }
    }

    /// A run to its end, which is incomplete where a fault is, or where one was: a month that is
    /// missing before it is the finding of an evidence check.
    fn run(&mut self, day: NaiveDate, codes: &[i32]) {
        let ran = self.home.run(&["run"]);
        assert!(codes.contains(&ran.code), "{day}: exit {}\n{}", ran.code, ran.stderr);
        self.note(day);
    }

    /// A run that ends before its end, if it is slow.
    fn interrupt(&mut self, fault: Fault, day: NaiveDate, dice: &mut Dice) {
        let before = self.packs();
        let mut program = self.home.start(&["run"], Stdio::null());
        let pause = Duration::from_millis(u64::try_from(dice.below(1_500)).expect("small"));
        let until = Instant::now() + pause;
        while Instant::now() < until && program.try_wait().expect("a state").is_none() {
            sleep(Duration::from_millis(5));
        }
        if fault == Fault::Killed {
            program.kill().ok();
        } else {
            let id = program.id().to_string();
            std::process::Command::new("kill").arg(id).output().expect("kill");
        }
        program.wait_with_output().expect("it ends");
        if self.packs() != before {
            self.note(day);
        }
    }

    /// Notes what a run of a day had, as whoever made the weather knows.
    fn note(&mut self, day: NaiveDate) {
        let fault = lock(&self.weather).fault;
        let month = day.format("%Y-%m").to_string();
        for name in INSTANCES {
            let state = match (fault, name) {
                (Fault::Tokens, _) | (Fault::Down, "eu") | (Fault::Variable, "us") => "failed",
                (Fault::Refused, "old") | (Fault::Short, "us") => "partial",
                _ => "complete",
            };
            self.expected.entry((month.clone(), name)).or_default().push((day, state));
        }
    }

    /// What the months are, by what was noted: the best that any run had, and late where more days
    /// than are allowed are between it and the one before.
    fn months(&self) -> Vec<(String, Vec<&'static str>)> {
        let mut before: BTreeMap<&str, NaiveDate> = BTreeMap::new();
        let mut res = Vec::new();
        // A clock that was behind in January has left a pack before the year.
        let months = (1..=12).map(|it| format!("2026-{it:02}"));
        for month in std::iter::once("2025-12".to_owned()).chain(months) {
            let mut line = Vec::new();
            for name in INSTANCES {
                let runs = self.expected.get(&(month.clone(), name)).cloned().unwrap_or_default();
                let best = ["complete", "partial", "failed"];
                let best = best.into_iter().find(|it| runs.iter().any(|run| run.1 == *it));
                let mut whole: Vec<NaiveDate> =
                    runs.iter().filter(|it| it.1 == "complete").map(|it| it.0).collect();
                whole.sort_unstable();
                let gap = before.get(name).zip(whole.first()).map(|it| (*it.1 - *it.0).num_days());
                let is_late = gap.is_some_and(|it| it > ALLOWED_DAYS);
                line.push(if is_late { "late" } else { best.unwrap_or("missing") });
                if let Some(last) = whole.last() {
                    before.insert(name, *last);
                }
            }
            res.push((month, line));
        }
        res.split_off(1)
    }

    fn packs(&self) -> BTreeSet<String> {
        let months = fs::read_dir(self.home.path("evidence")).into_iter().flatten().flatten();
        let months = months.filter(|it| it.file_name().to_string_lossy().starts_with("20"));
        let packs = months.flat_map(|it| fs::read_dir(it.path()).expect("a folder").flatten());
        let names = packs.map(|it| it.file_name().to_string_lossy().into_owned());
        names.filter(|it| !it.starts_with('.')).collect()
    }
}

fn answer(request: &ScriptedRequest, weather: &Weather) -> ScriptedAnswer {
    let mut parts = request.path.trim_matches('/').split('/');
    let (instance, asked) =
        (parts.next().unwrap_or_default(), parts.next_back().unwrap_or_default());
    let list = |rows: Vec<Value>, total: usize| {
        let value = json!({ "success": true, "total_count": total, "has_more": false,
                            "next_token": null, "data": rows });
        ScriptedAnswer::json(200, value.to_string())
    };
    let user = |name: &str, admin: bool, active: bool| {
        json!({ "id": format!("user_{name}"), "email": format!("{name}@acme.test"),
                "active": active, "is_admin": admin, "user_type": "default",
                "created_at": "2024-01-10T09:00:00.000Z",
                "last_active": (weather.now - TimeDelta::days(3)).to_rfc3339(),
                "two_factor_auth_enabled": true })
    };
    let mut res = match (weather.fault, instance, asked) {
        (Fault::Tokens, ..) => {
            ScriptedAnswer::json(401, r#"{"success":false,"message":"Unauthorized"}"#)
        }
        (Fault::Down, "eu", _) => ScriptedAnswer::json(503, "{}"),
        (Fault::Refused, "old", "access_tokens") => {
            ScriptedAnswer::json(403, r#"{"success":false,"message":"Forbidden"}"#)
        }
        (fault, name, "users") => {
            // Bo comes and goes.
            let users = vec![user("root", true, true), user("bo", false, weather.month % 3 == 1)];
            let short = usize::from(fault == Fault::Short && name == "us");
            list(users, 2 + short)
        }
        (_, _, "groups") => {
            list(vec![json!({ "id": 1, "name": "admin", "members": [{ "id": "user_root" }] })], 1)
        }
        (_, _, "user_invites" | "access_tokens") => list(Vec::new(), 0),
        (_, _, "organization") => {
            ScriptedAnswer::json(200, r#"{"success":true,"data":{"id":"org_1"}}"#)
        }
        (_, _, "config") => {
            ScriptedAnswer::json(200, r#"{"success":true,"data":{"config_type":"oidc"}}"#)
        }
        (_, _, "checkHealth") => ScriptedAnswer::json(200, r#"{"version":"3.300.0"}"#),
        _ => ScriptedAnswer::json(404, r#"{"success":false,"message":"Not found"}"#),
    };
    res.headers.push(("date", weather.now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
    res
}

/// Where Debian and others have what moves the clock of a program.
fn library() -> Option<std::path::PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten().map(|it| it.path());
    let mut found = folders.map(|it| it.join("faketime/libfaketimeMT.so.1"));
    found.find(|it| it.exists())
}

#[test]
fn c_07_after_a_year_of_faults_every_month_is_covered_or_named() {
    let Some(library) = library() else { return skipped("the year: faketime is not there") };
    for seed in [2, 7] {
        let mut dice = Dice::new(seed);
        let mut year = Year::new(&library);
        for (month, fault) in (1..).zip(shuffled(FAULTS, &mut dice)) {
            year.pass(month, fault, &mut dice);
        }
        // The auditor comes in January.
        lock(&year.weather).fault = Fault::Nothing;
        year.set_clock(NaiveDate::from_ymd_opt(2027, 1, 4).expect("a day"));
        let ran = year.home.run(&["run"]);
        assert_eq!(ran.code, 3, "months are missing: {}", ran.stderr);
        let last = year.home.pack(&ran);
        judge(&year, &last, seed);
    }
}

/// Everybody who says something of the year says the same.
fn judge(year: &Year, last: &Pack, seed: u64) {
    let months = year.months();
    let told = year.home.run(&["coverage", "--format", "json"]).stdout;
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let of_command: Vec<(String, Vec<&str>)> = told["months"]
        .as_array()
        .expect("months")
        .iter()
        .map(|it| {
            let states = it["instances"].as_array().expect("states").iter();
            let states = states.map(|it| it.as_str().expect("a word")).collect();
            (it["period"].as_str().expect("a month").to_owned(), states)
        })
        .collect();
    assert_eq!(of_command, months, "seed {seed}: coverage");
    let gaps: BTreeSet<(String, String, String)> = last.report()["coverage"]["gaps"]
        .as_array()
        .expect("gaps")
        .iter()
        .map(|it| {
            let word = |key: &str| it[key].as_str().expect("a word").to_owned();
            (word("period"), word("instance"), word("state"))
        })
        .filter(|it| it.0.starts_with("2026"))
        .collect();
    let named = months.iter().flat_map(|(month, states)| {
        let states = INSTANCES.iter().zip(states).filter(|it| *it.1 != "complete");
        states.map(|(name, it)| (month.clone(), (*name).to_owned(), (*it).to_owned()))
    });
    assert_eq!(gaps, named.collect(), "seed {seed}: the pack of January");
    let page = year.home.read("evidence/index.html");
    for (month, _) in &months {
        assert!(page.contains(month.as_str()), "seed {seed}: index.html has no {month}");
    }
    let verified = year.home.run(&["verify", "evidence"]);
    assert_eq!(verified.code, 0, "seed {seed}: {}", verified.stdout);
}
