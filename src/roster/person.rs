//! One person of the roster, with every position that its rows give, and what all of them come to.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Kind, Status};

/// One person, or a service account that somebody owns: one row, or several that speak of the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The line of the file where the first row begins, from 1.
    pub line: u64,
    /// The number or name under which the source keeps the person.
    pub person_id: Option<String>,
    /// For reading alone; nobody is ever matched by name.
    pub name: Option<String>,
    /// Every address in its normal form, without repetition, the primary one of the first row first.
    pub emails: Vec<String>,
    /// What each row says, in the order of the file; never empty.
    pub positions: Vec<Position>,
    /// Why the rows may be of different people: they share an id, and neither a name nor an address.
    pub mismatch: Option<String>,
}

/// What one row says: a job, past, present or to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line of the file where the row begins, from 1.
    pub line: u64,
    /// The row's own address: the first one.
    pub email: Option<String>,
    /// Where the person stands with the organization, as the row says.
    pub status: Status,
    /// What the person is to the organization.
    pub kind: Kind,
    /// The first day.
    pub start_date: Day,
    /// The last day.
    pub end_date: Day,
    /// The first day of a leave.
    pub leave_start: Day,
    /// The manager as the file names them, preferably by address.
    pub manager: Option<String>,
    /// The department.
    pub department: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// Who answers for a service account, an address in its normal form.
    pub owner_email: Option<String>,
}

/// A day that a row gives or does not give.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Day {
    /// The cell is empty or says that there is none, or the file has no such column.
    #[default]
    None,
    /// The day.
    On(NaiveDate),
    /// The cell holds something that is no date: which day it is, nobody knows.
    Unreadable,
}

impl Day {
    /// The day, where it is known.
    pub fn known(self) -> Option<NaiveDate> {
        match self {
            Self::On(day) => Some(day),
            Self::None | Self::Unreadable => None,
        }
    }

    /// Whether there is no such day; nobody knows where the cell cannot be read.
    pub fn is_absent(self) -> Option<bool> {
        match self {
            Self::None => Some(true),
            Self::On(_) => Some(false),
            Self::Unreadable => None,
        }
    }

    /// What several rows come to: none where one of them has none, unreadable where one of them
    /// is, or else what `pick` makes of two days.
    fn among(
        days: impl Iterator<Item = Self>,
        pick: fn(NaiveDate, NaiveDate) -> NaiveDate,
    ) -> Self {
        let both = |one: Self, other: Self| match (one, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (Self::Unreadable, _) | (_, Self::Unreadable) => Self::Unreadable,
            (Self::On(one), Self::On(other)) => Self::On(pick(one, other)),
        };
        days.reduce(both).unwrap_or_default()
    }
}

/// Where a person stands on a day, by all rows together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The status; never [`Status::ByDate`], and unknown where rows contradict each other.
    pub status: Status,
    /// The first day: of the current positions, or of those to come.
    pub start_date: Day,
    /// The last day, after all current positions, or after all that there were.
    pub end_date: Day,
    /// The first day on which the person was on leave from every current position.
    pub leave_start: Day,
    /// What the person is to the organization in all current positions; unknown, with both words,
    /// where they differ.
    pub kind: Kind,
    /// Which rows contradict each other, with line and status of both.
    pub contradiction: Option<String>,
}

impl Position {
    /// The status on `day`: what the row says, or what its dates say where the file has no status
    /// column. Never [`Status::ByDate`]. A last day still counts as working.
    fn status_on(&self, day: NaiveDate) -> Status {
        if self.status != Status::ByDate {
            return self.status;
        }
        match (self.start_date, self.end_date) {
            (_, Day::On(end)) if end < day => Status::Terminated,
            (Day::Unreadable, _) | (_, Day::Unreadable) => Status::Unknown,
            (Day::On(start), _) if start > day => Status::Future,
            _ => Status::Active,
        }
    }

    /// Whether this is known to be another job than `other`: begun on another day, after the
    /// other's last one, in another department, or with another title.
    fn is_apart_from(&self, other: &Self) -> bool {
        let apart = |one: Option<&String>, other: Option<&String>| {
            one.zip(other).is_some_and(|(one, other)| one != other)
        };
        let days = |one: Day, other: Day| one.known().zip(other.known());
        let after = |one: &Self, other: &Self| {
            days(one.start_date, other.end_date).is_some_and(|(start, end)| start > end)
        };
        days(self.start_date, other.start_date).is_some_and(|(one, other)| one != other)
            || after(self, other)
            || after(other, self)
            || apart(self.department.as_ref(), other.department.as_ref())
            || apart(self.title.as_ref(), other.title.as_ref())
    }
}

/// A row with its status on the day in question.
#[derive(Clone, Copy)]
struct Said<'a> {
    position: &'a Position,
    status: Status,
}

impl Person {
    /// Where the person stands on `day`.
    ///
    /// A status that all rows share is the person's. Who works in one position and left another,
    /// or will begin one, works. Rows that say different things of what may be one position
    /// contradict each other.
    pub fn on(&self, day: NaiveDate) -> Standing {
        let said = |position| Said { position, status: Position::status_on(position, day) };
        let said: Vec<Said<'_>> = self.positions.iter().map(said).collect();
        let are = |wanted: &[Status]| -> Vec<Said<'_>> {
            said.iter().copied().filter(|it| wanted.contains(&it.status)).collect()
        };
        let (working, left) = (are(&[Status::Active, Status::Leave]), are(&[Status::Terminated]));
        let same = said.iter().all(|it| it.status == said[0].status);
        let contradiction = if same { None } else { self.contradiction(&said) };
        let (status, current) = match (&contradiction, same) {
            (Some(_), _) => (Status::Unknown, said),
            (None, true) => (said[0].status, said),
            (None, false) if !working.is_empty() => {
                let active = working.iter().any(|it| it.status == Status::Active);
                (if active { Status::Active } else { Status::Leave }, working)
            }
            (None, false) => (Status::Terminated, left),
        };
        Standing::of(status, &current, contradiction)
    }

    /// Which rows of different status cannot be told apart, or why nobody knows.
    fn contradiction(&self, said: &[Said<'_>]) -> Option<String> {
        let words = |it: &Said<'_>| format!("line {} says {}", it.position.line, it.status.word());
        let pair = |one: &Said<'_>, other: &Said<'_>| format!("{}, {}", words(one), words(other));
        for (at, one) in said.iter().enumerate() {
            for other in said[at + 1..].iter().filter(|it| it.status != one.status) {
                let unknown = [one, other].iter().any(|it| it.status == Status::Unknown);
                if let Some(mismatch) = &self.mismatch {
                    return Some(format!("{}; {mismatch}", pair(one, other)));
                }
                if unknown || !one.position.is_apart_from(other.position) {
                    return Some(pair(one, other));
                }
            }
        }
        None
    }

    /// The status on `day`; see [`Person::on`].
    pub fn status_on(&self, day: NaiveDate) -> Status {
        self.on(day).status
    }

    /// The lines that say that the person left.
    pub fn left_lines(&self, day: NaiveDate) -> impl Iterator<Item = u64> {
        let left = move |it: &&Position| it.status_on(day) == Status::Terminated;
        self.positions.iter().filter(left).map(|it| it.line)
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
        self.positions.iter().filter_map(|it| it.owner_email.as_deref()).collect()
    }

    /// Whether every row says that this is a service account.
    pub fn is_service(&self) -> bool {
        self.positions.iter().all(|it| it.kind == Kind::Service)
    }

    /// Whether any row has `email`, in its normal form, as its own address.
    pub fn has_primary(&self, email: &str) -> bool {
        self.positions.iter().any(|it| it.email.as_deref() == Some(email))
    }

    fn texts(&self, of: fn(&Position) -> Option<&String>) -> Option<String> {
        let mut words: Vec<&str> = Vec::new();
        for word in self.positions.iter().filter_map(of) {
            if !words.contains(&word.as_str()) {
                words.push(word);
            }
        }
        (!words.is_empty()).then(|| words.join("; "))
    }
}

impl Standing {
    fn of(status: Status, current: &[Said<'_>], contradiction: Option<String>) -> Self {
        let days = |of: fn(&Position) -> Day, pick: fn(NaiveDate, NaiveDate) -> NaiveDate| {
            // What contradicts itself about the status says nothing about days either.
            let unsure = contradiction.is_some().then_some(Day::Unreadable);
            unsure.unwrap_or_else(|| Day::among(current.iter().map(|it| of(it.position)), pick))
        };
        Self {
            status,
            start_date: days(|it| it.start_date, NaiveDate::min),
            end_date: days(|it| it.end_date, NaiveDate::max),
            leave_start: days(|it| it.leave_start, NaiveDate::max),
            kind: kind(current),
            contradiction,
        }
    }
}

/// What all rows call the person.
fn kind(current: &[Said<'_>]) -> Kind {
    let first = &current[0].position.kind;
    if current.iter().all(|it| it.position.kind == *first) {
        return first.clone();
    }
    let words: BTreeSet<&str> = current.iter().map(|it| it.position.kind.word()).collect();
    Kind::Unknown(words.into_iter().collect::<Vec<_>>().join(", "))
}
