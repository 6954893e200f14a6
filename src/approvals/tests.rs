//! Rows as people write them: which are approvals, and which of those count.

use chrono::NaiveDate;

use super::{ApprovalQuery, ApprovedKind, parse};
use crate::calendar::Calendar;
use crate::config::RosterSource;
use crate::identities::Identities;
use crate::roster::{self, Roster};
use crate::snapshot::{Collected, Records, Snapshot};

const HEADER: &str = "instance,subject,change,reference,approver,approved-at\n";

#[test]
fn every_row_is_an_approval_or_is_refused() {
    let picture = |text: &str| match parse(text.as_bytes(), "approvals.csv", Calendar::UTC) {
        Err(it) => it.to_string(),
        Ok(it) => {
            let records = it.records.iter().map(|it| {
                let (change, day) = (it.change.word(), it.day);
                format!(
                    "line {}: {} {} {change} by {} {day}",
                    it.line, it.instance, it.subject, it.approver
                )
            });
            let not = it.rejected.iter().map(|it| format!("line {}: {}", it.line, it.reason));
            records.chain(not).collect::<Vec<_>>().join("\n")
        }
    };
    insta::assert_snapshot!(picture("\
        Instance;Subject;Change;Reference;Approver;Approved at\n\
        prod;Ann@acme.test;Added;CHG-1;zoe@acme.test;2026-10-12\n\
        prod;ann@acme.test;added;CHG-2;zoe@acme.test;2026-10-20T08:00:00Z\n\
        prod;bob@acme.test;promoted;CHG-3;zoe@acme.test;2026-10-12\n\
        prod;bob@acme.test;privilege;;zoe@acme.test;2026-10-12\n\
        prod;bob@acme.test;privilege;CHG-3;zoe@acme.test;in May\n\
        prod;bob@acme.test\n"), @"
    line 2: prod Ann@acme.test added by zoe@acme.test 2026-10-12
    line 3: prod ann@acme.test added by zoe@acme.test 2026-10-20
    line 4: `change` is `promoted`, expected one of `added`, `reactivated`, `privilege`, `rights`, `token`, `setting`
    line 5: `reference` is empty
    line 6: `approved-at` is `in May`, which is no date
    line 7: `change` is empty
    ");
    insta::assert_snapshot!(picture("instance,subject,change,ticket,approver,approved_at\n"), @"
    `approvals.csv` has 1 problem
      line 1  has no column `reference`
    ");
}

#[test]
fn days_are_read_as_the_roster_reads_them() {
    let days = |cells: &[&str]| {
        let row = |it: &&str| format!("prod;u1;added;CHG-1;zoe@acme.test;{it}\n");
        let text = HEADER.replace(',', ";") + &cells.iter().map(row).collect::<String>();
        let read = parse(text.as_bytes(), "approvals.csv", Calendar::UTC).unwrap();
        let read_as =
            read.records.iter().map(|record| format!("line {}: {}", record.line, record.day));
        let not = read.rejected.iter().map(|it| format!("line {}: {}", it.line, it.reason));
        read_as.chain(not).collect::<Vec<_>>().join("\n")
    };
    let spelled = ["12.10.2026", "19 Oct 2026", "Oct 20, 2026", "2026-10-21 08:00"];
    insta::assert_snapshot!(days(&spelled), @"
    line 2: 2026-10-12
    line 3: 2026-10-19
    line 4: 2026-10-20
    line 5: 2026-10-21
    ");
    insta::assert_snapshot!(days(&["03/04/2026", "05/05/2026", "2026-10-12"]), @"
    line 3: 2026-05-05
    line 4: 2026-10-12
    line 2: `approved-at` is `03/04/2026`, and days are written in two ways (`03/04/2026` in line 2, `2026-10-12` in line 4): write dates like 2025-12-31
    ");
    insta::assert_snapshot!(days(&["03/04/2026", "31/10/2026"]), @"
    line 2: 2026-04-03
    line 3: 2026-10-31
    ");
    insta::assert_snapshot!(days(&["03/04/2026", "31/10/2026", "10/31/2026"]), @"
    line 3: 2026-10-31
    line 4: 2026-10-31
    line 2: `approved-at` is `03/04/2026`, which is 2026-04-03 or 2026-03-04: write one of these
    ");
}

#[test]
fn an_approval_covers_one_change_of_one_subject_in_its_time() {
    let rows = "prod,ann@acme.test,added,CHG-1,zoe@acme.test,2026-10-12\n";
    let covers = |change, instance, name: &str, days: [&str; 2]| {
        let [from, to] = days.map(|day| day.parse::<NaiveDate>().unwrap());
        let names = &["u9", name];
        settled(rows, &mut |it| {
            it.approved_on(&ApprovalQuery { change, instance, names, from, to }).is_some()
        })
    };
    let month = ["2026-10-01", "2026-10-31"];
    assert!(covers(ApprovedKind::Added, "PROD", "u1", month));
    assert!(covers(ApprovedKind::Added, "prod", "U1", ["2026-10-12", "2026-10-12"]));
    assert!(!covers(ApprovedKind::Added, "prod", "u1", ["2026-10-13", "2026-10-31"]));
    assert!(!covers(ApprovedKind::Privilege, "prod", "u1", month));
    assert!(!covers(ApprovedKind::Added, "lab", "u1", month));
    assert!(!covers(ApprovedKind::Added, "prod", "u2", month));
}

#[test]
fn a_subject_is_named_by_id_address_or_alias_where_that_is_one_account() {
    let words = ["u1", "user:u1", " ANN@acme.test", "a.doe@acme.test", "7", "P1", "bob@acme.test"];
    assert_eq!(
        words.map(|word| refusal("PROD ", word, "zoe@acme.test")),
        [const { String::new() }; 7]
    );
    let covered = |word: &str| {
        let row = format!("prod,{word},privilege,CHG-1,zoe@acme.test,2026-10-12\n");
        settled(&row, &mut |it| it.approved_on(&asked(ApprovedKind::Privilege, &["u1"])).is_some())
    };
    assert_eq!(words.map(covered), [true, true, true, true, true, true, false]);
    insta::assert_snapshot!(refusal("prod", "two@acme.test", "zoe@acme.test"), @"`two@acme.test` is what 2 accounts of `prod` go by: write the id of one");
    let token = |word: &str| {
        let row = format!("prod,{word},token,CHG-1,zoe@acme.test,2026-10-12\n");
        settled(&row, &mut |it| {
            let covers = it.approved_on(&asked(ApprovedKind::Token, &["t1"])).is_some();
            let reasons: Vec<_> = it.rejected.iter().map(|it| it.reason.clone()).collect();
            format!("{covers} {}", reasons.join(", "))
        })
    };
    assert_eq!(["t1", "token:T1", "Terraform"].map(token), ["true "; 3]);
    insta::assert_snapshot!(token("ci"), @"false `ci` is what 2 tokens of `prod` go by: write the id of one");
}

#[test]
fn nobody_approves_a_change_of_their_own_under_whatever_name() {
    let names =
        ["ann@acme.test", "A.Doe@acme.test", "u1", "user:u1", "7", "p1", "Ann <ann@acme.test>"];
    for (subject, approver) in names.iter().flat_map(|name| names.map(|other| (*name, other))) {
        let told = refusal("prod", subject, approver);
        assert!(
            told.ends_with("approves a change of their own"),
            "{subject} by {approver}: {told}"
        );
    }
    let own_token = "prod,t1,token,CHG-1,ann@acme.test,2026-10-12\n";
    assert!(!settled(own_token, &mut |it| it
        .approved_on(&asked(ApprovedKind::Token, &["t1"]))
        .is_some()));
}

#[test]
fn who_is_no_identity_approves_nothing() {
    insta::assert_snapshot!(refusal("prod", "u1", "Zoe Roe"), @"`Zoe Roe` is neither an address nor a known id, so it is unknown who approved");
    insta::assert_snapshot!(refusal("prod", "u1", "zo@acme.test"), @"neither the roster nor an instance knows `zo@acme.test`, who approved");
    insta::assert_snapshot!(refusal("prd", "u1", "zoe@acme.test"), @"names the instance `prd`, which is not audited; did you mean `prod`?");
}

/// Why an approval of a privilege does not count; empty where it does.
fn refusal(instance: &str, subject: &str, approver: &str) -> String {
    let row = format!("{instance},{subject},privilege,CHG-1,{approver},2026-10-12\n");
    settled(&row, &mut |it| it.rejected.first().map(|it| it.reason.clone()).unwrap_or_default())
}

#[test]
fn an_approval_of_a_later_day_is_refused_and_told() {
    let rows = "prod,u2,added,CHG-1,zoe@acme.test,2026-11-02\n\
        prod,u2,privilege,CHG-2,zoe@acme.test,2026-11-03\n";
    let told = settled(rows, &mut |it| {
        it.rejected.iter().map(|it| format!("line {}: {}", it.line, it.reason)).collect::<Vec<_>>()
    });
    assert_eq!(told, ["line 3: is of 2026-11-03, after the collection on 2026-11-02"]);
}

fn asked<'a>(change: ApprovedKind, names: &'a [&'a str]) -> ApprovalQuery<'a> {
    let day = |it: &str| it.parse::<NaiveDate>().unwrap();
    ApprovalQuery {
        change,
        instance: "prod",
        names,
        from: day("2026-10-01"),
        to: day("2026-10-31"),
    }
}

fn settled<T>(rows: &str, then: &mut dyn FnMut(super::Settled) -> T) -> T {
    let approvals =
        parse(format!("{HEADER}{rows}").as_bytes(), "approvals.csv", Calendar::UTC).unwrap();
    let (snapshot, roster) = (snapshot(), roster());
    let today = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
    then(approvals.counting(&Identities::of(&snapshot, Some(&roster)), today))
}

fn snapshot() -> Snapshot {
    let users = r#"[
        {"id": "u1", "legacy_id": 7, "email": "Ann@acme.test"},
        {"id": "u2", "email": "bob@acme.test"},
        {"id": "u3", "email": "two@acme.test"},
        {"id": "u4", "email": "two@acme.test"}
    ]"#;
    let tokens = r#"[
        {"id": "t1", "label": "terraform", "owner_legacy_id": 7},
        {"id": "t2", "label": "CI"},
        {"id": "t3", "label": "ci"}
    ]"#;
    let records = Records {
        users: serde_json::from_str(users).unwrap(),
        access_tokens: serde_json::from_str(tokens).unwrap(),
        ..Records::default()
    };
    let at = "2026-11-02T06:00:00Z".parse().unwrap();
    let of =
        |name: &str, records| Collected { name: name.to_owned(), records, ..Collected::default() };
    let instances = vec![of("prod", records), of("lab", Records::default())];
    Snapshot {
        collected_at: at,
        finished_at: at,
        collector: String::new(),
        operator: None,
        instances,
    }
}

fn roster() -> Roster {
    let text = "person-id,email,aliases,status\n\
        P1,ann@acme.test,a.doe@acme.test,active\n\
        P2,zoe@acme.test,,active\n";
    let source = RosterSource { path: "roster.csv".into(), ..RosterSource::default() };
    roster::parse(text.as_bytes(), &source).unwrap()
}
