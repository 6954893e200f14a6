//! Worksheets that come back, whatever was done to them.

use std::fmt::Write as _;

use base64::Engine as _;
use chrono::{DateTime, Utc};
use tempfile::TempDir;

use super::columns::{COLUMNS, Holds};
use super::*;
use crate::json;

/// A campaign of two reviewers in a folder of its own.
pub(super) fn campaign() -> (TempDir, OpenedCampaign) {
    let line = |account: &str, entitlement: &str, flagged: &str, reviewer: &str| ReviewLine {
        line_id: line_id("prod", EntitlementKind::Membership, account, entitlement),
        instance: "prod".to_owned(),
        kind: EntitlementKind::Membership,
        account_id: account.to_owned(),
        account: format!("{account}@acme.test"),
        person: format!("Person {account}"),
        entitlement_id: entitlement.to_owned(),
        entitlement: format!("member of group {entitlement}"),
        allows: "use all apps".to_owned(),
        access_path: format!("=member of {entitlement}"),
        since: "before 2026-10-05".to_owned(),
        last_used: "used 2026-11-01".to_owned(),
        flagged: flagged.to_owned(),
        findings: Some("F-0123456789ab".to_owned())
            .filter(|_| !flagged.is_empty())
            .into_iter()
            .collect(),
        decided_before: String::new(),
        reviewer: reviewer.to_owned(),
        reviewer_as: "manager".to_owned(),
        addresses: [format!("{account}@acme.test"), format!("{account}.alias@acme.test")].into(),
    };
    let lines = vec![
        line("bo", "Sales", "", "ana@acme.test"),
        line("bo", "Vault", "PRV-17 Access that differs from the baseline", "ana@acme.test"),
        line("cy", "Sales", "", "ana@acme.test"),
        line("ana", "Vault", "", "dan@acme.test"),
    ];
    let at = "2026-11-02T06:00:00Z".parse().expect("a time");
    let root = TempDir::new().expect("room");
    let draft = CampaignDraft {
        campaign_id: "2026-11-c0ffee00".to_owned(),
        organization: "Acme".to_owned(),
        period: "2026-11".to_owned(),
        report_id: "c0ffee00c0ffee00".to_owned(),
        snapshot_id: "5eed5eed5eed5eed".to_owned(),
        manifest_sha256: "0".repeat(64),
        collected_at: at,
        opened_at: at,
        due: "2026-11-16".parse().expect("a day"),
        scope: "everything".to_owned(),
        program: "test".to_owned(),
        lines,
    };
    let opened = OpenedCampaign::make(root.path(), draft).expect("a campaign");
    (root, opened)
}

/// The worksheet of Ana, row by row, the header first.
fn worksheet(opened: &OpenedCampaign) -> Vec<Vec<String>> {
    let header = COLUMNS.iter().map(|it| it.header.to_owned()).collect();
    let lines = opened.lines.iter().filter(|it| it.reviewer == "ana@acme.test");
    let row = |it| COLUMNS.iter().map(|column| column.cell(&opened.campaign, it)).collect();
    std::iter::once(header).chain(lines.map(row)).collect()
}

fn place(header: &str) -> usize {
    COLUMNS.iter().position(|it| it.header == header).expect("a column")
}

fn bytes(rows: &[Vec<String>]) -> Vec<u8> {
    let quoted = |it: &String| format!("\"{}\"", it.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",");
    rows.iter().map(line).collect::<Vec<_>>().join("\r\n").into_bytes()
}

fn read(rows: &[Vec<String>], opened: &OpenedCampaign) -> Returned {
    read_returned(&bytes(rows), "ana.csv", opened).expect("a worksheet")
}

/// Every row decided: kept, revoked, deferred.
fn filled(opened: &OpenedCampaign) -> Vec<Vec<String>> {
    let mut rows = worksheet(opened);
    let answers =
        [("keep", ""), ("revoke", "no longer used"), ("defer", "on leave, \"back\" soon")];
    for (row, (decision, reason)) in rows[1..].iter_mut().zip(answers) {
        decision.clone_into(&mut row[place("Decision")]);
        reason.clone_into(&mut row[place("Reason")]);
    }
    rows
}

#[test]
fn r_01_what_is_decided_is_taken_and_what_is_empty_stays_open() {
    let (_root, opened) = campaign();
    let empty = read(&worksheet(&opened), &opened);
    assert_eq!((empty.decisions.len(), empty.open, empty.problems.len()), (0, 3, 0));
    let told = read(&filled(&opened), &opened);
    let words: Vec<_> = told.decisions.iter().map(|it| (it.decision.word(), &*it.reason)).collect();
    assert_eq!(
        words,
        [("keep", ""), ("revoke", "no longer used"), ("defer", "on leave, \"back\" soon")]
    );
    assert_eq!((told.open, told.missing, told.problems), (0, Vec::new(), Vec::new()));
}

#[test]
fn one_answer_keeps_the_few_lines_of_an_account_that_are_left_open() {
    let (_root, mut opened) = campaign();
    let mut lines = opened.lines.to_vec();
    lines[0].kind = EntitlementKind::Account;
    opened.lines = lines.clone().into();
    let told = |opened: &OpenedCampaign, answers: [&str; 3]| {
        let mut rows = worksheet(opened);
        for (row, decision) in rows[1..].iter_mut().zip(answers) {
            decision.clone_into(&mut row[place("Decision")]);
            if decision == "revoke" {
                "why".clone_into(&mut row[place("Reason")]);
            }
        }
        let told = read(&rows, opened);
        let place = |id: &str| opened.lines.iter().position(|it| it.line_id == id);
        let decided = told
            .decisions
            .iter()
            .map(|it| format!("{}: {}", place(&it.line_id).expect("a line"), it.decision.word()));
        let problems = told.problems.iter().map(ToString::to_string);
        let all: Vec<String> = decided.chain(problems).collect();
        format!("{}; {} open", all.join(", "), told.open)
    };
    let mut res = vec![
        told(&opened, ["Keep  ALL", "", ""]),
        told(&opened, ["keep all", "revoke", "keep"]),
        told(&opened, ["keep", "", ""]),
        told(&opened, ["keep all", "", "keep all"]),
    ];
    let mut rows = worksheet(&opened);
    "revoke".clone_into(&mut rows[2][place("Decision")]);
    "why".clone_into(&mut rows[2][place("Reason")]);
    let revoked = read(&rows, &opened);
    let entries = revoked.decisions.into_iter().map(RecordEntry::Decided).collect();
    opened.record.add(opened.campaign.opened_at, entries).expect("room");
    res.push(format!("revoked before: {}", told(&opened, ["keep all", "", ""])));
    let many = (0..11).map(|at| ReviewLine { line_id: format!("L-{at:012}"), ..lines[0].clone() });
    opened.lines = many.collect::<Vec<_>>().into();
    res.push(format!("eleven: {}", told(&opened, ["keep all", "", ""])));
    insta::assert_snapshot!(res.join("\n"), @r"
    0: keep, 1: keep; 1 open
    0: keep, 1: revoke, 2: keep; 0 open
    0: keep; 2 open
    0: keep, 1: keep, ana.csv, line 4, column Decision: `keep all` belongs on the line of the account itself; 0 open
    revoked before: 0: keep; 2 open
    eleven: ana.csv, line 2, column Decision: the account has 11 lines, and `keep all` is for 10 at most: decide about each; 10 open
    ");
}

#[test]
fn each_problem_is_told_with_its_place_and_nothing_else_is_lost() {
    let (_root, opened) = campaign();
    let spoilt = |row: usize, header: &str, text: &str| {
        let mut rows = filled(&opened);
        text.clone_into(&mut rows[row][place(header)]);
        let told = read(&rows, &opened);
        let problems: Vec<String> = told.problems.iter().map(ToString::to_string).collect();
        format!("{} of 3 taken; {}", told.decisions.len(), problems.join("; "))
    };
    let mut told = String::new();
    for (row, header, text) in [
        (1, "Decision", "Kepe"),
        (1, "Decision", ""),
        (2, "Decision", ""),
        (2, "Decision", "REVOKE "),
        (2, "Reason", ""),
        (1, "Decision", "waive"),
        (2, "Decision", "waive"),
        (1, "Person", "Somebody"),
        (1, "What it allows", ""),
        (3, "Line", "L-000000000000"),
        (3, "Line", ""),
        (1, "Campaign", "2026-10-c0ffee00"),
        (1, "Reviewer", "dan@acme.test"),
        (1, "Reviewer", "BO@acme.test"),
        (1, "Reviewer", "bo.alias@acme.test"),
        (1, "Expires", "soon"),
        (1, "Expires", "2026-11-02"),
    ] {
        writeln!(told, "{header} = `{text}`: {}", spoilt(row, header, text)).expect("text grows");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_waiver_is_asked_for_with_all_that_it_needs() {
    let (_root, opened) = campaign();
    let asked = |owner: &str, expires: &str, control: &str| {
        let mut rows = filled(&opened);
        for (header, text) in [
            ("Decision", "waive"),
            ("Owner", owner),
            ("Expires", expires),
            ("Compensating control", control),
        ] {
            text.clone_into(&mut rows[2][place(header)]);
        }
        let told = read(&rows, &opened);
        told.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let told = [
        asked("", "2027-01-31", "logs"),
        asked("eve@acme.test", "", "logs"),
        asked("eve@acme.test", "2027-01-31", ""),
        asked("eve@acme.test", "2027-01-31 00:00:00", "logs"),
    ];
    insta::assert_snapshot!(told.join("\n"), @"
    ana.csv, line 3, column Owner: `waive` needs it, and the cell is empty
    ana.csv, line 3, column Expires: `waive` needs it, and the cell is empty
    ana.csv, line 3, column Compensating control: `waive` needs it, and the cell is empty
    ");
}

#[test]
fn rows_and_columns_in_another_order_say_the_same() {
    let (_root, opened) = campaign();
    let rows = filled(&opened);
    let plain = read(&rows, &opened);
    let mut turned = rows.clone();
    turned[1..].reverse();
    for row in &mut turned {
        row.reverse();
    }
    let mut told = read(&turned, &opened);
    told.decisions.reverse();
    assert_eq!(told, plain);
    // A row twice is one decision, unless the two differ.
    let mut twice = rows.clone();
    twice.push(rows[1].clone());
    assert_eq!(read(&twice, &opened), plain);
    let mut differing = rows.clone();
    differing.push(rows[1].clone());
    "revoke".clone_into(&mut differing[4][place("Decision")]);
    "left".clone_into(&mut differing[4][place("Reason")]);
    let told = read(&differing, &opened);
    assert_eq!((told.decisions.len(), told.problems.len()), (2, 2));
}

#[test]
fn lines_that_do_not_come_back_are_told() {
    let (_root, opened) = campaign();
    let mut rows = filled(&opened);
    rows.remove(2);
    let told = read(&rows, &opened);
    assert_eq!(told.missing, [opened.lines[1].line_id.clone()]);
    let lacking: Vec<Vec<String>> =
        filled(&opened).into_iter().map(|row| row[1..].to_vec()).collect();
    let problem = read_returned(&bytes(&lacking), "ana.csv", &opened).unwrap_err();
    assert_eq!(problem.what, "has no column `Person`");
    assert!(read_returned(b"anything else", "a.csv", &opened).is_err());
    assert!(read_returned(b"", "a.csv", &opened).is_err());
}

/// What somebody may type into a cell.
const TEXTS: [&str; 15] = [
    "",
    " ",
    "keep",
    "revoke",
    "waive",
    "x",
    "=1+1",
    "2027-01-31",
    "L-000000000000",
    "dan@acme.test",
    "ana@acme.test",
    "bo@acme.test",
    "\u{202e}keep",
    "кеер",
    "1",
];

/// Whatever cell is changed to whatever text, the line either says exactly that, or is refused.
#[test]
fn no_line_changes_silently() {
    let (_root, opened) = campaign();
    let rows = filled(&opened);
    let plain = read(&rows, &opened).decisions;
    for row in 1..rows.len() {
        let line_id = rows[row][place("Line")].clone();
        for (at, column) in COLUMNS.iter().enumerate() {
            for text in TEXTS.iter().filter(|it| it.trim() != rows[row][at].trim()) {
                let mut changed = rows.clone();
                (*text).clone_into(&mut changed[row][at]);
                let told = read(&changed, &opened);
                let case = format!("row {row}, {} = `{text}`", column.header);
                let (own, others): (Vec<_>, Vec<_>) =
                    told.decisions.iter().partition(|it| it.line_id == line_id);
                let before = plain.iter().filter(|it| it.line_id != line_id);
                assert!(before.eq(others), "{case}: another line changed");
                let is_refused = !told.problems.is_empty();
                match (&column.holds, own.first()) {
                    (Holds::Answer(_), Some(own)) => {
                        assert_eq!(said(own, column.header), text.trim(), "{case}");
                    }
                    // Without a word, the line is open again.
                    (Holds::Answer(_), None) if column.header == "Decision" => {
                        assert!(is_refused || text.trim().is_empty(), "{case}");
                    }
                    (_, own) => assert!(own.is_none() && is_refused, "{case}"),
                }
            }
        }
    }
}

/// What a decision has of a column.
fn said(it: &Decision, header: &str) -> String {
    match header {
        "Decision" => it.decision.word().to_owned(),
        "Reason" => it.reason.clone(),
        "Ticket" => it.ticket.clone(),
        "Owner" => it.owner.clone(),
        "Expires" => it.expires.map(|it| it.to_string()).unwrap_or_default(),
        _ => it.compensating_control.clone(),
    }
}

#[test]
fn r_02_decided_and_open_lines_are_all_lines() {
    let (_root, mut opened) = campaign();
    let today = "2026-11-17".parse().expect("a day");
    let told = read(&filled(&opened), &opened);
    let entries = told.decisions.into_iter().map(RecordEntry::Decided).collect();
    opened.record.add("2026-11-03T06:00:00Z".parse().expect("a time"), entries).expect("room");
    let status = CampaignStatus::of(&opened, today);
    assert_eq!((status.lines, status.decided, status.open, status.overdue), (4, 3, 1, true));
    assert_eq!(status.decisions.values().sum::<usize>(), status.decided);
    let by_reviewer = status.reviewers.iter().map(|it| it.decided + it.open).sum::<usize>();
    assert_eq!(by_reviewer + status.unassigned, status.lines);
    let words: Vec<_> = statements(&status).into_iter().map(|it| it.text).collect();
    insta::assert_snapshot!(words.join("\n"), @"
    Of the 4 lines of campaign 2026-11-c0ffee00, 3 are decided and 1 is open.
    No line was decided by the person who holds what it is about.
    1 line is to be revoked or changed.
    ");
}

#[test]
fn a_line_is_counted_with_who_decided_it_or_else_with_whose_it_is() {
    let (_root, mut opened) = campaign();
    let line = opened.lines.iter().find(|it| !it.reviewer.is_empty()).expect("a reviewer's line");
    let (line_id, own) = (line.line_id.clone(), line.reviewer.clone());
    let now = "2026-11-17".parse().expect("a day");
    let lines_of = |opened: &OpenedCampaign, who: &str| {
        let status = CampaignStatus::of(opened, now);
        let found = status.reviewers.into_iter().find(|it| it.reviewer == who);
        found.map_or((0, None), |it| (it.lines, it.last_decided))
    };
    let before = lines_of(&opened, &own);
    let other = "other@acme.example";
    let decided = Decision {
        reviewer: other.to_owned(),
        ..Decision::of(opened.lines.of_id(&line_id).expect("the line"), DecisionWord::Keep)
    };
    let at: DateTime<Utc> = "2026-11-03T06:00:00Z".parse().expect("a time");
    opened.record.add(at, vec![RecordEntry::Decided(decided)]).expect("room");
    assert_eq!(lines_of(&opened, other), (1, Some(at)));
    assert_eq!(lines_of(&opened, &own), (before.0 - 1, None));
}

#[test]
fn a_record_that_was_changed_is_refused() {
    let (_root, mut opened) = campaign();
    let told = read(&filled(&opened), &opened);
    let entries: Vec<_> = told.decisions.into_iter().map(RecordEntry::Decided).collect();
    let at = "2026-11-03T06:00:00Z".parse().expect("a time");
    for entry in entries {
        opened.record.add(at, vec![entry]).expect("room");
    }
    assert_eq!(OpenedCampaign::read(&opened.folder).expect("as it was written"), opened);
    let path = opened.folder.join("record.jsonl");
    let text = std::fs::read_to_string(&path).expect("it is there");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let changes = [
        text.replace("revoke", "keep"),
        lines[1..].concat(),
        [lines[0], lines[2]].concat(),
        [lines[1], lines[0], lines[2]].concat(),
        text.trim_end().to_owned(),
        text.replace('{', "["),
    ];
    let told = changes.map(|it| {
        std::fs::write(&path, it).expect("room");
        let error = OpenedCampaign::read(&opened.folder).unwrap_err().to_string();
        error.replace(&*opened.folder.to_string_lossy(), "FOLDER")
    });
    insta::assert_snapshot!(told.join("\n"), @"
    line 3 of `FOLDER/record.jsonl` does not follow the one before it
    line 1 of `FOLDER/record.jsonl` does not follow the one before it
    line 2 of `FOLDER/record.jsonl` does not follow the one before it
    line 1 of `FOLDER/record.jsonl` does not follow the one before it
    line 3 of `FOLDER/record.jsonl` is cut off
    line 1 of `FOLDER/record.jsonl` is not what a record holds
    ");
    std::fs::write(&path, &text).expect("room");
    let lines = opened.folder.join("lines.jsonl.zst");
    let mut others = opened.lines.to_vec();
    others[0].entitlement = "Vault".to_owned();
    std::fs::write(&lines, json::write_lines(&others, Vec::new()).expect("room")).expect("room");
    let error = OpenedCampaign::read(&opened.folder).unwrap_err().to_string();
    assert!(error.ends_with("is not the file that the campaign was opened with"), "{error}");
}

#[test]
fn a_reminder_is_a_mail_that_no_name_adds_a_header_to() {
    let (_root, opened) = campaign();
    let status = CampaignStatus::of(&opened, "2026-11-17".parse().expect("a day"));
    let mut ana = status.reviewers[0].clone();
    ana.reviewer = "ana@acme.test\r\nBcc: eve@acme.test".to_owned();
    let mail = reminder(&opened.campaign, &ana, status.overdue);
    let (head, body) = mail.split_once("\r\n\r\n").expect("a head and a body");
    insta::assert_snapshot!(head.replace("\r\n", "\n"), @"
    To: ana@acme.test  Bcc: eve@acme.test
    Subject: Access review of Acme, 2026-11
    MIME-Version: 1.0
    Content-Type: text/plain; charset=utf-8
    Content-Transfer-Encoding: base64
    ");
    let body = body.replace("\r\n", "");
    let text = base64::engine::general_purpose::STANDARD.decode(body).expect("Base64");
    insta::assert_snapshot!(String::from_utf8(text).expect("text").replace("\r\n", "\n"), @"
    Of your 3 lines in the access review of Retool, 3 lines are open. They were due on 2026-11-16.

    Please decide about each of them in the worksheet that you were sent, and send the file back. What is decided already stays as it is.

    Campaign 2026-11-c0ffee00, facts as of 2026-11-02 06:00 UTC.
    ");
}
