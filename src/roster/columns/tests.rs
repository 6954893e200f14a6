//! Which columns files have.

use std::collections::BTreeSet;

use super::{RosterColumn, find, known, squeeze};
use crate::config::problem::Problems;
use crate::config::{RosterSource, TableForm};
use crate::roster::profile::{self, general, products};
use crate::spreadsheet;

#[test]
fn the_configuration_and_the_roster_know_the_same_columns() {
    assert_eq!(RosterColumn::ALL.map(RosterColumn::word), RosterSource::COLUMNS);
}

#[test]
fn headers_are_compared_without_what_programs_add() {
    let one =
        ["Employee ID", "employee_id", "EMPLOYEE-ID", "Employee Id [Required]", " employeeId "];
    assert_eq!(one.map(squeeze), ["employeeid"; 5]);
    assert_eq!(squeeze("Prénom"), "prenom");
    assert_eq!(squeeze("Employee #"), squeeze("Employee No."));
    assert_eq!(squeeze("[x]"), "x");
}

#[test]
fn no_header_and_no_word_of_a_profile_means_two_things() {
    for it in products().iter().chain([general()]) {
        let mut seen = BTreeSet::new();
        for header in it.columns.values().flatten() {
            assert!(seen.insert(header), "{}: `{header}` is under two columns", it.name);
            assert!(!it.ignored.contains(header), "{}: `{header}` is read and ignored", it.name);
        }
    }
}

#[test]
fn every_file_of_the_folder_is_a_profile() {
    let files = std::fs::read_dir("src/roster/profiles").unwrap();
    assert_eq!(files.count(), products().len() + 1);
    let names: BTreeSet<&str> = products().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), products().len());
    for it in products() {
        assert!(!it.menu.is_empty() && !it.exports.is_empty(), "{}", it.name);
    }
}

#[test]
fn headers_are_found_by_name() {
    let own = [("email", "kontakt"), ("status", "Zustand")];
    let pictures = [
        picture("Employee ID,E-Mail Address,EMPLOYMENT_STATUS,Last Day,Shoe size", &[]),
        picture("email,Work Email,Personal Email,status,Title,Job Title", &[]),
        picture("Kontakt,mail,Zustand", &own),
        picture("Email,Suspended,Archived", &[]),
        picture("Email,Name,Status,Email", &[]),
        picture("Email,Status,Name,Status", &[("status", "Status#2")]),
        picture("Email,,Name,Wer", &[("status", "#4")]),
    ];
    insta::assert_snapshot!(pictures.join("\n"), @"
    Employee ID: person-id, E-Mail Address: email, EMPLOYMENT_STATUS: status, Last Day: end-date, Shoe size: not read ([(2, Word)])
    email: aliases, Work Email: email, Personal Email: aliases, status: status, Title: not read, Job Title: title ([(3, Word)])
    Kontakt: email, mail: aliases, Zustand: status ([(2, Word)])
    Email: email, Suspended: inactive, Archived: inactive ([(1, WhetherLeft), (2, WhetherLeft)])
    Email: email, Name: name, Status: status, Email: not read ([(2, Word)])
    Email: email, Status: not read, Name: name, Status: status ([(3, Word)])
    Email: email, Name: name, Wer: status ([(3, Word)])
    ");
}

#[test]
fn missing_and_doubtful_headers_are_told() {
    let pictures = [
        picture("Name,Zustand", &[]),
        picture("Mail,Status,Account Status,End Date,Last Day", &[]),
        picture("Mail,Status", &[("email", "Work Mail"), ("type", "Mial")]),
        picture("A,A,Status", &[("email", "A")]),
        // What looks like a status is not passed over while it is read from days.
        picture("Mail,Engagement State of Status,End Date", &[]),
        picture("Mail,Contract End Date,Ultimate Exit Date of Person", &[]),
    ];
    insta::assert_snapshot!(pictures.join("\n"), @r#"
    `roster.csv` has 1 problem
      header  has no column with e-mail addresses
              help: name it under `roster.columns` as `email`; there are `Name`, `Zustand`
    `roster.csv` has 2 problems
      header  has several columns that could be `status`
              help: name one of `Status` and `Account Status` under `roster.columns`
      header  has several columns that could be `end-date`
              help: name one of `End Date` and `Last Day` under `roster.columns`
    `roster.csv` has 2 problems
      header  has no column `Work Mail`, which is to be `email`
              help: there are `Mail`, `Status`
      header  has no column `Mial`, which is to be `type`
              help: did you mean `Mail`? there are `Mail`, `Status`
    `roster.csv` has 1 problem
      header  has several columns `A`
              help: say which one under `[roster.columns]`: `email = "A#1"` or `email = "A#2"`
    `roster.csv` has 1 problem
      header  has a column `Engagement State of Status`, which looks like `status` and is not read, while who has left is read from days
              help: write `status = "Engagement State of Status"` under `[roster.columns]`, or `ignore-columns = ["Engagement State of Status"]` under `[roster]`
    `roster.csv` has 1 problem
      header  has a column `Ultimate Exit Date of Person`, which looks like `end-date` and is not read, while the last day is read from the end of a contract
              help: write `end-date = "Ultimate Exit Date of Person"` under `[roster.columns]`, or `ignore-columns = ["Ultimate Exit Date of Person"]` under `[roster]`
    "#);
    let quiet = RosterSource {
        ignored: ["Engagement State of Status".to_owned()].into(),
        ..RosterSource::default()
    };
    insta::assert_snapshot!(picture_of("Mail,Engagement State of Status,End Date", &quiet), @"Mail: email, Engagement State of Status: not read, End Date: end-date ([])");
}

#[test]
fn a_column_for_addresses_holds_some() {
    let pictures = [
        table("Username,Company mail,Status\naberg,ana@acme.test,active\n"),
        table("Username,Status\naberg,active\n"),
        table("Login,Any mail,Other mail,Status\naberg,a@acme.test,b@acme.test,active\n"),
        table("Login,Any mail,Status\na@corp.test,a@acme.test,active\n"),
        table("Work Email,Recruiter mail,Status\na@acme.test,r@acme.test,active\n"),
    ];
    insta::assert_snapshot!(pictures.join("\n"), @"
    Username: aliases, Company mail: email, Status: status ([(2, Word)])
    `roster.csv` has 1 problem
      header  `Username` is the column for addresses, and holds none
              help: name the right one under `roster.columns` as `email`; there are `Username`, `Status`
    `roster.csv` has 1 problem
      header  has several columns that could be `email`
              help: name one of `Any mail` and `Other mail` under `roster.columns`
    `roster.csv` has 1 problem
      header  has several columns that could be `email`
              help: name one of `Login` and `Any mail` under `roster.columns`
    Work Email: email, Recruiter mail: not read, Status: status ([(2, Word)])
    ");
}

#[test]
fn every_export_is_told_from_every_other() {
    for it in products() {
        for export in &it.exports {
            let found = profile::of(&export.headers).map(|it| it.0.name.as_str());
            assert_eq!(found, Some(&*it.name), "{}", export.title);
        }
    }
    assert!(profile::of(&["Email".to_owned(), "Status".to_owned()]).is_none());
}

fn picture(header: &str, own: &[(&str, &str)]) -> String {
    let columns = own.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
    picture_of(header, &RosterSource { columns, ..RosterSource::default() })
}

/// With a row that holds an address in every column whose header speaks of mail.
fn picture_of(header: &str, source: &RosterSource) -> String {
    let cells = header.split(',').map(|it| {
        if ["mail", "kontakt", "a"].iter().any(|word| squeeze(it).contains(word)) {
            "a@acme.test"
        } else {
            ""
        }
    });
    draw(&format!("{header}\n{},\n", cells.collect::<Vec<_>>().join(",")), source)
}

fn table(text: &str) -> String {
    draw(text, &RosterSource::default())
}

fn draw(text: &str, source: &RosterSource) -> String {
    let knows = |cells: &[&str]| known(cells, source);
    let sheet = spreadsheet::read(text.as_bytes(), &TableForm::default(), &knows).unwrap();
    match find(&sheet, source, None) {
        Ok(it) => {
            let word = |it: Option<RosterColumn>| it.map_or("not read", RosterColumn::word);
            let all = it.uses(&sheet.header).into_iter();
            let all = all.map(|it| format!("{}: {}", it.header, word(it.read_as)));
            format!("{} ({:?})", all.collect::<Vec<_>>().join(", "), it.standing)
        }
        Err(list) => Problems { file: "roster.csv".to_owned(), list }.to_string(),
    }
}
