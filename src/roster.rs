//! The organization's people as HR or the identity provider exported them.
//!
//! No row is dropped silently and no word is guessed: rows that cannot be read are kept as
//! rejections with line and reason, a status word that nobody explained refuses the whole file.

mod columns;
pub(crate) mod dates;
mod merge;
mod people;
mod person;
pub(crate) mod table;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

use chrono::NaiveDate;

pub use self::person::{Day, Person, Position, Standing};
use crate::address;
use crate::config::RosterSource;
use crate::config::problem::Problems;
use crate::digest;
use crate::files;

/// The people of one file, and what an auditor must know about the file.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The file's name without its folder.
    pub file: String,
    /// The file as it was read; a copy goes into the evidence pack.
    pub bytes: Vec<u8>,
    /// SHA-256 of the file's bytes, in hex.
    pub sha256: String,
    /// The oldest date in the column `as-of`; none when the file has no such column.
    pub as_of: Option<NaiveDate>,
    /// Our words for the columns that were found, each with its header in the file.
    pub columns: Vec<(&'static str, String)>,
    /// Rows with anything in them, without the header: those of people, rejected and repeated ones.
    pub rows: usize,
    /// In the order of the file.
    pub people: Vec<Person>,
    /// Rows that could not be read.
    pub rejected: Vec<Rejected>,
    /// Cells that could not be read; their row is somebody's, and what rests on the cell is unknown.
    pub unreadable: Vec<Rejected>,
    /// Rows that say in every cell what an earlier row says.
    pub repeated: Vec<Rejected>,
    index: BTreeMap<String, Vec<usize>>,
    aliases: BTreeMap<String, String>,
    plus_addresses: bool,
}

/// Where a person stands with the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Works here.
    Active,
    /// Works here and is away for long.
    Leave,
    /// Should have no access any more: left, or switched off in the identity provider.
    Terminated,
    /// Has not begun.
    Future,
    /// The file has no status column but one with last days; see [`Person::on`].
    ByDate,
    /// The cell is empty, or says that nobody knows.
    Unknown,
}

impl Status {
    /// The status as reports print it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Leave => "leave",
            Self::Terminated => "terminated",
            Self::Future => "future",
            Self::ByDate | Self::Unknown => "unknown",
        }
    }
}

/// What a person is to the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On the payroll.
    Employee,
    /// Works here under another contract.
    Contractor,
    /// No person: an account that a machine uses.
    Service,
    /// Belongs to another organization.
    External,
    /// The file's word, empty where it has none; nothing refuses it.
    Unknown(String),
}

impl Kind {
    /// The kind as reports print it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Contractor => "contractor",
            Self::Service => "service",
            Self::External => "external",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// A row that is not among the people, or a cell of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// Why, to be read after the line.
    pub reason: String,
}

/// Who has an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match<'a> {
    /// Nobody.
    None,
    /// One person.
    One(&'a Person),
    /// Several people, in the order of the file; which one is meant is not known.
    Many(Vec<&'a Person>),
}

/// Why there is no roster.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("cannot read the roster `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file can be read and cannot be relied on.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// Reads the roster.
///
/// # Errors
///
/// When the file cannot be read, or as [`parse`].
pub fn read(source: &RosterSource) -> Result<Roster, Error> {
    let path = source.path.clone();
    let bytes = files::read(&source.path).map_err(|source| Error::Read { path, source })?;
    Ok(parse(&bytes, source)?)
}

/// Makes a roster of the bytes of the file that `source` names.
///
/// # Errors
///
/// Everything that keeps the file from being relied on: no text, no column for addresses or
/// status, a date column that can be read in two ways, unknown status words.
pub fn parse(bytes: &[u8], source: &RosterSource) -> Result<Roster, Problems> {
    let name = source.path.file_name().unwrap_or(source.path.as_os_str());
    let file = name.to_string_lossy().into_owned();
    let problems = |list| Problems { file: file.clone(), list };
    let table = table::read(bytes).map_err(|it| problems(vec![it]))?;
    let columns = columns::find(&table.header, &source.columns).map_err(problems)?;
    let found = people::read(&table, &columns, &source.statuses).map_err(problems)?;
    Ok(Roster {
        bytes: bytes.to_vec(),
        sha256: digest::of(bytes),
        as_of: found.as_of,
        columns: columns.named(&table.header),
        rows: table.rows.len(),
        index: index(&found.people),
        people: found.people,
        rejected: found.rejected,
        unreadable: found.unreadable,
        aliases: source.aliases.clone(),
        plus_addresses: source.plus_addresses,
        repeated: found.repeated,
        file,
    })
}

impl Roster {
    /// Who has the address `email`, however it is written: by the roster itself, by the aliases of
    /// the configuration, or, where it says so and nobody has the whole address, without what stands
    /// after a plus sign.
    pub fn match_of(&self, email: &str) -> Match<'_> {
        let email = address::normal(email);
        let alias = self.aliases.get(email.as_ref());
        let names = [Some(email.as_ref()), alias.map(String::as_str)];
        let mut found = self.named(names.into_iter().flatten());
        if found.is_empty() && self.plus_addresses {
            let base = address::without_tag(&email);
            found = self.named(base.as_deref().into_iter());
        }
        match found[..] {
            [] => Match::None,
            [one] => Match::One(one),
            _ => registered(&found, &email).map_or(Match::Many(found), Match::One),
        }
    }

    /// Whose an address that nobody has likely is: the one person who has it without what stands
    /// after a plus sign, and without letters that look like Latin ones. A likeness is told, and
    /// decides nothing.
    pub fn likely(&self, email: &str) -> Option<&Person> {
        let base = Some(address::likeness(email)).filter(|it| *it != address::normal(email))?;
        let found = self.named([base.as_str()].into_iter());
        found.first().copied().filter(|_| found.len() == 1)
    }

    fn named<'a>(&self, emails: impl Iterator<Item = &'a str>) -> Vec<&Person> {
        let found = emails.filter_map(|it| self.index.get(it)).flatten().copied();
        found.collect::<BTreeSet<usize>>().into_iter().map(|it| &self.people[it]).collect()
    }

    /// What people's rows say against each other on `day`, each with the lines.
    pub fn contradictions(&self, day: NaiveDate) -> Vec<Rejected> {
        let words = |it: &Person| {
            let reason = it.on(day).contradiction?;
            Some(Rejected { line: it.line, reason })
        };
        self.people.iter().filter_map(words).collect()
    }

    /// The lines that say of somebody on `day` that they left, although the person has not by all
    /// lines together.
    pub fn left_by_one_line(&self, day: NaiveDate) -> Vec<u64> {
        let here = self.people.iter().filter(|it| it.status_on(day) != Status::Terminated);
        here.flat_map(|it| it.left_lines(day)).collect()
    }

    /// The lines of people whose last day was over on `day`, and of whom the roster does not say
    /// that they left.
    pub fn past_the_last_day(&self, day: NaiveDate) -> Vec<u64> {
        let past = |it: &&Person| {
            let standing = it.on(day);
            let over = standing.end_date.known().is_some_and(|last| last < day);
            over && standing.status != Status::Terminated
        };
        self.people.iter().filter(past).map(|it| it.line).collect()
    }

    /// How many people have no address, so that no account can be theirs.
    pub fn without_email(&self) -> usize {
        self.people.iter().filter(|it| it.emails.is_empty()).count()
    }
}

/// The one service account that is registered under an address which people have as an alias
/// alone: mail to it reaches them, and what signs in with it is the service account.
fn registered<'a>(found: &[&'a Person], email: &str) -> Option<&'a Person> {
    let mut primary = found.iter().filter(|it| it.has_primary(email));
    let one = primary.next().filter(|it| it.is_service())?;
    primary.next().is_none().then_some(*one)
}

fn index(people: &[Person]) -> BTreeMap<String, Vec<usize>> {
    let mut res: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, person) in people.iter().enumerate() {
        for email in &person.emails {
            res.entry(email.clone()).or_default().push(i);
        }
    }
    res
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use chrono::NaiveDate;
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Error, Match, Roster, parse, read};
    use crate::config::RosterSource;

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
        insta::assert_snapshot!(picture(text, &[("Off-boarding", "terminated")]), @r#"
        roster.csv 056a6424 Some(2026-11-20), 3 rows, 1 without an address
        person-id: Employee ID
        first-name: First Name
        last-name: Last Name
        email: Work Email
        aliases: Other Emails
        status: Employment Status
        type: Worker Type
        start-date: Start Date
        end-date: Last Day
        manager: Manager Email
        department: Department
        title: Job Title
        as-of: Report Date
        2 Some("7") Some("Ana Doe") ["ana@acme.example", "ana.doe@acme.example", "a@ana.test"]
          Active Employee On(2020-02-01) to None
          Some("bo@acme.example") Some("Sales") Some("Head")
        3 Some("8") Some("Bo Roe") ["bo@acme.example"]
          Terminated Contractor On(2019-12-31) to On(2026-10-31)
          None Some("A; B") None
        4 Some("9") Some("Cy") []
          Leave Unknown("Alumni") On(2020-01-01) to None
          None None None
        "#);
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
          Active Unknown("") None to None
          None None None
        4 None None []
          Active Unknown("") None to None
          None None None
        6 None None ["bo@acme.example"]
          Terminated Unknown("") None to Unreadable
          None None None
        8 None None ["di@acme.example"]
          Unknown Unknown("") None to None
          None None None
        without line 7: has 4 cells, the header has 3
        without line 10: has 1 cells, the header has 3
        without line 5: says the same as line 2
        unread in line 6: column 3 (`end date`, `end-date`) is `31.02.2026`, which is no date
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
        `roster.csv` has 4 problems
          line 2  `start date` is `31/12/2020`, but `12/31/2020` in line 3: one begins with the day, one with the month
                  help: write dates like 2025-12-31
          line 2  `end date` is `03/04/2026`, which can be 2026-04-03 or 2026-03-04
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
            Match::None => "nobody".to_owned(),
            Match::One(it) => it.name.clone().unwrap(),
            Match::Many(it) => format!("{} people", it.len()),
        };
        assert_eq!(found(" A.DOE@acme.example"), "Ana");
        assert_eq!(found("It@Acme.Example"), "2 people");
        assert_eq!(found("Ana"), "nobody");
        assert_eq!(found(""), "nobody");
    }

    #[test]
    fn a_registered_service_address_is_not_whose_alias_it_is() {
        let head = "id,mail,aliases,status,type\n";
        let svc = "1,svc@acme.test,,active,service\n";
        let found = |rows: &str| {
            let text = format!("{head}{rows}");
            let roster = parse(text.as_bytes(), &source(&[])).unwrap();
            match roster.match_of("SVC@acme.test") {
                Match::None => "nobody".to_owned(),
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
        assert_eq!(
            found(&format!("1,x@acme.test,svc@acme.test,active,service\n{alias}")),
            "2 people"
        );
    }

    #[test]
    fn rows_of_one_person_are_one_person_with_several_positions() {
        let head = "person_id,email,name,status,start_date,end_date,department\n";
        let rows = [
            "1,ana@acme.test,Ana,active,2022-01-01,,Finance\n1,ana@acme.test,Ana,active,2024-01-01,,Council",
            "1,bo@acme.test,Bo,terminated,2020-01-01,2023-06-30,\n1,bo@acme.test,Bo,active,2024-02-01,,",
            "1,bo@acme.test,Bo,active,2022-01-01,,IT\n1,bo@acme.test,Bo,terminated,2022-01-01,2026-10-15,Sales",
            "1,cy@acme.test,Cy,terminated,2020-01-01,2023-06-30,\n1,cy@acme.test,Cy,terminated,2024-02-01,2026-09-30,",
            "1,di@acme.test,Di,active,2022-01-01,,\n1,di@acme.test,Di,terminated,2022-01-01,2026-10-15,",
            "1,di@acme.test,Di,active,,,\n1,di@acme.test,Di,terminated,,2026-10-15,",
            "1,ed@acme.test,Ed,terminated,2020-01-01,2026-06-30,\n1,ed@acme.test,Ed,future,2026-12-01,,",
            "1,fay@acme.test,Fay,active,2020-01-01,,\n1,f.roe@acme.test,Fay,active,2021-01-01,,",
            "1,gus@acme.test,Gus,active,2020-01-01,,\n1,hal@acme.test,Hal,terminated,2019-01-01,2026-01-31,",
            ",ida@acme.test,Ida,active,2020-01-01,,\n,ida@acme.test,Ida,active,2021-01-01,,",
            "n/a,jo@acme.test,Jo,active,2020-01-01,,\nn/a,kim@acme.test,Kim,terminated,2019-01-01,2026-01-31,",
            "1,leo@acme.test,Leo,leave,2020-01-01,,IT\n1,leo@acme.test,Leo,active,2021-01-01,,HR",
        ];
        let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap();
        let told = |rows: &str| {
            let roster = parse(format!("{head}{rows}").as_bytes(), &source(&[])).unwrap();
            let people = roster.people.iter().map(|it| {
                let on = it.on(day);
                let (n, end) = (it.positions.len(), on.end_date);
                let odd = on.contradiction.map(|it| format!(": {it}")).unwrap_or_default();
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
        unread in line 2: column 4 (`end date`, `end-date`) is `TBD`, which is no date
        unread in line 3: column 3 (`start date`, `start-date`) is `soon`, which is no date
        unread in line 4: column 5 (`as of`, `as-of`) is `later`, which is no date
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
                Match::None => format!("nobody, likely {likely}"),
                Match::One(it) => it.name.clone().unwrap(),
                Match::Many(it) => format!("{} people", it.len()),
            }
        };
        let plain = source(&[]);
        let aliases = [("ana+eu@acme.test", "ana@acme.test"), ("bo+x@acme.test", "ana@acme.test")];
        let aliases = aliases.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        let mapped = RosterSource { aliases, ..source(&[]) };
        let plus = RosterSource { plus_addresses: true, ..source(&[]) };
        assert_eq!(found(&plain, "ana+eu@acme.test"), "nobody, likely Ana");
        assert_eq!(found(&plain, "bo+eu@acme.test"), "nobody, likely ");
        assert_eq!(found(&plain, "\u{430}n\u{430}@acme.test"), "nobody, likely Ana");
        assert_eq!(found(&mapped, "ANA+EU@acme.test"), "Ana");
        assert_eq!(found(&mapped, "ana+us@acme.test"), "nobody, likely Ana");
        assert_eq!(found(&mapped, "bo+x@acme.test"), "2 people");
        assert_eq!(found(&plus, "ana+eu@acme.test"), "Ana");
        assert_eq!(found(&plus, "bo+x@acme.test"), "Bo");
        assert_eq!(found(&plus, "ana+eu@other.test"), "nobody, likely ");
    }

    #[test]
    fn a_file_that_is_not_there_is_told_by_name() {
        let path = PathBuf::from("/nowhere/roster.csv");
        let error = read(&RosterSource { path, ..source(&[]) }).unwrap_err();
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
            prop_assert_eq!(roster.rows, names.len());
            prop_assert!(roster.rejected.is_empty());
        }
    }

    fn check_sum(bytes: &[u8]) {
        if let Ok(it) = parse(bytes, &source(&[])) {
            let rows: usize = it.people.iter().map(|it| it.positions.len()).sum();
            assert_eq!(it.rows, rows + it.rejected.len() + it.repeated.len());
        }
    }

    fn source(statuses: &[(&str, &str)]) -> RosterSource {
        let statuses = statuses.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
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
        let Roster { file, sha256, as_of, columns, rows, people, rejected, repeated, .. } = roster;
        let hash = &sha256[..8];
        let n = roster.without_email();
        let head = format!("{file} {hash} {as_of:?}, {rows} rows, {n} without an address");
        let mut res = vec![head];
        res.extend(columns.iter().map(|it| format!("{}: {}", it.0, it.1)));
        for it in people {
            res.push(format!("{} {:?} {:?} {:?}", it.line, it.person_id, it.name, it.emails));
            for it in &it.positions {
                let (from, to) = (it.start_date, it.end_date);
                res.push(format!("  {:?} {:?} {from:?} to {to:?}", it.status, it.kind));
                res.push(format!("  {:?} {:?} {:?}", it.manager, it.department, it.title));
            }
        }
        let left_out = rejected.iter().chain(repeated);
        res.extend(left_out.map(|it| format!("without line {}: {}", it.line, it.reason)));
        let cells = roster.unreadable.iter();
        res.extend(cells.map(|it| format!("unread in line {}: {}", it.line, it.reason)));
        res.join("\n")
    }
}
