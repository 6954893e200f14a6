//! Vocabulary of charts: blocks that draw counts.
//!
//! Every chart prints the numbers that it draws. A value is a non-negative whole number; one that
//! is left out is unknown, for which the word stands and nothing is drawn.
//!
//! ```xml
//! <bars><bar label="critical" value="7" tone="critical"/><bar label="high" value="64"/></bars>
//!
//! <columns><column label="0–7 days" value="32"/><column label="8–30 days" value="64"/></columns>
//!
//! <stacks>
//!   <legend label="Instance">
//!     <key label="Fail" fill="solid"/><key label="Pass" fill="grey"/>
//!   </legend>
//!   <stack label="prod"><part value="3"/><part value="75"/></stack>
//! </stacks>
//!
//! <multiples>
//!   <series label="Exceptions" tone="bad">
//!     <point label="Sep 2026" value="12"/><point label="Oct 2026"/>
//!     <point label="Nov 2026" value="9"/>
//!   </series>
//! </multiples>
//! ```

use super::Tone;

/// A block that draws counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// `<bars>` of `<bar label value? tone?>`: horizontal bars under each other, to the scale of
    /// the largest.
    Bars(Vec<Bar>),
    /// `<columns>` of at most 16 `<column label value? tone?>`: columns on a base line, to the
    /// scale of the largest, each with its value above and its label below; never split over pages.
    Columns(Vec<Bar>),
    /// `<stacks>` of one `<legend>`, then any `<stack>`: bars of one length, divided in parts.
    Stacks(Stacks),
    /// `<multiples>` of `<series label tone?>`: small line charts, two or three in a row; a row is
    /// never split over pages.
    Multiples(Vec<Series>),
}

/// A labelled count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// `label`: what is counted.
    pub label: String,
    /// `value`: how many; none where that is unknown.
    pub value: Option<u64>,
    /// `tone`: colour.
    pub tone: Tone,
}

/// `<legend label>` of `<key label fill>`, and `<stack label>` of `<part value>`: a table of the
/// numbers, with a bar in each row that shows the parts' share of the row's sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stacks {
    /// `label` of the legend: what the bars stand for; it heads their labels.
    pub label: String,
    /// `<key>`: the parts of every bar, in order; it heads their numbers.
    pub keys: Vec<Key>,
    /// `<stack>`: the bars, in order.
    pub stacks: Vec<Stack>,
}

/// `<key label fill>`: what a part stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// `label`: its words.
    pub label: String,
    /// `fill`: its look, which no other key has.
    pub fill: Fill,
}

/// `fill="solid|hatched|tinted|grey|empty"`: each differs from the others without its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// The colour of text.
    Solid,
    /// Slanted lines.
    Hatched,
    /// Half-way to white.
    Tinted,
    /// Light grey.
    Grey,
    /// An outline.
    Empty,
}

/// `<stack label>`: one bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// `label`: left of the bar.
    pub label: String,
    /// `<part value>`: as many counts as there are keys.
    pub parts: Vec<u64>,
}

/// `<series label tone?>` of 1 to 24 `<point label value?>`: one line, on a scale of its own from
/// zero to its largest value, with the last value in bold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// `label`: title above the line.
    pub label: String,
    /// `tone`: colour.
    pub tone: Tone,
    /// `<point>`: equally far apart, the oldest first.
    pub points: Vec<Point>,
}

/// `<point label value?>`: a count at a time. The line has a gap where the value is unknown, and a
/// value between two gaps is a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// `label`: when; the first and the last one are printed.
    pub label: String,
    /// `value`: how many; none where that is unknown.
    pub value: Option<u64>,
}
