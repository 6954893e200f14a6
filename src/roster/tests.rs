//! What files become.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use proptest::prelude::{any, prop_assert_eq, proptest};

use super::{Error, Match, Person, Roster, RosterFile, parse, read};
use crate::config::RosterSource;
use crate::input::InputFile;

#[test]
fn an_export_becomes_people() {
    let text = "\
        Employee ID;First Name;Last Name;Work Email;Other Emails;Employment Status;Worker Type;\
        Start Date;Last Day;Manager Email;Department;Job Title;Report Date\n\
        7;Ana;Doe;Ana@Acme.Example;ana.doe@acme.example, a@ana.test;Active;Full-time;\
        01.02.2020;;bo@acme.example;Sales;Head;2026-11-20\n\
        8;Bo;Roe;SMTP:bo@acme.example;;Off-boarding;Contractor;\
        12/31/2019;31 Oct 2026;;\"A; B\";;\n\
        9;Cy;;;;On leave;Alumni;2020-01-01;-;;;;2026-11-21\n";
    insta::assert_snapshot!(picture(text, &[("Off-boarding", "terminated")]), @"
    `roster.csv` has 1 problem
      line 2  `Start Date` is `01.02.2020`, but `12/31/2019` in line 3: a program in between may have taken days for months
              help: export the file again, and do not open it in a spreadsheet before
    ");
}

#[test]
fn every_row_is_accounted_for() {
    let text = "\
        mail,status,end date\n\
        ana@acme.example,active,\n\
        \n\
        ,active,\n\
        ana@acme.example,active,\n\
        bo@acme.example,terminated,31.02.2026\n\
        cy@acme.example,active,,surplus\n\
        di@acme.example,,,\n\
        ,,\n\
        total: 5\n";
    insta::assert_snapshot!(picture(text, &[]), @r#"
    roster.csv 04d86f52 None, 7 rows, 1 without an address
    email: mail
    status: status
    end-date: end date
    2 None None ["ana@acme.example"]
      Active Unknown("") Unstated to None
      None None None
    4 None None []
      Active Unknown("") Unstated to None
      None None None
    6 None None ["bo@acme.example"]
      Terminated Unknown("") Unstated to Unreadable
      None None None
    7 None None ["cy@acme.example"]
      Unknown Unknown("") Unreadable to Unreadable
      None None None
    8 None None ["di@acme.example"]
      Unknown Unknown("") Unstated to None
      None None None
    without line 10: stands below the table: `total: 5`
    without line 5: says the same as line 2
    unread in line 6: `end date` (read as `end-date`) is `31.02.2026`, which is no date
    unread in line 7: has 4 cells, the header has 3: which cell belongs to which is not known
    "#);
}

#[test]
fn what_cannot_be_relied_on_is_refused_at_once() {
    let text = "\
        mail,status,start date,end date\n\
        ana@acme.example,retreat,31/12/2020,03/04/2026\n\
        bo@acme.example,Retreat,12/31/2020,05/05/2026\n\
        cy@acme.example,retreat,,\n";
    insta::assert_snapshot!(picture(text, &[]), @r#"
    `roster.csv` has 3 problems
      line 2  `start date` is `31/12/2020`, but `12/31/2020` in line 3: one begins with the day, one with the month
              help: write dates like 2025-12-31
      line 2  has the unknown status `retreat` (2 rows)
              help: say what it means: `"retreat" = "active"` under `[roster.statuses]`, or `leave`, `terminated`, `future`
      line 3  has the unknown status `Retreat`
              help: say what it means: `"Retreat" = "active"` under `[roster.statuses]`, or `leave`, `terminated`, `future`
    "#);
}

#[test]
fn without_a_status_column_the_dates_decide_on_the_day_of_the_audit() {
    let text = "mail,start date,end date\n\
        a@acme.example,,\nb@acme.example,,2026-11-20\nc@acme.example,2026-11-22,\n";
    let roster = parse(text.as_bytes(), &source(&[])).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    let on = |it| roster.people.iter().map(|p| p.status_on(it).word()).collect::<Vec<_>>();
    assert_eq!(on(day), ["active", "active", "future"]);
    assert_eq!(on(day.succ_opt().unwrap()), ["active", "terminated", "future"]);
    assert_eq!(roster.people[0].positions[0].status.word(), "unknown");
}

#[test]
fn an_address_finds_its_person_and_a_shared_one_finds_all() {
    let text = "name,mail,aliases,status\n\
        Ana,ana@acme.example,a.doe@acme.example it@acme.example,active\n\
        Bo,bo@acme.example,IT@acme.example,active\n";
    let roster = parse(text.as_bytes(), &source(&[])).unwrap();
    let found = |it: &str| match roster.match_of(it) {
        Match::None => "no person".to_owned(),
        Match::One(it) => it.name.clone().unwrap(),
        Match::Many(it) => format!("{} people", it.len()),
    };
    assert_eq!(found(" A.DOE@acme.example"), "Ana");
    assert_eq!(found("It@Acme.Example"), "2 people");
    assert_eq!(found("Ana"), "no person");
    assert_eq!(found(""), "no person");
}

#[test]
fn a_registered_service_address_is_not_whose_alias_it_is() {
    let head = "id,mail,aliases,status,type\n";
    let svc = "1,svc@acme.test,,active,service\n";
    let found = |rows: &str| {
        let text = format!("{head}{rows}");
        let roster = parse(text.as_bytes(), &source(&[])).unwrap();
        match roster.match_of("SVC@acme.test") {
            Match::None => "no person".to_owned(),
            Match::One(it) => it.person_id.clone().unwrap(),
            Match::Many(it) => format!("{} people", it.len()),
        }
    };
    let alias = "2,ana@acme.test,svc@acme.test,active,employee\n";
    let primary = "2,svc@acme.test,ana@acme.test,active,employee\n";
    assert_eq!(found(&format!("{svc}{alias}")), "1");
    assert_eq!(found(&format!("{alias}{svc}")), "1");
    assert_eq!(found(&format!("{svc}{primary}")), "2 people");
    assert_eq!(found(&format!("{svc}{alias}3,svc@acme.test,,active,service\n")), "3 people");
    assert_eq!(found(&format!("1,x@acme.test,svc@acme.test,active,service\n{alias}")), "2 people");
}

#[test]
#[expect(clippy::too_many_lines, reason = "two rows or three for each case")]
fn rows_of_one_person_are_one_person_with_several_positions() {
    let head = "person_id,email,name,status,start_date,end_date,department\n";
    let rows = [
        "1,ana@acme.test,Ana,active,2022-01-01,,Finance\n\
         1,ana@acme.test,Ana,active,2024-01-01,,Council",
        "1,bo@acme.test,Bo,terminated,2020-01-01,2023-06-30,\n\
         1,bo@acme.test,Bo,active,2024-02-01,,",
        "1,bo@acme.test,Bo,active,2022-01-01,,IT\n\
         1,bo@acme.test,Bo,terminated,2022-01-01,2026-10-15,Sales",
        "1,cy@acme.test,Cy,terminated,2020-01-01,2023-06-30,\n\
         1,cy@acme.test,Cy,terminated,2024-02-01,2026-09-30,",
        "1,di@acme.test,Di,active,2022-01-01,,\n\
         1,di@acme.test,Di,terminated,2022-01-01,2026-10-15,",
        "1,di@acme.test,Di,active,,,\n1,di@acme.test,Di,terminated,,2026-10-15,",
        "1,ed@acme.test,Ed,terminated,2020-01-01,2026-06-30,\n\
         1,ed@acme.test,Ed,future,2026-12-01,,",
        "1,fay@acme.test,Fay,active,2020-01-01,,\n1,f.roe@acme.test,Fay,active,2021-01-01,,",
        "1,gus@acme.test,Gus,active,2020-01-01,,\n\
         1,hal@acme.test,Hal,terminated,2019-01-01,2026-01-31,",
        ",ida@acme.test,Ida,active,2020-01-01,,\n,ida@acme.test,Ida,active,2021-01-01,,",
        "n/a,jo@acme.test,Jo,active,2020-01-01,,\n\
         n/a,kim@acme.test,Kim,terminated,2019-01-01,2026-01-31,",
        "1,leo@acme.test,Leo,leave,2020-01-01,,IT\n1,leo@acme.test,Leo,active,2021-01-01,,HR",
        "1,max@acme.test,Max,terminated,2020-01-01,2026-06-30,IT\n\
         1,max@acme.test,Max,terminated,2020-01-01,2027-01-31,HR",
        "1,nan@acme.test,Nan,terminated,2020-01-01,2027-01-31,IT\n\
         1,nan@acme.test,Nan,leave,2020-01-01,2026-06-30,HR\n\
         1,nan@acme.test,Nan,future,2027-02-01,,HR",
    ];
    let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
    let told = |rows: &str| {
        let roster = parse(format!("{head}{rows}").as_bytes(), &source(&[])).unwrap();
        let people = roster.people.iter().map(|it| {
            let on = it.on(day);
            let (n, end) = (it.positions.len(), on.end_date);
            let odd = on
                .contradiction
                .map(|contradiction| format!(": {contradiction}"))
                .unwrap_or_default();
            format!("{:?} {n} {} {end:?}{odd}", it.emails, on.status.word())
        });
        people.collect::<Vec<_>>().join(" / ")
    };
    insta::assert_snapshot!(rows.map(told).join("\n"), @r#"
    ["ana@acme.test"] 2 active None
    ["bo@acme.test"] 2 active None
    ["bo@acme.test"] 2 active None
    ["cy@acme.test"] 2 terminated On(2026-09-30)
    ["di@acme.test"] 2 unknown Unreadable: line 2 says active, line 3 says terminated
    ["di@acme.test"] 2 unknown Unreadable: line 2 says active, line 3 says terminated
    ["ed@acme.test"] 2 terminated On(2026-06-30)
    ["fay@acme.test", "f.roe@acme.test"] 2 active None
    ["gus@acme.test", "hal@acme.test"] 2 unknown Unreadable: line 2 says active, line 3 says terminated; lines 2 and 3 have the id `1`, and neither a name nor an address in common
    ["ida@acme.test"] 2 active None
    ["jo@acme.test"] 1 active None / ["kim@acme.test"] 1 terminated On(2026-01-31)
    ["leo@acme.test"] 2 active None
    ["max@acme.test"] 2 unknown Unreadable: line 2 says terminated, with the last day 2026-06-30; line 3: `status` is `terminated`, and the last day, `end_date` 2027-01-31, is to come
    ["nan@acme.test"] 3 unknown Unreadable: line 2: `status` is `terminated`, and the last day, `end_date` 2027-01-31, is to come; line 3: `status` is `leave`, and the last day, `end_date` 2026-06-30, is over; line 4 says future
    "#);
}

#[test]
fn a_date_that_cannot_be_read_takes_nobody_along() {
    let text = "mail,status,start date,end date,as of\n\
        ana@acme.test,active,2022-01-01,TBD,2026-11-01\n\
        bo@acme.test,terminated,soon,2026-10-15,2026-11-01\n\
        cy@acme.test,active,,,later\n";
    insta::assert_snapshot!(picture(text, &[]), @r#"
    roster.csv 90e8e970 None, 3 rows, 0 without an address
    email: mail
    status: status
    start-date: start date
    end-date: end date
    as-of: as of
    2 None None ["ana@acme.test"]
      Active Unknown("") On(2022-01-01) to Unreadable
      None None None
    3 None None ["bo@acme.test"]
      Terminated Unknown("") Unreadable to On(2026-10-15)
      None None None
    4 None None ["cy@acme.test"]
      Active Unknown("") None to None
      None None None
    unread in line 2: `end date` (read as `end-date`) is `TBD`, which is no date
    unread in line 3: `start date` (read as `start-date`) is `soon`, which is no date
    unread in line 4: `as of` (read as `as-of`) is `later`, which is no date
    "#);
    let by_date = "mail,end date\nana@acme.test,TBD\nbo@acme.test,\n";
    let roster = parse(by_date.as_bytes(), &source(&[])).unwrap();
    let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
    let status = |it: usize| roster.people[it].status_on(day).word();
    assert_eq!([status(0), status(1)], ["unknown", "active"]);
}

#[test]
fn aliases_and_plus_addresses_lead_to_their_person_only_where_somebody_says_so() {
    let text = "id,name,mail,status\n1,Ana,ana@acme.test,active\n2,Bo,bo+x@acme.test,active\n";
    let found = |source: &RosterSource, email: &str| {
        let roster = parse(text.as_bytes(), source).unwrap();
        let likely = roster.likely(email).and_then(|it| it.name.clone()).unwrap_or_default();
        match roster.match_of(email) {
            Match::None => format!("no person, likely {likely}"),
            Match::One(it) => it.name.clone().unwrap(),
            Match::Many(it) => format!("{} people", it.len()),
        }
    };
    let plain = source(&[]);
    let aliases = [("ana+eu@acme.test", "ana@acme.test"), ("bo+x@acme.test", "ana@acme.test")];
    let aliases = aliases.iter().map(|alias| (alias.0.to_owned(), alias.1.to_owned())).collect();
    let mapped = RosterSource { aliases, ..source(&[]) };
    let plus = RosterSource { plus_addresses: true, ..source(&[]) };
    assert_eq!(found(&plain, "ana+eu@acme.test"), "no person, likely Ana");
    assert_eq!(found(&plain, "\u{430}n\u{430}@acme.test"), "no person, likely Ana");
    assert_eq!(found(&plain, "bo+eu@acme.test"), "no person, likely ");
    assert_eq!(found(&mapped, "ANA+EU@acme.test"), "Ana");
    assert_eq!(found(&mapped, "ana+us@acme.test"), "no person, likely Ana");
    assert_eq!(found(&mapped, "bo+x@acme.test"), "2 people");
    assert_eq!(found(&plus, "ana+eu@acme.test"), "Ana");
    assert_eq!(found(&plus, "bo+x@acme.test"), "Bo");
    assert_eq!(found(&plus, "ana+eu@other.test"), "no person, likely ");
}

#[test]
fn a_second_header_says_nothing_of_the_day_of_the_file() {
    let text = "mail,status,as of\nMail,Status,As of\nana@acme.test,active,2026-11-01\n";
    let file = &parse(text.as_bytes(), &source(&[])).unwrap().files[0];
    assert_eq!(file.as_of.map(|as_of| as_of.0.to_string()), Some("2026-11-01".to_owned()));
    assert_eq!(file.left_out[0].reason, "is a second header");
}

#[test]
fn a_header_that_is_left_out_and_not_there_is_told() {
    let ignored = ["Marital status".to_owned(), "Shoe size".to_owned()].into();
    let source = RosterSource { ignored, ..source(&[]) };
    let text = "mail,status,Shoe Size\nana@acme.test,active,39\n";
    let roster = parse(text.as_bytes(), &source).unwrap();
    let told = &roster.files[0].told;
    assert_eq!(*told, ["`ignore-columns` names `Marital status`, which is no header of it"]);
}

#[test]
fn a_file_that_is_not_there_is_told_by_name() {
    let path = PathBuf::from("/nowhere/roster.csv");
    let error = read(&[RosterSource { path, ..source(&[]) }]).unwrap_err();
    assert!(matches!(error, Error::Read { .. }));
    assert_eq!(error.to_string(), "cannot read the roster `/nowhere/roster.csv`");
}

proptest! {
    #[test]
    fn hostile_bytes_never_break_the_reader(bytes in any::<Vec<u8>>()) {
        let mut all = b"mail,status,end date\n".to_vec();
        all.extend(bytes);
        check_sum(&all);
    }

    #[test]
    fn hostile_cells_never_lose_a_row(text in "([a@ .,;\"\t\r\n|/0-9]|active|left){0,80}") {
        check_sum(format!("mail,status,end date\n{text}").as_bytes());
        check_sum(text.as_bytes());
    }

    #[test]
    fn every_quoted_row_is_counted(names in proptest::collection::vec(any::<String>(), 0..20)) {
        let quoted = |it: &String| format!("\"{}\",a@b.test,active\n", it.replace('"', "\"\""));
        let text = format!("name,mail,status\n{}", names.iter().map(quoted).collect::<String>());
        let roster = parse(text.as_bytes(), &source(&[])).unwrap();
        prop_assert_eq!(roster.rows(), names.len());
        prop_assert_eq!(
            roster.people.iter().map(|person| person.positions.len()).sum::<usize>()
                + roster.files[0].repeated.len(),
            names.len()
        );
    }
}

fn check_sum(bytes: &[u8]) {
    if let Ok(it) = parse(bytes, &source(&[])) {
        let rows: usize = it.people.iter().map(|person| person.positions.len()).sum();
        let file = &it.files[0];
        assert_eq!(file.rows, rows + file.left_out.len() + file.repeated.len());
    }
}

fn source(statuses: &[(&str, &str)]) -> RosterSource {
    let statuses =
        statuses.iter().map(|status| (status.0.to_owned(), status.1.to_owned())).collect();
    let path = Path::new("/conf/hr/roster.csv").to_owned();
    RosterSource { path, statuses, ..RosterSource::default() }
}

fn picture(text: &str, statuses: &[(&str, &str)]) -> String {
    match parse(text.as_bytes(), &source(statuses)) {
        Ok(it) => show(&it),
        Err(it) => it.to_string(),
    }
}

fn show(roster: &Roster) -> String {
    let RosterFile { input, as_of, rows, headers, told, .. } = &roster.files[0];
    let InputFile { name: file, sha256, .. } = input;
    let (hash, as_of) = (&sha256[..8], as_of.map(|it| it.0));
    let n = roster.without_email().count();
    let head = format!("{file} {hash} {as_of:?}, {rows} rows, {n} without an address");
    let mut res = vec![head];
    res.extend(told.iter().map(|it| format!("told: {it}")));
    res.extend(headers.iter().map(|header| {
        format!(
            "{}: {}",
            header.read_as.map_or("not read", super::columns::RosterColumn::word),
            header.header
        )
    }));
    res.extend(roster.people.iter().map(draw));
    res.extend(beside(&roster.files[0]));
    res.join("\n")
}

fn draw(it: &Person) -> String {
    let mut res = vec![format!("{} {:?} {:?} {:?}", it.lines(), it.person_id, it.name, it.emails)];
    for it in &it.positions {
        let (from, to) = (it.start_date, it.end_date);
        res.push(format!("  {:?} {:?} {from:?} to {to:?}", it.status, it.kind));
        res.push(format!("  {:?} {:?} {:?}", it.manager, it.department, it.title));
    }
    res.join("\n")
}

/// The rows that are not among the people, and the cells that could not be read.
fn beside(file: &RosterFile) -> Vec<String> {
    let left_out = file.left_out.iter().chain(&file.repeated);
    let rows = left_out.map(|it| format!("without line {}: {}", it.line, it.reason));
    let cells =
        file.unreadable.iter().map(|it| format!("unread in line {}: {}", it.line, it.words()));
    rows.chain(cells).collect()
}
