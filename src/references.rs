//! What the inputs name, and whether the instances have it.
//!
//! A misspelt name must not become a verdict. Every group, account, person, token, host, list and
//! instance that the configuration, the waivers, the approvals or the baseline names is looked up
//! once; what matches nothing is reported, and a rule that rests on it gives no pass.

mod configured;
mod lists;
mod dependencies;
mod written;

use chrono::NaiveDate;

use self::lists::Lookup;
pub use self::lists::{InstanceLists, KnownLists};
pub use self::written::{AnsweredFinding, responses};
use crate::approvals::Approvals;
use crate::baseline::Baseline;
use crate::config::Config;
use crate::identities::Identities;
use crate::tables::dictionary::input_reference;
use crate::tables::{Table, Tables};
use crate::waivers::Waivers;

/// What the place is called where a name is not of one instance.
const ALL: &str = "all";

/// What names things, and what is there.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceSources<'a> {
    /// The configuration.
    pub config: &'a Config,
    /// The approvals, where the configuration names some.
    pub approvals: Option<&'a Approvals>,
    /// The baseline, where the configuration names one.
    pub baseline: Option<&'a Baseline>,
    /// The waivers, where the configuration names some.
    pub waivers: Option<&'a Waivers>,
    /// What the instances have.
    pub lists: &'a KnownLists,
    /// Whom the roster and the instances know.
    pub identities: &'a Identities<'a>,
    /// The day as of which waivers are in force.
    pub today: NaiveDate,
    /// The first day of approvals that can still cover a change; none where that is not known.
    pub since: Option<NaiveDate>,
    /// The instances that earlier packs have and that are not audited any more; none where no pack
    /// was looked at.
    pub gone: Option<&'a [&'a str]>,
}

/// A name in an input, and what came of looking it up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The instance that it is of; `all` where it may be of any.
    pub instance: String,
    /// The file that holds it.
    pub input: String,
    /// The line, or the path of the key.
    pub place: String,
    /// What the input uses the name for.
    pub role: ReferenceRole,
    /// The name.
    pub text: String,
    /// Whether it was found; none (unknown) where the list to look in was not read.
    pub found: Option<bool>,
    /// A likely name, or why it is unknown; where it was found, by which other name, or empty.
    pub note: String,
}

/// What an input uses a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReferenceRole {
    /// One of two groups that no person may be in at once.
    PairedGroup,
    /// A group that has an owner.
    OwnedGroup,
    /// Who owns a group.
    GroupOwner,
    /// A group that may read the audit log.
    AuditGroup,
    /// An approved administrator.
    ApprovedAdmin,
    /// An approved token.
    ApprovedToken,
    /// A group or an account that may hold a powerful role.
    ApprovedDelegate,
    /// An account that its person may have besides others.
    AllowedAccount,
    /// A list without which evidence is not whole.
    RequiredList,
    /// A host or a Space that stays out of the audit.
    ExcludedHost,
    /// An instance of earlier packs that is not audited any more on purpose.
    ExcludedInstance,
    /// The instance of an approval.
    ApprovalInstance,
    /// What an approval is of.
    ApprovalSubject,
    /// Who approved a change.
    ApprovalApprover,
    /// The instance of a row of the baseline.
    BaselineInstance,
    /// Whose access the baseline expects.
    BaselineSubject,
    /// The group that the baseline expects.
    BaselineGroup,
    /// The instance of a waiver or of manual evidence, by the name that it had before.
    WaiverInstance,
    /// What a waiver is for.
    WaiverSubject,
    /// Who owns, asked for or approved a waiver.
    WaiverPerson,
    /// Who reviewed manually.
    EvidenceBy,
    /// An address that the configuration assigns to a person.
    Alias,
    /// The person it is assigned to, by an address in the roster.
    AliasOwner,
    /// The finding that a management response answers.
    AnsweredFinding,
}

impl ReferenceRole {
    /// Every role.
    pub const ALL: &[Self] = &[
        Self::PairedGroup,
        Self::OwnedGroup,
        Self::GroupOwner,
        Self::AuditGroup,
        Self::ApprovedAdmin,
        Self::ApprovedToken,
        Self::ApprovedDelegate,
        Self::AllowedAccount,
        Self::RequiredList,
        Self::ExcludedHost,
        Self::ExcludedInstance,
        Self::ApprovalInstance,
        Self::ApprovalSubject,
        Self::ApprovalApprover,
        Self::BaselineInstance,
        Self::BaselineSubject,
        Self::BaselineGroup,
        Self::WaiverInstance,
        Self::WaiverSubject,
        Self::WaiverPerson,
        Self::EvidenceBy,
        Self::Alias,
        Self::AliasOwner,
        Self::AnsweredFinding,
    ];

    /// What the name is of, for people to read.
    pub fn word(self) -> &'static str {
        match self {
            Self::PairedGroup | Self::OwnedGroup | Self::AuditGroup | Self::BaselineGroup => {
                "group"
            }
            Self::ApprovedAdmin | Self::AllowedAccount | Self::BaselineSubject | Self::Alias => {
                "account"
            }
            Self::ApprovedToken => "token",
            Self::AnsweredFinding => "finding",
            Self::ApprovedDelegate => "group or account",
            Self::RequiredList => "list",
            Self::ExcludedHost => "host or Space",
            Self::ExcludedInstance
            | Self::ApprovalInstance
            | Self::BaselineInstance
            | Self::WaiverInstance => "instance",
            Self::ApprovalSubject | Self::WaiverSubject => "subject",
            Self::GroupOwner
            | Self::ApprovalApprover
            | Self::WaiverPerson
            | Self::EvidenceBy
            | Self::AliasOwner => "person",
        }
    }
}

impl Reference {
    /// Whether nothing goes by the name.
    pub fn is_missing(&self) -> bool {
        self.found == Some(false)
    }

    /// The codes of the rules that rest on it and give no pass without it.
    pub fn rules(&self) -> Vec<&'static str> {
        if !self.is_missing() {
            return Vec::new();
        }
        let mut res: Vec<&str> = dependencies::of(self.role).map(|it| it.rule).collect();
        res.dedup();
        res
    }

    /// What is the matter, in words that follow "because".
    pub fn words(&self) -> String {
        let Self { input, place, text, .. } = self;
        let whose = if self.instance == ALL { "any instance" } else { &self.instance };
        let kind = self.role.word();
        match self.role {
            ReferenceRole::RequiredList => {
                format!("`{text}` in {input}, {place}, is no list of Retool's")
            }
            ReferenceRole::ApprovalInstance | ReferenceRole::BaselineInstance => {
                format!("`{text}` in {input}, {place}, is no instance of the configuration")
            }
            ReferenceRole::ExcludedInstance => {
                format!("`{text}` in {input}, {place}, is an instance of no earlier pack")
            }
            ReferenceRole::AliasOwner => {
                format!("`{text}` in {input}, {place}, is not in the roster")
            }
            ReferenceRole::AnsweredFinding => {
                format!(
                    "`{text}` in {input}, {place}, is no finding of this report or an earlier one"
                )
            }
            _ if kind == "person" => {
                format!("`{text}` in {input}, {place}, is not a known person")
            }
            _ => format!("`{text}` in {input}, {place}, is no {kind} of {whose}"),
        }
    }

    /// The same with a name that may have been meant.
    fn reason(&self) -> String {
        let help = if self.note.is_empty() { String::new() } else { format!("; {}", self.note) };
        self.words() + &help
    }
}

/// Looks up every name of every input, in the order of inputs and places.
pub fn resolve(sources: &ReferenceSources<'_>) -> Vec<Reference> {
    let mut res = configured::all(sources);
    res.extend(written::approvals(sources));
    res.extend(written::baseline(sources));
    res.extend(written::waivers(sources));
    res
}

/// Adds the references to the tables, and what rests on those that match nothing.
#[must_use]
pub fn fill(mut tables: Tables, references: &[Reference]) -> Tables {
    doubt(&mut tables, references);
    listed(tables, references)
}

/// Adds the references to the tables.
#[must_use]
pub fn listed(tables: Tables, references: &[Reference]) -> Tables {
    let mut rows = input_reference::Rows::default();
    for it in references {
        rows.push(input_reference::Row {
            instance: it.instance.as_str().into(),
            input: it.input.as_str().into(),
            place: it.place.as_str().into(),
            kind: it.role.word().into(),
            named: it.text.as_str().into(),
            found: it.found,
            note: it.note.as_str().into(),
            rules: it.rules().join("; ").into(),
        });
    }
    tables.with(Table::InputReferences, rows.finish())
}

/// Says of each rule that rests on a name that matches nothing what is therefore in doubt.
pub fn doubt(tables: &mut Tables, references: &[Reference]) {
    for it in references.iter().filter(|reference| reference.is_missing()) {
        let instance = (it.instance != ALL).then_some(it.instance.as_str());
        for doubt in dependencies::of(it.role).filter_map(|rest| rest.doubt(it.reason())) {
            tables.add_doubt(instance, doubt);
        }
    }
}

/// A reference without what came of it.
struct NamedReference<'a> {
    instance: &'a str,
    input: &'a str,
    place: String,
    role: ReferenceRole,
    text: &'a str,
}

impl NamedReference<'_> {
    fn resolved(self, found: Lookup) -> Reference {
        let (found, note) = match found {
            Lookup::Yes => (Some(true), String::new()),
            Lookup::Noted(note) => (Some(true), note),
            Lookup::No(note) => (Some(false), note),
            Lookup::Untold(note) => (None, note),
        };
        Reference {
            instance: self.instance.to_owned(),
            input: self.input.to_owned(),
            place: self.place,
            role: self.role,
            text: self.text.to_owned(),
            found,
            note,
        }
    }
}

#[cfg(test)]
mod tests;
