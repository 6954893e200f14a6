//! The snapshot as dataframes, and what is missing from them.
//!
//! `dictionary` names every column, `build` fills them. Rules and reports read nothing else.

pub mod build;
pub mod column;
pub(crate) mod declare;
pub mod dictionary;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{
    DataFrame, IntoLazy as _, LazyFrame, NamedFrom as _, PolarsResult, Series, SortMultipleOptions,
    col, lit,
};

use self::build::coverage::CoveredMonth;
use self::build::trend::CountedMonth;
pub use self::dictionary::Table;

/// Every table of one snapshot, with the gaps.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    frames: BTreeMap<Table, DataFrame>,
    /// Those of them whose rows stand by their keys.
    in_order: BTreeSet<Table>,
    gaps: Vec<Gap>,
    doubts: Vec<(Option<String>, Doubt)>,
    months: Months,
}

/// What is known of months, as the rows of the tables about them were made from it.
#[derive(Clone, Debug, Default)]
pub struct Months {
    /// Which months have a snapshot of each instance.
    pub covered: Vec<CoveredMonth>,
    /// How many accounts each instance had.
    pub counted: Vec<CountedMonth>,
}

/// Why a rule cannot say all that it would say, although its tables are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// The rule's code.
    pub rule: &'static str,
    /// What is not seen.
    pub hides: Hides,
    /// Why, as the end of "could not be judged because …".
    pub reason: String,
}

/// What a doubt hides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hides {
    /// Some that look fine may be exceptions; what looks like an exception is one.
    Exceptions,
    /// Some that look like exceptions may be fine; what looks fine is so.
    Fine,
}

impl Hides {
    /// What is hidden, in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exceptions => "exceptions",
            Self::Fine => "fine",
        }
    }
}

/// A table that could not be filled for an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The instance; none where the table is missing for all of them.
    pub instance: Option<String>,
    /// What is missing.
    pub table: Table,
    /// Why, as the end of "could not be judged because …".
    pub reason: String,
}

/// The folder of a pack that holds the tables with their types.
pub const TYPED: &str = "tables";

impl Table {
    /// Where a pack has the table with its types.
    pub fn typed_path(self) -> String {
        format!("{TYPED}/{}.parquet", self.sql_name())
    }

    /// Whether the table tells what rules said, so that no rule can read it.
    pub fn is_about_rules(self) -> bool {
        matches!(self, Self::Gaps | Self::Doubts | Self::Outcomes | Self::Findings)
    }
}

impl Tables {
    /// Adds or replaces a table.
    #[must_use]
    pub fn with(mut self, table: Table, frame: DataFrame) -> Self {
        self.frames.insert(table, frame);
        self.in_order.remove(&table);
        self
    }

    /// Keeps every table as [`Self::sorted`] gives it, so that nobody who asks for it gets a copy.
    ///
    /// # Errors
    ///
    /// Where a frame lacks a key of its table.
    pub fn in_order(mut self) -> PolarsResult<Self> {
        for (table, frame) in std::mem::take(&mut self.frames) {
            self.frames.insert(table, in_order(table, &frame)?);
            self.in_order.insert(table);
        }
        Ok(self)
    }

    /// Keeps what is known of months.
    #[must_use]
    pub fn with_months(self, months: Months) -> Self {
        Self { months, ..self }
    }

    /// What is known of months.
    pub fn months(&self) -> &Months {
        &self.months
    }

    /// Records that `table` is missing for an instance, or for all of them.
    pub fn add_gap(&mut self, instance: Option<&str>, table: Table, reason: impl Into<String>) {
        let instance = instance.map(str::to_owned);
        self.gaps.push(Gap { instance, table, reason: reason.into() });
    }

    /// Why `instance` cannot be judged on `tables`, where it cannot.
    pub fn gap(&self, instance: &str, tables: &[Table]) -> Option<&Gap> {
        let here = |gap: &&Gap| gap.instance.as_deref().is_none_or(|name| name == instance);
        self.gaps.iter().filter(here).find(|gap| tables.contains(&gap.table))
    }

    /// Records that a rule is in doubt on an instance, or on all of them.
    pub fn add_doubt(&mut self, instance: Option<&str>, doubt: Doubt) {
        self.doubts.push((instance.map(str::to_owned), doubt));
    }

    /// What a rule is in doubt about on `instance`.
    pub fn doubts<'a>(
        &'a self,
        rule: &'a str,
        instance: &'a str,
    ) -> impl Iterator<Item = &'a Doubt> {
        let here = move |it: &&(Option<String>, Doubt)| {
            it.1.rule == rule && it.0.as_deref().is_none_or(|name| name == instance)
        };
        self.doubts.iter().filter(here).map(|doubt| &doubt.1)
    }

    /// What a rule that declared to read `tables` gets to see: those, but for instances that lack
    /// one.
    #[must_use]
    pub fn only(&self, tables: &[Table], without: &[&str]) -> View {
        let lacking = Series::new("lacking".into(), without);
        let frames = tables.iter().map(|table| {
            let frame = self.frame(*table).lazy();
            let here = || col("instance").is_in(lit(lacking.clone()).implode(true), false).not();
            (*table, if without.is_empty() { frame } else { frame.filter(here()) })
        });
        View { frames: frames.collect() }
    }

    /// Hands over texts of one table, row by row; what is missing is an empty text.
    ///
    /// # Panics
    ///
    /// Panics when the dictionary has no such columns of text, which is a bug in the caller.
    pub fn each_text<const N: usize>(
        &self,
        table: Table,
        columns: [&str; N],
        mut then: impl FnMut([&str; N]),
    ) {
        let frame = self.frame(table);
        let texts = columns.map(|it| {
            let column = frame.column(it).expect("a column of the dictionary");
            column.str().expect("a column of text")
        });
        for row in 0..frame.height() {
            then(texts.map(|text| text.get(row).unwrap_or_default()));
        }
    }

    /// One table, sorted by its keys, as the CSV set has it.
    ///
    /// # Errors
    ///
    /// Where the frame lacks one of them.
    pub fn sorted(&self, table: Table) -> PolarsResult<DataFrame> {
        let frame = self.frame(table);
        if self.in_order.contains(&table) { Ok(frame) } else { in_order(table, &frame) }
    }

    /// One table; empty where nothing filled it.
    pub fn frame(&self, table: Table) -> DataFrame {
        let empty = || DataFrame::empty_with_schema(&table.schema());
        self.frames.get(&table).cloned().unwrap_or_else(empty)
    }
}

/// The rows of a table by its keys.
fn in_order(table: Table, frame: &DataFrame) -> PolarsResult<DataFrame> {
    let options = SortMultipleOptions::default().with_maintain_order(true);
    let mut res = frame.sort(table.sort_keys(), options)?;
    res.rechunk_mut();
    Ok(res)
}

/// The part of the tables that one rule declared to read.
#[derive(Clone)]
pub struct View {
    frames: BTreeMap<Table, LazyFrame>,
}

impl std::fmt::Debug for View {
    fn fmt(&self, it: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        it.debug_set().entries(self.frames.keys()).finish()
    }
}

impl View {
    /// One table, ready to be queried.
    ///
    /// # Panics
    ///
    /// Panics when a rule reads a table that it did not declare, which is a bug in that rule.
    pub fn get(&self, table: Table) -> LazyFrame {
        let frame = self.frames.get(&table);
        frame.unwrap_or_else(|| panic!("{table:?} is read without being declared")).clone()
    }
}
