//! Several rosters, workbooks and tables of aliases, from the configuration to the pack.

use std::fs;

use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::harness::{Home, Ran};
use crate::pack::{Pack, flat};

const EMPLOYEES: &str = "\
    Employee ID,Name,Work Email,Status,Start Date,End Date,Report Date\n\
    1,Ana Berg,ana@acme.test,Active,2019-01-07,,2026-10-20\n\
    2,Bo Cruz,bo@acme.test,Terminated,2019-01-07,,2026-10-20\n\
    3,Cy Diaz,cy@acme.test,Active,2019-01-07,,2026-10-20\n\
    4,Di East,,On leave,2019-01-07,,2026-10-20\n\
    5,Ed Fox,ed@acme.test,Terminated,2015-01-07,2018-12-31,2026-10-20\n";

/// Ids of their own: `1` is another person here.
const CONTRACTORS: &str = "\
    Id;E-Mail;Name;State of the contract;From;Until\n\
    1;fay@partner.test;Fay;running;01.02.2025;31.01.2027\n\
    2;cy@acme.test;Cy Diaz;over;01.02.2015;30.06.2016\n\
    3;ed@acme.test;Ed Fox;running;07.01.2019;\n\
    4;gus@acme.test;Gus Hall;running;soon;\n";

const ROSTERS: &str = r#"
[[roster]]
path = "employees.csv"
aliases = "aliases.csv"
[[roster]]
path = "contractors.csv"
as-of = 2026-11-01
columns = { status = "State of the contract", start-date = "From", end-date = "Until" }
statuses = { running = "active", over = "terminated" }
"#;

fn home(rosters: &str) -> Home {
    let home = Home::empty();
    home.write("employees.csv", EMPLOYEES);
    home.write("contractors.csv", CONTRACTORS);
    home.write("aliases.csv", "alias,address\nana+eu@acme.test,Ana Berg <ana@acme.test>\nx,y\n");
    home.write(
        "retool-audit.toml",
        &format!(
            "[organization]\nname = \"Acme\"\ndomains = [\"acme.test\"]\n{rosters}\n\
             [output]\ndir = \"evidence\"\nformats = [\"csv\", \"json\", \"html\"]\n\
             [[instance]]\nname = \"prod\"\nurl = \"https://prod.acme.test\"\ntoken-env = \"T\"\n"
        ),
    );
    let user = |email: &str| {
        json!({"id": format!("u_{email}"), "email": email, "active": true, "is_admin": false,
               "last_active": "2026-10-12T11:00:00Z"})
    };
    let emails = [
        "ana+eu@acme.test",
        "bo@acme.test",
        "cy@acme.test",
        "ed@acme.test",
        "fay@partner.test",
        "gus@acme.test",
        "hal@acme.test",
    ];
    let users: Vec<_> = emails.iter().map(|it| user(it)).collect();
    let list = |rows: serde_json::Value| {
        let n = rows.as_array().expect("a list").len();
        json!({"success": true, "total_count": n, "has_more": false, "next_token": null,
            "data": rows})
        .to_string()
    };
    home.write("answers/prod/users.json", &list(json!(users)));
    let groups = json!([
        {"id": 1, "name": "admin", "members": []},
        {"id": 4, "name": "All Users", "members": []}
    ]);
    home.write("answers/prod/groups.json", &list(groups));
    home
}

fn report(home: &Home) -> Pack {
    let ran = home.run(&["import", "answers", "--collected-at", "2026-11-02T06:00:00Z"]);
    let ran = home.run(&["report", ran.stdout.trim()]);
    home.pack(&ran)
}

/// Who stands behind each account, and what USR-01 says of it.
fn accounts(pack: &Pack) -> String {
    let findings = pack.rows("findings");
    let of = |account: &str| {
        let mut all =
            findings.iter().filter(|it| it["rule_code"] == "USR-01" && it["subject"] == *account);
        all.next().map_or("-", |it| it["verdict"].as_str()).to_owned()
    };
    let line = |it: &crate::pack::Row| {
        let (email, person, status) = (&it["email"], &it["person_id"], &it["roster_status"]);
        format!("{email} | {} {person} {status} | {}", it["roster_match"], of(email))
    };
    pack.rows("users").iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_person_in_two_rosters_is_one_and_each_file_is_accounted_for() {
    let home = home(ROSTERS);
    let pack = report(&home);
    insta::assert_snapshot!(accounts(&pack), @"
    ana+eu@acme.test | matched 1 active | -
    bo@acme.test | matched 2 terminated | exception
    cy@acme.test | matched 3 active | -
    ed@acme.test | matched 5 active | -
    fay@partner.test | matched 1 of contractors.csv active | -
    gus@acme.test | matched 4 of contractors.csv active | -
    hal@acme.test | unmatched   | -
    ");
    let files = pack.rows("roster-cells");
    let cells = files
        .iter()
        .map(|it| format!("{} {}: {}, {}", it["file"], it["line"], it["what"], it["reason"]));
    insta::assert_snapshot!(cells.collect::<Vec<_>>().join("\n"), @"
    contractors.csv 3: further position, is another position of the person in line 4 of employees.csv
    contractors.csv 4: further position, is another position of the person in line 6 of employees.csv
    contractors.csv 5: cell not read, no date
    ");
    let text = flat(&pack.html_text());
    let (_, section) = text.split_once("The roster employees.csv").expect("the section");
    let (section, _) = section.split_once("Approvals").expect("an end");
    insta::assert_snapshot!(section, @" is of 2026-10-20, by a column of the file. It has 5 rows. Its columns were read as Employee ID for person id, Name for name, Work Email for email, Status for status, Start Date for start date, End Date for end date, Report Date for as of. There are no others. SHA-256 9bed31d45da419ae0cc1b05f5adebbe2313ea34f8a688081a4b45a1bc8d16172 . Every row belongs to a person, and none repeats another. The roster contractors.csv is of 2026-11-01, by the configuration. It has 4 rows. Its columns were read as Id for person id, E-Mail for email, Name for name, State of the contract for status, From for start date, Until for end date. There are no others. SHA-256 685e93ba02fea8aad86d10cbeb3403373b8965713159cda2c734b7f22f2a116d . Every row belongs to a person, and none repeats another. 1 cell could not be read. The people stay; what rests on the cell is undetermined: line 5: From (read as start-date ) is soon , which is no date Whoever is in several rosters under one address at work is one person. There are 7 people or service accounts, each of whom may have several rows. 1 of them has no address, so that no account can be found to be theirs: Di East (4), leave, line 5 of employees.csv The table aliases.csv gives 1 further address. SHA-256 eb548e5360d32ba50f8d88e2f0e92c9795d307961aa368796a3dc79626eb87d0 . 1 row does not hold two addresses (line 3: does not hold two addresses).");
    for input in ["roster.csv", "roster-2.csv", "aliases.csv"] {
        assert!(pack.files().contains_key(&format!("inputs/{input}")), "{input}");
    }
}

#[test]
fn two_rosters_that_disagree_leave_open_where_somebody_stands() {
    let home = home(ROSTERS);
    home.write(
        "contractors.csv",
        &CONTRACTORS.replace(
            "3;ed@acme.test;Ed Fox;running;07.01.2019;",
            "3;ed@acme.test;Ed Fox;running;;",
        ),
    );
    let pack = report(&home);
    let ed: Vec<String> =
        accounts(&pack).lines().filter(|it| it.starts_with("ed@")).map(str::to_owned).collect();
    insta::assert_snapshot!(ed.join("\n"), @"ed@acme.test | matched 5 unknown | undetermined");
    let said = &pack.report()["roster"]["files"][0]["contradictions"];
    insta::assert_snapshot!(said, @r#"["line 6 of employees.csv says terminated, line 4 of contractors.csv says active"]"#);
}

#[test]
fn a_workbook_is_a_roster_and_stays_one_in_the_pack() {
    let home = home("[roster]\npath = \"people.xlsx\"\nsheet = \"People\"\n");
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").expect("a sheet");
    let people = book.add_worksheet().set_name("People").expect("a sheet");
    let rows = [["Name", "Work Email", "Status"], ["Bo", "bo@acme.test", "Terminated"]];
    for (row, cells) in (0..).zip(rows) {
        people.write_row(row, 0, cells).expect("a row");
    }
    fs::write(home.path("people.xlsx"), book.save_to_buffer().expect("a workbook")).expect("room");
    let pack = report(&home);
    assert!(accounts(&pack).contains("bo@acme.test | matched bo@acme.test terminated"));
    assert!(pack.files().contains_key("inputs/roster.xlsx"));
    // The next month reads it again.
    home.reconfigure("sheet = \"People\"", "sheet = \"People\" # as before");
    let later = home.run(&["import", "answers", "--collected-at", "2026-11-28T06:00:00Z"]);
    let later = home.run(&["report", later.stdout.trim()]);
    assert!(!later.stderr.contains("cannot be read"), "{}", later.stderr);
}

#[test]
fn a_file_that_has_rows_and_nobody_in_it_fails_the_check() {
    let home = home("[roster]\npath = \"employees.csv\"\n");
    home.write("employees.csv", "Work Email,Status,Name\nWork Email,Status,Name\nTotal,,0\n");
    let ran: Ran = home.run(&["check"]);
    let said = ran.stdout.lines().filter(|it| it.contains("people") || it.contains("left out"));
    insta::assert_snapshot!(said.collect::<Vec<_>>().join("\n"), @"
    row left out   line 2 is a second header                                           no account is matched to it
    row left out   line 3 stands below the table: `Total | 0`                          no account is matched to it
    people         none                                                                no row is a person's: is this the right file?
    ");
    ran.expect(3);
}
