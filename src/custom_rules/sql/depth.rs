//! How deep and how long SQL may be: what reads it goes down with every bracket and operator, and
//! tries what stands in brackets more than once.

use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer, Word};

/// How far operators may go into each other: `a OR b OR c` is two deep, `NOT (a OR b)` too. The
/// engine works that far down on threads with a stack of 2 MiB.
const DEEPEST: usize = 100;
/// How many brackets and CASEs may be open at once.
const MOST_OPEN: usize = 32;
/// How often a rule may name a table, or a query of its own, to read from.
const MOST_SOURCES: usize = 32;
/// How many words and signs a text may have.
const LONGEST: usize = 20_000;
/// What the parser may count, so that it never gets to what it does then: to try it otherwise.
pub(super) const PARSER: usize = 40 * DEEPEST;

/// Where a text goes too far, and how.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMuch {
    pub(super) at: Location,
    pub(super) what: String,
    pub(super) help: &'static str,
}

/// Measures a text that nothing has read yet; one that is no SQL is left to the parser.
pub(super) fn measure(text: &str) -> Result<(), TooMuch> {
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location() else {
        return Ok(());
    };
    let mut gauge = DepthGauge::default();
    let told = |token_with_span: &&sqlparser::tokenizer::TokenWithSpan| {
        !matches!(token_with_span.token, Token::Whitespace(_))
    };
    for (count, it) in tokens.iter().filter(told).enumerate() {
        gauge.take(&it.token);
        let over = if count >= LONGEST { Some(too_long()) } else { gauge.over() };
        if let Some((what, help)) = over {
            return Err(TooMuch { at: it.span.start, what, help });
        }
    }
    Ok(())
}

fn too_long() -> (String, &'static str) {
    let what = format!("the SQL has more than {LONGEST} words and signs");
    (what, "put long lists into a parameter: `LOWER(a) IN ($words)`")
}

/// What is open while a text is read.
#[derive(Default)]
struct DepthGauge {
    levels: Vec<BracketKind>,
    outer: BracketKind,
    sources: usize,
}

/// What stands between two brackets, or between CASE and END.
#[derive(Default)]
struct BracketKind {
    /// Operators in a row, by how they bind: those that bind less are further up.
    ors: usize,
    ands: Most,
    rest: Most,
    /// The deepest brackets that were closed here.
    inner: usize,
    /// The deepest of what stands beside it: other arguments, columns and clauses.
    beside: usize,
    /// A CASE is as deep as it has branches.
    branches: usize,
}

/// A count, and the most that it came to.
#[derive(Default)]
struct Most {
    now: usize,
    most: usize,
}

impl Most {
    fn add(&mut self) {
        self.now += 1;
        self.most = self.most.max(self.now);
    }
}

impl BracketKind {
    fn depth(&self) -> usize {
        let chain = self.ors + self.ands.most + self.rest.most + self.inner;
        self.branches + chain.max(self.beside)
    }

    fn next(&mut self) {
        let (depth, branches) = (self.depth() - self.branches, self.branches);
        *self = Self { beside: depth, branches, ..Self::default() };
    }
}

impl DepthGauge {
    fn take(&mut self, token: &Token) {
        match token {
            Token::LParen | Token::LBracket | Token::LBrace => self.open(),
            Token::RParen | Token::RBracket | Token::RBrace => self.close(),
            Token::Comma | Token::SemiColon => self.level().next(),
            Token::Word(it) if it.quote_style.is_none() => self.word(it),
            Token::Word(_)
            | Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::Placeholder(_)
            | Token::Period
            | Token::EOF => {}
            _ => self.level().rest.add(),
        }
    }

    fn word(&mut self, word: &Word) {
        match word.value.to_ascii_uppercase().as_str() {
            "CASE" => self.open(),
            "END" => self.close(),
            "WHEN" => {
                self.level().next();
                self.level().branches += 1;
            }
            "OR" => {
                let level = self.level();
                level.ors += 1;
                (level.ands.now, level.rest.now) = (0, 0);
            }
            "AND" => {
                let level = self.level();
                level.ands.add();
                level.rest.now = 0;
            }
            "NOT" | "IS" | "IN" | "LIKE" | "ILIKE" | "BETWEEN" => self.level().rest.add(),
            "FROM" | "JOIN" => {
                self.sources += 1;
                self.level().next();
            }
            "THEN" | "ELSE" | "SELECT" | "WHERE" | "ON" | "GROUP" | "HAVING" | "UNION" => {
                self.level().next();
            }
            _ => {}
        }
    }

    fn level(&mut self) -> &mut BracketKind {
        self.levels.last_mut().unwrap_or(&mut self.outer)
    }

    fn open(&mut self) {
        self.levels.push(BracketKind::default());
    }

    fn close(&mut self) {
        // A bracket too many is reported by the parser.
        let Some(closed) = self.levels.pop() else { return };
        let level = self.level();
        level.inner = level.inner.max(closed.depth() + 1);
    }

    fn over(&self) -> Option<(String, &'static str)> {
        let open = self.levels.len();
        let depth =
            self.outer.depth() + self.levels.iter().map(|level| level.depth() + 1).sum::<usize>();
        if open > MOST_OPEN {
            let what = format!("more than {MOST_OPEN} brackets and CASEs are open here");
            Some((
                what,
                "give inner queries a name in WITH, and leave out brackets that do nothing",
            ))
        } else if depth > DEEPEST {
            let what = format!("more than {DEEPEST} operators or branches go into each other here");
            let help = "write `LOWER(a) IN (…)` for many ORs, or make two rules";
            Some((what, help))
        } else if self.sources > MOST_SOURCES {
            let what = format!("the rule reads tables and queries more than {MOST_SOURCES} times");
            Some((what, "make two rules"))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Just, Strategy as _, prop_assert, prop_oneof, proptest};

    use super::*;

    fn told(text: &str) -> String {
        match measure(text) {
            Ok(()) => "fits".to_owned(),
            Err(it) => format!("{}:{} {}", it.at.line, it.at.column, it.what),
        }
    }

    fn depth(text: &str) -> usize {
        let mut gauge = DepthGauge::default();
        for it in Tokenizer::new(&GenericDialect {}, text).tokenize().unwrap() {
            if !matches!(it, Token::Whitespace(_)) {
                gauge.take(&it);
            }
        }
        assert!(gauge.levels.is_empty(), "{text}");
        gauge.outer.depth()
    }

    #[test]
    fn depth_is_what_the_reader_goes_down() {
        let texts = [
            "a",
            "a = 1",
            "a = 1 OR b = 2 OR c = 3",
            "a = 1 AND b = 2 OR c = 3",
            "NOT NOT a",
            "((a))",
            "f(a, b, c + 1)",
            "CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END",
            "(a OR b OR c) AND d AND e",
            "a IN (1, 2, 3, 4)",
            "SELECT a + 1, b + 2 FROM t WHERE a OR b",
        ];
        assert_eq!(texts.map(depth), [0, 1, 3, 3, 2, 2, 2, 3, 5, 2, 1]);
    }

    #[test]
    fn what_goes_too_far_is_refused_where_it_does() {
        let many = |word: &str, by: &str, n: usize| vec![word; n].join(by);
        assert_eq!(told(&many("a = 1", " OR ", 99)), "fits");
        assert_eq!(told(&many("'x'", ", ", 9_999)), "fits");
        insta::assert_snapshot!([
            told(&many("a = 1", "\n OR ", 150)),
            told(&many("a", " AND ", 5_000)),
            told(&many("a", "||", 5_000)),
            told(&format!("{}a{}", "(".repeat(50), ")".repeat(50))),
            told(&format!("{}a", "NOT (".repeat(5_000))),
            told(&format!("{}a", "- ".repeat(5_000))),
            told(&format!("{}a", "CASE WHEN a THEN ".repeat(5_000))),
            told(&format!("CASE {} END", many("WHEN a THEN 1", " ", 5_000))),
            told(&many("SELECT a FROM t", " UNION ALL ", 40)),
            told(&many("t", " JOIN ", 40)),
            told(&many("'x'", ", ", 30_000)),
        ].join("\n"), @"
        101:2 more than 100 operators or branches go into each other here
        1:603 more than 100 operators or branches go into each other here
        1:302 more than 100 operators or branches go into each other here
        1:33 more than 32 brackets and CASEs are open here
        1:165 more than 32 brackets and CASEs are open here
        1:201 more than 100 operators or branches go into each other here
        1:545 more than 32 brackets and CASEs are open here
        1:1392 more than 100 operators or branches go into each other here
        1:842 the rule reads tables and queries more than 32 times
        1:227 the rule reads tables and queries more than 32 times
        1:50001 the SQL has more than 20000 words and signs
        ");
    }

    proptest! {
        /// A chain that is closed in brackets counts wherever it stands.
        #[test]
        fn brackets_hide_no_depth(
            before in 0_usize..60,
            within in 0_usize..60,
            after in 0_usize..60,
            by in prop_oneof![Just(" OR "), Just(" AND "), Just(" + ")],
            call in prop_oneof![Just(""), Just("f")].prop_map(str::to_owned),
        ) {
            let chain = |n: usize| format!("a{}", format!("{by}a").repeat(n));
            let text =
                format!("{}{by}{call}({}){by}{}", chain(before), chain(within), chain(after));
            let least = before.max(within).max(after) + within.min(before + after);
            prop_assert!(depth(&text) >= least.max(before + after + 2));
            prop_assert!(
                measure(&text).is_err() == (depth(&text) > DEEPEST) || measure(&text).is_err()
            );
        }
    }
}
