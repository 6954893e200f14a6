//! Which column of the file is which, by its header.

use std::collections::BTreeMap;

use crate::config::problem::{Problem, suggest};

/// A column that we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    PersonId,
    Name,
    FirstName,
    LastName,
    Email,
    Aliases,
    Status,
    Type,
    StartDate,
    EndDate,
    LeaveStart,
    Manager,
    Department,
    Title,
    OwnerEmail,
    AsOf,
}

/// One column of ours: its word, and the headers it goes by, the best first.
struct Known {
    column: Column,
    word: &'static str,
    headers: &'static str,
}

const fn known(column: Column, word: &'static str, headers: &'static str) -> Known {
    Known { column, word, headers }
}

/// Headers are written as [`squeeze`] leaves them, with a blank between.
const KNOWN: &[Known] = &[
    known(
        Column::PersonId,
        "person-id",
        "personid employeeid workerid employeenumber employeeno personnelnumber staffid \
         hrid userid id",
    ),
    known(
        Column::Name,
        "name",
        "name fullname displayname employeename workername legalname preferredname",
    ),
    known(Column::FirstName, "first-name", "firstname givenname forename"),
    known(Column::LastName, "last-name", "lastname surname familyname"),
    known(
        Column::Email,
        "email",
        "workemail workemailaddress emailwork primaryworkemail businessemail companyemail \
         corporateemail officeemail primaryemail primaryemailaddress emailaddress email \
         mail emailid mailaddress useremail employeeemail userprincipalname upn login \
         username",
    ),
    known(
        Column::Aliases,
        "aliases",
        "aliases alias emailaliases emailalias otheremails otheremail othermails \
         additionalemails additionalemail secondaryemail secondaryemails \
         secondaryemailaddress alternateemail alternateemails alternativeemail \
         personalemail privateemail homeemail emailhome emailpersonal recoveryemail \
         proxyaddresses",
    ),
    known(
        Column::Status,
        "status",
        "status employmentstatus employeestatus workerstatus staffstatus personstatus \
         hrstatus userstatus accountstatus accountenabled active isactive enabled",
    ),
    known(
        Column::Type,
        "type",
        "type workertype employmenttype employeetype persontype contracttype usertype \
         stafftype",
    ),
    known(
        Column::StartDate,
        "start-date",
        "startdate hiredate dateofhire firstday joindate joiningdate dateofjoining \
         employmentstartdate contractstartdate hiredon startedon",
    ),
    known(
        Column::EndDate,
        "end-date",
        "enddate terminationdate dateoftermination lastday lastdayofwork lastworkingday \
         leavedate leavingdate dateofleaving exitdate separationdate contractenddate \
         employmentenddate terminatedon offboardingdate",
    ),
    known(
        Column::LeaveStart,
        "leave-start",
        "leavestart leavestartdate leavefrom leavebegins firstdayofleave onleavesince \
         onleavefrom absentsince leaveofabsencestartdate",
    ),
    known(
        Column::Manager,
        "manager",
        "manageremail managersemail manageremailaddress supervisoremail linemanageremail \
         manager linemanager supervisor reportsto managername",
    ),
    known(
        Column::Department,
        "department",
        "department departmentname dept division orgunit team costcenter",
    ),
    known(Column::Title, "title", "jobtitle positiontitle position role title"),
    known(
        Column::OwnerEmail,
        "owner-email",
        "owneremail serviceowner serviceowneremail accountowner owner responsible",
    ),
    known(Column::AsOf, "as-of", "asof asofdate reportdate extractdate exportdate snapshotdate"),
];

/// Columns that decide what a rule says: of two candidates none is preferred.
const DECISIVE: &[Column] = &[Column::Status, Column::Type, Column::StartDate, Column::EndDate];

/// Where our columns are.
#[derive(Debug)]
pub(super) struct Columns(BTreeMap<Column, Vec<usize>>);

impl Columns {
    /// The position of `column` in a row.
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.positions(column).first().copied()
    }

    /// Every position of `column` in a row.
    pub(super) fn positions(&self, column: Column) -> &[usize] {
        self.0.get(&column).map_or(&[], |it| it)
    }

    /// Our words with the file's headers.
    pub(super) fn named(&self, header: &[String]) -> Vec<(&'static str, String)> {
        let all = self.0.iter().flat_map(|(column, at)| at.iter().map(|it| (*column, *it)));
        all.map(|(column, at)| (word(column), header[at].clone())).collect()
    }
}

/// Finds our columns; `own` are the configuration's words for some of them.
///
/// Columns with addresses that are not the primary one are aliases.
pub(super) fn find(
    header: &[String],
    own: &BTreeMap<String, String>,
) -> Result<Columns, Vec<Problem>> {
    let mut res = Finding { header, found: BTreeMap::new(), problems: Vec::new() };
    for it in KNOWN.iter().filter(|it| own.contains_key(it.word)) {
        res.take_named(it, &own[it.word]);
    }
    for it in KNOWN.iter().filter(|it| !own.contains_key(it.word)) {
        res.take_usual(it);
    }
    res.require();
    if res.problems.is_empty() { Ok(Columns(res.found)) } else { Err(res.problems) }
}

/// Our word for `column`.
pub(super) fn word(column: Column) -> &'static str {
    KNOWN.iter().find(|it| it.column == column).map_or("", |it| it.word)
}

struct Finding<'a> {
    header: &'a [String],
    found: BTreeMap<Column, Vec<usize>>,
    problems: Vec<Problem>,
}

impl Finding<'_> {
    fn take_named(&mut self, known: &Known, wanted: &str) {
        let exact = self.where_header(|it| it == wanted);
        let near = self.where_header(|it| squeeze(it) == squeeze(wanted));
        match if exact.is_empty() { near } else { exact }[..] {
            [] => {
                let what = format!("has no column `{wanted}`, which is to be `{}`", known.word);
                let near = suggest(wanted, self.header.iter().map(String::as_str));
                let near = near.map(|it| format!("did you mean `{it}`? ")).unwrap_or_default();
                self.refuse(what, format!("{near}there are {}", self.listed()));
            }
            [one] => drop(self.found.insert(known.column, vec![one])),
            _ => {
                let what = format!("has several columns `{wanted}`");
                self.refuse(what, "give each its own name".to_owned());
            }
        }
    }

    fn take_usual(&mut self, known: &Known) {
        let taken: Vec<usize> = self.found.values().flatten().copied().collect();
        let free = |it: &usize| !taken.contains(it);
        let of = |name: &str| self.where_header(|it| squeeze(it) == name);
        let mut at: Vec<usize> = known.headers.split(' ').flat_map(of).filter(free).collect();
        if at.len() > 1 && DECISIVE.contains(&known.column) {
            let what = format!("has several columns that could be `{}`", known.word);
            let names: Vec<_> = at.iter().map(|it| format!("`{}`", self.header[*it])).collect();
            let names = names.join(" and ");
            self.refuse(what, format!("name one of {names} under `roster.columns`"));
        }
        if known.column == Column::Email {
            let rest = at.split_off(at.len().min(1));
            self.found.entry(Column::Aliases).or_default().extend(rest);
        }
        if known.column != Column::Aliases {
            at.truncate(1);
        }
        if !at.is_empty() {
            self.found.entry(known.column).or_default().extend(at);
        }
        self.found.retain(|_, it| !it.is_empty());
    }

    fn require(&mut self) {
        if !self.found.contains_key(&Column::Email) {
            self.miss("has no column with e-mail addresses", "email");
        }
        let decides = [Column::Status, Column::EndDate];
        if !decides.iter().any(|it| self.found.contains_key(it)) {
            self.miss("has no column that says who has left", "status");
        }
    }

    fn miss(&mut self, what: &str, word: &str) {
        if self.problems.is_empty() {
            let listed = self.listed();
            let help = format!("name it under `roster.columns` as `{word}`; there are {listed}");
            self.refuse(what.to_owned(), help);
        }
    }

    fn where_header(&self, fits: impl Fn(&str) -> bool) -> Vec<usize> {
        let all = self.header.iter().enumerate();
        all.filter(|it| !it.1.is_empty() && fits(it.1)).map(|it| it.0).collect()
    }

    fn listed(&self) -> String {
        let all = self.header.iter().filter(|it| !it.is_empty());
        all.map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
    }

    fn refuse(&mut self, what: String, help: String) {
        self.problems.push(Problem { at: "header".to_owned(), what, help: Some(help) });
    }
}

/// Lower case letters and digits alone.
fn squeeze(header: &str) -> String {
    header.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{KNOWN, find, squeeze};
    use crate::config::RosterSource;
    use crate::config::problem::Problems;

    #[test]
    fn the_configuration_and_the_roster_know_the_same_columns() {
        let words: Vec<_> = KNOWN.iter().map(|it| it.word).collect();
        assert_eq!(words, RosterSource::COLUMNS);
    }

    #[test]
    fn no_header_means_two_things() {
        let mut all: Vec<_> = KNOWN.iter().flat_map(|it| it.headers.split(' ')).collect();
        assert!(all.iter().all(|it| squeeze(it) == *it));
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n);
    }

    #[test]
    fn headers_are_found_by_name() {
        let usual = picture("Employee ID,E-Mail Address,EMPLOYMENT_STATUS,Last Day", &[]);
        insta::assert_snapshot!(usual, @r#"[("person-id", "Employee ID"), ("email", "E-Mail Address"), ("status", "EMPLOYMENT_STATUS"), ("end-date", "Last Day")]"#);
        let several = picture("email,Work Email,Personal Email,status,Title,Job Title", &[]);
        insta::assert_snapshot!(several, @r#"[("email", "Work Email"), ("aliases", "email"), ("aliases", "Personal Email"), ("status", "status"), ("title", "Job Title")]"#);
        let own = [("email", "kontakt"), ("status", "Zustand")];
        insta::assert_snapshot!(picture("Kontakt,mail,Zustand", &own), @r#"[("email", "Kontakt"), ("status", "Zustand")]"#);
    }

    #[test]
    fn missing_and_doubtful_headers_are_told() {
        insta::assert_snapshot!(picture("Name,Zustand", &[]), @r"
        `roster.csv` has 1 problem
          header  has no column with e-mail addresses
                  help: name it under `roster.columns` as `email`; there are `Name`, `Zustand`
        ");
        let doubtful = picture("Mail,Status,Account Status,End Date,Last Day", &[]);
        insta::assert_snapshot!(doubtful, @r"
        `roster.csv` has 2 problems
          header  has several columns that could be `status`
                  help: name one of `Status` and `Account Status` under `roster.columns`
          header  has several columns that could be `end-date`
                  help: name one of `End Date` and `Last Day` under `roster.columns`
        ");
        let wrong = picture("Mail,Status", &[("email", "Work Mail"), ("type", "Mial")]);
        insta::assert_snapshot!(wrong, @r"
        `roster.csv` has 2 problems
          header  has no column `Work Mail`, which is to be `email`
                  help: there are `Mail`, `Status`
          header  has no column `Mial`, which is to be `type`
                  help: did you mean `Mail`? there are `Mail`, `Status`
        ");
        insta::assert_snapshot!(picture("A,A,Status", &[("email", "A")]), @r"
        `roster.csv` has 1 problem
          header  has several columns `A`
                  help: give each its own name
        ");
    }

    fn picture(header: &str, own: &[(&str, &str)]) -> String {
        let header: Vec<String> = header.split(',').map(str::to_owned).collect();
        let own: BTreeMap<_, _> = own.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        match find(&header, &own) {
            Ok(it) => format!("{:?}", it.named(&header)),
            Err(list) => Problems { file: "roster.csv".to_owned(), list }.to_string(),
        }
    }
}
