//! Times one run of the program on many instances, each in a file of its own.
//!
//! `cargo bench --bench instances -- 500x200` invents 500 instances with 200 users each, which a
//! configuration includes, and has the program collect, judge and report them all. Besides the time
//! it prints the most memory and the most open files that the program had; 500x200 against 50x2000,
//! the same number of accounts, shows what an instance costs.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use retool_audit::stand_in::{ScriptedAnswer, ScriptedRequest, StandIn};
use serde_json::{Value, json};

/// Between two looks at the program.
const PAUSE: Duration = Duration::from_millis(5);

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn main() {
    let sizes: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let usual = ["500x200".to_owned(), "50x2000".to_owned()];
    println!(
        "{:<12} {:>9} {:>9} {:>11} {:>5}",
        "instances", "ms", "peak MiB", "open files", "exit"
    );
    for size in if sizes.is_empty() { &usual[..] } else { &sizes } {
        let (instances, users) = size.split_once('x').expect("INSTANCESxUSERS");
        measure(size, instances.parse().expect("instances"), users.parse().expect("users"));
    }
}

#[expect(clippy::print_stdout, reason = "a benchmark's result is what it prints")]
fn measure(size: &str, n_instances: usize, n_users: usize) {
    let place = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let [users, groups] = [users(n_users).to_string(), groups(n_users).to_string()];
    let answer = move |it: &ScriptedRequest| match it.path.rsplit('/').next() {
        Some("users") => ScriptedAnswer::json(200, users.clone()),
        Some("groups") => ScriptedAnswer::json(200, groups.clone()),
        _ => ScriptedAnswer::json(404, "{}"),
    };
    let stand_in = runtime.block_on(StandIn::scripted(answer)).expect("a port");
    write(place.path(), n_instances, &stand_in);
    let begun = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_retool-audit"))
        .args(["run", "--quiet"])
        .current_dir(place.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let (mut files, mut peak) = (0, 0);
    let status = loop {
        if let Some(it) = program.try_wait().expect("a state") {
            break it;
        }
        files = files.max(open_files(&program));
        peak = peak.max(peak_mib(&program));
        sleep(PAUSE);
    };
    let (ms, code) = (begun.elapsed().as_millis(), status.code().unwrap_or(-1));
    println!("{size:<12} {ms:>9} {peak:>9} {files:>11} {code:>5}");
}

/// The files, sockets and pipes that a program has open, where the system tells.
fn open_files(program: &Child) -> usize {
    fs::read_dir(format!("/proc/{}/fd", program.id())).map_or(0, Iterator::count)
}

/// The most memory that a program ever had, where the system tells.
fn peak_mib(program: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"));
    line.and_then(|it| it.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Writes a configuration and the instances that it includes.
fn write(place: &Path, n_instances: usize, stand_in: &StandIn) {
    let top = "include = [\"instances/*.toml\"]\n[organization]\nname = \"Acme\"\n\
               domains = [\"acme.test\"]\n[output]\ndir = \"evidence\"\n";
    fs::create_dir(place.join("instances")).expect("room");
    fs::write(place.join("retool-audit.toml"), top).expect("room");
    fs::write(place.join("token"), "bench").expect("room");
    for it in 0..n_instances {
        let url = stand_in.url_of(&format!("i{it}"));
        let text = format!(
            "[[instance]]\nname = \"i{it}\"\nurl = \"{url}\"\ntoken-file = \"token\"\n\
             requests-per-minute = 0\napproved-admins = [\"person.1@acme.test\"]\n"
        );
        fs::write(place.join(format!("instances/i{it}.toml")), text).expect("room");
    }
}

/// One page of users, some of them idle, disabled or administrators.
fn users(n_users: usize) -> Value {
    let user = |it: usize| {
        json!({
            "id": format!("user_{it:08x}"),
            "legacy_id": it,
            "email": format!("person.{it}@acme.test"),
            "first_name": "Person",
            "last_name": format!("Number {it}"),
            "active": it % 12 != 5,
            "created_at": "2025-01-02T03:04:05Z",
            "last_active": if it % 10 == 3 { "2025-06-07T08:09:10Z" } else { "2026-10-30T08:09:10Z" },
            "is_admin": it % 100 == 1,
            "user_type": "default",
            "two_factor_auth_enabled": it % 3 == 1,
            "metadata": {},
        })
    };
    page(&(0..n_users).map(user).collect::<Vec<_>>())
}

/// One page of groups; every user is in four of them.
fn groups(n_users: usize) -> Value {
    let n_groups = (n_users / 25).max(8);
    let group = |at: usize| {
        let within =
            (0..n_users).filter(|it| (0..4).any(|step| (it * 7 + step * 3) % n_groups == at));
        let member = |it| json!({ "id": format!("user_{it:08x}"), "is_group_admin": it % 50 == 0 });
        json!({
            "id": at,
            "name": format!("Group {at}"),
            "members": within.map(member).collect::<Vec<_>>(),
            "universal_app_access": "use",
            "universal_resource_access": "use",
            "universal_workflow_access": "none",
            "universal_query_library_access": "none",
            "user_list_access": false,
            "audit_log_access": false,
            "unpublished_release_access": false,
            "account_details_access": false,
        })
    };
    page(&(0..n_groups).map(group).collect::<Vec<_>>())
}

fn page(data: &[Value]) -> Value {
    json!({ "success": true, "total_count": data.len(), "next_token": null, "has_more": false, "data": data })
}
