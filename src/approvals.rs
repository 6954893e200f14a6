//! Which changes were approved, as a file of people's decisions says.
//!
//! An approval is of one change of one subject of one instance, and it is dated: an old one does
//! not cover a new change. Rows that do not say all of that are kept as refusals.

mod days;

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use chrono::NaiveDate;

use self::days::ApprovalDates;
use crate::calendar::Calendar;
use crate::config::TableForm;
use crate::config::problem::{Problem, Problems, did_you_mean};
use crate::identities::{AccountMatch, Identities, Identity};
use crate::input::{InputFile, Unreadable};
use crate::names::fold;
use crate::roster::Rejected;
use crate::spreadsheet::{self, Sheet};

/// The approvals of one file, as they were written down; which of them count is another question.
#[derive(Clone, Debug)]
pub struct Approvals {
    /// The file.
    pub input: InputFile,
    /// Rows with anything in them, without the header.
    pub rows: usize,
    /// In the order of the file.
    pub records: Vec<Approval>,
    /// Rows that are no approvals.
    pub rejected: Vec<Rejected>,
}

/// One row that says all of what an approval says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The instance, as the file has it.
    pub instance: String,
    /// What was changed, as the file has it: an id, an address or a name.
    pub subject: String,
    /// What is approved.
    pub change: ApprovedKind,
    /// Who approved it, as the file has it.
    pub approver: String,
    /// When.
    pub day: NaiveDate,
}

/// The approvals that count for one snapshot.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// Rows that are no approvals, or that do not count; by line.
    pub rejected: Vec<Rejected>,
    days: BTreeMap<Approved, Vec<NaiveDate>>,
}

/// A change of something, in one spelling.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Approved {
    change: ApprovedKind,
    instance: String,
    subject: String,
}

/// What is asked of approvals.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalQuery<'a> {
    /// What was changed.
    pub change: ApprovedKind,
    /// The instance.
    pub instance: &'a str,
    /// What the subject goes by.
    pub names: &'a [&'a str],
    /// The first day on which the approval may have been given.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

/// What an approval is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovedKind {
    /// A new account.
    Added,
    /// An account that may sign in again.
    Reactivated,
    /// An account that may do more than before.
    Privilege,
    /// What a group grants, or that there is such a group.
    Rights,
    /// A new token, or what a token may do.
    Token,
    /// A setting of the instance.
    Setting,
}

impl ApprovedKind {
    /// Every change, in the order of reading.
    pub const ALL: &[Self] = &[
        Self::Added,
        Self::Reactivated,
        Self::Privilege,
        Self::Rights,
        Self::Token,
        Self::Setting,
    ];

    /// Whether it is of an account, and so of a person.
    pub fn is_of_account(self) -> bool {
        matches!(self, Self::Added | Self::Reactivated | Self::Privilege)
    }

    /// The change as the file writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Reactivated => "reactivated",
            Self::Privilege => "privilege",
            Self::Rights => "rights",
            Self::Token => "token",
            Self::Setting => "setting",
        }
    }
}

/// Why there are no approvals.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] Unreadable),
    /// The file can be read and has not the columns of approvals.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// Reads the approvals.
///
/// # Errors
///
/// When the file cannot be read, or as [`parse`].
pub fn read(path: &Path, calendar: Calendar) -> Result<Approvals, Error> {
    Ok(of(InputFile::read("approvals", path)?, calendar)?)
}

/// Makes approvals of the bytes of a file called `file`; moments are days of `calendar`.
///
/// # Errors
///
/// When it is no text, or a column is missing.
pub fn parse(bytes: &[u8], file: &str, calendar: Calendar) -> Result<Approvals, Problems> {
    of(InputFile::new(file, bytes.to_vec()), calendar)
}

fn of(input: InputFile, calendar: Calendar) -> Result<Approvals, Problems> {
    let problems = |list| Problems { file: input.name.clone(), list };
    let knows = |cells: &[&str]| COLUMNS.iter().filter(|it| place(cells, it).is_some()).count();
    let sheet = spreadsheet::read(&input.bytes, &TableForm::default(), &knows);
    let sheet = sheet.map_err(|it| problems(vec![it]))?;
    let places = places(&sheet).map_err(problems)?;
    let mut res =
        Approvals { input, rows: sheet.rows().len(), records: Vec::new(), rejected: Vec::new() };
    let days = ApprovalDates::of(&sheet, places[DAY], calendar);
    for row in sheet.rows() {
        let read = match sheet.misfit(row) {
            None => approval(row.line, places.map(|place| row.cell(place)), &days),
            Some(reason) => Err(reason),
        };
        match read {
            Ok(it) => res.records.push(it),
            Err(reason) => res.rejected.push(Rejected { line: row.line, reason }),
        }
    }
    Ok(res)
}

impl Approvals {
    /// The approvals that count: of what is there, and by a person who is known not to be the one
    /// whom the change is of. The others are kept as refusals.
    ///
    /// An approval dated after `today` does not count.
    pub fn counting(&self, identities: &Identities<'_>, today: NaiveDate) -> Settled {
        let mut res = Settled { rejected: self.rejected.clone(), days: BTreeMap::new() };
        for it in &self.records {
            let early = (it.day > today)
                .then(|| format!("is of {}, after the collection on {today}", it.day));
            match early.map_or_else(|| it.counting(identities), Err) {
                Ok(approved) => res.days.entry(approved).or_default().push(it.day),
                Err(reason) => res.rejected.push(Rejected { line: it.line, reason }),
            }
        }
        res.rejected.sort_by_key(|it| it.line);
        res
    }
}

impl Settled {
    /// The last day in time on which the change was approved; none where it was not.
    pub fn approved_on(&self, asked: &ApprovalQuery<'_>) -> Option<NaiveDate> {
        let days = asked.names.iter().filter_map(|name| {
            let approved = Approved {
                change: asked.change,
                instance: fold(asked.instance),
                subject: fold(name),
            };
            self.days.get(&approved)
        });
        days.flatten().copied().filter(|day| (asked.from..=asked.to).contains(day)).max()
    }
}

impl Approval {
    /// What it approves, or why it does not count.
    fn counting(&self, identities: &Identities<'_>) -> Result<Approved, String> {
        let Some(instance) = identities.instance(&self.instance) else {
            let help = did_you_mean(&self.instance, identities.instances());
            let help = help.map(|it| format!("; {it}")).unwrap_or_default();
            return Err(format!(
                "names the instance `{}`, which is not audited{help}",
                self.instance
            ));
        };
        let approver = identities.whom(&self.approver, Some(instance));
        if approver.is_nobody() {
            return Err(format!(
                "`{}` is neither an address nor a known id, so it is unknown who approved",
                self.approver
            ));
        }
        if self.behind(identities, instance).iter().any(|it| it.may_be(&approver)) {
            return Err(format!("`{}` approves a change of their own", self.approver));
        }
        if identities.has_roster() && !identities.knows(&approver) {
            return Err(format!(
                "neither the roster nor an instance knows `{}`, who approved",
                self.approver
            ));
        }
        let subject = self.subject_on(identities, instance)?;
        Ok(Approved { change: self.change, instance: fold(instance), subject })
    }

    /// The subject without the kind that may stand before it.
    pub fn bare_subject(&self) -> &str {
        let kind = match self.change {
            ApprovedKind::Added | ApprovedKind::Reactivated | ApprovedKind::Privilege => "user:",
            ApprovedKind::Rights => "group:",
            ApprovedKind::Token => "token:",
            ApprovedKind::Setting => "setting:",
        };
        let cut = self.subject.get(..kind.len()).filter(|it| it.eq_ignore_ascii_case(kind));
        cut.map_or(&self.subject[..], |it| &self.subject[it.len()..]).trim()
    }

    /// The people whose change it is.
    fn behind(&self, identities: &Identities<'_>, instance: &str) -> Vec<Rc<Identity>> {
        match self.change {
            it if it.is_of_account() => vec![identities.whom(self.bare_subject(), Some(instance))],
            ApprovedKind::Token => {
                let tokens = identities.tokens(self.bare_subject(), instance);
                let owners = tokens.iter().filter_map(|token| token.owner_legacy_id.as_ref());
                owners.map(|owner| identities.whom(&owner.0, Some(instance))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the subject is called where it is looked for: the id of an account or a token.
    fn subject_on(&self, identities: &Identities<'_>, instance: &str) -> Result<String, String> {
        let word = self.bare_subject();
        let several = |count: usize, what: &str| {
            format!("`{word}` is what {count} {what} of `{instance}` go by: write the id of one")
        };
        if self.change.is_of_account() {
            return match identities.account(word, instance) {
                AccountMatch::One(id) => Ok(fold(id)),
                AccountMatch::Several(count) => Err(several(count, "accounts")),
                AccountMatch::None => Ok(fold(word)),
            };
        }
        if self.change == ApprovedKind::Token {
            return match identities.tokens(word, instance)[..] {
                [] => Ok(fold(word)),
                [one] => Ok(fold(&one.id.0)),
                ref all => Err(several(all.len(), "tokens")),
            };
        }
        Ok(fold(word))
    }
}

const COLUMNS: [&str; 6] =
    ["instance", "subject", "change", "reference", "approver", "approved-at"];

/// The place of a column among headers; its name counts whatever its case and hyphens.
fn place(header: &[&str], column: &str) -> Option<usize> {
    let plain = |it: &str| it.trim().to_lowercase().replace(['_', ' '], "-");
    header.iter().position(|it| plain(it) == column)
}

/// Where the columns are.
fn places(sheet: &Sheet) -> Result<[usize; 6], Vec<Problem>> {
    let header: Vec<&str> = sheet.header.iter().map(String::as_str).collect();
    let mut missing = Vec::new();
    let places = COLUMNS.map(|word| {
        place(&header, word).unwrap_or_else(|| {
            let help = did_you_mean(word, header.iter().copied());
            let what = format!("has no column `{word}`");
            missing.push(Problem::new(format!("line {}", sheet.header_line), what, help));
            0
        })
    });
    if missing.is_empty() { Ok(places) } else { Err(missing) }
}

/// The place of the column with days.
const DAY: usize = 5;

fn approval(line: u64, cells: [&str; 6], days: &ApprovalDates) -> Result<Approval, String> {
    if let Some((word, _)) = COLUMNS.iter().zip(cells).find(|it| it.1.is_empty()) {
        return Err(format!("`{word}` is empty"));
    }
    let [instance, subject, word, _, approver, at] = cells;
    let Some(change) = ApprovedKind::ALL.iter().find(|it| it.word() == fold(word)) else {
        let words: Vec<_> = ApprovedKind::ALL.iter().map(|it| format!("`{}`", it.word())).collect();
        return Err(format!("`change` is `{word}`, expected one of {}", words.join(", ")));
    };
    Ok(Approval {
        line,
        instance: instance.to_owned(),
        subject: subject.to_owned(),
        change: *change,
        approver: approver.to_owned(),
        day: days.day(at)?,
    })
}

#[cfg(test)]
mod tests;
