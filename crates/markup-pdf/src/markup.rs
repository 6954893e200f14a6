//! Vocabulary of the PDF markup: what a template may say.
//!
//! A document is one `<report>` of blocks. Elements, attributes and values are a closed set:
//! anything else is an error with its line. Runs of white space count as one space. Characters
//! that would act on the text without being seen (controls, bidi overrides) are shown as
//! `⟨U+202E⟩` and never obeyed, and so are characters that no embedded font has.
//!
//! ```xml
//! <report title="Access review" author="Acme" lang="en" created="2026-10-31T23:59:00Z"
//!         id="9f86d081884c7d65" page="a4" header="Access review · Acme" footer="October 2026"
//!         classification="Confidential" accent="#14365c">
//!   <cover>
//!     <logo src="data:image/png;base64,iVBORw0K…" alt="Acme"/>
//!     <title>Access review</title>
//!     <subtitle>October 2026</subtitle>
//!     <stamp tone="good">COMPLETE</stamp>
//!     <fact label="Instances">3</fact>
//!   </cover>
//!   <toc/>
//!   <h1 id="result">Result</h1>
//!   <p>Of <b>120</b> people, <a to="f1">one</a> has left. <badge tone="high">High</badge></p>
//!   <table cols="60 1* 40r">
//!     <head><c>Code</c><c>What</c><c>Count</c></head>
//!     <r id="f1"><c>USR-01</c><c>Left, still active</c><c>1</c></r>
//!   </table>
//! </report>
//! ```
//!
//! Blocks that draw counts have their vocabulary in [`charts`].

pub mod charts;

use charts::Chart;

use crate::color::Color;
use crate::image::Pixels;

/// `<report title author? subject? lang created id page? header? footer? classification? accent?
/// tags?>`:
/// the root; everything else stands in it. This is what it says about the document as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// `title`: title of the file.
    pub title: String,
    /// `author`: who answers for it.
    pub author: String,
    /// `subject`: what it is about.
    pub subject: String,
    /// `lang`: language tag, such as `en` or `en-GB`.
    pub lang: String,
    /// `created`: date of the file, RFC 3339; it comes from the data, not from a clock.
    pub created: String,
    /// `id`: identity of the report in hexadecimal digits; its first 16 stand in the footer.
    pub id: String,
    /// `page`: size of the pages.
    pub page_size: PageSize,
    /// `header`: running header of every page but the cover.
    pub header: String,
    /// `footer`: running footer, beside the report id and the page number.
    pub footer: String,
    /// `classification`: such as `Confidential`; stands on every page.
    pub classification: String,
    /// `accent`: colour of headings, links, rules and bars, `#rgb` or `#rrggbb`; a dark blue if not
    /// said.
    pub accent: Color,
    /// `tags="yes|no"`: whether the file says what each text is (heading, cell, …), for readers
    /// that do not see; `yes` if not said. It costs time and room where tables are long.
    pub tags: bool,
}

/// `page="a4|letter"`, A4 if not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageSize {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8½ × 11 in.
    Letter,
}

/// What comes next in a document, in the order of the markup.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A block without further parts.
    Block(Block),
    /// `<table>`: rows in columns; its rows follow.
    Table(Table),
    /// A row of the table that has begun.
    Row(Row),
    /// The end of the table.
    TableEnd,
    /// `<keep>` of blocks, which follow: not split over pages, if it fits on one.
    Keep,
    /// The end of what is kept together.
    KeepEnd,
    /// `<landscape>` of blocks, which follow, `true`, or its end: pages of their own, turned; not
    /// inside another.
    Landscape(bool),
}

/// One piece of the document's flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// `<cover>`: a page of its own.
    Cover(Cover),
    /// `<toc depth?/>`, once: contents: the `h1` that follow with their pages, linked, and the `h2`
    /// too unless the depth is 1. What follows starts on a new page.
    Contents {
        /// `depth="1|2"`: the least important headings that are listed, 2 if not said.
        depth: u8,
    },
    /// `<h1 id?>`, `<h2 id?>`, `<h3 id?>`: headings, also in the outline. Never last on a page.
    Heading(Heading),
    /// `<p>`: paragraph of text.
    Paragraph(Text),
    /// `<small>`: a remark, such as where a table comes from.
    Remark(Text),
    /// `<note tone?>`: boxed paragraph.
    Note(Tone, Text),
    /// `<ul>` of `<li>`: bulleted list.
    List(Vec<Text>),
    /// `<facts size?>` of `<fact label>`: definition rows.
    Facts(FactList),
    /// `<bars>`, `<columns>`, `<stacks>`, `<multiples>`: counts drawn to scale.
    Chart(Chart),
    /// `<logo src alt?/>`: stays with what follows.
    Logo(Logo),
    /// `<pagebreak/>`: what follows starts on a new page.
    PageBreak,
    /// `<missing title id?>` of text, last of all: a section about the characters that no embedded
    /// font has: the text, and each with how often it occurred.
    Missing(Heading, Text),
}

/// `<logo src alt?/>`: a picture in its own proportions, as large as there is room for a logo. The
/// same picture is in the file once.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// `src`: a PNG as an address, `data:image/png;base64,…`.
    pub pixels: Pixels,
    /// `alt`: what is read aloud in its place; without it, nothing is.
    pub alt: String,
}

/// `<cover>` of one `<title>`, at most one `<logo>` and `<subtitle>`, any `<stamp tone?>` and
/// `<fact label>`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cover {
    /// `<logo>`: above all else.
    pub logo: Option<Logo>,
    /// `<title>`.
    pub title: Text,
    /// `<subtitle>`.
    pub subtitle: Text,
    /// `<stamp>`: framed words such as `COMPLETE` or `NOT SIGNED`.
    pub stamps: Vec<(Tone, Text)>,
    /// `<fact>`: what the reader must know first.
    pub facts: Vec<Fact>,
}

/// A heading; `id` makes it a link's target.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// 1 to 3.
    pub level: u8,
    /// `id`, or one made from its position (no template can name that).
    pub id: String,
    /// Its words.
    pub text: Text,
}

/// `<facts size?>` of `<fact label>`.
#[derive(Debug, Clone, PartialEq)]
pub struct FactList {
    /// `size`: font size in points, 5 to 12; 8.8 if not said.
    pub size: Option<f32>,
    /// `<fact>`.
    pub facts: Vec<Fact>,
}

/// `<fact label>`: a label and what it stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// `label`.
    pub label: String,
    /// Content.
    pub text: Text,
}

/// `<table cols id? size?>`: one `<head>` of `<c>`, then any `<r>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// `id`: target of links.
    pub id: Option<String>,
    /// `cols`: one word a column: points (`60`, at least 12) or shares of the rest (`2*`), then
    /// `r` (right) or `c` (centre).
    pub columns: Vec<Column>,
    /// `size`: font size in points, 5 to 12; 7.5 if not said.
    pub size: f32,
    /// `<head>`: repeated on every page.
    pub head: Vec<Cell>,
}

/// Width and alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    /// How wide.
    pub width: Width,
    /// How its cells are set, unless they say otherwise.
    pub align: Align,
}

/// Width of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Width {
    /// Points.
    Fixed(f32),
    /// Share of what the fixed columns leave.
    Share(f32),
}

/// `align="left|right|center"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Flush left.
    #[default]
    Left,
    /// Flush right, for figures.
    Right,
    /// Centred.
    Center,
}

/// `<r id? tone? to? href?>`: one row; never split over pages unless taller than one.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// `id`: target of links.
    pub id: Option<String>,
    /// `tone`: tint of the row; `muted` greys its text, `info` makes a row of totals.
    pub tone: Tone,
    /// `to` or `href`: the whole row is a link.
    pub link: Option<Box<Link>>,
    /// As many as the table has columns.
    pub cells: Vec<Cell>,
}

/// `<c id? align? tone? to? href?>`: one cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// `id`: target of links, which lead to its row.
    pub id: Option<String>,
    /// `align`: instead of the column's.
    pub align: Option<Align>,
    /// `tone`: colour of the text.
    pub tone: Tone,
    /// Content; `to` or `href` makes all of it a link.
    pub text: Text,
}

/// Text with inline elements.
pub type Text = Vec<Span>;

/// A run of text of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The words.
    pub words: Box<str>,
    /// How they look.
    pub style: Style,
    /// Where a click leads.
    pub link: Option<Box<Link>>,
}

impl Span {
    /// Words without any look.
    pub fn plain(words: &str) -> Self {
        Span { words: words.into(), style: Style::Plain, link: None }
    }
}

/// Look of a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// As its surroundings.
    #[default]
    Plain,
    /// `<b>`: bold.
    Bold,
    /// `<code>`: names, ids and values as the machine has them; tinted.
    Code,
    /// `<badge tone>`: a word with a shape before it, so that it survives black and white.
    Badge(Tone),
    /// `<br/>`: new line.
    Break,
}

/// `<a to>`, `<a href>`, and the same attributes of cells and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// `to`: the element with that id.
    To(String),
    /// `href`: an `https:`, `http:` or `mailto:` address.
    Href(String),
}

/// `tone="plain|good|bad|warn|info|muted|critical|high|medium|low"`: meaning, shown as colour and,
/// in badges and stamps, as shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// No meaning.
    #[default]
    Plain,
    /// Check mark, green.
    Good,
    /// Cross, red.
    Bad,
    /// Hollow triangle, amber.
    Warn,
    /// Ring, blue.
    Info,
    /// Dash, grey.
    Muted,
    /// Diamond, dark red.
    Critical,
    /// Triangle, red.
    High,
    /// Square, amber.
    Medium,
    /// Disc, blue grey.
    Low,
}
