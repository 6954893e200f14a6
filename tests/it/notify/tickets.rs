//! Tickets are opened once, found again, and closed when a pack shows that all of it is resolved.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::desks::{Desk, Kept, Whim};
use super::{configure, everything_below, journal, no_secret_in, people};
use crate::before::eu_from_files;
use crate::harness::Home;
use crate::pack::Pack;

/// What is secret of an account.
pub(super) const TOKEN: &str = "tick-canary-31q-plmk";

/// The accounts that the services take.
const OF_JIRA: &str = "audit@acme.example:tick-canary-31q-plmk";
const OF_SERVICENOW: &str = "audit:tick-canary-31q-plmk";

const MONTHS: [&str; 5] = [
    "2026-07-06T06:00:00Z",
    "2026-08-03T06:00:00Z",
    "2026-09-07T06:00:00Z",
    "2026-10-05T06:00:00Z",
    "2026-11-02T06:00:00Z",
];

/// A home with one instance, whose tickets a desk keeps.
fn home(desk: &Desk, lines: &str) -> Home {
    let mut home = eu_from_files();
    let url = desk.service.url("");
    configure(&home, &format!("{lines}\nurl = \"{url}\"\n"));
    home.set("TICKET_TOKEN", TOKEN);
    home
}

/// The project `SEC`, and these lines besides.
fn jira(lines: &str) -> String {
    format!(
        "[[notify.jira]]\nname = \"sec\"\nproject = \"SEC\"\nuser = \"audit@acme.example\"\n\
         token-env = \"TICKET_TOKEN\"\n{lines}"
    )
}

/// The incidents, and these lines besides.
fn servicenow(lines: &str) -> String {
    format!(
        "[[notify.servicenow]]\nname = \"it\"\nuser = \"audit\"\npassword-env = \"TICKET_TOKEN\"\n\
         close-code = \"Solved\"\n{lines}"
    )
}

/// Reports a month, and has its tickets looked after.
fn month(home: &Home, at: &str) -> (Pack, String) {
    let made = home.run(&["import", "answers", "--collected-at", at]).expect(0);
    let ran = home.run(&["report", made.stdout.trim(), "--notify"]);
    // The sample was written for one day, and the evidence of others is in doubt.
    assert!([0, 3].contains(&ran.code), "{}", ran.stderr);
    no_secret_in(&ran.stderr);
    no_account_in(&ran.stderr);
    (home.pack(&ran), of_notices(home, &ran.stderr))
}

/// Has the tickets of a pack looked after again.
fn again(home: &Home, pack: &Pack) -> String {
    let ran = home.run(&["report", &pack.dir.to_string_lossy(), "--notify"]).expect(3);
    no_secret_in(&ran.stderr);
    no_account_in(&ran.stderr);
    of_notices(home, &ran.stderr)
}

/// Neither does the account in the writing in which it is sent.
fn no_account_in(text: &str) {
    for account in [OF_JIRA, OF_SERVICENOW] {
        let (user, _) = account.split_once(':').expect("two parts");
        let sent = STANDARD.encode(account);
        let secret = &sent[(user.len() + 3) / 3 * 4..sent.len() - 4];
        for at in 0..=secret.len() - 16 {
            assert!(!text.contains(&secret[at..at + 16]), "an account shows in {text}");
        }
    }
}

fn of_notices(home: &Home, stderr: &str) -> String {
    let told = |it: &&str| it.starts_with("notice") || it.starts_with("Told");
    home.steady(&stderr.lines().filter(told).collect::<Vec<_>>().join("\n"))
}

/// Makes an administrator whom nobody approved: some exceptions more.
fn promote(home: &Home, is_admin: bool) {
    home.edit("eu", "users", |it| it[0]["is_admin"] = json!(is_admin));
}

/// What a desk keeps, in order, without ids.
fn picture(home: &Home, desk: &Desk) -> String {
    let line = |(key, it): (&String, &Kept)| {
        let state = if it.is_closed { "closed" } else { "open" };
        let comments: Vec<String> =
            it.comments.iter().map(|it| format!("\n  > {}", it.replace('\n', " | "))).collect();
        format!("{key} {state}: {}{}", it.title, comments.concat())
    };
    home.steady(&desk.kept().iter().map(line).collect::<Vec<_>>().join("\n"))
}

const HIGH: &str = "min-severity = \"high\"";

#[test]
fn a_ticket_is_opened_once_for_a_finding_and_closed_when_that_is_resolved() {
    let desk = Desk::jira(OF_JIRA);
    let home = &home(&desk, &jira(HIGH));
    let (_, first) = month(home, MONTHS[0]);
    promote(home, true);
    let (pack, second) = month(home, MONTHS[1]);
    let opened = desk.kept();
    assert_eq!(again(home, &pack), "", "it is opened once");
    assert_eq!(desk.kept().len(), opened.len());
    let ticket = opened.values().find(|it| it.title.contains("PRV-03")).expect("a ticket");
    insta::assert_snapshot!(home.steady(&format!("{}\n{}\n{}", ticket.label, ticket.title, ticket.text)), @"
    retool-audit-F-HASH
    high: PRV-03 Administrator without approval on eu
    F-HASH high PRV-03 Administrator without approval on eu, new, due 2026-09-02
    What to do: Add the address to approved-admins once its owner's manager has agreed, or take the account out of the admin group under Settings > Groups.
    Found in: Kestrel Freight (sample), August 2026, report HASH
    retool-audit opened this, and finds it again by retool-audit-F-HASH: leave that in place. It closes the ticket when a pack shows that all of it is resolved.
    ");
    let texts: Vec<String> = opened.values().map(|it| it.title.clone() + &it.text).collect();
    let texts = texts.concat();
    assert!(people(home).iter().all(|it| !texts.contains(it)), "{texts}");
    promote(home, false);
    let (_, third) = month(home, MONTHS[2]);
    let (_, fourth) = month(home, MONTHS[3]);
    insta::assert_snapshot!([first, second, third, fourth].join("\n"), @"
    Told 1 receiver: sec (tickets: 2 opened)
    Told 1 receiver: sec (tickets: 3 opened)
    Told 1 receiver: sec (tickets: 2 closed)
    ");
    insta::assert_snapshot!("tickets_of_findings", picture(home, &desk));
    // Every ticket says by its label which finding it is about.
    let ids: Vec<Value> = journal(home).iter().map(|it| it["about"].clone()).collect();
    for it in desk.kept().values() {
        let about = it.label.strip_prefix("retool-audit-").expect("a label");
        assert!(ids.contains(&json!(about)), "{about}");
    }
}

#[test]
fn a_ticket_of_an_owner_says_what_changed_and_is_closed_when_nothing_is_left() {
    let desk = Desk::servicenow(OF_SERVICENOW);
    let home = &home(&desk, &servicenow("per = \"owner\"\nmin-severity = \"high\"\nnames = true"));
    let (_, first) = month(home, MONTHS[0]);
    promote(home, true);
    let (_, second) = month(home, MONTHS[1]);
    promote(home, false);
    let (_, third) = month(home, MONTHS[2]);
    insta::assert_snapshot!([first, second, third].join("\n"), @"
    Told 1 receiver: it (tickets: 1 opened)
    Told 1 receiver: it (tickets: 2 opened)
    Told 1 receiver: it (tickets: 1 closed)
    ");
    insta::assert_snapshot!("tickets_of_owners", picture(home, &desk));
}

#[test]
fn so_many_tickets_are_opened_at_once_and_one_says_what_has_none_yet() {
    let desk = Desk::jira(OF_JIRA);
    let home = &home(&desk, &jira("most-tickets = 20"));
    let (pack, told) = month(home, MONTHS[2]);
    let titles = |desk: &Desk| {
        let kept = desk.kept();
        let rest = kept.values().find(|it| it.label == "retool-audit-rest").expect("one");
        (kept.len(), rest.title.clone(), rest.is_closed, rest.comments.len())
    };
    let mut picture = vec![format!("{told} {:?}", titles(&desk))];
    picture.push(format!("{} {:?}", again(home, &pack), titles(&desk)));
    picture.push(format!("{} {:?}", again(home, &pack), titles(&desk)));
    insta::assert_snapshot!(picture.join("\n"), @r#"
    Told 1 receiver: sec (tickets: 21 opened) (21, "17 findings have no ticket of their own yet", false, 0)
    Told 1 receiver: sec (tickets: 17 opened, 1 closed) (38, "17 findings have no ticket of their own yet", true, 1)
     (38, "17 findings have no ticket of their own yet", true, 1)
    "#);
}

/// What a desk holds after something, and what was told.
fn noted(desk: &Desk, what: &str, told: &str) -> String {
    let kept = desk.kept();
    let n_closed = kept.values().filter(|it| it.is_closed).count();
    let labels: BTreeSet<&str> = kept.values().map(|it| it.label.as_str()).collect();
    assert_eq!(labels.len(), kept.len(), "two tickets are about one thing");
    format!("{what} ({}, {n_closed} closed): {told}", kept.len())
}

/// Whatever a service does, no finding gets a second ticket.
#[test]
fn a_service_that_fails_makes_no_second_ticket_and_what_it_did_not_do_is_done_later() {
    let desk = Desk::jira(OF_JIRA);
    let home = &home(&desk, &jira(HIGH));
    promote(home, true);
    desk.change(|it| it.whim = Whim::IsDown);
    let (pack, told) = month(home, MONTHS[1]);
    let mut picture = vec![noted(&desk, "IsDown", &told)];
    let whims = [
        Whim::IsAnother,
        Whim::Refuses,
        Whim::NeverEnds,
        Whim::LosesAnswers,
        Whim::None,
        Whim::IsBehind,
    ];
    for whim in whims {
        desk.change(|it| it.whim = whim);
        picture.push(noted(&desk, &format!("{whim:?}"), &again(home, &pack)));
    }
    insta::assert_snapshot!(picture.join("\n"), @"
    IsDown (0, 0 closed): notice for `sec` failed: the answer is HTTP 503: errorMessages: not for audit@acme.example:***: Basic YXVkaXRAYWNtZS5leGFtcGxlOn***; no further ticket was looked after
    IsAnother (0, 0 closed): notice for `sec` failed: the answer is not one of the API that is meant: is the `url` right?; no further ticket was looked after
    Refuses (0, 0 closed): notice for `sec` failed: the answer is HTTP 401: errorMessages: not for audit@acme.example:***: Basic YXVkaXRAYWNtZS5leGFtcGxlOn***; no further ticket was looked after
    NeverEnds (0, 0 closed): notice for `sec` failed: the search for tickets has no end; no further ticket was looked after
    LosesAnswers (1, 0 closed): notice for `sec` failed: F-HASH: no answer: connection closed before message completed
    notice for `sec` failed: no answer: connection closed before message completed; no further ticket was looked after
    None (4, 0 closed): Told 1 receiver: sec (tickets: 3 opened)
    IsBehind (4, 0 closed):
    ");
    everything_below(&home.path(""), &no_secret_in);
    everything_below(&home.path(""), &no_account_in);
}

/// A pack says once what was resolved; a ticket that could not be closed then is closed later.
#[test]
fn a_ticket_that_could_not_be_closed_is_closed_by_a_later_run() {
    let desk = Desk::jira(OF_JIRA);
    let home = &home(&desk, &jira(HIGH));
    promote(home, true);
    month(home, MONTHS[1]);
    promote(home, false);
    let mut picture = Vec::new();
    let whims = [Whim::HasTwoWays, Whim::IsDown, Whim::None];
    for (at, whim) in MONTHS[2..].iter().zip(whims) {
        desk.change(|it| it.whim = whim);
        let (_, told) = month(home, at);
        picture.push(noted(&desk, &format!("{whim:?}"), &told));
    }
    insta::assert_snapshot!(picture.join("\n"), @"
    HasTwoWays (4, 0 closed): notice for `sec` failed: F-HASH: SEC-3 cannot be closed: several transitions close it (Done, Won't do): name one with `close-transition`
    notice for `sec` failed: F-HASH: SEC-4 cannot be closed: several transitions close it (Done, Won't do): name one with `close-transition`
    IsDown (4, 0 closed): notice for `sec` failed: the answer is HTTP 503: errorMessages: not for audit@acme.example:***: Basic YXVkaXRAYWNtZS5leGFtcGxlOn***; no further ticket was looked after
    notice for `sec` failed: F-HASH: it is still to be closed
    notice for `sec` failed: F-HASH: it is still to be closed
    None (4, 3 closed): Told 1 receiver: sec (tickets: 3 closed)
    ");
}

#[test]
fn a_ticket_that_people_closed_too_early_or_doubled_is_told_and_left() {
    let desk = Desk::servicenow(OF_SERVICENOW);
    let home = &home(&desk, &servicenow(HIGH));
    let (pack, _) = month(home, MONTHS[2]);
    let first = desk.kept().into_iter().next().expect("a ticket");
    desk.change(|it| it.kept.get_mut(&first.0).expect("it").is_closed = true);
    let early = again(home, &pack);
    let n_kept = desk.kept().len();
    desk.change(|it| {
        it.kept.get_mut(&first.0).expect("it").is_closed = false;
        it.kept.insert("INC9001".to_owned(), first.1.clone());
    });
    let doubled = again(home, &pack);
    assert_eq!(desk.kept().len(), n_kept + 1);
    desk.change(|it| drop(it.kept.remove(&first.0)));
    let moved = again(home, &pack);
    desk.change(|it| {
        it.kept.remove("INC9001");
    });
    let removed = again(home, &pack);
    insta::assert_snapshot!([early, doubled, moved, removed].join("\n---\n"), @"
    notice for `it` failed: F-HASH: INC0001 is closed, and the finding is still there: open it again, or waive the finding
    ---
    notice for `it` failed: F-HASH: several open tickets are about it (INC0001, INC9001): close all but one
    ---

    ---
    Told 1 receiver: it (tickets: 1 opened)
    ");
}

#[test]
fn a_close_that_nothing_came_of_is_told() {
    let desk = Desk::servicenow(OF_SERVICENOW);
    let home = &home(&desk, &servicenow(HIGH));
    promote(home, true);
    month(home, MONTHS[1]);
    promote(home, false);
    desk.change(|it| it.whim = Whim::KeepsOpen);
    let (pack, told) = month(home, MONTHS[2]);
    desk.change(|it| it.whim = Whim::None);
    let after = again(home, &pack);
    insta::assert_snapshot!([told, after].join("\n---\n"), @"
    notice for `it` failed: F-HASH: INC0003 cannot be closed: it took the request, and the ticket is not closed: does it want a `close-code`, or another `close-state`?
    notice for `it` failed: F-HASH: INC0004 cannot be closed: it took the request, and the ticket is not closed: does it want a `close-code`, or another `close-state`?
    ---
    Told 1 receiver: it (tickets: 2 closed)
    ");
}

/// Nothing in a name is markup, and no name is longer than a title may be.
#[test]
fn names_in_tickets_never_act() {
    let long = "x".repeat(400);
    let hostile = format!("[code]<b>{{html}}[/code] [~admin] !http://evil.test/x! \r\nh1. {long}");
    for is_jira in [true, false] {
        let desk = if is_jira { Desk::jira(OF_JIRA) } else { Desk::servicenow(OF_SERVICENOW) };
        let lines = format!("{HIGH}\nnames = true");
        let home = &home(&desk, &if is_jira { jira(&lines) } else { servicenow(&lines) });
        promote(home, true);
        home.edit("eu", "users", |it| {
            it[0]["email"] = json!(format!("{hostile}@kestrel-spedition.example"));
        });
        month(home, MONTHS[2]);
        let kept = desk.kept();
        let named: Vec<&Kept> = kept.values().filter(|it| it.text.contains("admin")).collect();
        assert!(!named.is_empty(), "{kept:?}");
        for it in named {
            assert!(!it.text.contains('\r') && it.title.chars().count() < 200, "{it:?}");
            assert!(is_jira || !it.text.contains("[code]"), "{it:?}");
        }
    }
}

#[test]
fn a_check_reaches_who_keeps_tickets_and_opens_none() {
    let desk = Desk::jira(OF_JIRA);
    let home = &mut home(&desk, &jira(""));
    let rows = |home: &Home| {
        let ran = home.run(&["check", "--notify"]);
        no_secret_in(&ran.stdout);
        let here = desk.service.url("");
        let host = here.trim_start_matches("http://");
        let text = home.steady(&ran.stdout.replace(host, "HOST"));
        let row = text.lines().find(|it| it.trim_start().starts_with("notice sec"));
        row.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let mut picture = vec![rows(home)];
    home.reconfigure("project = \"SEC\"", "project = \"SEC\"\nissue-type = \"Risk\"");
    picture.push(rows(home));
    desk.change(|it| it.whim = Whim::Refuses);
    picture.push(rows(home));
    desk.change(|it| it.whim = Whim::IsAnother);
    picture.push(rows(home));
    insta::assert_snapshot!(picture.join("\n"), @"
    notice sec ok, `Task` can be made in SEC
    notice sec no `Risk` can be made in SEC, only Task, Bug correct `[notify]`, or see to the service; `docs/notices.md`
    notice sec the answer is HTTP 401: errorMessages: not for audit@acme.example:***: Basic YXVkaXRAYWNtZS5leGFtcGxlOn*** correct `[notify]`, or see to the service; `docs/notices.md`
    notice sec the answer is not one of the API that is meant: is the `url` right? correct `[notify]`, or see to the service; `docs/notices.md`
    ");
    assert!(desk.kept().is_empty());
    let other = Desk::servicenow(OF_SERVICENOW);
    let url = desk.service.url("");
    let text = home.read("retool-audit.toml").replace(&url, &other.service.url(""));
    let (before, _) = text.split_once("[[notify.jira]]").expect("it is there");
    let lines =
        servicenow(&format!("url = \"{}\"", other.service.url(""))).replace("\"it\"", "\"sec\"");
    home.write("retool-audit.toml", &format!("{before}{lines}\n"));
    assert!(rows(home).contains("ok, `incident` can be read"), "{}", rows(home));
    assert!(other.kept().is_empty());
}
