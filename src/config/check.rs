//! From what the file says to what it means, with every problem reported at once.

mod address;
mod branding;
mod controls;
mod instance;
mod lake;
mod notify;
mod output;
mod remediation;
mod review;
mod roster;
mod rules;
mod scope;
mod secret;
mod sign;
mod stated;
mod store;

use std::path::{Path, PathBuf};

use chrono_tz::{TZ_VARIANTS, Tz};

use super::problem::{Problem, Problems, suggest};
use super::raw::{TomlFile, TomlSection};
use super::secrets;
use super::{Collection, Config, Known, Organization};
use crate::calendar::Month;

/// Whether an address can be an instance's `url`.
///
/// # Errors
///
/// Why not, and what to write.
pub fn sound_url(text: &str) -> Result<(), String> {
    let allow_http = false;
    address::normalize(text, allow_http).map(drop).map_err(|it| {
        let help = it.help().map(|it| format!("\n  {it}")).unwrap_or_default();
        format!("it {it}{help}")
    })
}

/// Whether a word names a time zone.
///
/// # Errors
///
/// Which may be meant.
pub fn sound_zone(word: &str) -> Result<(), String> {
    word.parse::<Tz>().map(drop).map_err(|_| zone_help(word))
}

fn zone_help(word: &str) -> String {
    match nearest_zone(word) {
        Some(zone) => format!("did you mean `{zone}`?"),
        None => "zones have names like `Europe/Berlin`".to_owned(),
    }
}

/// Checks the configuration `text`; relative paths start at `dir`, and `file` names it in messages.
///
/// # Errors
///
/// Everything that is wrong in it.
pub fn parse(text: &str, dir: &Path, file: &str, known: &Known<'_>) -> Result<Config, Problems> {
    let problems = |list| Problems { file: file.to_owned(), list };
    let written = sound(text).map_err(problems)?;
    let mut root = written.root();
    included(&mut root);
    let excluded = scope::excluded(&mut root);
    let organization = organization(&mut root);
    let output = output::settings(&mut root, dir, known.formats);
    let res = Config {
        text: secrets::copy(text),
        rosters: roster::rosters(&mut root, dir, organization.calendar()),
        organization,
        waivers: path_of(&mut root, "waivers", dir),
        lake: lake::folder(&mut root, dir, &output),
        responses: path_of(&mut root, "responses", dir),
        baseline: scope::baseline(&mut root, dir),
        excluded: excluded.hosts,
        excluded_instances: excluded.instances,
        approvals: path_of(&mut root, "approvals", dir),
        audit_window: audit_window(&mut root),
        signing: sign::signing(&mut root, dir),
        notify: notify::settings(&mut root, dir),
        review: review::settings(&mut root),
        instances: instance::all(&mut root, dir),
        collection: collection(&mut root),
        rules: rules::settings(&mut root, dir, known.rules),
        remediation: remediation::days(&mut root),
        controls: controls::own(&mut root, known.rules),
        store: store::access(&mut root, dir, output.store.as_ref()),
        output,
        branding: branding::branding(&mut root, dir),
    };
    root.finish();
    match written.into_problems() {
        list if list.is_empty() => Ok(res),
        list => Err(problems(list)),
    }
}

/// The tables of a text, before anything is asked of them.
///
/// # Errors
///
/// What looks like a token, and nothing else: any other message might repeat what must not be
/// repeated. Or where the syntax breaks.
pub(super) fn sound(text: &str) -> Result<TomlFile<'_>, Vec<Problem>> {
    match instance::tokens(text) {
        tokens if tokens.is_empty() => TomlFile::read(text).map_err(|it| vec![it]),
        tokens => Err(tokens),
    }
}

/// Who reads a file has put in what it includes.
fn included(root: &mut TomlSection<'_>) {
    if root.words("include").is_some_and(|it| !it.is_empty()) {
        root.refuse("include", "names files, and this text lies in no folder", None);
    }
}

fn organization(root: &mut TomlSection<'_>) -> Organization {
    let mut section = root.section("organization");
    let res = Organization {
        name: section.required_text("name"),
        domains: domains(&mut section),
        timezone: timezone(&mut section),
    };
    section.finish();
    res
}

fn domains(section: &mut TomlSection<'_>) -> Vec<String> {
    section.require("domains");
    let Some(words) = section.words("domains") else { return Vec::new() };
    let res: Vec<String> = words.iter().map(|word| crate::address::domain(word)).collect();
    if res.is_empty() {
        section.refuse("domains", "is empty", Some("list your own mail domains".to_owned()));
    }
    for it in res.iter().filter(|it| !is_domain(it)) {
        let help = it.rsplit_once('@').map(|it| it.1).filter(|it| is_domain(it));
        let help = help.map(|it| format!("write `{it}`"));
        section.refuse("domains", format!("`{it}` is not a mail domain"), help);
    }
    res
}

fn is_domain(word: &str) -> bool {
    let label = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_alphanumeric() || it == '-');
    word.contains('.') && word.split('.').all(label)
}

fn timezone(section: &mut TomlSection<'_>) -> Tz {
    let Some(word) = section.text("timezone") else { return Tz::UTC };
    word.parse().unwrap_or_else(|_| {
        let help = Some(zone_help(&word));
        section.refuse("timezone", format!("`{word}` is not a time zone"), help);
        Tz::UTC
    })
}

/// People write the city alone, or the right words in the wrong case.
fn nearest_zone(word: &str) -> Option<&'static str> {
    let city = |it: &str| it.rsplit('/').next().unwrap_or_default().to_lowercase();
    let names = || TZ_VARIANTS.iter().map(|it| it.name());
    let wanted = word.to_lowercase().replace(' ', "_");
    names().find(|it| city(it) == wanted).or_else(|| suggest(word, names()))
}

/// The file of a section that has nothing else.
fn path_of<'a>(root: &mut TomlSection<'a>, key: &'a str, dir: &Path) -> Option<PathBuf> {
    let there = root.has(key);
    let mut section = root.section(key);
    if there {
        section.require("path");
    }
    let res = file(&mut section, "path", dir);
    section.finish();
    res
}

fn audit_window(root: &mut TomlSection<'_>) -> Option<(Month, Month)> {
    let mut section = root.section("audit");
    let there = section.has("window");
    let mut window = section.section("window");
    let mut month = |key: &'static str| {
        if there {
            window.require(key);
        }
        let text = window.text(key)?;
        let month = Month::parse(&text);
        if month.is_none() {
            let help = "a month, such as \"2026-11\"";
            window.refuse(key, format!("is `{text}`, which is no month"), Some(help.to_owned()));
        }
        month
    };
    let ends = month("from").zip(month("to"));
    if ends.is_some_and(|(from, to)| from > to) {
        let what = "is before `from`";
        window.refuse("to", what, Some("the window ends where it begins, or later".to_owned()));
    }
    window.finish();
    section.finish();
    ends
}

fn collection(root: &mut TomlSection<'_>) -> Collection {
    let usual = Collection::default();
    let mut section = root.section("collection");
    let res = Collection {
        concurrency: section.number("concurrency", (1, 64)).unwrap_or(usual.concurrency),
        deadline_minutes: section
            .number("deadline-minutes", (1, 1_440))
            .unwrap_or(usual.deadline_minutes),
        answer_seconds: section
            .number("answer-seconds", (1, 3_600))
            .unwrap_or(usual.answer_seconds),
        page_limit_mib: section
            .number("page-limit-mib", (1, 4_095))
            .unwrap_or(usual.page_limit_mib),
        retries: section.number("retries", (0, 10_000)).unwrap_or(usual.retries),
    };
    section.finish();
    res
}

/// A path that starts at `dir` when it is relative.
pub(super) fn file<'a>(section: &mut TomlSection<'a>, key: &'a str, dir: &Path) -> Option<PathBuf> {
    let text = section.text(key)?;
    if text.starts_with('~') {
        let help = "write the whole path, or one that starts at this file's folder";
        section.refuse(key, "must not start with `~`", Some(help.to_owned()));
    }
    Some(dir.join(text).components().collect())
}

#[cfg(test)]
mod tests {
    use crate::config::{FormatWords, Known};
    use std::path::Path;

    use super::parse;
    use crate::config::source::{Error, load};
    use crate::config::{Config, RuleWords, Value};

    #[test]
    #[expect(clippy::too_many_lines, reason = "a picture of every key")]
    fn a_good_configuration_means_what_it_says() {
        let text = r#"
waivers.path = "waivers.toml"
[organization]
name = "Acme"
domains = ["ACME.example"]
timezone = "Europe/Berlin"

[roster]
path = "./hr/roster.csv"
columns = { email = "Work Email" }
statuses = { "On sabbatical" = "leave" }

[[instance]]
name = "prod-eu"
url = "https://retool.acme.example/api/v2/"
token-env = "RETOOL_PROD_EU_TOKEN"
approved-admins = ["Ana@acme.example"]
approved-tokens = ["893d0e72-5539"]
audit-groups = ["Compliance"]
group-owners = { "Refund Makers" = ["Ana@acme.example"] }
requests-per-minute = 0
license-model = "activity"
mode = "single"
collect-permissions = true
owner = "Ana"
seats = { builder = 20, internal = 200 }
ca-file = "/etc/acme/ca.pem"

[[instance]]
name = "cloud"
token-command = ["pass", "show", "retool"]

[collection]
concurrency = 4
deadline-minutes = 30

[rules]
disable = [{ rule = "shared-account", reason = "One kiosk, reviewed by hand." }]
shared-account.words = ["Info"]
dormant-account.days = 60
[rules.segregation-of-duties]
pairs = [["Refund makers", "Refund approvers"]]

[output]
formats = ["html", "csv"]
controls = ["iso27001", "soc2"]
pdf-rows = "all"
"#;
        insta::assert_snapshot!(picture(text), @r#"
        Organization { name: "Acme", domains: ["acme.example"], timezone: Europe/Berlin }
        [RosterSource { path: "/conf/hr/roster.csv", form: TableForm { encoding: None, sheet: None, date_order: None }, columns: {"email": "Work Email"}, ignored: {}, statuses: {"On sabbatical": "leave"}, as_of: Stated, aliases: {}, alias_table: None, plus_addresses: false, calendar: Calendar { zone: Europe/Berlin } }]
        Some("/conf/waivers.toml") None {}
        Instance { name: "prod-eu", formerly: {}, url: "https://retool.acme.example", token: Env("RETOOL_PROD_EU_TOKEN"), approved_admins: Some({"ana@acme.example"}), approved_tokens: Some({"893d0e72-5539"}), approved_delegates: None, audit_groups: Some({"compliance"}), group_owners: Some({"refund makers": {"ana@acme.example"}}), requests_per_minute: 0, mode: Single, collect_permissions: true, license_model: Activity, owner: Some("Ana"), seats: Some(Seats { builder: Some(20), internal: Some(200), external: None }), ca_file: Some("/etc/acme/ca.pem"), deployment: SelfHosted, stated: Statements { password_login: None, single_sign_on: None, just_in_time: None, restricted_domain: None, group_sync: None, scim: None } }
        Instance { name: "cloud", formerly: {}, url: "https://api.retool.com", token: Command(["pass", "show", "retool"]), approved_admins: None, approved_tokens: None, approved_delegates: None, audit_groups: None, group_owners: None, requests_per_minute: 40, mode: Paged, collect_permissions: false, license_model: Unknown, owner: None, seats: None, ca_file: None, deployment: Cloud, stated: Statements { password_login: None, single_sign_on: None, just_in_time: None, restricted_domain: None, group_sync: None, scim: None } }
        Collection { concurrency: 4, deadline_minutes: 30, answer_seconds: 120, page_limit_mib: 256, retries: 200 }
        RuleSettings { dir: None, disabled: {"shared-account": "One kiosk, reviewed by hand."}, parameters: {"dormant-account": {"days": Number(60)}, "segregation-of-duties": {"pairs": Pairs([["refund makers", "refund approvers"]])}, "shared-account": {"words": Words(["info"])}} }
        Output { dir: "/conf/evidence", store: None, readers: Owner, formats: {"csv", "html"}, templates: None, controls: ["soc2", "iso27001"], pdf_rows: None, csv_bom: true, findings_printed: Some(100), metrics: None }
        "#);
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = r#"
[organisation]
name = "Acme"
[organization]
domains = ["ana@acme.example", "acme"]
timezone = "europe/berlin"
[roster]
columns = { mail = "Work Email", status = 3 }
statuses = { "On sabbatical" = "away" }
[[instance]]
name = "prod"
[waivers]
file = "waivers.toml"
[collection]
concurrency = 0
page-limit = 5
[output]
formats = ["PDF", "docx"]
controls = ["soc", "iso27001"]
pdf-rows = "some"
"#;
        insta::assert_snapshot!("every_problem_is_told_at_once", picture(text));
    }

    #[test]
    fn a_key_that_is_empty_or_odd_has_a_place() {
        let told = picture("[\"\"]\n[\"a b\"]");
        let odd = told.lines().map(str::trim).filter(|it| it.ends_with("is not a key"));
        insta::assert_snapshot!(odd.collect::<Vec<_>>().join("\n"), @r#"
        line 1: "" is not a key
        line 2: "a b" is not a key
        "#);
    }

    #[test]
    fn every_problem_of_an_instance_is_told() {
        let text = r#"
organization = { name = "Acme", domains = ["acme.example"], timezone = "Berlin" }
[[instance]]
name = "prod"
url = "http://retool.acme.example"
token_env = "X"
approved-admins = ["ana"]
group-owners = { Makers = ["ana"], makers = [], Checkers = "bob" }
requests-per-minute = -1
license-model = "named_seats"
mode = true
seats = { builders = 2, internal = 1.5 }
[[instance]]
name = "../etc"
token-command = []
token-file = "~/token"
allow-http = "yes"
ca-file = ""
"#;
        insta::assert_snapshot!("every_problem_of_an_instance_is_told", picture(text));
    }

    #[test]
    fn every_problem_of_a_rule_is_told() {
        let text = r#"
organization = { name = "Acme", domains = ["acme.example"] }
instance = [{ name = "eu", token-env = "A" }, { name = "EU", token-file = "token" }]
[rules]
disable = [{ rule = "DRM-01", reason = "" }, "shared-account", { rule = "shared-account" }]
[rules.USR-13]
[rules.dormant-acount]
days = 1
[rules.dormant-account]
day = 1
days = -90
[rules.shared-account]
words = "info"
[rules.segregation-of-duties]
pairs = [["Makers", "Checkers"], ["Makers"], "Checkers", ["", 3]]
"#;
        insta::assert_snapshot!("every_problem_of_a_rule_is_told", picture(text));
    }

    #[test]
    fn nothing_at_all_is_told_too() {
        insta::assert_snapshot!(picture(""), @r"
        `audit.toml` has 3 problems
          organization.name     is missing
          organization.domains  is missing
          instance              is missing
                                help: add an `[[instance]]` with a `name` and a `token-env`
        ");
    }

    #[test]
    fn broken_syntax_has_a_line_and_a_column_and_no_excerpt() {
        let text = "[organization]\nname = \"Acme\n[[instance]]\ntoken-env = retool_01hx5\n";
        insta::assert_snapshot!(picture(text), @r#"
        `audit.toml` has 1 problem
          line 2: a quotation mark that is never closed
            2 | name = "Acme
              |             ^
            help: write `name = "Acme"`
        "#);
        let twice = "\u{feff}[organization]\r\nname = 'Acme'\r\nname = 'Bcme'\r\n";
        insta::assert_snapshot!(picture(twice), @"
        `audit.toml` has 1 problem
          line 3: the same key is there twice
            3 | name = 'Bcme'
              | ^^^^
            help: keep one of the two
        ");
    }

    #[test]
    fn secrets_are_refused_and_not_repeated() {
        let text = r#"
organization = { name = "Acme", domains = ["acme.example"] }
[[instance]]
name = "one"
token-env = "retool_01hx5k3v9q7m2n8p4r6t0w1y3z"
[[instance]]
name = "two"
url = "https://ana:hunter2@retool.acme.example"
token-env = "s3cr3t-not-a-name"
"#;
        insta::assert_snapshot!(picture(text), @"
        `audit.toml` has 3 problems
          line 5: instance `one`: token-env holds what looks like a token
            help: write the name of the variable, such as `RETOOL_PROD_TOKEN`, never the token
          line 8: instance `two`: url must not hold a user name or password
            help: the token alone signs in
          line 9: instance `two`: token-env is not the name of an environment variable
            help: write the name of the variable, such as `RETOOL_PROD_TOKEN`, never the token
        ");
        let elsewhere = r#"
[[instance]] # retool_01hx5k3v9q7m2n8p4r6t0w1y3z
token-env = "A" # was retool_01hx5k3v9q7m2n8p4r6t0w1y3z
token-command = ["echo", "retool_01hx5k3v9q7m2n8p4r6t0w1y3z"]
"#;
        insta::assert_snapshot!(picture(elsewhere), @r#"
        `audit.toml` has 3 problems
          line 2: holds what looks like a token
            help: a token never belongs in this file: revoke it if anyone else saw the file, and write `token-env = "RETOOL_CLOUD_TOKEN"`, the name of a variable that holds it
          line 3: holds what looks like a token
            help: a token never belongs in this file: revoke it if anyone else saw the file, and write `token-env = "RETOOL_CLOUD_TOKEN"`, the name of a variable that holds it
          line 4: holds what looks like a token
            help: a token never belongs in this file: revoke it if anyone else saw the file, and write `token-env = "RETOOL_CLOUD_TOKEN"`, the name of a variable that holds it
        "#);
    }

    #[test]
    fn a_file_that_is_not_there_is_told_by_name() {
        let error = load(Path::new("/nowhere/audit.toml"), &Known::default()).unwrap_err();
        assert!(matches!(error, Error::Read { .. }) && error.help().is_some());
        assert_eq!(error.to_string(), "cannot read the configuration `/nowhere/audit.toml`");
    }

    /// Two formats that are written unless the configuration chooses, and two that are not.
    const FORMATS: &[FormatWords] = &[
        FormatWords { name: "csv", usual: true },
        FormatWords { name: "html", usual: true },
        FormatWords { name: "oscal", usual: false },
        FormatWords { name: "pdf", usual: false },
    ];

    fn picture(text: &str) -> String {
        match parse(
            text,
            Path::new("/conf"),
            "audit.toml",
            &Known { rules: &rules(), formats: FORMATS },
        ) {
            Ok(it) => show(&it),
            Err(it) => it.to_string(),
        }
    }

    fn show(it: &Config) -> String {
        let Config { organization, rosters, waivers, baseline, excluded, instances, .. } = it;
        let Config { collection, rules, output, .. } = it;
        let instances: Vec<_> = instances.iter().map(|instance| format!("{instance:?}")).collect();
        let instances = instances.join("\n");
        format!(
            "{organization:?}\n{rosters:?}\n{waivers:?} {baseline:?} {excluded:?}\n{instances}\n\
             {collection:?}\n{rules:?}\n{output:?}"
        )
    }

    fn rules() -> Vec<RuleWords> {
        let pairs = vec![("pairs", Value::Pairs(Vec::new()))];
        let days = vec![("days", Value::Number(90))];
        let words = vec![("words", Value::Words(vec!["admin".to_owned()]))];
        vec![
            RuleWords {
                code: "PRV-10",
                name: "segregation-of-duties",
                parameters: pairs,
                retired: Vec::new(),
            },
            RuleWords {
                code: "DRM-01",
                name: "dormant-account",
                parameters: days,
                retired: Vec::new(),
            },
            RuleWords {
                code: "USR-13",
                name: "shared-account",
                parameters: words,
                retired: Vec::new(),
            },
        ]
    }
}
