//! Times the whole catalogue on many invented instances, all in memory.
//!
//! `cargo bench --bench rules -- 100x10000` judges 100 instances with 10,000 users each and four
//! memberships a user. With `--dump DIR` it also writes the tables as Parquet and the rules as SQL,
//! on which `contrib/engines.py` re-performs every rule with DuckDB or Spark, and compares.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use retool_audit::catalogue::Catalogue;
use retool_audit::config::{Config, Instance, Known, RosterSource, RuleSettings, check};
use retool_audit::parameters::Parameters;
use retool_audit::reperform::{Dialect, query};
use retool_audit::report::parquet;
use retool_audit::snapshot::earlier::Earlier;
use retool_audit::snapshot::ledger::{Endpoint, LedgerRow};
use retool_audit::snapshot::record::{FieldState, Group, Id, Member, SsoConfig, User};
use retool_audit::snapshot::{Collected, Records, Snapshot};
use retool_audit::tables::{TYPED, Table};
use retool_audit::{audit, roster, rules, tables};

const NOW: &str = "2026-11-02T06:00:00Z";

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn main() {
    let mut dump = None;
    let mut sizes = Vec::new();
    let mut arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    while let Some(it) = arguments.next() {
        match it.split_once('x') {
            _ if it == "--dump" => dump = arguments.next(),
            Some((instances, users)) => sizes.push((instances.to_owned(), users.to_owned())),
            None => sizes.push(("1".to_owned(), it)),
        }
    }
    for (instances, users) in sizes {
        let [instances, users] = [instances, users].map(|it| it.parse().expect("a number"));
        println!("\n{instances} instances with {users} users");
        measure(instances, users, dump.as_deref().map(Path::new));
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn measure(n_instances: usize, n_users: usize, dump: Option<&Path>) {
    println!("{:<12} {:>9} {:>9}", "stage", "ms", "peak MiB");
    let mut begun = Instant::now();
    let mut lap = |stage: &str| {
        println!("{stage:<12} {:>9} {:>9}", begun.elapsed().as_millis(), peak_mib());
        begun = Instant::now();
    };
    let (snapshot, config, people) = invent(n_instances, n_users);
    lap("invent");
    let earlier = Earlier::default();
    let tables = tables::build::build(&tables::build::EvaluationContext {
        snapshot: &snapshot,
        config: &config,
        roster: Some(&people),
        baseline: None,
        approvals: None,
        earlier: &earlier,
        former_rosters: &BTreeMap::new(),
        past: &tables::build::trend::PriorCounts::default(),
        reviews: &retool_audit::review::ReviewHistory::default(),
    });
    drop((snapshot, people));
    lap("tables");
    let names: Vec<&str> = config.instances.iter().map(|it| it.name.as_str()).collect();
    let outcomes = audit::run(rules::CATALOGUE, &tables, &names, &config.rules).expect("rules");
    lap("all rules");
    let mut alone: Vec<(u128, &str)> = Vec::new();
    for rule in rules::CATALOGUE {
        let begun = Instant::now();
        drop(
            audit::run(rules::CATALOGUE, &tables, &names, &only(&[rule.name], &config.rules))
                .expect("rules"),
        );
        alone.push((begun.elapsed().as_millis(), rule.name));
    }
    alone.sort_unstable();
    for (ms, name) in alone.iter().rev().take(8) {
        println!("{name:<32} {ms:>9} ms alone");
    }
    let found: usize = outcomes.iter().map(|it| it.exceptions.height()).sum();
    println!("{:<12} {found:>9} exceptions of {} rules", "", outcomes.len());
    if let Some(dump) = dump {
        write(&audit::with_outcomes(tables, &outcomes, &names), &config.rules, dump);
        lap("dump");
    }
}

/// Writes tables and rules for other engines.
fn write(tables: &tables::Tables, settings: &RuleSettings, dump: &Path) {
    std::fs::create_dir_all(dump.join(TYPED)).expect("a folder");
    for table in Table::ALL {
        let file = File::create(dump.join(table.typed_path())).expect("a file");
        let frame = tables.sorted(*table).expect("its columns");
        parquet::write(file, *table, &frame, ["bench", "bench"]).expect("room");
    }
    for dialect in [Dialect::DuckDb, Dialect::Spark] {
        let queries: BTreeMap<&str, String> = rules::CATALOGUE
            .iter()
            .filter(|rule| Parameters::of(rule.name, settings).lacking(rule.params).is_none())
            .map(|rule| {
                let sql = query(rule, Parameters::of(rule.name, settings), dialect);
                (rule.code, sql.expect("every rule has SQL"))
            })
            .collect();
        let text = serde_json::to_string_pretty(&queries).expect("texts");
        std::fs::write(dump.join(format!("{}.json", dialect.word())), text).expect("room");
    }
}

/// The settings under which nothing but the rules of those names runs.
fn only(names: &[&str], settings: &RuleSettings) -> RuleSettings {
    let others = rules::CATALOGUE.iter().filter(|it| !names.contains(&it.name));
    let disabled = others.map(|it| (it.name.to_owned(), "not measured".to_owned())).collect();
    RuleSettings { disabled, ..settings.clone() }
}

/// The most memory this process ever had, where the system reports it.
fn peak_mib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or_else(|| "-".to_owned(), |it| (it / 1024).to_string())
}

/// Instances full of people, of whom half have an account in the next instance too.
fn invent(n_instances: usize, n_users: usize) -> (Snapshot, Config, roster::Roster) {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let mut dice = Dice(42);
    let instances: Vec<Collected> =
        (0..n_instances).map(|it| instance(it, n_users, &mut dice)).collect();
    let snapshot = Snapshot {
        collected_at: now,
        finished_at: now,
        collector: "bench".to_owned(),
        operator: None,
        instances,
    };
    let mut text = String::from("Person ID,Name,Work Email,Employment Status,End Date\n");
    for it in 0..n_instances * n_users {
        let (status, end) =
            if dice.below(40) == 0 { ("Terminated", "2026-09-30") } else { ("Active", "") };
        writeln!(text, "P{it},Person {it},person.{it}@acme.test,{status},{end}").expect("grows");
    }
    let source = RosterSource { path: "roster.csv".into(), ..RosterSource::default() };
    let people = roster::parse(text.as_bytes(), &source).expect("a roster");
    (snapshot, config(n_instances), people)
}

fn config(n_instances: usize) -> Config {
    let text = "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n[[instance]]\nname = \"i\"\n\
                url = \"https://retool.acme.test\"\ntoken-env = \"TOKEN\"\napproved-admins = [\"person.1@acme.test\"]\n";
    let mut res = check::parse(
        text,
        Path::new("/"),
        "bench",
        &Known { rules: &Catalogue::default().words(), ..Known::default() },
    )
    .expect("sound");
    let only: Instance = res.instances.remove(0);
    let named = |it| Instance { name: name(it), ..only.clone() };
    res.instances = (0..n_instances).map(named).collect();
    res
}

fn name(instance: usize) -> String {
    format!("instance-{instance:03}")
}

fn instance(at: usize, n_users: usize, dice: &mut Dice) -> Collected {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let mut members = vec![Vec::new(); (n_users / 50).clamp(8, 400)];
    let mut users = Vec::with_capacity(n_users);
    for it in 0..n_users {
        // Every other account belongs to a person of the instance before, and some have two here.
        let person = match it % 100 {
            99 => at * n_users + it - 1,
            other if other % 2 == 1 && at > 0 => (at - 1) * n_users + it,
            _ => at * n_users + it,
        };
        users.push(user(person, (at, it), dice));
        for _ in 0..4 {
            let group = dice.below(members.len());
            let id = users[it].id.clone();
            members[group].push(Member {
                id,
                is_group_admin: Some(dice.below(50) == 0),
                email: None,
            });
        }
    }
    let records = Records {
        users,
        groups: members.into_iter().enumerate().map(|(at, it)| group(at, it)).collect(),
        sso_config: Some(SsoConfig {
            config_type: Some("oidc".to_owned()),
            disable_email_password_login: Some(false),
            ..SsoConfig::default()
        }),
        ..Records::default()
    };
    let row = |it: &Endpoint| LedgerRow::begin(*it, String::new(), now);
    let ledger = Endpoint::ALL.iter().map(row).collect();
    Collected {
        name: name(at),
        url: "https://retool.acme.test".to_owned(),
        ledger,
        records,
        ..Collected::default()
    }
}

fn user(person: usize, (instance, place): (usize, usize), dice: &mut Dice) -> User {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let ago = |days: usize| now - TimeDelta::days(i64::try_from(days).expect("days"));
    let idle = if dice.below(10) == 0 { 90 + dice.below(300) } else { dice.below(60) };
    let address = if dice.below(100) == 0 { "guest" } else { "person" };
    let seats = ["builder", "internalUser", "internalUser"];
    User {
        id: Id(format!("user_{instance:03}{place:08x}")),
        email: Some(format!("{address}.{person}@acme.test")),
        first_name: Some("Person".to_owned()),
        last_name: Some(format!("Number {person}")),
        active: Some(dice.below(12) != 0),
        created_at: Some(ago(400 + dice.below(400))),
        last_active: if dice.below(30) == 0 { FieldState::Null } else { FieldState::Is(ago(idle)) },
        is_admin: Some(dice.below(200) == 0),
        user_type: Some("default".to_owned()),
        two_factor_auth_enabled: Some(dice.below(3) != 0),
        seat_type: FieldState::Is(seats[dice.below(3)].to_owned()),
        ..User::default()
    }
}

fn group(at: usize, members: Vec<Member>) -> Group {
    let levels = ["none", "use", "use", "edit"];
    let (name, level) = match at {
        0 => ("All Users".to_owned(), "none"),
        1 => ("admin".to_owned(), "own"),
        _ => (format!("Group {at}"), levels[at % 4]),
    };
    let level = || Some(level.to_owned());
    Group {
        id: Id(at.to_string()),
        name: Some(name),
        members: Some(if at < 2 { Vec::new() } else { members }),
        universal_app_access: level(),
        universal_resource_access: Some(if at == 1 { "own" } else { "use" }.to_owned()),
        universal_workflow_access: level(),
        universal_query_library_access: Some("none".to_owned()),
        user_list_access: Some(false),
        audit_log_access: Some(false),
        unpublished_release_access: Some(false),
        account_details_access: Some(false),
        ..Group::default()
    }
}

/// A small generator of pseudo-random numbers with a fixed seed; its quality does not matter.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}
