//! Tables of the dictionary with cells at random, nulls everywhere, near every boundary of every
//! rule.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn as _, NamedFrom as _, Series, TimeUnit,
};
use retool_audit::config::Value;
use retool_audit::rules::Rule;
use retool_audit::tables::column::{ColumnMeta, KindName, Null};
use retool_audit::tables::{Table, Tables};

/// The instances of the tables.
pub(crate) const INSTANCES: [&str; 3] = ["prod", "eu", "all"];

/// Numbers at random that come again with their seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`, by splitmix64.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((it ^ (it >> 31)) % end as u64).expect("a number below another")
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn one<'a, T: ?Sized>(&mut self, of: &'a [&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// How cells of a table are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// Any number, and a null in four cells.
    Wild,
    /// Noughts, `none` where there is such a word, mostly no, and few nulls.
    Calm,
}

/// What cells are drawn from: what rules compare columns with.
pub(crate) struct Pool {
    /// Words by the column that is compared with them.
    words: BTreeMap<String, BTreeSet<String>>,
    numbers: Vec<i64>,
    /// Numbers around the parameter that the column is compared with.
    boundaries: BTreeMap<String, Vec<i64>>,
}

impl Pool {
    /// What the rules name, by the texts of their queries.
    pub(crate) fn of(rules: &[&'static Rule], queries: &[String]) -> Self {
        let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in queries.iter().flat_map(|it| it.lines()) {
            for sign in [" = '", " <> '"] {
                for (at, _) in line.match_indices(sign) {
                    let column = last_word(&line[..at]);
                    let word = line[at + sign.len()..].split('\'').next().unwrap_or_default();
                    words.entry(column.to_owned()).or_default().insert(word.to_owned());
                }
            }
        }
        let mut boundaries: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for query in queries {
            for line in query.lines() {
                for (column, boundary) in compared_with_parameters(query, line) {
                    let near = [boundary - 1, boundary, boundary + 1];
                    boundaries.entry(column).or_default().extend(near);
                }
            }
        }
        let mut numbers: Vec<i64> = (-2..4).collect();
        for rule in rules {
            for param in rule.params {
                match param.default.value() {
                    Value::Number(it) => {
                        let near = |of: i64| [of - 1, of, of + 1];
                        let spans = [1, 3_600, 86_400].into_iter().flat_map(|unit| near(it * unit));
                        numbers.extend(spans);
                    }
                    Value::Words(it) => words.entry(String::new()).or_default().extend(it),
                    Value::Pairs(_) => {}
                }
            }
        }
        words.entry(String::new()).or_default().extend(OTHERS.map(str::to_owned));
        Self { words, numbers, boundaries }
    }

    fn text(&self, column: &str, dice: &mut Dice) -> String {
        let own = self.words.get(column).filter(|_| !dice.chance(4));
        let from: Vec<&str> = own.unwrap_or(&self.words[""]).iter().map(String::as_str).collect();
        dice.one(&from).to_owned()
    }

    /// Whether a rule compares a column with a word.
    fn compares(&self, column: &str, word: &str) -> bool {
        self.words.get(column).is_some_and(|it| it.contains(word))
    }

    /// Every table of the dictionary that rules read.
    pub(crate) fn tables(&self, dice: &mut Dice) -> Tables {
        let mut res = Tables::default();
        for table in Table::ALL.iter().filter(|it| !it.is_about_rules()) {
            // Some rules need many accounts to find anything, and others are about few.
            let height = [dice.below(20), dice.below(200), 400][dice.below(3)];
            let keys = table.sort_keys();
            // Some tables or columns are calm, or else what needs many things to be in order never
            // is.
            let mood = [Some(Mood::Calm), Some(Mood::Wild), None][dice.below(3)];
            let columns = table.columns();
            let cells: Vec<Column> =
                columns.iter().map(|it| self.column(it, &keys, mood, height, dice)).collect();
            let frame = DataFrame::new(height, cells).expect("columns of equal length");
            let schema = frame.schema().as_ref().clone();
            assert_eq!(schema, table.schema(), "{table:?}");
            res = res.with(*table, frame);
        }
        res
    }

    fn column(
        &self,
        it: &ColumnMeta,
        keys: &[&str],
        mood: Option<Mood>,
        height: usize,
        dice: &mut Dice,
    ) -> Column {
        let mood = mood.unwrap_or([Mood::Calm, Mood::Wild][dice.below(2)]);
        // A table's keys are what its rows go by, and never missing.
        let is_never_null = it.null == Null::Never && keys.contains(&it.name);
        let nulls = if mood == Mood::Calm { 20 } else { 4 };
        let mut drawer = Drawer { pool: self, name: it.name, mood, dice };
        let mut cells = Vec::new();
        for _ in 0..height {
            let is_null = !is_never_null && drawer.dice.chance(nulls);
            cells.push((!is_null).then(|| drawer.cell(it.kind)));
        }
        series(it, &cells).into_column()
    }
}

/// A cell of a column.
enum Drawn {
    Text(String),
    List(Vec<String>),
    Bool(bool),
    Number(i64),
}

/// Draws the cells of one column.
struct Drawer<'a> {
    pool: &'a Pool,
    name: &'a str,
    mood: Mood,
    dice: &'a mut Dice,
}

impl Drawer<'_> {
    fn cell(&mut self, kind: KindName) -> Drawn {
        match kind {
            KindName::Text => Drawn::Text(self.text()),
            KindName::List => {
                let n = self.dice.below(4);
                Drawn::List((0..n).map(|_| self.pool.text(self.name, self.dice)).collect())
            }
            KindName::Bool => {
                Drawn::Bool(self.dice.chance(if self.mood == Mood::Calm { 8 } else { 2 }))
            }
            KindName::Int | KindName::Span => Drawn::Number(self.number()),
            KindName::Time => Drawn::Number(1_793_000_000_000 + 1_000 * self.number()),
            KindName::Key => Drawn::Number(self.digit()),
            KindName::Day => Drawn::Number(20_700 + self.digit()),
        }
    }

    fn text(&mut self) -> String {
        match self.name {
            "instance" => self.dice.one(&INSTANCES).to_owned(),
            // Ids meet each other in joins.
            name if name.ends_with("_id") => format!("id{}", self.dice.below(20)),
            name if self.mood == Mood::Calm && self.pool.compares(name, "none") => {
                "none".to_owned()
            }
            name => self.pool.text(name, self.dice),
        }
    }

    fn number(&mut self) -> i64 {
        if self.mood == Mood::Calm || self.dice.chance(5) {
            return 0;
        }
        let own = self.pool.boundaries.get(self.name).filter(|_| self.dice.chance(2));
        let from = own.unwrap_or(&self.pool.numbers);
        from[self.dice.below(from.len())]
    }

    fn digit(&mut self) -> i64 {
        i64::try_from(self.dice.below(9)).expect("a digit")
    }
}

/// The cells as a column of the dictionary's type.
fn series(it: &ColumnMeta, cells: &[Option<Drawn>]) -> Series {
    let name = it.name.into();
    match it.kind {
        KindName::Text => {
            let text = |it: &Drawn| match it {
                Drawn::Text(it) => it.clone(),
                _ => String::new(),
            };
            Series::new(name, cells.iter().map(|it| it.as_ref().map(text)).collect::<Vec<_>>())
        }
        KindName::List => {
            let list = |it: &Drawn| match it {
                Drawn::List(items) => Series::new("".into(), items.clone()),
                _ => Series::new("".into(), Vec::<String>::new()),
            };
            let lists: Vec<Option<Series>> = cells.iter().map(|it| it.as_ref().map(list)).collect();
            let kind = DataType::List(Box::new(DataType::String));
            Series::new(name, lists).cast(&kind).expect("a list of texts")
        }
        KindName::Bool => {
            let flag = |it: &Drawn| matches!(it, Drawn::Bool(true));
            Series::new(name, cells.iter().map(|it| it.as_ref().map(flag)).collect::<Vec<_>>())
        }
        numeric => {
            let number = |it: &Drawn| if let Drawn::Number(it) = it { *it } else { 0 };
            let numbers: Vec<Option<i64>> =
                cells.iter().map(|it| it.as_ref().map(number)).collect();
            let kind = match numeric {
                KindName::Time => DataType::Datetime(TimeUnit::Milliseconds, None),
                KindName::Day => DataType::Date,
                KindName::Key => DataType::UInt32,
                _ => DataType::Int64,
            };
            // Days are counted in fewer bits, from which alone they are made.
            let numbers = Series::new(name, numbers);
            let narrow = if kind == DataType::Date { DataType::Int32 } else { DataType::Int64 };
            numbers.cast(&narrow).and_then(|it| it.cast(&kind)).expect("numbers")
        }
    }
}

/// The name at the end of a text.
fn last_word(text: &str) -> &str {
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    text.rsplit(|it: char| !is_name(it)).next().unwrap_or_default()
}

/// Columns of a line of a query that are compared with parameters, each with the boundary.
fn compared_with_parameters(query: &str, line: &str) -> Vec<(String, i64)> {
    let value = |name: &str| -> Option<i64> {
        let (before, _) = query.split_once(&format!(" AS BIGINT) AS {name}"))?;
        before.rsplit("CAST(").next()?.parse().ok()
    };
    let mut res = Vec::new();
    for (at, _) in line.match_indices(" (SELECT ") {
        let (name, rest) = line[at + 9..].split_once(" FROM parameters)").unwrap_or_default();
        let Some(value) = value(name) else { continue };
        let times = rest.strip_prefix(" * ").map(|it| it.split(|it: char| !it.is_numeric()));
        let times = times.and_then(|mut it| it.next()?.parse().ok()).unwrap_or(1);
        let before = line[..at].trim_end_matches(['<', '>', '=', ' ']);
        res.push((last_word(before).to_owned(), value * times));
    }
    res
}

/// Words that mean something in SQL, and none.
const OTHERS: [&str; 8] =
    ["", "ann", "it's", "a\\b", "users:read", "users:write", "ann@acme.example", "Ä 'x'"];
