//! Times every stage on an invented instance, or the collector alone on many.
//!
//! `cargo bench --bench stages -- 1000 10000` times all stages with so many users, and prints all
//! of them; `cargo bench --bench stages -- 100x1000` collects 100 instances with 1,000 users each
//! from a server in another process. The people come from a fixed seed, so two runs do the same
//! work. Times are wall-clock milliseconds of one pass, memory is the highest so far.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use retool_audit::audit::reported::ReportedMonths;
use retool_audit::catalogue::Catalogue;
use retool_audit::checksums::sealing::SealingFolder;
use retool_audit::collect::{CollectionContext, CollectionLimits, collect, collect_into};
use retool_audit::config::{Config, Instance, Known, check, source};
use retool_audit::report::assemble::{Assembled, ReportInputs, assemble};
use retool_audit::report::format::{DataInputs, DocumentInputs, Renderer};
use retool_audit::report::formats::FORMATS;
use retool_audit::report::parquet::TypedTables;
use retool_audit::report::register::PrintedReport;
use retool_audit::report::template::{TemplateContext, Templates};
use retool_audit::snapshot::earlier::Earlier;
use retool_audit::snapshot::store;
use retool_audit::stand_in::StandIn;
use retool_audit::{audit, roster, tables};

const NOW: &str = "2026-11-02T06:00:00Z";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [verb, place, n_users] = arguments.as_slice()
        && verb == "invent"
    {
        invent(n_users.parse().expect("users"), Path::new(place));
        return;
    }
    if let [verb, place] = arguments.as_slice()
        && verb == "serve"
    {
        return serve(Path::new(place));
    }
    for it in &arguments {
        match it.split_once('x') {
            Some((instances, users)) => {
                collect_many(instances.parse().expect("instances"), users.parse().expect("users"));
            }
            None => measure(it.parse().expect("a number of users")),
        }
    }
    if arguments.is_empty() {
        measure(1_000);
        measure(10_000);
    }
}

/// Serves a folder of answers until standard input ends, having said where.
#[expect(clippy::print_stdout, reason = "the other process reads it")]
fn serve(place: &Path) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let stand_in = runtime.block_on(StandIn::start(place, TimeDelta::zero())).expect("a port");
    println!("{}", stand_in.url_of(""));
    std::io::stdin().read_to_string(&mut String::new()).expect("an end");
}

/// Collects and stores `n_instances` with `n_users` each; the server has a process of its own.
#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn collect_many(n_instances: usize, n_users: usize) {
    println!(
        "\n{n_instances} instances with {n_users} users\n{:<12} {:>9} {:>9}",
        "stage", "ms", "peak MiB"
    );
    let place = tempfile::tempdir().expect("a folder");
    // In a process of its own too, so that the people invented here do not count as memory there.
    let invented = Command::new(std::env::current_exe().expect("this program"))
        .args(["invent", &place.path().to_string_lossy(), &n_users.to_string()])
        .status();
    assert!(invented.expect("it runs").success());
    let config = source::load(
        &place.path().join("retool-audit.toml"),
        &Known { rules: &Catalogue::default().words(), ..Known::default() },
    );
    let config = config.expect("a configuration");
    let mut server = Command::new(std::env::current_exe().expect("this program"))
        .args(["serve", &place.path().join("instances").to_string_lossy()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server");
    let mut url = String::new();
    BufReader::new(server.stdout.take().expect("its words")).read_line(&mut url).expect("a line");
    let url = format!("{}prod", url.trim());
    let instances: Vec<_> = (0..n_instances)
        .map(|it| Instance { name: format!("i{it}"), ..config.instances[0].clone() })
        .collect();
    let addresses = instances.iter().map(|it| (it.name.clone(), url.clone())).collect();
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let around = CollectionContext {
        collector: "bench",
        operator: None,
        began: now,
        now: &|| now,
        progress: &|_| {},
        addresses,
        required: &[],
        bounds: CollectionLimits::default(),
        key: None,
    };
    let mut watch = Watch::default();
    let mut draft = store::SnapshotDraft::begin(&place.path().join("snapshot")).expect("a folder");
    let mut take = |place, it| draft.add(place, &it).expect("room");
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let header = runtime.block_on(collect_into(&instances, &around, &mut take));
    let (_, state) = draft.finish(&header).expect("room");
    watch.lap(state.word());
    server.kill().and_then(|()| server.wait()).expect("it ends");
}

/// Prints a line per stage.
#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
#[expect(clippy::too_many_lines, reason = "a line or two for each stage")]
fn measure(n_users: usize) {
    println!("\n{n_users} users\n{:<12} {:>9} {:>9}", "stage", "ms", "peak MiB");
    let place = tempfile::tempdir().expect("a folder");
    let config = invent(n_users, place.path());
    let mut watch = Watch::default();
    let snapshot = gather(&config, place.path());
    watch.lap("collect");
    let dir = place.path().join("snapshot");
    store::write(&snapshot, &dir).expect("a snapshot");
    watch.lap("store");
    let (snapshot, hashes) = store::read(&dir).expect("a snapshot");
    let roster = roster::read(&config.rosters).expect("a roster").expect("one file");
    watch.lap("load");
    let earlier = Earlier::default();
    let given = tables::build::EvaluationContext {
        snapshot: &snapshot,
        config: &config,
        roster: Some(&roster),
        baseline: None,
        approvals: None,
        earlier: &earlier,
        former_rosters: &BTreeMap::new(),
        past: &tables::build::trend::PriorCounts::default(),
        reviews: &retool_audit::review::ReviewHistory::default(),
    };
    let tables = tables::build::build(&given);
    watch.lap("tables");
    let outcomes =
        audit::run(Catalogue::default().rules(), &tables, &["prod"], &config.rules).expect("rules");
    watch.lap("rules");
    let tables = tables.in_order().expect("keys");
    let typed = TypedTables {
        tables: audit::with_outcomes(tables.clone(), &outcomes, &["prod"]),
        rules: Catalogue::default().rules().to_vec(),
        settings: &config.rules,
    };
    watch.lap("typed");
    let report = assemble(&ReportInputs {
        given,
        snapshot_id: &hashes.id,
        responses: None,
        approvals: None,
        logo: None,
        prior: &[],
        tables: &tables,
        outcomes: &outcomes,
        evidence: &[],
        waivers: &[],
        manual: &[],
        reported: &ReportedMonths::default(),
        references: &[],
        inputs: &[],
        report_id: "0123456789abcdef",
        evaluator: "bench",
    });
    let Assembled { report, tables, records } = report.expect("a report");
    watch.lap("assemble");
    let room = tempfile::tempdir().expect("a folder");
    let folder = &SealingFolder::at(room.path());
    let written = || folder.sealed().iter().map(|it| it.bytes).sum::<u64>();
    let mut sizes = Vec::new();
    let inputs = DataInputs {
        report: &report,
        tables: &tables,
        records: &records,
        typed: Some(&typed),
        csv_bom: true,
        folder,
    };
    for format in FORMATS {
        if let Renderer::Data(render) = format.renderer {
            let before = written();
            render(&inputs).expect("a format");
            sizes.push((format.name, written() - before));
            watch.lap(format.name);
        }
    }
    drop((records, typed));
    let printed = PrintedReport::of(report, tables, Some(100));
    let context = TemplateContext::of(&printed, &Templates::shipped()).expect("a context");
    watch.lap("context");
    let inputs = DocumentInputs { tables: &printed.tables, context: &context, folder };
    for format in FORMATS {
        if let Renderer::Document(render) = format.renderer {
            let before = written();
            render(&inputs).expect("a format");
            sizes.push((format.name, written() - before));
            watch.lap(format.name);
        }
    }
    for (name, bytes) in sizes {
        println!("{name:<12} {:>9} kB", bytes / 1000);
    }
    println!("{:<12} {:>9} findings", "", printed.report.totals.exceptions);
}

/// Laps of a clock.
struct Watch(Instant);

impl Default for Watch {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Watch {
    #[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
    fn lap(&mut self, stage: &str) {
        println!("{stage:<12} {:>9} {:>9}", self.0.elapsed().as_millis(), peak_mib());
        self.0 = Instant::now();
    }
}

/// The most memory this process ever had, where the system reports it.
fn peak_mib() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok());
    kib.map_or_else(|| "-".to_owned(), |it| (it / 1024).to_string())
}

fn gather(config: &Config, place: &Path) -> retool_audit::snapshot::Snapshot {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let stand_in = StandIn::start(&place.join("instances"), TimeDelta::zero()).await;
        let stand_in = stand_in.expect("a port");
        let around = CollectionContext {
            collector: "bench",
            operator: None,
            began: now,
            now: &|| now,
            progress: &|_| {},
            addresses: BTreeMap::from([("prod".to_owned(), stand_in.url_of("prod"))]),
            required: &[],
            bounds: CollectionLimits::default(),
            key: None,
        };
        collect(&config.instances, &around).await
    })
}

const CONFIGURATION: &str = "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n[roster]\n\
    path = \"roster.csv\"\n\
    [[instance]]\nname = \"prod\"\nurl = \"https://retool.acme.test\"\n\
    token-file = \"token\"\n\
    requests-per-minute = 0\napproved-admins = [\"person.1@acme.test\"]\n\
    [output]\npdf-rows = \"all\"\n";

/// Writes one invented instance with its roster, and returns a configuration that points at it.
fn invent(n_users: usize, place: &Path) -> Config {
    let dir = place.join("instances/prod");
    fs::create_dir_all(&dir).expect("a folder");
    let mut dice = Dice(42);
    let mut users = Vec::new();
    let mut members = vec![Vec::new(); (n_users / 50).clamp(8, 400)];
    let mut roster =
        String::from("Person ID,Name,Work Email,Employment Status,End Date,Manager Email\n");
    for it in 0..n_users {
        users.push(user(it, &mut dice));
        for _ in 0..4 {
            let group = dice.below(members.len());
            members[group].push(serde_json::json!({
                "id": format!("user_{it:08x}"),
                "is_group_admin": dice.below(50) == 0,
            }));
        }
        let (status, end) =
            if dice.below(40) == 0 { ("Terminated", "2026-09-30") } else { ("Active", "") };
        writeln!(
            roster,
            "P{it},Person {it},person.{it}@acme.test,{status},{end},lead.{}@acme.test",
            it / 12
        )
        .expect("text grows");
    }
    let groups: Vec<_> = members.into_iter().enumerate().map(|(at, it)| group(at, it)).collect();
    let write = |name: &str, value: serde_json::Value| {
        fs::write(dir.join(name), value.to_string()).expect("a file");
    };
    write("users.json", users.into());
    write("groups.json", groups.into());
    write("user-invites.json", serde_json::json!([]));
    write("access-tokens.json", serde_json::json!([]));
    write(
        "sso-config.json",
        serde_json::json!({ "config_type": "oidc", "disable_email_password_login": false }),
    );
    fs::write(place.join("roster.csv"), roster).expect("a file");
    fs::write(place.join("token"), "bench").expect("a file");
    fs::write(place.join("retool-audit.toml"), CONFIGURATION).expect("a file");
    let known = Known { rules: &Catalogue::default().words(), ..Known::default() };
    check::parse(CONFIGURATION, place, "bench", &known).expect("a configuration")
}

fn user(it: usize, dice: &mut Dice) -> serde_json::Value {
    let now: DateTime<Utc> = NOW.parse().expect("a time");
    let ago =
        |days: usize| (now - TimeDelta::days(i64::try_from(days).expect("days"))).to_rfc3339();
    let idle = if dice.below(10) == 0 { 90 + dice.below(300) } else { dice.below(60) };
    serde_json::json!({
        "id": format!("user_{it:08x}"),
        "legacy_id": it,
        "email": format!("person.{it}@acme.test"),
        "first_name": "Person",
        "last_name": format!("Number {it}"),
        "active": dice.below(12) != 0,
        "created_at": ago(400 + dice.below(400)),
        "last_active": if dice.below(30) == 0 { None } else { Some(ago(idle)) },
        "is_admin": dice.below(200) == 0,
        "user_type": "default",
        "two_factor_auth_enabled": dice.below(3) != 0,
        "metadata": { "team": dice.below(40), "badge": "x".repeat(40) },
    })
}

fn group(at: usize, members: Vec<serde_json::Value>) -> serde_json::Value {
    let levels = ["none", "use", "use", "edit"];
    let (name, level) = match at {
        0 => ("All Users".to_owned(), "none"),
        1 => ("admin".to_owned(), "own"),
        _ => (format!("Group {at}"), levels[at % 4]),
    };
    let members = if at < 2 { Vec::new() } else { members };
    serde_json::json!({
        "id": at, "name": name, "members": members,
        "universal_app_access": level,
        "universal_resource_access": if at == 1 { "own" } else { "use" },
        "universal_workflow_access": level, "universal_query_library_access": "none",
        "user_list_access": false, "audit_log_access": false, "unpublished_release_access": false,
        "account_details_access": false,
    })
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
