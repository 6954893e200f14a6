//! The sections of the documents, in their order: the one place that numbers them.

use serde::Serialize;

/// A section of the report.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its id in documents, which no title and no number changes: `leavers`.
    pub key: &'static str,
    /// `8`; a letter for an appendix.
    pub number: String,
    /// Its title.
    pub title: &'static str,
    /// Whether it comes after the sections that are numbered.
    pub appendix: bool,
    /// Whether the PDF alone has it.
    pub paper_only: bool,
    /// How many things it lists, where that is worth saying in the contents.
    pub count: Option<u64>,
}

const NUMBERED: &[(&str, &str)] = &[
    ("result", "Result"),
    ("scope", "Scope and limits"),
    ("source", "Source and tie-out"),
    ("coverage", "Period coverage"),
    ("controls", "Control matrix"),
    ("findings", "Findings by rule"),
    ("privileged", "Privileged accounts"),
    ("leavers", "Leavers"),
    ("dormancy", "Dormancy and seats"),
    ("groups", "Groups and what they grant"),
    ("settings", "Signing in and sharing"),
    ("pending", "Pending and non-human access"),
    ("people", "People across instances"),
    ("changes", "Changes since the previous snapshot"),
    ("waivers", "Waivers"),
    ("reviews", "Review decisions"),
    ("not-evaluable", "Not evaluable"),
    ("attestation", "Attestation"),
    ("trend", "Trend"),
    ("references", "References that match nothing"),
];

const APPENDICES: &[(&str, &str)] = &[
    ("population", "Full population"),
    ("definitions", "Definitions"),
    ("glossary", "Glossary"),
    ("verify", "How to verify"),
    (RENDERING, "Rendering notes"),
];

/// Speaks of the PDF's fonts.
const RENDERING: &str = "rendering-notes";

/// Every section, before anything is counted.
pub(super) fn all() -> Vec<Section> {
    let section = |appendix: bool| {
        move |(at, (key, title)): (usize, &(&'static str, &'static str))| Section {
            key,
            number: if appendix { letter(at) } else { (at + 1).to_string() },
            title,
            appendix,
            paper_only: *key == RENDERING,
            count: None,
        }
    };
    let numbered = NUMBERED.iter().enumerate().map(section(false));
    numbered.chain(APPENDICES.iter().enumerate().map(section(true))).collect()
}

fn letter(at: usize) -> String {
    char::from(b'A' + u8::try_from(at).expect("few appendices")).to_string()
}

#[cfg(test)]
mod tests {
    use super::{APPENDICES, NUMBERED, all};

    #[test]
    fn sections_are_numbered_and_appendices_lettered() {
        let lines = all().into_iter().map(|it| format!("{} {} ({})", it.number, it.title, it.key));
        let lines: Vec<String> = lines.collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        1 Result (result)
        2 Scope and limits (scope)
        3 Source and tie-out (source)
        4 Period coverage (coverage)
        5 Control matrix (controls)
        6 Findings by rule (findings)
        7 Privileged accounts (privileged)
        8 Leavers (leavers)
        9 Dormancy and seats (dormancy)
        10 Groups and what they grant (groups)
        11 Signing in and sharing (settings)
        12 Pending and non-human access (pending)
        13 People across instances (people)
        14 Changes since the previous snapshot (changes)
        15 Waivers (waivers)
        16 Review decisions (reviews)
        17 Not evaluable (not-evaluable)
        18 Attestation (attestation)
        19 Trend (trend)
        20 References that match nothing (references)
        A Full population (population)
        B Definitions (definitions)
        C Glossary (glossary)
        D How to verify (verify)
        E Rendering notes (rendering-notes)
        ");
    }

    /// A reference to a section that is not there would leave a hole in its sentence.
    #[test]
    fn templates_refer_to_sections_that_are_there() {
        let known: Vec<&str> = NUMBERED.iter().chain(APPENDICES).map(|it| it.0).collect();
        let mut n_references = 0;
        for entry in std::fs::read_dir("templates/sections").unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let references = text.split("<say.see of=\"").skip(1);
            for rest in references.chain(text.split("<doc.section of=\"").skip(1)) {
                let key = rest.split('"').next().unwrap();
                assert!(known.contains(&key), "{}: no section `{key}`", path.display());
                n_references += 1;
            }
        }
        assert!(n_references > 10, "templates refer to sections");
    }
}
