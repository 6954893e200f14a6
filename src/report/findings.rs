//! The findings of a rule: kept as what was found, and put into words when they are asked for.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use polars::prelude::{DataFrame, PolarsResult};
use serde::{Serialize, Serializer};

use super::cells::Cells;
use super::results::{FindingRecord, ManagementResponse};
use super::table::Cell;
use super::term::Term;
use crate::audit::{ESCALATED, Finding, FindingVerdict, Outcome};
use crate::config::RuleSettings;
use crate::names::counted;
use crate::parameters::Parameters;
use crate::rules::sentence::{Sentence, SentenceValues};
use crate::rules::{REASONS, Rule};
use crate::tables::column::{ColumnMeta, KindName, Null, span_words};

/// What a rule found: exceptions, then waived ones, then undetermined subjects; by severity,
/// instance and id.
pub struct RuleFindings {
    rule: &'static Rule,
    sentence: Sentence<'static>,
    /// The rule's thresholds with their units, by their keys.
    allowed: Vec<(&'static str, String)>,
    /// The columns of exceptions, and those of undetermined subjects.
    columns: [Vec<FactColumn>; 2],
    /// Exceptions, then undetermined subjects, as the rows of the columns.
    all: Arc<Vec<Finding>>,
    /// How many of them are exceptions.
    n_exceptions: usize,
    /// Those that the report has, in its order.
    kept: Vec<KeptFinding>,
}

impl fmt::Debug for RuleFindings {
    fn fmt(&self, it: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(it, "{} findings of {}", self.kept.len(), self.rule.code)
    }
}

/// A finding, by its place among all that the rule found.
struct KeptFinding {
    place: u32,
    answers: Answers,
}

/// Whom to ask about a finding, and what people say of it.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Whom to ask: the person's manager, or else the owner of the instance, which is said; empty
    /// where none is known.
    pub(super) whom: String,
    /// What reviews decided about the account or token, in words; empty where nothing was decided.
    pub(super) review: String,
    /// What is answered to it.
    pub(super) response: Option<Box<ManagementResponse>>,
}

/// A column that findings rest on.
struct FactColumn {
    name: String,
    null: Null,
    is_span: bool,
    cells: Cells,
}

impl FactColumn {
    fn at(&self, row: usize) -> Cell<'_> {
        match self.cells.at(row) {
            Cell::Int(seconds) if self.is_span => Cell::Text(span_words(seconds).into()),
            cell => cell,
        }
    }

    /// Whether a record states a cell of it: a bound only where there is no exact value, and nothing
    /// twice.
    fn is_stated(&self, cell: &Cell<'_>) -> bool {
        let exact = matches!(self.null, Null::BoundOf(_)) && *cell == Cell::None;
        !exact && !NO_FACTS.contains(&&*self.name)
    }
}

/// Columns of a finding that stand elsewhere in its record.
const NO_FACTS: &[&str] = &[
    "instance",
    "subject_id",
    "subject",
    ESCALATED,
    ACCESS_PATH,
    MANAGER,
    "lower_name",
    "lower_label",
    "server_count",
    REASONS,
];

const ACCESS_PATH: &str = "access_path";
const MANAGER: &str = "manager";

impl RuleFindings {
    /// What a rule found, in the order in which it found it.
    ///
    /// # Errors
    ///
    /// Where a frame lacks the column that says what missing values of another are.
    ///
    /// # Panics
    ///
    /// Where the rule's sentence is none, which a test of the catalogue excludes.
    pub(crate) fn of(outcome: &Outcome, settings: &RuleSettings) -> PolarsResult<Self> {
        let rule = outcome.rule;
        let parameters = Parameters::of(rule.name, settings);
        let allowed = rule.params.iter().map(|parameter| {
            let value = parameters.value(parameter).to_string();
            (parameter.key, with_unit(parameter.key, &value))
        });
        let n_findings = u32::try_from(outcome.findings.len()).expect("frames have fewer rows");
        let kept = (0..n_findings).map(|place| KeptFinding { place, answers: Answers::default() });
        Ok(Self {
            rule,
            sentence: Sentence::parse(rule.sentence).expect("a catalogue holds whole sentences"),
            allowed: allowed.collect(),
            columns: [
                fact_columns(rule, &outcome.exceptions)?,
                fact_columns(rule, &outcome.undetermined)?,
            ],
            all: Arc::clone(&outcome.findings),
            n_exceptions: outcome.exceptions.height(),
            kept: kept.collect(),
        })
    }

    /// Adds to each finding whom to ask and what people say; `answers` gets the manager by the roster,
    /// or nothing.
    pub(super) fn answer(&mut self, answers: impl Fn(&Finding, &str) -> Answers) {
        let mut kept = std::mem::take(&mut self.kept);
        for it in &mut kept {
            it.answers = answers(self.found(it), &self.text(it, MANAGER));
        }
        self.kept = kept;
    }

    /// Puts them in the report's order: what is undetermined stays in that of instances and ids.
    pub(super) fn sort(&mut self) {
        let all = &self.all;
        self.kept.sort_by_key(|kept| {
            let it = &all[kept.place as usize];
            (it.verdict, it.verdict.is_exception().then_some(Reverse(it.severity)))
        });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// What was found, without words.
    pub fn findings(&self) -> impl ExactSizeIterator<Item = &Finding> {
        self.kept.iter().map(|it| self.found(it))
    }

    /// What was found, with whom to ask and what people say, and without further words.
    pub(super) fn answered(&self) -> impl ExactSizeIterator<Item = (&Finding, &Answers)> {
        self.kept.iter().map(|it| (self.found(it), &it.answers))
    }

    /// The id of each finding, with whom to ask about it; empty where nobody is known.
    pub fn owners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answered().map(|(it, answers)| (it.id.as_str(), answers.whom.as_str()))
    }

    /// The findings in words.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = FindingRecord<'_>> {
        self.kept.iter().map(|it| self.record(it))
    }

    /// The finding at a place, counted from 0, in words.
    ///
    /// # Panics
    ///
    /// Where there are no more findings.
    pub fn at(&self, place: usize) -> FindingRecord<'_> {
        self.record(&self.kept[place])
    }

    /// Leaves out the findings that are not wanted.
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(&Finding) -> bool) {
        let all = &self.all;
        self.kept.retain(|it| wanted(&all[it.place as usize]));
        self.kept.shrink_to_fit();
    }

    fn found(&self, it: &KeptFinding) -> &Finding {
        &self.all[it.place as usize]
    }

    fn record<'a>(&'a self, it: &'a KeptFinding) -> FindingRecord<'a> {
        let Answers { whom, review, response } = &it.answers;
        FindingRecord {
            finding: self.found(it),
            sentence: self.sentence(it),
            facts: self.facts(it).collect(),
            access_path: self.text(it, ACCESS_PATH),
            manager: self.text(it, MANAGER),
            whom,
            review,
            response: response.as_deref(),
        }
    }

    /// The columns that a finding rests on, and its row in them.
    fn row(&self, it: &KeptFinding) -> (&[FactColumn], usize) {
        let [exceptions, undetermined] = &self.columns;
        let place = it.place as usize;
        place.checked_sub(self.n_exceptions).map_or((exceptions, place), |row| (undetermined, row))
    }

    fn cell(&self, it: &KeptFinding, name: &str) -> Option<Cell<'_>> {
        let (columns, row) = self.row(it);
        columns.iter().find(|column| column.name == name).map(|column| column.at(row))
    }

    fn text(&self, it: &KeptFinding, name: &str) -> Cow<'_, str> {
        self.cell(it, name).map(Cell::text).unwrap_or_default()
    }

    fn facts<'a>(&'a self, it: &'a KeptFinding) -> impl Iterator<Item = Term<'a>> {
        let (columns, row) = self.row(it);
        let cells = columns.iter().map(move |column| (column, column.at(row)));
        let stated = cells.filter(|(column, cell)| column.is_stated(cell));
        stated.map(|(column, cell)| Term { name: (&*column.name).into(), value: plain(cell) })
    }

    /// What an exception says; an undetermined subject asks for what is missing.
    fn sentence(&self, it: &KeptFinding) -> String {
        let finding = self.found(it);
        if finding.verdict == FindingVerdict::Undetermined {
            let (subject, missing) = (&finding.subject, self.rule.missing);
            return format!("Could not be tested for {subject}. Needed: {missing}");
        }
        self.sentence.fill(&FindingValues { all: self, it })
    }
}

impl Serialize for RuleFindings {
    fn serialize<S: Serializer>(&self, sink: S) -> Result<S::Ok, S::Error> {
        sink.collect_seq(self.iter())
    }
}

/// The columns of a frame that holds what a rule found.
fn fact_columns(rule: &Rule, frame: &DataFrame) -> PolarsResult<Vec<FactColumn>> {
    let column = |name: &str| {
        let known = known(rule, name);
        let null = known.map_or(Null::Unknown, |it| it.null);
        Ok(FactColumn {
            name: name.to_owned(),
            null,
            is_span: known.is_some_and(|it| it.kind == KindName::Span),
            cells: Cells::of(frame, name, null)?,
        })
    };
    frame.columns().iter().map(|it| column(it.name())).collect()
}

/// The column of that name in the first table of the rule that has it.
fn known(rule: &Rule, name: &str) -> Option<ColumnMeta> {
    rule.reads.iter().flat_map(|read| read.columns()).find(|it| it.name == name)
}

/// The value of a threshold with the unit that its key ends with.
fn with_unit(key: &str, value: &str) -> String {
    match key.rsplit('-').next() {
        Some("days") => counted(value, "day"),
        Some("hours") => counted(value, "hour"),
        Some("seconds") => counted(value, "second"),
        Some("percent") => format!("{value} percent"),
        _ => value.to_owned(),
    }
}

/// A cell within a sentence or a list of facts.
fn plain(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::None => "none".into(),
        Cell::Text(it) if it.is_empty() => "none".into(),
        other => other.words(),
    }
}

/// What is known of a finding, for its sentence.
struct FindingValues<'a> {
    all: &'a RuleFindings,
    it: &'a KeptFinding,
}

impl FindingValues<'_> {
    fn cell(&self, name: &str) -> Cell<'_> {
        self.all.cell(self.it, name).unwrap_or(Cell::Unknown)
    }
}

impl SentenceValues for FindingValues<'_> {
    fn column(&self, name: &str) -> String {
        match name {
            // A cell may be empty; what a finding calls its subject never is.
            "subject" => self.all.found(self.it).subject.clone(),
            name => plain(self.cell(name)).into_owned(),
        }
    }

    fn is_known(&self, name: &str) -> bool {
        match self.cell(name) {
            Cell::Unknown | Cell::None => false,
            Cell::Text(it) => !it.is_empty(),
            Cell::Bool(_) | Cell::Int(_) => true,
        }
    }

    fn threshold(&self, key: &str) -> String {
        let allowed = self.all.allowed.iter().find(|it| it.0 == key);
        allowed.map(|it| it.1.clone()).unwrap_or_default()
    }
}
