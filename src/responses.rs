//! Management responses: what is answered to single findings, and what is done about them.
//!
//! A response takes no finding away and moves no due day. It stands beside its finding, so that
//! whoever reads of an exception reads what is done about it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use crate::config::problem::{Problem, Problems};
use crate::config::raw::{TomlFile, TomlSection};
use crate::input::{InputFile, Unreadable};
use crate::waivers::is_finding_id;

/// The responses of one file.
#[derive(Clone, Debug)]
pub struct Responses {
    /// The file.
    pub input: InputFile,
    /// In the order of the file.
    pub records: Vec<Response>,
}

/// What is answered to one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The finding's id.
    pub finding_id: String,
    /// How it came about; empty where that is not said.
    pub cause: String,
    /// What is done about it.
    pub action: String,
    /// Who does it.
    pub owner: String,
    /// The last day on which it is to be done, in the organization's time zone.
    pub due: NaiveDate,
    /// The ticket; empty where there is none.
    pub ticket: String,
}

/// Why there are no responses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] Unreadable),
    /// The file can be read and does not hold responses.
    #[error(transparent)]
    Problems(#[from] Problems),
}

impl Responses {
    /// The responses by the ids of their findings.
    pub fn by_finding(&self) -> BTreeMap<&str, &Response> {
        self.records.iter().map(|it| (it.finding_id.as_str(), it)).collect()
    }
}

/// Reads the responses in a TOML file.
///
/// # Errors
///
/// When the file cannot be read, or with everything that is wrong in it.
pub fn read(path: &Path) -> Result<Responses, Error> {
    let input = InputFile::read("responses", path)?;
    let records =
        parse(&input.bytes).map_err(|list| Problems { file: input.name.clone(), list })?;
    Ok(Responses { input, records })
}

fn parse(bytes: &[u8]) -> Result<Vec<Response>, Vec<Problem>> {
    let file = TomlFile::of_bytes(bytes).map_err(|it| vec![it])?;
    let mut root = file.root();
    let (mut res, mut ids) = (Vec::new(), BTreeSet::new());
    for mut section in root.sections("response", "write `[[response]]`") {
        let finding_id = section.required_text("finding");
        if !finding_id.is_empty() && !is_finding_id(&finding_id) {
            let help = "an id looks like F-0123456789ab; findings.csv has them".to_owned();
            section.refuse(
                "finding",
                format!("`{finding_id}` is not the id of a finding"),
                Some(help),
            );
        } else if !finding_id.is_empty() && !ids.insert(finding_id.clone()) {
            section.refuse("finding", format!("`{finding_id}` is answered twice"), None);
        }
        res.extend(response(&mut section, finding_id));
        section.finish();
    }
    root.finish();
    match file.into_problems() {
        list if list.is_empty() => Ok(res),
        list => Err(list),
    }
}

/// One response; none where a problem was noted that leaves nothing to go on with.
fn response(section: &mut TomlSection<'_>, finding_id: String) -> Option<Response> {
    section.require("due");
    Some(Response {
        finding_id,
        cause: section.text("cause").unwrap_or_default(),
        action: section.required_text("action"),
        owner: section.required_text("owner"),
        ticket: section.text("ticket").unwrap_or_default(),
        due: section.day("due")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match parse(text.as_bytes()) {
            Ok(all) => format!("{all:#?}"),
            Err(list) => Problems { file: "responses.toml".to_owned(), list }.to_string(),
        }
    }

    #[test]
    fn a_response_says_what_is_done_by_whom_and_until_when() {
        insta::assert_snapshot!(told("
            [[response]]
            finding = \"F-0123456789ab\"
            cause = \"The token is older than the rule.\"
            action = \"Make a new one, and revoke this one.\"
            owner = \"ana@acme.test\"
            due = 2026-12-01
            ticket = \"CHG-7\"

            [[response]]
            finding = \"F-0123456789ac\"
            action = \"Disable the account.\"
            owner = \"bo@acme.test\"
            due = 2026-12-02
        "), @r#"
        [
            Response {
                finding_id: "F-0123456789ab",
                cause: "The token is older than the rule.",
                action: "Make a new one, and revoke this one.",
                owner: "ana@acme.test",
                due: 2026-12-01,
                ticket: "CHG-7",
            },
            Response {
                finding_id: "F-0123456789ac",
                cause: "",
                action: "Disable the account.",
                owner: "bo@acme.test",
                due: 2026-12-02,
                ticket: "",
            },
        ]
        "#);
    }

    #[test]
    fn every_problem_of_a_response_is_told_with_its_place() {
        insta::assert_snapshot!(told("
            [[response]]
            finding = \"F-0123456789ab\"
            action = \"\"
            due = \"soon\"

            [[response]]
            finding = \"F-0123456789ab\"
            action = \"Nothing.\"
            owner = \"bo@acme.test\"
            due = 2026-12-02
            until = 2026-12-02

            [[response]]
            finding = \"KF-12\"
            action = \"Nothing.\"
            owner = \"bo@acme.test\"
        "), @r#"
        `responses.toml` has 7 problems
          line 2: response[0].owner is missing
            2 | [[response]]
              | ^^^^^^^^^^^^
          line 4: response[0].action is empty
            4 | action = ""
              |          ^^
          line 5: response[0].due must be a day like `2026-11-30`, found `soon`
            5 | due = "soon"
              | ^^^^^^^^^^^^
          line 8: response[1].finding `F-0123456789ab` is answered twice
            8 | finding = "F-0123456789ab"
              | ^^^^^^^^^^^^^^^^^^^^^^^^^^
          line 12: response[1].until is not a key
            12 | until = 2026-12-02
               | ^^^^^^^^^^^^^^^^^^
            help: the keys here are `action`, `cause`, `due`, `finding`, `owner`, `ticket`
          line 14: response[2].due is missing
            14 | [[response]]
               | ^^^^^^^^^^^^
          line 15: response[2].finding `KF-12` is not the id of a finding
            15 | finding = "KF-12"
               | ^^^^^^^^^^^^^^^^^
            help: an id looks like F-0123456789ab; findings.csv has them
        "#);
    }
}
