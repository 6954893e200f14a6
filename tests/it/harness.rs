//! What whole-program tests share: a folder, the program, and a server to ask.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use retool_audit::catalogue::Catalogue;
use retool_audit::stand_in::StandIn;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::pack::Pack;

/// The moment for which the sample was written.
pub(crate) const WRITTEN_FOR: &str = "2026-11-02T06:00:00Z";

/// The instances of the sample, in the order of its configuration.
pub(crate) const INSTANCES: &[&str] = &["cloud", "eu", "legacy"];

/// A folder with the sample's answers, and what the program finds in its environment.
pub(crate) struct Home {
    dir: PathBuf,
    /// Removes the folder when the test is over.
    _removed: Option<TempDir>,
    env: BTreeMap<String, String>,
    shift: TimeDelta,
}

/// The stand-in on a thread of its own; both end when this is dropped.
pub(crate) struct Server {
    stand_in: StandIn,
    _runtime: Runtime,
}

/// How the program ended, and what it said.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let removed = TempDir::new().expect("room");
        Self::at(removed.path().to_owned(), Some(removed))
    }

    /// An empty folder that stays until the tests run again: what every test may look at.
    pub(crate) fn kept(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::remove_dir_all(&dir).ok();
        fs::create_dir_all(&dir).expect("room");
        Self::at(dir, None)
    }

    fn at(dir: PathBuf, removed: Option<TempDir>) -> Self {
        let shift = now() - WRITTEN_FOR.parse::<DateTime<Utc>>().expect("a time");
        Self { dir, _removed: removed, env: BTreeMap::new(), shift }
    }

    /// A folder with the sample, moved to the present, and a token for each instance; its roster
    /// can be read whole, which the demonstration's cannot.
    pub(crate) fn sample() -> Self {
        let mut res = Self::empty();
        copy(Path::new("sample-data/every-rule/instances"), &res.path("answers"));
        copy(Path::new("sample-data/every-rule/rules"), &res.path("rules"));
        let roster = fs::read_to_string("sample-data/every-rule/roster.csv").expect("the sample");
        let title = "Payroll, benefits and travel";
        let roster = roster.replace(title, &format!("\"{title}\""));
        res.write("roster.csv", &moved_days(&roster, res.shift));
        let waivers =
            fs::read_to_string("sample-data/every-rule/waivers.toml").expect("the sample");
        res.write("waivers.toml", &moved_days(&waivers, res.shift));
        let baseline =
            fs::read_to_string("sample-data/every-rule/baseline.csv").expect("the sample");
        res.write("baseline.csv", &baseline);
        let approvals =
            fs::read_to_string("sample-data/every-rule/approvals.csv").expect("the sample");
        res.write("approvals.csv", &moved_days(&approvals, res.shift));
        fs::copy("sample-data/every-rule/logo.png", res.path("logo.png")).expect("the sample");
        for it in INSTANCES {
            res.expect_token(it, &token(it));
            res.set(&variable(it), &token(it));
        }
        res
    }

    /// A path below the folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.dir.join(below)
    }

    pub(crate) fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a folder")).expect("room");
        fs::write(path, text).expect("room");
    }

    pub(crate) fn write_bytes(&self, below: &str, bytes: &[u8]) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().expect("a folder")).expect("room");
        fs::write(path, bytes).expect("room");
    }

    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).expect("a file")
    }

    /// Sets a variable of the program's environment.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    /// Takes a variable out of the program's environment.
    pub(crate) fn unset(&mut self, name: &str) {
        self.env.remove(name);
    }

    /// The one token that the server takes for an instance.
    pub(crate) fn expect_token(&self, instance: &str, token: &str) {
        self.edit(instance, "server", |it| it["token"] = json!(token));
    }

    /// Changes what the server answers for an endpoint.
    pub(crate) fn edit(&self, instance: &str, endpoint: &str, change: impl FnOnce(&mut Value)) {
        let below = format!("answers/{instance}/{endpoint}.json");
        let mut value = serde_json::from_str(&self.read(&below)).expect("JSON");
        change(&mut value);
        self.write(&below, &value.to_string());
    }

    /// Takes out of the sample what casts doubt on the evidence of `cloud`: a Space that is not
    /// audited, and the right of the audit's own token to write.
    pub(crate) fn without_doubts(&self) {
        self.edit("cloud", "spaces", |it| *it = json!([]));
        self.edit("cloud", "usage-organizations", |it| *it = json!([]));
        self.edit("cloud", "access-tokens", |it| it[0]["scopes"] = json!(["users:read"]));
    }

    /// Starts the server on what the folder holds now.
    pub(crate) fn serve(&self) -> Server {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("threads can start");
        let answers = self.path("answers");
        let stand_in = runtime.block_on(StandIn::start(&answers, self.shift)).expect("a port");
        Server { stand_in, _runtime: runtime }
    }

    /// Writes the sample's configuration for some of its instances, which `server` answers for.
    pub(crate) fn configure(&self, server: &Server, instances: &[&str]) {
        let sample =
            fs::read_to_string("sample-data/every-rule/retool-audit.toml").expect("the sample");
        let (head, rest) = sample.split_once("[[instance]]").expect("instances");
        // Only the demonstration's earlier packs have an instance that is gone.
        let gone = head.find("# An instance that earlier packs have").expect("one is excluded");
        let one_block = head.find("# One block per").expect("a comment before the instances");
        let head = &[&head[..gone], &head[one_block..]].concat();
        let (blocks, rules) = rest.split_once("# Every rule").expect("a comment before the rules");
        let mut text = head.clone();
        for block in blocks.split("[[instance]]") {
            let name = block.split('"').nth(1).expect("a name");
            if instances.contains(&name) {
                let url = block.lines().find(|it| it.starts_with("url = ")).expect("an address");
                let here = server.stand_in.url_of(name);
                // The stand-in server need not be spared, and waiting for turns takes seconds.
                let here = format!("url = \"{here}\"\nrequests-per-minute = 0");
                text += "[[instance]]";
                text += &block.replace(url, &here);
            }
        }
        self.write("retool-audit.toml", &format!("{text}# Every rule{rules}"));
        self.keep_waivers(instances);
        self.keep_baseline(instances);
    }

    /// Takes the expected access of other instances out.
    fn keep_baseline(&self, instances: &[&str]) {
        let text = self.read("baseline.csv");
        let others = INSTANCES.iter().filter(|it| !instances.contains(it));
        let others: Vec<String> = others.map(|it| format!("{it},")).collect();
        let kept = text.lines().filter(|line| !others.iter().any(|it| line.starts_with(it)));
        self.write("baseline.csv", &kept.flat_map(|line| [line, "\n"]).collect::<String>());
    }

    /// Dates the roster as the sample has it, for what is collected on the day it was written for.
    pub(crate) fn with_the_roster_as_written(&self) {
        self.write("roster.csv", &self.as_written(&self.read("roster.csv")));
    }

    /// The text with the days that the sample was written for, whatever today is.
    pub(crate) fn as_written(&self, text: &str) -> String {
        moved_days(text, -self.shift)
    }

    /// Takes the waivers and the manual evidence of other instances out.
    fn keep_waivers(&self, instances: &[&str]) {
        let text = self.read("waivers.toml").replace("\n[[", "\n\0[[");
        let others = INSTANCES.iter().filter(|it| !instances.contains(it));
        let others: Vec<String> = others.map(|it| format!("instance = \"{it}\"")).collect();
        let kept = text.split('\0').filter(|block| !others.iter().any(|it| block.contains(it)));
        self.write("waivers.toml", &kept.collect::<String>());
    }

    /// Days from today, `2026-11-02`.
    pub(crate) fn days<const N: usize>(from_today: [i64; N]) -> [String; N] {
        from_today.map(|it| (now() + TimeDelta::days(it)).date_naive().to_string())
    }

    /// Changes the configuration's text.
    pub(crate) fn reconfigure(&self, from: &str, to: &str) {
        let text = self.read("retool-audit.toml");
        assert!(text.contains(from), "the configuration holds no `{from}`");
        self.write("retool-audit.toml", &text.replace(from, to));
    }

    /// Takes the documents out of the configuration, for tests that read none: it is quicker.
    pub(crate) fn without_documents(&self) {
        self.reconfigure(
            r#"["csv", "html", "pdf", "json", "xlsx", "oscal", "parquet"]"#,
            r#"["csv", "json"]"#,
        );
    }

    /// Takes CIS out of the configuration: the sample's thresholds are too loose for it.
    pub(crate) fn without_cis(&self) {
        self.reconfigure(", \"cis\"]", "]");
    }

    /// Runs the program in the folder with nothing in its environment but what was set.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_into(arguments, Stdio::piped())
    }

    /// As [`Self::run`], with standard output somewhere else.
    pub(crate) fn run_into(&self, arguments: &[&str], stdout: Stdio) -> Ran {
        Ran::wait(self.start(arguments, stdout))
    }

    /// As [`Self::run`], in a process that takes these rights away from what it makes.
    pub(crate) fn run_under(&self, umask: &str, arguments: &[&str]) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", "umask \"$0\" && exec \"$@\"", umask]);
        command.arg(env!("CARGO_BIN_EXE_retool-audit"));
        Ran::wait(self.spawn(command, arguments, Stdio::piped()))
    }

    /// Starts the program and does not wait for its end.
    pub(crate) fn start(&self, arguments: &[&str], stdout: Stdio) -> Child {
        self.spawn(Command::new(env!("CARGO_BIN_EXE_retool-audit")), arguments, stdout)
    }

    fn spawn(&self, mut command: Command, arguments: &[&str], stdout: Stdio) -> Child {
        command.args(arguments).current_dir(&self.dir).env_clear().env("TZ", "UTC");
        // Windows finds nothing without the first one; the others are another day's, for all alike.
        for name in ["SystemRoot", "LD_PRELOAD", "FAKETIME"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(&self.env).stdin(Stdio::null()).stdout(stdout).stderr(Stdio::piped());
        command.spawn().expect("it runs")
    }

    /// The pack that a run says it left.
    pub(crate) fn pack(&self, ran: &Ran) -> Pack {
        let last = ran.stdout.lines().last();
        let last = last.unwrap_or_else(|| panic!("no pack; it said\n{}", ran.stderr));
        Pack::at(self.path(last))
    }

    /// Text as a snapshot may hold it: without this folder, times in names, and hashes.
    pub(crate) fn steady(&self, text: &str) -> String {
        let text = without_room(&text.replace(&*self.dir.to_string_lossy(), "HOME"));
        let mut res = String::new();
        for word in text.split_inclusive(|it: char| !it.is_ascii_alphanumeric()) {
            let end = word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric()).len();
            let (word, rest) = word.split_at(end);
            let hex = word.len() >= 8 && word.chars().all(|it| it.is_ascii_hexdigit());
            let time = word.len() == 16 && word.ends_with('Z') && word[8..].starts_with('T');
            res.push_str(if hex {
                "HASH"
            } else if time {
                "TIME"
            } else {
                word
            });
            res.push_str(rest);
        }
        res
    }
}

impl Server {
    /// The address of an instance.
    pub(crate) fn url_of(&self, instance: &str) -> String {
        self.stand_in.url_of(instance)
    }
}

impl Ran {
    /// Waits until the program ends.
    pub(crate) fn wait(program: Child) -> Self {
        let output = program.wait_with_output().expect("it runs");
        Self {
            code: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Ends the test with what the program said, if it ended otherwise.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The code and the error, as a snapshot shows them.
    pub(crate) fn complaint(&self, home: &Home) -> String {
        let text = self.stderr.split_once("error: ").map_or("no error", |it| it.1);
        format!("exit {}\nerror: {}", self.code, home.steady(text).trim_end())
    }
}

/// How much room a disk has is not said.
fn without_room(text: &str) -> String {
    let mut parts = text.split(" GiB free");
    let mut res = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        res.truncate(res.trim_end_matches(|it: char| it.is_ascii_digit()).len());
        res = res + "N GiB free" + part;
    }
    res
}

/// The built-in rules and those of the sample.
pub(crate) fn sample_catalogue() -> Catalogue {
    Catalogue::load(Some(Path::new("sample-data/every-rule/rules"))).expect("they are sound")
}

/// The environment variable that the sample's configuration names for an instance.
pub(crate) fn variable(instance: &str) -> String {
    format!("RETOOL_{}_TOKEN", instance.to_uppercase())
}

/// The token of an instance of the sample, which ends as the sample's list of tokens says.
pub(crate) fn token(instance: &str) -> String {
    let last4 = match instance {
        "cloud" => "c202",
        "eu" => "6ed6",
        _ => "0000",
    };
    format!("retool_01k_{instance}_open_sesame_{last4}")
}

/// The calendar month of today in the zone of the sample, as the folder of a pack is called.
pub(crate) fn this_month() -> String {
    now().with_timezone(&Berlin).format("%Y-%m").to_string()
}

#[expect(clippy::disallowed_methods, reason = "the program asks the real clock")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("room");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).expect("room");
        }
    }
}

/// The text with its days moved like the server's times, to the nearest whole day.
pub(crate) fn moved_days(text: &str, shift: TimeDelta) -> String {
    let days = TimeDelta::days((shift.num_seconds() + 43_200).div_euclid(86_400));
    let apart = |it: char| !it.is_ascii_digit() && it != '-';
    let piece = |it: &str| {
        let word = it.trim_end_matches(apart);
        let day = word.parse::<NaiveDate>().ok().filter(|_| word.len() == 10);
        day.map_or_else(|| word.to_owned(), |it| (it + days).to_string()) + &it[word.len()..]
    };
    text.split_inclusive(apart).map(piece).collect()
}

/// Says what is left out, where that is allowed.
pub(crate) fn skipped(what: &str) {
    let all = std::env::var_os("RETOOL_AUDIT_TESTS_SKIP_NOTHING").is_some();
    assert!(!all, "may not skip {what}");
    lacks_the_right(what);
}

/// Says what is left out because this user may not do it: unlike a tool, a right is not installed.
pub(crate) fn lacks_the_right(what: &str) {
    writeln!(io::stderr(), "skipped {what}").ok();
}
