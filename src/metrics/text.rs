//! The text format of Prometheus: what is written, and what is read back.

use std::fmt::Write as _;

use super::family::{FAMILIES, Family};

/// A value of a metric.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) name: &'static str,
    pub(super) labels: Vec<Label>,
    /// As it is written.
    pub(super) value: String,
}

/// A label of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) name: &'static str,
    pub(super) value: String,
}

impl Sample {
    pub(super) fn of(name: &'static str, labels: Vec<Label>, value: String) -> Self {
        Self { name, labels, value }
    }

    pub(super) fn number(name: &'static str, labels: Vec<Label>, value: u64) -> Self {
        Self::of(name, labels, value.to_string())
    }
}

impl Label {
    pub(super) fn of(name: &'static str, value: &str) -> Self {
        Self { name, value: value.to_owned() }
    }
}

/// What the first line of a file begins with.
const HEAD: &str = "# HELP retool_audit_";

/// The samples as a file has them, each metric behind what it says.
pub(super) fn shown(samples: &[Sample]) -> String {
    let mut res = String::new();
    for family in FAMILIES {
        let mut here = samples.iter().filter(|it| it.name == family.name).peekable();
        if here.peek().is_none() {
            continue;
        }
        let (name, help) = (family.name, escaped(family.help, false));
        writeln!(res, "# HELP {name} {help}\n# TYPE {name} gauge").expect("text grows");
        for it in here {
            res.push_str(name);
            let label = |it: &Label| format!("{}=\"{}\"", it.name, escaped(&it.value, true));
            let labels: Vec<String> = it.labels.iter().map(label).collect();
            if !labels.is_empty() {
                write!(res, "{{{}}}", labels.join(",")).expect("text grows");
            }
            writeln!(res, " {}", it.value).expect("text grows");
        }
    }
    res
}

/// A text without what would end it.
fn escaped(text: &str, quoted: bool) -> String {
    let res = text.replace('\\', "\\\\").replace('\n', "\\n");
    if quoted { res.replace('"', "\\\"") } else { res }
}

/// The samples of a file; none where it is not one that [`shown`] gives.
pub(super) fn parse(text: &str) -> Option<Vec<Sample>> {
    if !text.starts_with(HEAD) {
        return None;
    }
    let lines = text.lines().filter(|it| !it.starts_with('#'));
    let mut res = Vec::new();
    for line in lines {
        let (name, rest) = line.split_at(line.find(['{', ' '])?);
        // A metric of another version is let go.
        if let Some(family) = FAMILIES.iter().find(|it| it.name == name) {
            res.push(sample(family, rest)?);
        }
    }
    Some(res)
}

/// The sample of a metric, by what stands behind its name; none where that is none.
fn sample(family: &Family, behind: &str) -> Option<Sample> {
    let (mut labels, mut rest) = (Vec::new(), behind);
    if let Some(within) = behind.strip_prefix('{') {
        rest = within;
        while !labels.is_empty() || !rest.starts_with('}') {
            let (name, after) = rest.split_once("=\"")?;
            let name = family.labels.iter().find(|it| **it == name)?;
            let (value, after) = unescaped(after)?;
            labels.push(Label { name, value });
            rest = after;
            let Some(more) = rest.strip_prefix(',') else { break };
            rest = more;
        }
        rest = rest.strip_prefix('}')?;
    }
    let value = rest.strip_prefix(' ')?;
    value.parse::<f64>().ok()?;
    Some(Sample::of(family.name, labels, value.to_owned()))
}

/// The text up to the quotation mark that ends it, and what comes after.
fn unescaped(text: &str) -> Option<(String, &str)> {
    let mut res = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((res, &text[at + 1..])),
            '\\' => res.push(match letters.next()?.1 {
                'n' => '\n',
                other => other,
            }),
            other => res.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::family::{EXCEPTIONS, INSTANCE, STATE};
    use super::*;

    #[test]
    fn whatever_stands_in_a_label_is_read_back() {
        for name in ["prod", "a\"b", "back\\slash", "line\nbreak", "{a=\"b\",}", "ünïcode", ""] {
            let labels = vec![Label::of(INSTANCE, name), Label::of("state", "complete")];
            let samples =
                vec![Sample::number(EXCEPTIONS, vec![Label::of("severity", "high")], 3), {
                    Sample::number(STATE, labels, 1)
                }];
            let text = shown(&samples);
            assert_eq!(text.lines().count(), 6, "{text}");
            assert_eq!(parse(&text).as_ref(), Some(&samples), "{text}");
        }
    }

    #[test]
    fn a_metric_of_another_version_is_let_go_and_a_line_that_is_none_is_refused() {
        let text = "# HELP retool_audit_old x\nretool_audit_old{a=\"b\"} 3\n";
        assert_eq!(parse(text), Some(Vec::new()));
        for line in
            ["retool_audit_exceptions{severity=\"high} 3", "retool_audit_exceptions{x=\"\"} 3"]
        {
            assert_eq!(parse(&format!("{text}{line}\n")), None, "{line}");
        }
        assert_eq!(parse(&format!("{text}retool_audit_exceptions many\n")), None);
    }
}
