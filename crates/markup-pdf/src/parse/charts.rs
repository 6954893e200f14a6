//! Charts of the markup.

use super::tone::read_tone;
use super::{Parser, bad, expect};
use crate::Error;
use crate::markup::charts::{Bar, Chart, Fill, Key, Point, Series, Stack, Stacks};
use crate::xml::{Attributes, Element};

/// Columns of a chart: more have no room for their labels.
const COLUMNS: usize = 16;
/// Points of a line: more would not be told apart.
const POINTS: usize = 24;

impl Parser<'_> {
    /// The content of `<bars>`, `<columns>`, `<stacks>` or `<multiples>`.
    pub(super) fn read_chart(&mut self, name: &'static str, line: usize) -> Result<Chart, Error> {
        Ok(match name {
            "bars" => Chart::Bars(self.read_bars("bars", "bar", usize::MAX)?),
            "columns" => Chart::Columns(self.read_bars("columns", "column", COLUMNS)?),
            "stacks" => Chart::Stacks(self.read_stacks(line)?),
            _ => Chart::Multiples(self.read_multiples()?),
        })
    }

    fn read_bars(
        &mut self,
        parent: &'static str,
        wanted: &'static str,
        most: usize,
    ) -> Result<Vec<Bar>, Error> {
        let mut res = Vec::new();
        while let Some((name, element)) = self.child(parent)? {
            expect(wanted, parent, name, &element)?;
            fits(res.len(), most, parent, wanted, element.line)?;
            let mut attributes = element.attributes(wanted, &["label", "value", "tone"])?;
            let value = read_value(&mut attributes)?;
            let label = attributes.require("label")?;
            res.push(Bar { label, value, tone: read_tone(&mut attributes)? });
            self.read_nothing(wanted)?;
        }
        Ok(res)
    }

    fn read_stacks(&mut self, line: usize) -> Result<Stacks, Error> {
        let missing = |line| Error::Missing { line, name: "legend", element: "stacks" };
        let mut res = None;
        while let Some((name, element)) = self.child("stacks")? {
            match (name, &mut res) {
                ("legend", None) => res = Some(self.read_legend(&element)?),
                ("stack", Some(stacks)) => {
                    let stack = self.read_stack(&element, stacks.keys.len())?;
                    stacks.stacks.push(stack);
                }
                ("stack", None) => return Err(missing(element.line)),
                _ => return Err(Error::Misplaced { line: element.line, name, parent: "stacks" }),
            }
        }
        res.ok_or_else(|| missing(line))
    }

    fn read_legend(&mut self, element: &Element) -> Result<Stacks, Error> {
        let label = element.attributes("legend", &["label"])?.require("label")?;
        let mut keys: Vec<Key> = Vec::new();
        while let Some((name, element)) = self.child("legend")? {
            expect("key", "legend", name, &element)?;
            let mut attributes = element.attributes(name, &["label", "fill"])?;
            let word = attributes.require("fill")?;
            let wrong = |expected| bad(element.line, "fill", &word, expected);
            let fill = read_fill(&word)
                .ok_or_else(|| wrong("`solid`, `hatched`, `tinted`, `grey` or `empty`"))?;
            if keys.iter().any(|it| it.fill == fill) {
                return Err(wrong("a fill that no other key has"));
            }
            keys.push(Key { label: attributes.require("label")?, fill });
            self.read_nothing(name)?;
        }
        if keys.is_empty() {
            return Err(Error::Missing { line: element.line, name: "key", element: "legend" });
        }
        Ok(Stacks { label, keys, stacks: Vec::new() })
    }

    fn read_stack(&mut self, element: &Element, expected: usize) -> Result<Stack, Error> {
        let label = element.attributes("stack", &["label"])?.require("label")?;
        let mut parts = Vec::new();
        while let Some((name, element)) = self.child("stack")? {
            expect("part", "stack", name, &element)?;
            let mut attributes = element.attributes(name, &["value"])?;
            let missing = Error::Missing { line: element.line, name: "value", element: name };
            parts.push(read_value(&mut attributes)?.ok_or(missing)?);
            self.read_nothing(name)?;
        }
        if parts.len() == expected {
            Ok(Stack { label, parts })
        } else {
            Err(Error::PartCount { line: element.line, found: parts.len(), expected })
        }
    }

    fn read_multiples(&mut self) -> Result<Vec<Series>, Error> {
        let mut res = Vec::new();
        while let Some((name, element)) = self.child("multiples")? {
            expect("series", "multiples", name, &element)?;
            let mut attributes = element.attributes(name, &["label", "tone"])?;
            let label = attributes.require("label")?;
            let tone = read_tone(&mut attributes)?;
            let points = self.read_points()?;
            if points.is_empty() {
                return Err(Error::Missing { line: element.line, name: "point", element: name });
            }
            res.push(Series { label, tone, points });
        }
        Ok(res)
    }

    fn read_points(&mut self) -> Result<Vec<Point>, Error> {
        let mut res = Vec::new();
        while let Some((name, element)) = self.child("series")? {
            expect("point", "series", name, &element)?;
            fits(res.len(), POINTS, "series", name, element.line)?;
            let mut attributes = element.attributes(name, &["label", "value"])?;
            let value = read_value(&mut attributes)?;
            res.push(Point { label: attributes.require("label")?, value });
            self.read_nothing(name)?;
        }
        Ok(res)
    }
}

/// Whether there is room for one more.
fn fits(
    n_before: usize,
    most: usize,
    element: &'static str,
    name: &'static str,
    line: usize,
) -> Result<(), Error> {
    if n_before < most { Ok(()) } else { Err(Error::TooMany { line, name, element, most }) }
}

/// A count; none where it is left out.
fn read_value(attributes: &mut Attributes) -> Result<Option<u64>, Error> {
    let Some(value) = attributes.take("value") else { return Ok(None) };
    let wrong = |_| bad(attributes.line, "value", &value, "a non-negative whole number");
    value.parse().map(Some).map_err(wrong)
}

fn read_fill(word: &str) -> Option<Fill> {
    Some(match word {
        "solid" => Fill::Solid,
        "hatched" => Fill::Hatched,
        "tinted" => Fill::Tinted,
        "grey" => Fill::Grey,
        "empty" => Fill::Empty,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::render;
    use crate::sketch::report;

    #[test]
    fn errors_name_the_line() {
        let cases = [
            "<columns>\n<column label=\"one\" value=\"many\"/></columns>",
            "<columns><bar label=\"one\"/></columns>",
            "<stacks>\n<stack label=\"one\"/></stacks>",
            "<stacks></stacks>",
            "<stacks><legend label=\"One\"></legend></stacks>",
            "<stacks><legend label=\"One\"><key label=\"A\" fill=\"dotted\"/></legend></stacks>",
            "<stacks><legend label=\"One\"><key label=\"A\" fill=\"solid\"/>\n\
             <key label=\"B\" fill=\"solid\"/></legend></stacks>",
            "<stacks><legend label=\"One\"><key label=\"A\" fill=\"solid\"/></legend>\n\
             <stack label=\"one\"><part value=\"1\"/><part value=\"2\"/></stack></stacks>",
            "<stacks><legend label=\"One\"><key label=\"A\" fill=\"solid\"/></legend>\n\
             <stack label=\"one\"><part/></stack></stacks>",
            "<multiples>\n<series label=\"one\"/></multiples>",
            "<multiples><series label=\"one\">\n\
             <point label=\"now\" value=\"1.5\"/></series></multiples>",
            "<multiples><series label=\"one\" size=\"7\"/></multiples>",
            &format!("<columns>{}\n{0}</columns>", "<column label=\"one\"/>".repeat(9)),
            &format!(
                "<multiples><series label=\"one\">{}\n{0}</series></multiples>",
                "<point label=\"one\"/>".repeat(13)
            ),
        ];
        let complain = |it: &&str| render(&report(it)).unwrap_err().to_string();
        let lines: Vec<String> = cases.iter().map(complain).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        markup line 3: `value` is `many`, expected a non-negative whole number
        markup line 2: element `bar` may not stand in `columns`
        markup line 3: `stacks` has no `legend`
        markup line 2: `stacks` has no `legend`
        markup line 2: `legend` has no `key`
        markup line 2: `fill` is `dotted`, expected `solid`, `hatched`, `tinted`, `grey` or `empty`
        markup line 3: `fill` is `solid`, expected a fill that no other key has
        markup line 3: stack has 2 parts, expected 1
        markup line 3: `part` has no `value`
        markup line 3: `series` has no `point`
        markup line 3: `value` is `1.5`, expected a non-negative whole number
        markup line 2: unknown attribute `size` of `series`
        markup line 3: `columns` has more than 16 of `column`
        markup line 3: `series` has more than 24 of `point`
        ");
    }
}
