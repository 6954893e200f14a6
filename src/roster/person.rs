//! One person of the roster, with every position that its rows give, and what all of them come to.

mod day;
mod standing;

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;

pub use self::day::StatedDay;
pub use self::standing::Standing;
use super::{PersonKind, RowOrigin, Status};

/// One person, or a service account with an owner: one row, or several that speak of the same.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The place among all people of all rosters, which distinguishes the person from others.
    pub number: u64,
    /// The number or name under which the source keeps the person.
    pub person_id: Option<String>,
    /// For reading alone; people are never matched by name.
    pub name: Option<String>,
    /// Every address in its normal form, without repetition, the primary one of the first row
    /// first.
    pub emails: Vec<Arc<str>>,
    /// What each row says, in the order of the files; never empty.
    pub positions: Vec<Position>,
    /// Why the rows may be of different people: they share an id, and neither a name nor an
    /// address.
    pub mismatch: Option<String>,
}

/// What one row says: a job, past, present or to come.
#[derive(Clone, Debug)]
pub struct Position {
    /// The file.
    pub origin: Arc<RowOrigin>,
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The row's own address: the first one.
    pub email: Option<Arc<str>>,
    /// Where the person stands with the organization, as the row says.
    pub status: Status,
    /// The same in the file's own word.
    pub status_word: Arc<str>,
    /// What the person is to the organization.
    pub kind: PersonKind,
    /// The first day.
    pub start_date: StatedDay,
    /// The last day, as the row says it; see [`Position::last_day`].
    pub end_date: StatedDay,
    /// The last day of a fixed term.
    pub contract_end: StatedDay,
    /// The first day of a leave.
    pub leave_start: StatedDay,
    /// Whom the person reports to, as the file says it.
    pub manager: Option<Arc<str>>,
    /// Where the person works.
    pub department: Option<Arc<str>>,
    /// As what.
    pub title: Option<Arc<str>>,
    /// Who answers for the service account, an address in its normal form.
    pub owner_email: Option<Arc<str>>,
}

impl Position {
    /// Where the row is: `line 3`, with the file where there are several rosters.
    pub fn place(&self) -> String {
        self.origin.place(self.line)
    }

    /// The status on `day`: what the row says, or what its days say where the file has no column
    /// for it. Never [`Status::ByDate`]. A last day still counts as working.
    fn status_on(&self, day: NaiveDate) -> Status {
        if self.status != Status::ByDate {
            return self.status;
        }
        match (self.start_date, self.last_day(day)) {
            (_, StatedDay::On(end)) if end < day => Status::Terminated,
            (StatedDay::Unreadable, _) | (_, StatedDay::Unreadable) => Status::Unknown,
            (StatedDay::On(start), _) if start > day => Status::Future,
            _ => Status::Active,
        }
    }

    /// The last day as it is known on `day`: of a last day and the end of a fixed term the earlier
    /// one. Whoever has left need not have stayed until a term's end that is to come.
    pub fn last_day(&self, day: NaiveDate) -> StatedDay {
        let left = self.status == Status::Terminated && self.end_date.known().is_none();
        match self.contract_end {
            StatedDay::On(end) if left && end > day => self.end_date,
            _ => self.end_date.earlier(self.contract_end),
        }
    }

    /// The last day where the row may be believed: one that is to come says nothing of when a
    /// person left, unless the row says that they work until then.
    fn sure_last_day(&self, day: NaiveDate) -> StatedDay {
        let works = !matches!(self.status, Status::Terminated | Status::Unknown);
        match self.last_day(day) {
            StatedDay::On(end) if end > day && !works => StatedDay::Unreadable,
            last => last,
        }
    }

    /// Which cells of the row contradict each other on `day`: the status says that the person works
    /// and the last day is over, or that the person left and the last day is to come.
    fn contradiction(&self, day: NaiveDate) -> Option<String> {
        let end = self.last_day(day).known()?;
        let words = match self.status {
            Status::Active | Status::Leave if end < day => "is over",
            Status::Terminated if end > day => "is to come",
            _ => return None,
        };
        let RowOrigin { status, end: header, .. } = &*self.origin;
        let word = &self.status_word;
        Some(format!(
            "{}: `{status}` is `{word}`, and the last day, `{header}` {end}, {words}",
            self.place()
        ))
    }

    /// Whether this is known to be another job than `other`: begun on another day, after the
    /// other's last one, in another department, or with another title. Two files call departments
    /// and jobs differently, and so only a day after the other's last one counts between them.
    fn is_apart_from(&self, other: &Self) -> bool {
        let apart = |one: Option<&Arc<str>>, other: Option<&Arc<str>>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let days = |one: StatedDay, other: StatedDay| one.known().zip(other.known());
        let after = |one: &Self, other: &Self| {
            days(one.start_date, other.end_date.earlier(other.contract_end))
                .is_some_and(|(start, end)| start > end)
        };
        if after(self, other) || after(other, self) {
            return true;
        }
        Arc::ptr_eq(&self.origin, &other.origin)
            && (days(self.start_date, other.start_date).is_some_and(|(one, other)| one != other)
                || apart(self.department.as_ref(), other.department.as_ref())
                || apart(self.title.as_ref(), other.title.as_ref()))
    }
}

impl Person {
    /// The status on `day`; see [`Person::on`].
    pub fn status_on(&self, day: NaiveDate) -> Status {
        self.on(day).status
    }

    /// Where the first row is; see [`Position::place`].
    pub fn place(&self) -> String {
        self.positions[0].place()
    }

    /// Where all rows are: `3; 7`.
    pub fn lines(&self) -> String {
        let lines =
            self.positions.iter().map(|position| position.origin.short_place(position.line));
        lines.collect::<Vec<_>>().join("; ")
    }

    /// The rows that say that the person left.
    pub fn left_lines(&self, day: NaiveDate) -> impl Iterator<Item = String> {
        let left = move |position: &&Position| position.status_on(day) == Status::Terminated;
        self.positions
            .iter()
            .filter(left)
            .map(|position| position.origin.short_place(position.line))
    }

    /// The managers that the rows name.
    pub fn manager(&self) -> Option<String> {
        self.texts(|it| it.manager.as_ref())
    }

    /// The departments that the rows name.
    pub fn department(&self) -> Option<String> {
        self.texts(|it| it.department.as_ref())
    }

    /// The job titles that the rows name.
    pub fn title(&self) -> Option<String> {
        self.texts(|it| it.title.as_ref())
    }

    /// Who answers for the service account.
    pub fn owners(&self) -> BTreeSet<&str> {
        self.positions.iter().filter_map(|position| position.owner_email.as_deref()).collect()
    }

    /// Whether every row says that this is a service account.
    pub fn is_service(&self) -> bool {
        self.positions.iter().all(|position| position.kind == PersonKind::Service)
    }

    /// Whether any row has `email`, in its normal form, as its own address.
    pub fn has_primary(&self, email: &str) -> bool {
        self.positions.iter().any(|position| position.email.as_deref() == Some(email))
    }

    fn texts(&self, of: fn(&Position) -> Option<&Arc<str>>) -> Option<String> {
        let mut words: Vec<&str> = Vec::new();
        for word in self.positions.iter().filter_map(of) {
            if !words.contains(&&**word) {
                words.push(word);
            }
        }
        (!words.is_empty()).then(|| words.join("; "))
    }
}
